"""Occasions as people type them: lunar days, what goes together, and what does not."""

import re
from datetime import date
from itertools import product
from typing import Any

import pytest

from kam_flows.domain.accounts import Contact
from kam_flows.domain.errors import UserError
from kam_flows.domain.lunar_text import LunarDay, lunar_day
from kam_flows.domain.occasion_entries import (
    TypedDay,
    entered,
    entry_of,
    mistakes,
    typed_day,
    typed_lunar,
)
from kam_flows.domain.occasions import LunarYearly, Once, Rule, Yearly
from kam_flows.policies.load import load_preset
from tests.builders import at

RULES = load_preset("default").care
TODAY = date(2026, 10, 12)
WANG = Contact(code="K1", account="ACME", name="王芳")
CONTACTS = [
    WANG,
    Contact(code="K2", account="ACME", name="李强"),
    Contact(code="K3", account="ACME", name="李强"),
]


def typed(**fields: Any) -> Any:
    entry = entry_of({"account": "ACME", "kind": "founding_day"} | fields, RULES)
    for column, expected in mistakes(entry, TODAY):
        raise UserError(f"{column}: {expected}")
    return entered(entry, CONTACTS, TODAY)


def rule(**fields: Any) -> Rule:
    found: Rule = typed(**fields).rule
    return found


def test_every_lunar_day_is_read_as_it_is_written():
    for month, day, leap in product(range(1, 13), range(1, 31), (False, True)):
        one = LunarDay(month, day, leap)

        assert lunar_day(str(one)) == one


@pytest.mark.parametrize(
    ("text", "month", "day", "leap"),
    [
        ("八月十五", 8, 15, False),
        ("农历 正月初一", 1, 1, False),
        ("闰六月初一", 6, 1, True),
        ("腊月廿三", 12, 23, False),
        ("十二月二十三日", 12, 23, False),
        ("冬月卅", 11, 30, False),
        ("8-15", 8, 15, False),
        ("８／１５", 8, 15, False),
        ("闰6-1", 6, 1, True),
        ("12月30", 12, 30, False),
    ],
)
def test_a_lunar_day_may_be_written_in_many_ways(text, month, day, leap):
    assert lunar_day(text) == LunarDay(month, day, leap)


@pytest.mark.parametrize(
    "text",
    [
        "十廿月初一",
        "中秋",
        "13-1",
        "8-31",
        "八月",
        "八月初",
        "初月初一",
        "八月十廿",
        "0-1",
        "2026-8-15",
    ],
)
def test_what_is_no_lunar_day_is_refused(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        lunar_day(text)


def test_a_spreadsheets_date_is_the_day_that_was_typed():
    assert typed_day(at("2026-05-20")) == TypedDay(5, 20, 2026)
    assert typed_day("5月20日") == TypedDay(5, 20)
    assert typed_day("02-29") == TypedDay(2, 29)
    assert typed_lunar(at("2026-08-15")) == LunarDay(8, 15)


def test_a_year_that_was_typed_counts_only_for_what_comes_once():
    first = date(1998, 5, 20)

    assert rule(day=first) == Yearly(month=5, day=20)
    assert rule(day=first, since=first) == Yearly(month=5, day=20, since=first)
    assert rule(since="1998-05-20") == Yearly(month=5, day=20, since=first)
    assert rule(day="2026-12-01", once=True) == Once(on=date(2026, 12, 1))


def test_a_lunar_birthday_is_kept_as_it_is():
    found = typed(kind="生日", contact="K1 · 王芳", lunar="闰六月初一")

    assert (found.kind, found.contact, found.contact_code) == ("birthday", "王芳", "K1")
    assert found.rule == LunarYearly(month=6, day=1, leap=True)
    assert found.added_on == TODAY


def test_a_kind_is_named_by_code_or_title_in_any_language():
    day = "05-20"

    assert {
        typed(kind=kind, day=day).kind
        for kind in ("founding_day", "企业周年庆", "FOUNDING DAY", "founding_day · x")
    } == {"founding_day"}


def test_a_person_is_found_by_name_and_kept_if_not_found():
    assert typed(contact="王芳", day="05-20").contact_code == "K1"
    stranger = typed(contact="赵六", day="05-20")
    assert (stranger.contact, stranger.contact_code) == ("赵六", "")
    with pytest.raises(UserError, match="more than one contact; type one of the codes"):
        typed(contact="李强", day="05-20")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "day: a day such as"),
        ({"day": "05-20", "lunar": "8-15"}, "lunar: empty where day is filled"),
        ({"day": "02-30"}, "day must be a day such as"),
        ({"day": "gestern"}, "day must be a day such as"),
        ({"lunar": "中秋"}, "lunar must be a lunar day such as"),
        ({"lunar": "8-15", "once": True}, "once: empty with a lunar day"),
        ({"day": "05-20", "once": True}, "day: a day with its year"),
        ({"day": "2026-10-11", "once": True}, "day: 2026-10-12 or later"),
        (
            {"day": "2026-12-01", "once": True, "since": "2020-12-01"},
            "since: empty, as it comes only once",
        ),
        ({"since": "2027-01-01"}, "since: a day until 2026-10-12"),
        ({"lunar": "8-15", "since": "1900-01-30"}, "since: a day from 1900-01-31"),
        (
            {"day": "05-20", "since": "1998-05-21"},
            "since: the first of its days, on 05-20",
        ),
        (
            {"day": "05-20", "kind": ""},
            "kind must be .*合作周年/cooperation_anniversary",
        ),
        ({"day": "05-20", "kind": "party"}, "kind must be"),
        ({"day": "05-20", "about": "x" * 501}, "about must be text of at most 500"),
    ],
)
def test_what_does_not_go_together_is_named(fields, sentence):
    with pytest.raises(UserError, match=sentence):
        typed(**fields)
