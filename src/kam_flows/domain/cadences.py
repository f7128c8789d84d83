"""Cadences: how often a tier gets which touchpoint, as pure arithmetic on dates.

A slot is one occurrence of a cadence: a key that never changes, and the day it names.
What moves a touchpoint off that day is decided elsewhere.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from kam_flows.domain.accounts import Tier
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import TouchpointKind

Slot = tuple[str, date]
"""Its key and the day it names: `("2026-10", 2026-10-15)`."""
MONDAY = date(2026, 1, 5).toordinal()
"""A week from which every second, third … week is counted."""
WEEK, MONTHS = 7, 12
SHORTEST_MONTH = 28


class Unit(StrEnum):
    WEEKS = "weeks"
    MONTHS = "months"


class Mode(StrEnum):
    FIXED = "fixed"
    """A grid that stands whatever happens."""
    ROLLING = "rolling"
    """So long after the last real touchpoint."""


class Anchor(StrEnum):
    """Where a fixed grid begins."""

    CALENDAR = "calendar"
    SIGNING = "signing"


class Roll(StrEnum):
    """Where a touchpoint goes whose day is a day off."""

    FOLLOWING = "following"
    PRECEDING = "preceding"
    FOLLOWING_ELSE_PRECEDING = "following_else_preceding"
    """The next working day, unless that lies in the next month."""


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """One rhythm of one or several tiers."""

    code: str
    titles: Mapping[str, str]
    """By language."""
    kind: TouchpointKind
    also: tuple[TouchpointKind, ...] = ()
    """Other kinds that count for it, too: in `retention` core accounts have a visit or
    a video call a month."""
    every: int
    unit: Unit
    mode: Mode = Mode.FIXED
    anchor: Anchor = Anchor.CALENDAR
    day: int = 1
    """Day of the week (Monday 1) or of the month (to 31, clamped) of a fixed grid."""
    month: int = 1
    """Of a grid of several months: one that has a slot."""
    roll: Roll = Roll.FOLLOWING
    tolerance: int = 0
    """Days from its own day at which a touchpoint still counts for the slot."""
    minutes: int = 60
    owner: TeamRole = TeamRole.LEAD_MANAGER
    participants: tuple[TeamRole, ...] = ()
    with_customer: bool = False
    tiers: tuple[Tier, ...] = ()
    """Of which accounts; empty: of all."""
    from_month: int = 0
    """Life stage: it serves an account after so many months since the signing …"""
    until_month: int | None = None
    """… and up to so many, that day included: in `enterprise` core accounts have three
    monthly briefs, then three quarterly workshops."""
    outside_peak: bool = True
    """Keeps out of the peak season of the account's industry."""

    @property
    def shortest(self) -> int:
        """Days between two slots at least."""
        return _lengths(self.every, self.unit)[0]

    @property
    def longest(self) -> int:
        """Days between two slots at the most."""
        return _lengths(self.every, self.unit)[1]

    def counts(self, kind: TouchpointKind) -> bool:
        """Whether an unplanned touchpoint of this kind counts for it."""
        return kind is self.kind or kind in self.also

    def serves(self, tier: Tier, signed_on: date | None, on: date) -> bool:
        """Whether an account of this tier gets it on that day of the cooperation."""
        first, last = self.stage(signed_on)
        return self.is_for(tier) and first <= on <= last

    def is_for(self, tier: Tier) -> bool:
        return not self.tiers or tier in self.tiers

    def stage(self, signed_on: date | None) -> tuple[date, date]:
        """The first and the last day of the cooperation on which an account gets it.

        An account whose signing is not on record counts as an old one.
        """
        if signed_on is None:
            return date.min, date.max if self.until_month is None else date.min
        first = plus_months(signed_on, self.from_month) + timedelta(1)
        if self.until_month is None:
            return first, date.max
        return first, plus_months(signed_on, self.until_month)


def fixed_slots(
    cadence: Cadence, first: date, last: date, signed_on: date | None = None
) -> Iterator[Slot]:
    """Every slot of a fixed grid whose own day is in `first` … `last`, in order.

    A grid anchored at a signing that is not on record stands where the calendar's does.
    """
    signed = signed_on if cadence.anchor is Anchor.SIGNING else None
    if cadence.unit is Unit.WEEKS:
        yield from _weekly(cadence, first, last, signed)
    else:
        yield from _monthly(cadence, first, last, signed)


def rolling_days(cadence: Cadence, last_real: date, last: date) -> Iterator[date]:
    """The days that follow a real touchpoint, each so long after the one before.

    Counted from the same day each: monthly after the 31st is the 28th, then the 31st.
    """
    number = 1
    while (day := after(cadence, last_real, number)) <= last:
        yield day
        number += 1


def after(cadence: Cadence, day: date, times: int = 1) -> date:
    """The day `times` periods later."""
    if cadence.unit is Unit.WEEKS:
        return day + timedelta(weeks=cadence.every * times)
    return plus_months(day, cadence.every * times)


def plus_months(day: date, months: int) -> date:
    """The same day of the month, or the last one of a shorter month."""
    return _in_month(day.year * MONTHS + day.month - 1 + months, day.day)


def week_key(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_key(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def _weekly(
    cadence: Cadence, first: date, last: date, signed: date | None
) -> Iterator[Slot]:
    step = cadence.every * WEEK
    origin = signed.toordinal() if signed else MONDAY + cadence.day - 1
    day = _next(origin, step, first.toordinal())
    while day <= last.toordinal():
        found = date.fromordinal(day)
        if not signed or found > signed:
            yield week_key(found), found
        day += step


def _monthly(
    cadence: Cadence, first: date, last: date, signed: date | None
) -> Iterator[Slot]:
    origin = signed.year * MONTHS + signed.month - 1 if signed else cadence.month - 1
    day_of_month = signed.day if signed else cadence.day
    begin = first.year * MONTHS + first.month - 1
    month = _next(origin, cadence.every, begin)
    while (found := _in_month(month, day_of_month)) <= last:
        if found >= first and (not signed or found > signed):
            yield month_key(found), found
        month += cadence.every


def _next(origin: int, step: int, start: int) -> int:
    """The first of `origin`, `origin + step`, … that is not before `start`."""
    return start + (origin - start) % step


def _in_month(index: int, day: int) -> date:
    """`index` counts months from the year 0."""
    year, month = divmod(index, MONTHS)
    if day > SHORTEST_MONTH:
        day = min(day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


@cache
def _lengths(every: int, unit: Unit) -> tuple[int, int]:
    """Days of the shortest and of the longest period, leap years among them."""
    if unit is Unit.WEEKS:
        return every * WEEK, every * WEEK
    starts = (plus_months(date(2023, 1, 1), n) for n in range(4 * MONTHS))
    lengths = {(plus_months(start, every) - start).days for start in starts}
    return min(lengths), max(lengths)
