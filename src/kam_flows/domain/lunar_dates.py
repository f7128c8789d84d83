"""The Chinese lunar calendar: on which day of ours a lunar date falls."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kam_flows.domain.errors import UserError

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Lunar years that are answered for; the last one ends in February 2100."""

FIRST_DAY = date(1900, 1, 31)
"""On which the first of them began."""
MONTHS = range(1, 13)


class LunarMonth(NamedTuple):
    number: int
    leap: bool
    """It comes a second time in this year (闰月)."""
    begins: date
    days: int
    """29 (小月) or 30 (大月)."""


class LunarCalendar:
    """Lunar years, each read from its source when it is first asked for."""

    def __init__(self, months_of: Callable[[int], Sequence[LunarMonth]]) -> None:
        self._months_of = months_of
        self._years: dict[int, dict[tuple[int, bool], LunarMonth]] = {}

    def months(self, year: int) -> Sequence[LunarMonth]:
        """The 12 or 13 months of a lunar year, in order."""
        return tuple(self._year(year).values())

    def lunar_day(self, year: int, month: int, day: int, *, leap: bool = False) -> date:
        """The day of ours; the 30th of a short month is its last day.

        A date in a leap month is kept in the ordinary month of that number in the
        years without that leap month.
        """
        months = self._year(year)
        found = months.get((month, leap)) or months[month, False]
        return found.begins + timedelta(min(day, found.days) - 1)

    def year_of(self, day: date) -> int:
        """The lunar year in which a day lies: January and often February belong to
        the one before."""
        year = day.year
        return year if day >= self._year(year)[1, False].begins else year - 1

    def _year(self, year: int) -> dict[tuple[int, bool], LunarMonth]:
        if year not in self._years:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise UserError(
                    "The lunar year {year} is not known; the lunar calendar is kept "
                    "from {first} to {last}.",
                    year=year,
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                )
            months = self._months_of(year)
            self._years[year] = {(one.number, one.leap): one for one in months}
        return self._years[year]
