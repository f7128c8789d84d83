"""When a brief is due, and which dates it brings to mind."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kam_flows.domain.account_file import Transaction, TransactionKind
from kam_flows.domain.accounts import Contact
from kam_flows.domain.durations import Duration
from kam_flows.domain.touchpoints import TouchpointState
from kam_flows.domain.visit_briefs import (
    NearDateKind,
    ahead_until,
    ends_ahead,
    near_dates,
    needs_brief,
)
from tests.builders import at, std
from tests.visits import a_touchpoint

FRIDAY = "2026-11-13"
TWO_DAYS = Duration.parse("2bd")


def is_due(now: str, told: int | None = None, **fields: Any) -> bool:
    moment = at(now)
    until = ahead_until(std(), TWO_DAYS, moment.date())
    return needs_brief(a_touchpoint("2026-11-16", **fields), told, until, std(), moment)


@pytest.mark.parametrize(
    ("ahead", "today", "until"),
    [
        ("2bd", "2026-11-12", "2026-11-16"),  # Thursday: Friday, Monday
        ("2bd", "2026-09-30", "2026-10-09"),  # over the national holiday
        ("2bd", "2026-02-13", "2026-02-24"),  # the 14th makes up for a day off
        ("3d", "2026-11-13", "2026-11-16"),
        ("48h", "2026-11-13", "2026-11-15"),
        ("0bd", "2026-11-13", "2026-11-13"),
    ],
)
def test_a_brief_comes_so_long_ahead_on_the_calendar(ahead, today, until):
    found = ahead_until(std(), Duration.parse(ahead), date.fromisoformat(today))

    assert found == date.fromisoformat(until)


def test_it_is_due_two_working_days_before_and_not_earlier():
    assert not is_due("2026-11-11 07:30")
    assert is_due("2026-11-12 07:30")


def test_after_an_outage_it_is_due_as_long_as_the_visit_lies_ahead():
    assert is_due("2026-11-16 07:30")
    assert not is_due("2026-11-16 10:00")


def test_it_is_due_once_and_again_when_the_visit_was_moved_since():
    assert not is_due("2026-11-12 07:30", told=0)
    assert is_due("2026-11-12 07:30", told=0, moves=1)
    assert not is_due("2026-11-12 07:30", told=1, moves=1)


def test_what_takes_no_time_or_is_not_planned_any_more_gets_none():
    assert not is_due("2026-11-12 07:30", minutes=0)
    for state in set(TouchpointState) - {TouchpointState.PLANNED}:
        assert not is_due("2026-11-12 07:30", state=state)


def contact(birthday: str, name: str = "林雪") -> Contact:
    born = date.fromisoformat(birthday)
    return Contact(code="C1", account="ACME", name=name, birthday=born)


def near(birthday: str, signed: str = "") -> list[tuple[NearDateKind, str, int]]:
    signed_on = date.fromisoformat(signed) if signed else None
    found = near_dates(
        [contact(birthday)], signed_on, date(2026, 12, 10), date(2026, 12, 14)
    )
    return [(one.kind, one.on.isoformat(), one.years) for one in found]


def test_dates_are_near_from_today_until_thirty_days_after_the_visit():
    birthday = NearDateKind.BIRTHDAY

    assert near("1980-12-09") == []
    assert near("1980-12-10") == [(birthday, "2026-12-10", 0)]
    assert near("1980-01-13") == [(birthday, "2027-01-13", 0)]
    assert near("1980-01-14") == []


def test_a_cooperation_has_an_anniversary_from_its_first_year_on():
    assert near("1980-06-01", "2023-12-20") == [
        (NearDateKind.ANNIVERSARY, "2026-12-20", 3)
    ]
    assert near("1980-06-01", "2026-12-20") == []


def test_a_leap_day_is_kept_on_the_last_of_february():
    found = near_dates(
        [contact("1984-02-29")], None, date(2027, 2, 1), date(2027, 2, 3)
    )

    assert [one.on for one in found] == [date(2027, 2, 28)]


def test_contracts_that_run_hide_those_that_ended_and_else_the_last_stands():
    def ending(day: str) -> Transaction:
        return Transaction(
            account="ACME",
            reference=day,
            kind=TransactionKind.CONTRACT,
            on=date(2020, 1, 1),
            amount=Fraction(1),
            ends_on=date.fromisoformat(day),
        )

    old, older = ending("2026-05-31"), ending("2025-05-31")
    running = ending("2026-12-31")
    today = date(2026, 11, 12)

    assert ends_ahead([older, old, running], today) == [running]
    assert ends_ahead([older, old], today) == [old]
    assert ends_ahead([], today) == []
