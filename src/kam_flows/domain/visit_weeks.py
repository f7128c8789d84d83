"""The week: everybody knows on its first morning whom they meet, managers what was missed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from kam_flows.domain.account_pages import Promised
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.invitations import Entry
from kam_flows.domain.people import Directory, above
from kam_flows.domain.touchpoints import Touchpoint
from kam_flows.domain.visit_briefs import ahead_until

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


class Week(NamedTuple):
    """Monday to Sunday."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> "Week":
        first = day - day.weekday() * DAY
        return cls(first, first + 6 * DAY)

    @property
    def before(self) -> "Week":
        return Week(self.first - WEEK, self.last - WEEK)

    @property
    def code(self) -> str:
        """As calendars number it: `2026-W47`."""
        year, number, _ = self.first.isocalendar()
        return f"{year}-W{number:02}"

    def days(self) -> list[date]:
        return [self.first + n * DAY for n in range(7)]


@dataclass(frozen=True, kw_only=True)
class WeekVisit:
    """A touchpoint as the mail of a week shows it."""

    number: str
    entry: Entry
    owner: str
    """Name of whose it is."""
    brief_on: date | None = None
    """The day its brief comes; `None`: it has come, or none comes."""
    is_briefed: bool = False
    record: str | None = None
    """The form that records it, where nobody has yet."""


@dataclass(frozen=True, kw_only=True)
class TeamMember:
    """Somebody's week as their manager sees it."""

    name: str
    visits: int
    unrecorded: int
    missed: int
    """Last week."""


@dataclass(frozen=True, kw_only=True)
class OwedPromise:
    """A promise that is late or due this week."""

    promise: Promised
    account_name: str


def is_told_on(today: date, calendar: WorkCalendar, *, told: bool) -> bool:
    """On the first working day of a week; after an outage on the next one.

    `told`: something was told of this week already.
    """
    if not calendar.is_working_day(today):
        return False
    working = [d for d in Week.of(today).days() if calendar.is_working_day(d)]
    return today == working[0] or not told


def brief_day(calendar: WorkCalendar, ahead: Duration, on: date) -> date:
    """The first working day on which the brief of that day's touchpoint is due."""
    day, found = on, on
    while ahead_until(calendar, ahead, day) >= on:
        if calendar.is_working_day(day):
            found = day
        day -= DAY
    return found


def below(
    touchpoints: Iterable[Touchpoint], people: Directory
) -> Mapping[str, set[str]]:
    """Who stands above the owners of these, with the owners below each of them."""
    found: dict[str, set[str]] = {}
    for owner in {one.owner for one in touchpoints if one.owner}:
        for manager in above(owner, people):
            found.setdefault(manager, set()).add(owner)
    return found
