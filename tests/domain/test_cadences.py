"""Cadences: scenario V4's own days, fortnights, signing days, life stages, and dateutil."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import (
    MONTHS,
    Anchor,
    Cadence,
    Mode,
    Slot,
    Unit,
    after,
    fixed_slots,
    plus_months,
    rolling_days,
)
from kam_flows.domain.touchpoints import TouchpointKind

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
LEAP_DAY = date(2024, 2, 29)


def a_cadence(every: int = 1, unit: Unit = Unit.MONTHS, **fields: Any) -> Cadence:
    return Cadence(
        code="visit",
        titles={"zh_CN": "拜访", "en": "Visit"},
        kind=TouchpointKind.VISIT,
        every=every,
        unit=unit,
        **fields,
    )


def days(
    cadence: Cadence,
    first: date = FIRST,
    last: date = LAST,
    signed_on: date | None = None,
) -> list[date]:
    return [day for _, day in fixed_slots(cadence, first, last, signed_on)]


def written(found: list[date]) -> list[str]:
    return [f"{day:%m-%d}" for day in found]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def by_dateutil(cadence: Cadence, first: date, last: date) -> list[date]:
    """The same grid as a recurrence rule, walked from before `first`."""
    if cadence.unit is Unit.WEEKS:
        seven_years = cadence.every * (365 // cadence.every + 1)
        rule = rrule(
            WEEKLY,
            interval=cadence.every,
            byweekday=cadence.day - 1,
            dtstart=midnight(date(2026, 1, 5) - timedelta(weeks=seven_years)),
        )
    else:
        begin = 1990 * MONTHS
        begin += (cadence.month - 1 - begin) % cadence.every
        rule = rrule(
            MONTHLY,
            interval=cadence.every,
            bymonthday=range(min(cadence.day, 28), cadence.day + 1),
            bysetpos=-1,
            dtstart=midnight(date(begin // MONTHS, begin % MONTHS + 1, 1)),
        )
    found = rule.between(midnight(first), midnight(last), inc=True)
    return [moment.date() for moment in found]


weekly = st.builds(
    a_cadence, st.integers(1, 52), st.just(Unit.WEEKS), day=st.integers(1, 7)
)
monthly = st.builds(
    a_cadence,
    st.integers(1, 52),
    st.just(Unit.MONTHS),
    day=st.integers(1, 31),
    month=st.integers(1, 12),
)
cadences = st.one_of(weekly, monthly)
some_days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(cadences, some_days, st.integers(0, 1200))
def test_a_grid_of_the_calendar_is_that_of_dateutil(cadence, first, length):
    last = first + timedelta(days=length)

    assert days(cadence, first, last) == by_dateutil(cadence, first, last)


@given(cadences, some_days, st.integers(-800, 800), st.integers(0, 1200))
def test_a_grid_from_the_signing_is_that_of_dateutil(cadence, signed, begin, length):
    anchored = a_cadence(cadence.every, cadence.unit, anchor=Anchor.SIGNING)
    first = signed + timedelta(days=begin)
    last = first + timedelta(days=length)
    steps = (
        signed + relativedelta(**{anchored.unit: cadence.every * n})
        for n in range(1, 300)
    )

    assert days(anchored, first, last, signed) == [
        day for day in steps if first <= day <= last
    ]


@given(cadences, some_days, st.integers(0, 1200))
def test_rolling_days_are_those_of_dateutil(cadence, last_real, length):
    last = last_real + timedelta(days=length)
    steps = (
        last_real + relativedelta(**{cadence.unit: cadence.every * n})
        for n in range(1, 300)
    )

    assert list(rolling_days(cadence, last_real, last)) == [
        day for day in steps if day <= last
    ]


@given(cadences, some_days, st.lists(st.integers(0, 200), min_size=1, max_size=6))
def test_stretches_planned_one_by_one_have_the_slots_of_the_whole(
    cadence, first, lengths
):
    slots: list[Slot] = []
    start = first
    for length in lengths:
        end = start + timedelta(days=length)
        slots.extend(fixed_slots(cadence, start, end))
        start = end + timedelta(days=1)

    assert slots == list(fixed_slots(cadence, first, start - timedelta(days=1)))
    assert len({key for key, _ in slots}) == len(slots)


@given(cadences, some_days)
def test_two_slots_are_apart_by_the_shortest_to_the_longest_period(cadence, first):
    found = days(cadence, first, first + timedelta(days=5000))
    gaps = [(later - day).days for day, later in pairwise(found)]

    assert cadence.shortest <= min(gaps)
    assert max(gaps) <= cadence.longest


def test_v4_monthly_on_the_31st_stays_on_the_31st():
    assert written(days(a_cadence(day=31))) == [
        *("01-31", "02-28", "03-31", "04-30", "05-31", "06-30"),
        *("07-31", "08-31", "09-30", "10-31", "11-30", "12-31"),
    ]


def test_the_slot_of_a_month_keeps_its_key_when_the_policy_names_another_day():
    for day in (1, 15, 31):
        keys = [key for key, _ in fixed_slots(a_cadence(day=day), FIRST, LAST)]

        assert (keys[0], keys[-1], len(keys)) == ("2026-01", "2026-12", 12)


def test_fortnights_are_counted_from_one_monday_whatever_the_year():
    fortnightly = a_cadence(2, Unit.WEEKS, day=2)
    years = [date(year, 1, 1) for year in range(2020, 2031)]
    whole = days(fortnightly, years[0], years[-1])

    assert written(days(fortnightly))[:3] == ["01-06", "01-20", "02-03"]
    assert {(later - day).days for day, later in pairwise(whole)} == {14}


def test_fortnights_of_all_weekdays_fall_into_the_same_weeks():
    weeks = [
        [key for key, _ in fixed_slots(a_cadence(2, Unit.WEEKS, day=n), FIRST, LAST)]
        for n in range(1, 8)
    ]

    assert {len(keys) for keys in weeks} == {26}
    assert all(keys == weeks[0] for keys in weeks)
    assert weeks[0][0] == "2026-W02"


def test_a_week_at_the_turn_of_the_year_belongs_to_the_year_of_its_thursday():
    friday = a_cadence(1, Unit.WEEKS, day=5)
    slots = dict(fixed_slots(friday, date(2026, 12, 28), date(2027, 1, 10)))

    assert slots == {"2026-W53": date(2027, 1, 1), "2027-W01": date(2027, 1, 8)}


@pytest.mark.parametrize(
    ("every", "signed_on", "found"),
    [
        (12, LEAP_DAY, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        (3, date(2025, 8, 31), ["2025-11-30", "2026-02-28", "2026-05-31"]),
        (1, date(2026, 1, 31), ["2026-02-28", "2026-03-31", "2026-04-30"]),
    ],
)
def test_a_grid_from_the_signing_keeps_its_day(every, signed_on, found):
    anchored = a_cadence(every, anchor=Anchor.SIGNING)
    until = date.fromisoformat(found[-1])

    assert [str(day) for day in days(anchored, signed_on, until, signed_on)] == found


def test_weeks_from_the_signing_begin_after_it():
    anchored = a_cadence(2, Unit.WEEKS, anchor=Anchor.SIGNING)
    signed_on = date(2026, 1, 7)

    assert written(days(anchored, signed_on, date(2026, 2, 10), signed_on)) == [
        "01-21",
        "02-04",
    ]


def test_without_a_signing_on_record_the_grid_is_that_of_the_calendar():
    anchored = a_cadence(3, anchor=Anchor.SIGNING, month=2, day=5)

    assert written(days(anchored)) == ["02-05", "05-05", "08-05", "11-05"]


def test_monthly_after_the_31st_goes_back_to_the_31st():
    rolling = a_cadence(mode=Mode.ROLLING)

    assert written(list(rolling_days(rolling, date(2026, 1, 31), LAST)))[:3] == [
        "02-28",
        "03-31",
        "04-30",
    ]
    assert after(rolling, date(2026, 10, 31)) == date(2026, 11, 30)


STAGES = [(0, 3), (3, 12), (12, None)]


@given(some_days, st.integers(1, 900))
def test_every_day_of_the_cooperation_is_in_exactly_one_stage(signed_on, age):
    day = signed_on + timedelta(days=age)
    serving = [
        (first, until)
        for first, until in STAGES
        if a_cadence(from_month=first, until_month=until).serves(
            Tier.CORE, signed_on, day
        )
    ]

    assert len(serving) == 1


@pytest.mark.parametrize("signed_on", [date(2026, 1, 15), date(2026, 8, 31), LEAP_DAY])
def test_a_stage_has_the_slots_that_its_months_hold(signed_on):
    def count(every: int, stage: tuple[int, int | None]) -> int:
        first, until = stage
        cadence = a_cadence(
            every, anchor=Anchor.SIGNING, from_month=first, until_month=until
        )
        found = days(cadence, signed_on, plus_months(signed_on, 24), signed_on)
        return sum(cadence.serves(Tier.CORE, signed_on, day) for day in found)

    assert [count(1, STAGES[0]), count(3, STAGES[1]), count(3, STAGES[2])] == [3, 3, 4]


def test_an_account_whose_signing_is_not_on_record_counts_as_an_old_one():
    serving = [
        a_cadence(from_month=first, until_month=until).serves(Tier.CORE, None, LAST)
        for first, until in STAGES
    ]

    assert serving == [False, False, True]


def test_nothing_serves_an_account_of_another_tier_or_before_its_signing():
    core = a_cadence(tiers=(Tier.CORE,))

    assert core.serves(Tier.CORE, None, LAST)
    assert not core.serves(Tier.BASIC, None, LAST)
    assert not core.serves(Tier.CORE, LAST, LAST)
    assert a_cadence().serves(Tier.BASIC, None, LAST)
