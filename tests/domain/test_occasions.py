"""Occasions: scenarios A1 and A5, and on which day of which edition they fall."""

from datetime import date
from typing import Any

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.domain.occasions import (
    LunarYearly,
    Occasion,
    Once,
    Rule,
    Season,
    Yearly,
    check_rule,
    occurrences,
)
from kam_flows.policies.lunar import lunar_calendar

LUNAR = lunar_calendar()


def an_occasion(rule: Rule, kind: str = "birthday", **fields: Any) -> Occasion:
    return Occasion(id=1, account="HX", kind=kind, rule=rule, **fields)


def days(rule: Rule, first: str, last: str) -> list[str]:
    return [str(one.on) for one in found(rule, first, last)]


def found(rule: Rule, first: str, last: str):
    dates = date.fromisoformat(first), date.fromisoformat(last)
    return occurrences(an_occasion(rule), *dates, LUNAR)


def test_a1_the_anniversary_of_a_leap_day():
    signed = Yearly(month=2, day=29, since=date(2024, 2, 29))

    met = found(signed, "2024-01-01", "2028-12-31")

    assert [(str(one.on), one.years) for one in met] == [
        ("2025-02-28", 1),
        ("2026-02-28", 2),
        ("2027-02-28", 3),
        ("2028-02-29", 4),
    ]


def test_a5_a_birthday_on_the_last_day_of_the_lunar_year():
    met = found(LunarYearly(month=12, day=30), "2025-01-01", "2027-12-31")

    assert [str(one.on) for one in met] == ["2025-01-28", "2026-02-16", "2027-02-05"]
    assert [one.edition for one in met] == [2024, 2025, 2026]


def test_a5_a_birthday_in_a_leap_month():
    leap = LunarYearly(month=6, day=1, leap=True)

    assert days(leap, "2024-01-01", "2026-12-31") == [
        "2024-07-06",  # an ordinary sixth month
        "2025-07-25",  # the leap month
        "2026-07-14",
    ]
    ordinary = LunarYearly(month=6, day=1)
    assert days(ordinary, "2025-01-01", "2025-12-31") == ["2025-06-25"]


def test_a_solar_year_may_have_two_of_a_lunar_date_or_none():
    rule = LunarYearly(month=12, day=8)

    met = found(rule, "2022-01-01", "2024-12-31")

    assert [str(one.on) for one in met] == ["2022-01-10", "2022-12-30", "2024-01-18"]
    assert [one.edition for one in met] == [2021, 2022, 2023]


def test_lunar_years_are_counted_in_lunar_years():
    born = LunarYearly(month=12, day=20, since=date(1980, 2, 6))  # in the year 1979

    met = found(born, "1980-01-01", "1982-12-31")

    assert [(str(one.on), one.years) for one in met] == [
        ("1981-01-25", 1),
        ("1982-01-14", 2),
    ]


def test_what_happens_once_has_one_edition():
    assert days(Once(on=date(2026, 5, 1)), "2026-01-01", "2027-12-31") == ["2026-05-01"]
    assert days(Once(on=date(2026, 5, 1)), "2026-05-02", "2027-12-31") == []


def test_a_season_counts_by_its_first_day():
    season = Season(begins=(11, 20), ends=(1, 5))

    met = found(season, "2025-12-01", "2027-12-31")

    assert [(str(one.on), one.edition, one.years) for one in met] == [
        ("2026-11-20", 2026, None),
        ("2027-11-20", 2027, None),
    ]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Yearly(month=2, day=30), "2-30 is no day of the year"),
        (Yearly(month=13, day=1), "13-1 is no day of the year"),
        (Season(begins=(1, 1), ends=(4, 31)), "4-31 is no day of the year"),
        (LunarYearly(month=1, day=31), "1-31 is no lunar day"),
        (LunarYearly(month=0, day=1), "0-1 is no lunar day"),
        (LunarYearly(month=1, day=1, since=date(1900, 1, 30)), "1900-01-31 to 2099"),
        (LunarYearly(month=1, day=1, since=date(2100, 1, 1)), "1900-01-31 to 2099"),
    ],
)
def test_a_day_that_no_year_has_is_refused(rule, says):
    with pytest.raises(UserError, match=says):
        check_rule(rule)


@pytest.mark.parametrize(
    "rule",
    [
        Yearly(month=2, day=29),
        LunarYearly(month=12, day=30, since=date(1900, 1, 31)),
        Season(begins=(12, 1), ends=(1, 31)),
        Once(on=date(2026, 1, 1)),
    ],
)
def test_a_day_that_some_year_has_is_taken(rule):
    check_rule(rule)


def test_the_lunar_calendar_says_where_it_ends():
    with pytest.raises(UserError, match="kept from 1900 to 2099"):
        LUNAR.lunar_day(2100, 1, 1)
