"""The lunar calendar, held beside that of a second package with tables of its own."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from kam_flows.domain.lunar_dates import LAST_YEAR, LunarMonth
from kam_flows.policies.lunar import lunar_calendar
from tests.lunar import lunar_name

YEARS = range(1950, LAST_YEAR + 1)
"""Up to 2100-02-08: the second package ends where this year does."""
NEAR_MIDNIGHT = {
    date(2057, 9, 29): date(2057, 9, 28),
    date(2089, 9, 5): date(2089, 9, 4),
    date(2097, 8, 8): date(2097, 8, 7),
}
"""Month begins that differ: ours, and the other's.

These new moons come within three minutes of midnight in Beijing, and which day they
belong to depends on how the earth's rotation slows down until then. We take what our
package says, which follows one table throughout; a care is planned a year ahead at the
most, and the package will carry the official day decades before.
"""
LUNAR = lunar_calendar()


def ends(month: LunarMonth) -> date:
    return month.begins + timedelta(month.days - 1)


def test_every_month_begins_and_ends_where_a_second_package_says():
    differ = set(NEAR_MIDNIGHT)
    months = [(year, month) for year in YEARS for month in LUNAR.months(year)]
    agreed = 0
    for year, month in months:
        for day, number in ((month.begins, 1), (ends(month), month.days)):
            if {day, day + timedelta(1), month.begins} & differ:
                continue
            assert lunar_name(day) == (year, month.number, month.leap, number), day
            agreed += 1

    assert agreed == 2 * len(months) - 3 * len(NEAR_MIDNIGHT)
    assert sum(month.leap for _, month in months) == 55
    assert len(months) == 12 * len(YEARS) + 55


def test_the_months_follow_each_other_without_a_gap():
    months = [month for year in YEARS for month in LUNAR.months(year)]

    for month, following in pairwise(months):
        assert month.days in {29, 30}
        assert ends(month) + timedelta(1) == following.begins


@pytest.mark.parametrize(("ours", "theirs"), NEAR_MIDNIGHT.items(), ids=str)
def test_three_new_moons_near_midnight_are_a_day_apart(ours, theirs):
    year = LUNAR.year_of(ours)

    assert ours in {month.begins for month in LUNAR.months(year)}
    assert lunar_name(theirs)[-1] == 1
    assert ours - theirs == timedelta(1)


@pytest.mark.parametrize(
    ("lunar", "day"),
    [
        ((2023, 2, 1, True), date(2023, 3, 22)),
        ((2025, 6, 30, True), date(2025, 8, 22)),  # of 29
        ((2025, 6, 30, False), date(2025, 7, 24)),
        ((2026, 1, 1, False), date(2026, 2, 17)),
        ((2033, 11, 1, True), date(2033, 12, 22)),  # the leap month that tables missed
        ((1978, 8, 15, False), date(1978, 9, 17)),
    ],
)
def test_days_that_everybody_can_look_up(lunar, day):
    year, month, day_of_month, leap = lunar

    assert LUNAR.lunar_day(year, month, day_of_month, leap=leap) == day


def test_the_days_before_new_year_belong_to_the_lunar_year_before():
    assert LUNAR.year_of(date(2026, 2, 16)) == 2025
    assert LUNAR.year_of(date(2026, 2, 17)) == 2026
