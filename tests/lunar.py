"""Lunar dates by the second package, day by day: nothing of ours is asked."""

from datetime import date, datetime, time, timedelta
from functools import cache

import cnlunar

Named = tuple[int, int, bool, int]
"""Lunar year, month, whether it is a leap month, and day."""
FIRST, LAST = date(2023, 1, 22), date(2030, 2, 2)
"""The lunar years 2023 to 2029."""


def lunar_name(day: date) -> Named:
    found = cnlunar.Lunar(datetime.combine(day, time(12)))
    leap = bool(found.isLunarLeapMonth)
    return found.lunarYear, found.lunarMonth, leap, found.lunarDay


@cache
def days_by_name() -> dict[Named, date]:
    days = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    return {lunar_name(day): day for day in days}


def lunar_day(year: int, month: int, day: int, leap: bool) -> date:
    """In such a leap month if the year has it; the 30th else the 29th."""
    days = days_by_name()
    month_of = leap if (year, month, leap, 1) in days else False
    named = (year, month, month_of, day)
    return days.get(named) or days[year, month, month_of, 29]
