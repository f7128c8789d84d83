"""Which day a touchpoint can have: working days, peak seasons, absences, full days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from kam_flows.domain.cadences import Cadence, Roll
from kam_flows.domain.calendar import NoWorkingTime
from kam_flows.domain.errors import UserError
from kam_flows.domain.touchpoints import Reason, Why
from kam_flows.domain.visit_house import Answers, House

PATIENCE = 2 * 366
"""So many days ahead a day is looked for."""


class NoRoom(UserError):
    """Nothing else can be planned for somebody."""

    def __init__(self, owner: str | None, since: int) -> None:
        super().__init__(
            "{owner} has no room for another touchpoint within two years of {day}; let "
            "somebody else serve the account, or raise `per_day` of the policy.",
            owner=owner,
            day=date.fromordinal(since),
        )


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One account's days. `own` are those on which somebody is there anyway."""

    house: House
    calendar: str
    working: Answers
    peak: Answers
    today: int
    """The first day that can be planned."""
    own: Mapping[int, object]

    def objection(self, cadence: Cadence, owner: str | None, day: int) -> Reason | None:
        """Why this touchpoint cannot be on this day; `None` if it can."""
        if not self.working[day]:
            return reason(Why.DAY_OFF, day)
        if cadence.outside_peak and self.peak[day]:
            return reason(Why.PEAK, day)
        if not self.house.is_there(owner, day):
            return Reason(why=Why.ABSENT, what=owner or "")
        if not self.has_room(cadence, owner, day):
            return reason(Why.FULL, day)
        return None

    def has_room(self, cadence: Cadence, owner: str | None, day: int) -> bool:
        """What takes no time, or happens while somebody is there, always has room."""
        return not cadence.minutes or day in self.own or self.house.has_room(owner, day)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A slot in search of its day, and the days that are near enough."""

    cadence: Cadence
    nominal: int
    owner: str | None
    first: int
    last: int
    earliest: int
    """Even if no day is near enough: not in the past, nor before the slot before it."""


class Spot(NamedTuple):
    """A day, who goes, and the steps that led there."""

    day: int
    owner: str | None
    steps: tuple[Reason, ...]


@cache
def reason(why: Why, day: int) -> Reason:
    return Reason(why=why, what=date.fromordinal(day).isoformat())


@cache
def _its_own(day: int) -> tuple[Reason, ...]:
    return (reason(Why.SLOT, day),)


def rolled(cadence: Cadence, nominal: int, ground: Ground) -> int:
    """The working day to which a slot belongs that has no other trouble."""
    day = max(nominal, ground.today)
    if ground.working[day]:
        return day
    following = _search(ground, day, 1)
    if cadence.roll is Roll.FOLLOWING or day > nominal:
        return following
    if cadence.roll is Roll.FOLLOWING_ELSE_PRECEDING:
        months = [date.fromordinal(one).month for one in (day, following)]
        if months[0] == months[1]:
            return following
    return _search(ground, day, -1)


def spot_at_home(
    cadence: Cadence, nominal: int, owner: str | None, ground: Ground
) -> Spot | None:
    """The slot's own day, which most can have."""
    if nominal < ground.today or ground.objection(cadence, owner, nominal):
        return None
    return Spot(nominal, owner, _its_own(nominal))


def spot_nearby(wish: Wish, ground: Ground) -> Spot:
    """Another day, as near as can be. The owner's limit and working days hold always.

    Raises NoRoom, or NoWorkingTime of a calendar that never opens.
    """
    return _Way(wish, ground).walk()


class _Way:
    """The steps from a slot's own day to one that can be."""

    def __init__(self, wish: Wish, ground: Ground) -> None:
        self.wish, self.ground = wish, ground
        self.cadence, self.owner = wish.cadence, wish.owner
        self.day, self.steps = wish.nominal, [reason(Why.SLOT, wish.nominal)]

    def walk(self) -> Spot:
        self.off_days_off()
        if self.cadence.outside_peak and self.ground.peak[self.day]:
            self.out_of_peak()
        if not self.is_there(self.day):
            self.past_absence()
        if not self.has_room(self.day):
            self.to_room()
        if not self.wish.first <= self.day <= self.wish.last:
            self.steps.append(Reason(why=Why.BEYOND))
        return Spot(self.day, self.owner, tuple(self.steps))

    def off_days_off(self) -> None:
        nominal, ground = self.wish.nominal, self.ground
        if nominal < ground.today:
            self.steps.append(reason(Why.LATE, nominal))
        elif not ground.working[nominal]:
            self.steps.append(reason(Why.DAY_OFF, nominal))
        self.day = rolled(self.cadence, nominal, ground)
        if not self.wish.first <= self.day <= self.wish.last:
            self.move(self.near(ground.working.__getitem__))

    def out_of_peak(self) -> None:
        self.steps.append(reason(Why.PEAK, self.day))
        if not self.move(self.near(self.is_open)):
            ahead = range(self.day + 1, self.day + PATIENCE)
            self.move(next(filter(self.is_open, ahead), None))

    def past_absence(self) -> None:
        away = self.owner or ""
        self.steps.append(Reason(why=Why.ABSENT, what=away))
        if self.move(self.near(lambda d: self.is_open(d) and self.is_there(d))):
            return
        deputy = self.ground.house.deputy_of(away)
        if deputy and self.ground.house.is_there(deputy, self.day):
            self.owner = deputy
            self.steps.append(Reason(why=Why.DEPUTY, what=deputy))
        else:
            self.move(self.beyond(lambda d: self.is_open(d) and self.is_there(d)))

    def to_room(self) -> None:
        self.steps.append(reason(Why.FULL, self.day))
        if not self.move(self.near(self.fits)) and not self.move(
            self.beyond(self.fits)
        ):
            raise NoRoom(self.owner, self.day)

    def move(self, day: int | None) -> bool:
        if day is not None:
            self.day = day
        return day is not None

    def near(self, fits: Callable[[int], bool]) -> int | None:
        """The nearest day that is near enough; the later of two."""
        first, last = self.wish.first, self.wish.last
        for distance in range(1, max(self.day - first, last - self.day) + 1):
            for day in (self.day + distance, self.day - distance):
                if first <= day <= last and fits(day):
                    return day
        return None

    def beyond(self, fits: Callable[[int], bool]) -> int | None:
        """The nearest day farther away; the later of two."""
        for distance in range(1, PATIENCE):
            for day in (self.day + distance, self.day - distance):
                if day >= self.wish.earliest and fits(day):
                    return day
        return None

    def is_open(self, day: int) -> bool:
        return self.ground.working[day] and not (
            self.cadence.outside_peak and self.ground.peak[day]
        )

    def is_there(self, day: int) -> bool:
        return self.ground.house.is_there(self.owner, day)

    def has_room(self, day: int) -> bool:
        return self.ground.has_room(self.cadence, self.owner, day)

    def fits(self, day: int) -> bool:
        return self.is_open(day) and self.is_there(day) and self.has_room(day)


def _search(ground: Ground, day: int, step: int) -> int:
    for distance in range(1, PATIENCE):
        if ground.working[day + step * distance]:
            return day + step * distance
    raise NoWorkingTime(ground.calendar, date.fromordinal(day))
