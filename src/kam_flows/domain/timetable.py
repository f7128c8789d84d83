"""Business time of one calendar, counted from a table that grows with the years asked.

Every moment here is in UTC: Python compares moments of one zone as bytes, and those of
two zones by asking each zone.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from kam_flows.domain.errors import UserError
from kam_flows.domain.segments import NOTHING, Segments
from kam_flows.domain.wall_time import DAY, boundaries
from kam_flows.domain.windows import Window

YEARS = range(1970, 2200)  # a mistyped year must not build an endless table
PATIENCE = 2 * 366  # days in a row without working time: a mistake in the calendar
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class NoWorkingTime(UserError):
    """A due time was asked of a calendar that stays closed for two years."""

    def __init__(self, calendar: str, since: date) -> None:
        super().__init__(
            "The calendar '{calendar}' has no working time within two years of {day}; "
            "give its week at least one window such as 09:00-18:00.",
            calendar=calendar,
            day=f"{since:%Y-%m-%d}",
        )


def check_year(calendar: str, moment: datetime) -> None:
    if moment.year not in YEARS:
        raise UserError(
            "The calendar '{calendar}' has no days for {day}; give a date between "
            "{first} and {last}.",
            calendar=calendar,
            day=f"{moment:%Y-%m-%d}",
            first=YEARS.start,
            last=YEARS.stop - 1,
        )


class Timetable:
    """The open pieces of a calendar, built by whole local years when first needed.

    Threads may share it: a table is finished before it takes the place of the last.
    """

    def __init__(
        self,
        calendar: str,
        zone: ZoneInfo,
        windows_on: Callable[[date], tuple[Window, ...]],
    ) -> None:
        self._calendar = calendar
        self._zone = zone
        self._windows_on = windows_on
        self._built = range(0)
        self._table = Segments((), NEVER, NEVER)

    def add(self, at: datetime, worked: timedelta) -> datetime:
        """The first moment by which `worked` has passed since `at`.

        No time at all gives `at` itself if open or closing, else the next opening.
        """
        if worked < NOTHING:
            raise ValueError("business time is added forward only")
        table = self._table
        if not table.start < at < table.end:
            table = self._covering(at, at)
        if not worked:
            return self.next_opening(at) if table.closing(at) is None else at
        while (due := table.due(at, worked)) is None:
            table = self._longer(table, at)
        return due

    def next_opening(self, at: datetime) -> datetime:
        table = self._covering(at, at)
        while (opens := table.next_opening(at)) is None:
            table = self._longer(table, at)
        return opens

    def is_open(self, at: datetime) -> bool:
        closes = self._covering(at, at).closing(at)
        return closes is not None and at < closes

    def pieces(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        return self._covering(start, end).between(start, end) if start < end else []

    def between(self, a: datetime, b: datetime) -> timedelta:
        table = self._covering(min(a, b), max(a, b))
        return table.used(b) - table.used(a)

    def _covering(self, first: datetime, last: datetime) -> Segments:
        """A table that begins before the one moment and ends after the other."""
        table = self._table
        if table.start < first and last < table.end:
            return table
        for moment in (first, last):
            check_year(self._calendar, moment)
        return self._build(first.year - 1, last.year + 1)

    def _longer(self, table: Segments, since: datetime) -> Segments:
        idle = table.end - max(since, table.ends[-1])
        if idle >= PATIENCE * DAY:
            raise NoWorkingTime(self._calendar, since.date())
        check_year(self._calendar, table.end)
        return self._build(self._built.start, self._built.stop)

    def _build(self, first: int, last: int) -> Segments:
        """Extend the table to whole local years; a reader always has a whole one."""
        built = self._built or range(first, last + 1)
        years = range(min(first, built.start), max(last + 1, built.stop))
        start, end = (
            boundaries(date(year, 1, 1), [0], self._zone)[0]
            for year in (years.start, years.stop)
        )
        pieces = chain.from_iterable(map(self._pieces, years))
        table = Segments(pieces, start, end)
        self._built, self._table = years, table
        return table

    def _pieces(self, year: int) -> Iterator[tuple[datetime, datetime]]:
        day, end = date(year, 1, 1), date(year + 1, 1, 1)
        while day < end:
            if windows := self._windows_on(day):
                edges = [m for w in windows for m in (w.opens_at, w.closes_at)]
                moments = iter(boundaries(day, edges, self._zone))
                yield from zip(moments, moments, strict=True)
            day += DAY
