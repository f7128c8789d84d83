"""Promises of a visit, a line each."""

from datetime import date

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.domain.visit_promises import PromiseLine, promise_lines

MADE = date(2026, 10, 15)
DUE = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("typed", "text", "owner"),
    [
        ("借用设备; 张敏; 2026-12-01", "借用设备", "张敏"),
        ("借用设备；2026年12月1日", "借用设备", ""),
        ("- 借用设备 ； M01 ；2026/12/1；", "借用设备", "M01"),
        ("2. 借用设备;2026-12-01", "借用设备", ""),
        ("3.5英寸硬盘;2026-12-01", "3.5英寸硬盘", ""),
        ("-5%折扣;2026-12-01", "-5%折扣", ""),
        ("=cmd|' /C calc'!A0; 2026-12-01", "=cmd|' /C calc'!A0", ""),
        ("<script>, \u202e🎉; 2026-12-01", "<script>, \u202e🎉", ""),
    ],
)
def test_a_line_is_what_who_and_by_when(typed: str, text: str, owner: str):
    assert promise_lines(typed, MADE) == (
        PromiseLine(text=text, owner=owner, due_on=DUE),
    )


def test_empty_lines_are_no_promises():
    assert promise_lines(" \n\n\t", MADE) == ()
    assert len(promise_lines("a; 2026-12-01\n\r\n b; 2026-12-02\n", MADE)) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("借用设备", "Promise 1, '借用设备', is not clear"),
        ("2026-12-01", "Promise 1, '2026-12-01', is not clear"),
        ("a; 2026-12-01\nb; soon", "Promise 2, 'b; soon', is not clear"),
        ("a; 2026-02-30", "is not clear"),
        ("a; b; c; 2026-12-01", "is not clear"),
        ("a; 2026-10-14", "due on 2026-10-14, before it was made on 2026-10-15"),
        ("长" * 20_000, "长长…', is not clear"),
        ("长" * 50_001, "50001 characters is too long"),
        ("a; 2026-12-01\n" * 21, "21 promises are too many"),
        (";;;", "is not clear"),
    ],
)
def test_a_line_that_is_not_clear_is_one_sentence(typed: str, said: str):
    with pytest.raises(UserError, match=said):
        promise_lines(typed, MADE)
