"""The lunar calendar as the `borax` package keeps it, month by month.

Its tables agree with a second package for 1950–2099 except in 2057, 2089 and 2097
(tests/policies/test_lunar.py), where a new moon comes so close to midnight in Beijing
that no ephemeris can name the day yet.
"""

from functools import cache

from kam_flows.domain.lunar_dates import LunarCalendar, LunarMonth


@cache
def lunar_calendar() -> LunarCalendar:
    """The same one every time, so that a year is read once in a process."""
    return LunarCalendar(_months)


def _months(year: int) -> tuple[LunarMonth, ...]:
    from borax.calendars import LCalendars, LunarDate  # only who needs it pays

    return tuple(
        LunarMonth(
            number=month,
            leap=bool(leap),
            begins=LunarDate(year, month, 1, leap).to_solar_date(),
            days=days,
        )
        for month, days, leap in LCalendars.iter_year_month(year)
    )
