"""What a service standard says about touchpoints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from fractions import Fraction

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import Cadence
from kam_flows.domain.durations import Duration

DayOfYear = tuple[int, int]
"""Month and day."""


@dataclass(frozen=True, kw_only=True)
class Peak:
    """The time of a year in which an industry has no time for us, both days included."""

    first: DayOfYear
    last: DayOfYear
    """May lie in the next year (11-20 to 01-05)."""

    def covers(self, day: date) -> bool:
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True, kw_only=True)
class VisitRules:
    """Cadences, and what holds for all of them."""

    cadences: tuple[Cadence, ...]
    horizon: int = 90
    """Days ahead that are planned."""
    per_day: int = 4
    """Touchpoints of one owner on one day at the most; what takes no time is not counted."""
    starts: tuple[time, ...] = (time(10), time(14), time(15, 30), time(17))
    """Local times at which an owner's first, second … touchpoint of a day begins."""
    brief_ahead: Duration
    """How long before a touchpoint its owner gets the brief."""
    invite_ahead: Duration
    """How long before a touchpoint our side gets a calendar invitation."""
    remind_after: Duration
    """How long after its day an unrecorded touchpoint is asked for."""
    missed_after: Duration
    """How long after its day an unrecorded touchpoint is missed."""
    promise_ahead: Duration
    """How long before its day a promise is brought to mind."""
    goal: Fraction = Fraction(9, 10)
    """Share of what was planned that has to take place."""
    goals: Mapping[Tier, Fraction] = field(default_factory=dict)
    """Tiers with a goal of their own."""
    headline: tuple[str, ...] = ()
    """Codes of the cadences whose completion is told first; empty: of all."""
    peaks: Mapping[str, tuple[Peak, ...]] = field(default_factory=dict)
    """By industry, as accounts name theirs."""

    def of(self, tier: Tier, signed_on: date | None, on: date) -> tuple[Cadence, ...]:
        """The cadences that serve such an account on that day."""
        return tuple(
            cadence for cadence in self.cadences if cadence.serves(tier, signed_on, on)
        )

    def cadence(self, code: str) -> Cadence | None:
        return next((one for one in self.cadences if one.code == code), None)

    def goal_of(self, tier: Tier) -> Fraction:
        return self.goals.get(tier, self.goal)
