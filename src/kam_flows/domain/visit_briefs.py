"""Visit briefs: whoever meets an account knows by then all that is on record about it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction

from kam_flows.domain.account_file import FileEntry, Transaction
from kam_flows.domain.account_pages import Promised
from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.cadences import plus_months
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.notices import TicketFacts
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.touchpoints import (
    Outcome,
    Signal,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
)
from kam_flows.domain.wall_time import instant

WAYS = (Dimension.COMMUNICATION, Dimension.COLLABORATION, Dimension.DECISION_CHAIN)
"""What the survey says about dealing with the people there."""
LATEST = 3
"""Touchpoints that a brief looks back on."""
NEAR = timedelta(days=30)
"""How far ahead of a visit a birthday or an anniversary is still worth a word."""
FRESH = timedelta(days=90)
"""How long a signal is taken up again."""


class NearDateKind(StrEnum):
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    """Of the cooperation."""


@dataclass(frozen=True, kw_only=True)
class NearDate:
    kind: NearDateKind
    on: date
    name: str = ""
    """Whose birthday it is."""
    years: int = 0
    """How many years of cooperation."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """Another touchpoint that the same trip serves."""

    number: str
    kind: TouchpointKind
    title: str


@dataclass(frozen=True, kw_only=True)
class Past:
    """A touchpoint that was to take place, and what came of it."""

    number: str
    kind: TouchpointKind
    title: str
    on: date
    owner: str
    outcome: Outcome | None
    """`None`: nothing is on record."""


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Orders less returns of the last twelve months and of those before."""

    currency: str
    now: Fraction
    before: Fraction

    @property
    def change(self) -> Fraction | None:
        """-1/4 for a quarter less; `None` where there was nothing to compare with."""
        return self.now / self.before - 1 if self.before > 0 else None


@dataclass(frozen=True, kw_only=True)
class Brief:
    """All that one page can say before a touchpoint."""

    number: str
    kind: TouchpointKind
    title: str
    """In the reader's language; empty: it has no other name than its kind."""
    account: str
    account_name: str
    tier: Tier
    industry: str
    city: str
    signed_on: date | None
    on: date
    starts: time
    minutes: int
    zone: str
    """Name of the time zone in which it starts."""
    owner: str
    participants: tuple[str, ...]
    """Names of those who come along."""
    with_customer: bool
    again: bool
    """Its day, time or owner has changed since the last brief."""
    served: tuple[Served, ...]
    contacts: tuple[Contact, ...]
    """Those who decide first."""
    ways: tuple[Answer, ...]
    red_lines: Answer | None
    needs: tuple[FileEntry, ...]
    past: tuple[Past, ...]
    """The newest first."""
    tickets: tuple[TicketFacts, ...]
    promises: tuple[Promised, ...]
    """Late ones first, then those due soonest."""
    contracts: tuple[Transaction, ...]
    """With a known end, the soonest first."""
    trends: tuple[Trend, ...]
    gaps: tuple[Dimension, ...]
    dates: tuple[NearDate, ...]
    signals: tuple[Signal, ...]
    """The newest first; `by` is the name of who saw it."""
    as_of: datetime

    @property
    def satisfaction(self) -> tuple[int, ...]:
        """Of the last touchpoints that have it, the oldest first."""
        return tuple(
            past.outcome.satisfaction
            for past in reversed(self.past)
            if past.outcome and past.outcome.satisfaction is not None
        )


def ahead_until(calendar: WorkCalendar, ahead: Duration, today: date) -> date:
    """The last day whose touchpoints lie no further ahead than that today."""
    midnight = instant(datetime.combine(today, time()), calendar.timezone)
    return calendar.add(midnight, ahead).astimezone(calendar.timezone).date()


def starts_at(touchpoint: Touchpoint, calendar: WorkCalendar) -> datetime:
    wall = datetime.combine(touchpoint.on, touchpoint.starts)
    return instant(wall, calendar.timezone)


def needs_brief(
    touchpoint: Touchpoint,
    told: int | None,
    until: date,
    calendar: WorkCalendar,
    now: datetime,
) -> bool:
    """Whether its owner is to be briefed now: once, and again when it was moved since.

    `told` is the number of moves by the last brief. What takes no time, such as
    a survey by mail, needs nobody to be prepared. What should have been told earlier is
    told as long as the touchpoint lies ahead.
    """
    return (
        touchpoint.state is TouchpointState.PLANNED
        and touchpoint.minutes > 0
        and (told is None or told < touchpoint.moves)
        and touchpoint.on <= until
        and starts_at(touchpoint, calendar) > now
    )


def near_dates(
    contacts: Iterable[Contact], signed_on: date | None, today: date, visit: date
) -> tuple[NearDate, ...]:
    """Birthdays and the anniversary from today to thirty days after the visit."""
    last = visit + NEAR
    found = [
        NearDate(kind=NearDateKind.BIRTHDAY, on=on, name=contact.name)
        for contact in contacts
        if contact.birthday
        for on, _ in _yearly(contact.birthday, today, last)
    ]
    found += [
        NearDate(kind=NearDateKind.ANNIVERSARY, on=on, years=years)
        for on, years in (_yearly(signed_on, today, last) if signed_on else ())
        if years
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.kind, one.name)))


def _yearly(day: date, first: date, last: date) -> Iterator[tuple[date, int]]:
    """Its anniversaries in `first` … `last`; that of a leap day is February 28."""
    for year in range(first.year, last.year + 1):
        years = year - day.year
        on = plus_months(day, 12 * years)
        if first <= on <= last and years >= 0:
            yield on, years


def late_first(promises: Iterable[Promised]) -> tuple[Promised, ...]:
    return tuple(
        sorted(
            promises,
            key=lambda one: (not one.is_late, str(one.entry.due_on), one.entry.id),
        )
    )


def ends_ahead(contracts: Sequence[Transaction], today: date) -> Sequence[Transaction]:
    """Of contracts by their end, those still running; if none is, the last that was."""
    running = [one for one in contracts if one.ends_on and one.ends_on >= today]
    return running or contracts[-1:]
