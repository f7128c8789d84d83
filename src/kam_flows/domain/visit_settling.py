"""Every slot of an account gets its day: first what is there already, then the rest."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from kam_flows.domain.cadences import Anchor, Cadence, Mode
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.touchpoints import Reason, Touchpoint, TouchpointState, Why
from kam_flows.domain.visit_days import (
    Ground,
    Spot,
    Wish,
    reason,
    spot_at_home,
    spot_nearby,
)
from kam_flows.domain.visit_days import rolled as rolled_day
from kam_flows.domain.visit_house import House
from kam_flows.domain.visit_slots import Known, comes_back

MET = frozenset({TouchpointState.DONE, TouchpointState.MERGED, TouchpointState.PLANNED})


@dataclass(eq=False, kw_only=True, slots=True)
class Line:
    """A slot on its way to a day."""

    cadence: Cadence
    place: int
    """Of the cadence in the policy."""
    key: str
    nominal: int
    stored: Touchpoint | None
    in_charge: str | None
    served_by: Touchpoint | None = None
    """A person has planned another touchpoint that counts for it."""
    rolled: int = 0
    day: int = 0
    owner: str | None = None
    starts: time = time()
    steps: tuple[Reason, ...] = ()
    """How it came to its day; empty: it keeps the one it has."""
    cause: Reason | None = None
    """Why it does not keep it."""


@dataclass(eq=False, kw_only=True, slots=True)
class Trip:
    """What happens at the account on one day while one of us is there."""

    head: Line | Touchpoint
    joined: list[Line] = field(default_factory=list)


class Settling:
    """One account's days. What others have planned stands in the agenda of the house."""

    def __init__(self, known: Known, calendar: WorkCalendar, house: House) -> None:
        self.known, self.house = known, house
        self.today = known.today.toordinal()
        self.trips: dict[int, Trip] = {}
        """By day."""
        self.ground = Ground(
            house=house,
            calendar=calendar.name,
            working=house.working(calendar),
            peak=house.peak(known.account.industry),
            today=self.today,
            own=self.trips,
        )
        self.courses: dict[str, list[tuple[int, int]]] = {}
        """By cadence: the days that slots name, and those that they have."""

    def settle(
        self, lines: Sequence[Line], by_hand: Iterable[Touchpoint], policy: str
    ) -> None:
        """Give each line its day, owner and time, beside what people planned."""
        self._give_back()
        self._remember()
        for one in by_hand:
            if one.minutes:
                self._stay_apart(one)
        homeless = [line for line in lines if line.stored is None]
        for line in sorted((line for line in lines if line.stored), key=_seniority):
            if line.served_by:
                self._serve(line, line.served_by)
            elif not self._stays(line, policy):
                homeless.append(line)
        for line in homeless:
            line.rolled = rolled_day(line.cadence, line.nominal, self.ground)
        for line in sorted(homeless, key=_turn):
            if line.served_by:
                self._serve(line, line.served_by)
            else:
                self._find(line)

    def _give_back(self) -> None:
        """What this account has ahead takes no room until it is settled again."""
        for one in self.known.by_id.values():
            if self._takes_room(one):
                on = one.on.toordinal()
                self.house.agenda.give_back(one.owner or "", on, one.starts)

    def _takes_room(self, one: Touchpoint) -> bool:
        is_planned = one.state is TouchpointState.PLANNED
        return is_planned and one.minutes > 0 and one.on >= self.known.today

    def _remember(self) -> None:
        """Where slots were met that are not settled any more."""
        for code, stored in self.known.slots.items():
            for one in stored:
                if code and not self.known.is_ahead(one) and not comes_back(one):
                    # What counts for a slot counts as if it were on its day.
                    met_on = one.concluded_on or one.on
                    on = met_on if one.state in MET else one.nominal
                    self.enter(code, one.nominal.toordinal(), on.toordinal())

    def enter(self, code: str, nominal: int, on: int) -> None:
        """A slot of this cadence is met on that day."""
        insort(self.courses.setdefault(code, []), (nominal, on))

    def _stay_apart(self, one: Touchpoint) -> None:
        """A person planned it: it is there, whatever else there is."""
        day = one.on.toordinal()
        if one.owner:
            self.house.agenda.take(one.owner, day, one.starts)
        self.trips.setdefault(day, Trip(head=one))

    def _serve(self, line: Line, contact: Touchpoint) -> None:
        day = contact.on.toordinal()
        why = Reason(why=Why.CREDITED, what=contact.number)
        line.steps, line.cause = (reason(Why.SLOT, line.nominal), why), why
        if line.stored and line.stored.on == contact.on:
            line.cause = None
        self._settle(line, Spot(day, line.in_charge, line.steps))

    def _stays(self, line: Line, policy: str) -> bool:
        """Whether what is stored can keep its day."""
        stored = line.stored
        if stored is None or comes_back(stored):
            return False
        day = stored.on.toordinal()
        spot = Spot(day, self._owner_on(line, day), ())
        if stored.pinned:
            self._settle(line, spot)
            return True
        line.cause = self._cause_to_go(line, spot, policy)
        if line.cause is None:
            self._settle(line, spot)
        return line.cause is None

    def _owner_on(self, line: Line, day: int) -> str | None:
        """The deputy who goes already goes on doing so while the owner is away."""
        owner, stored = line.in_charge, line.stored
        if stored and stored.owner != owner and not self.house.is_there(owner, day):
            deputy = self.house.deputy_of(owner)
            if deputy == stored.owner and self.house.is_there(deputy, day):
                return deputy
        return owner

    def _cause_to_go(self, line: Line, spot: Spot, policy: str) -> Reason | None:
        cadence, stored = line.cadence, line.stored
        assert stored is not None
        is_elsewhere = stored.nominal.toordinal() != line.nominal
        is_served_no_more = any(one.why is Why.CREDITED for one in stored.why)
        if is_elsewhere and cadence.mode is Mode.FIXED:
            if cadence.anchor is Anchor.SIGNING:
                return reason(Why.SLOT, line.nominal)
            return Reason(why=Why.POLICY, what=policy)
        if is_elsewhere or is_served_no_more or spot.day < self.today:
            at_home = rolled_day(cadence, line.nominal, self.ground)
            if at_home != spot.day:
                return reason(Why.SLOT, line.nominal)
        if objection := self.ground.objection(cadence, spot.owner, spot.day):
            return objection
        if abs(spot.day - line.nominal) > cadence.tolerance:
            better = self._spot(line)
            if abs(better.day - line.nominal) <= cadence.tolerance:
                return reason(Why.SLOT, line.nominal)
        return None

    def _find(self, line: Line) -> None:
        spot, stored = self._spot(line), line.stored
        if stored and not comes_back(stored) and spot.day == stored.on.toordinal():
            # There is no better day, or only who goes has changed.
            line.cause = None if spot.owner == stored.owner else line.cause
        self._settle(line, spot)

    def _spot(self, line: Line) -> Spot:
        cadence, nominal, owner = line.cadence, line.nominal, line.in_charge
        at_home = spot_at_home(cadence, nominal, owner, self.ground)
        return at_home or spot_nearby(self._wish(line), self.ground)

    def _wish(self, line: Line) -> Wish:
        """Near enough are days within the tolerance that leave no longer gap than
        the cadence and its tolerance, before and behind."""
        cadence, nominal = line.cadence, line.nominal
        first, last = nominal - cadence.tolerance, nominal + cadence.tolerance
        reach, earliest = cadence.longest + cadence.tolerance, self.today
        course = self.courses.get(cadence.code, ())
        place = bisect_left(course, (nominal, 0))
        if place:
            slot, on = course[place - 1]
            if slot + cadence.longest >= nominal:
                if on < nominal:
                    earliest = max(earliest, on + 1)
                if on + reach >= nominal:
                    last = min(last, on + reach)
        if place < len(course):
            slot, on = course[place]
            if nominal + cadence.longest >= slot and on - reach <= nominal:
                first = max(first, on - reach)
        return Wish(
            cadence=cadence,
            nominal=nominal,
            owner=line.in_charge,
            first=max(first, earliest),
            last=last,
            earliest=earliest,
        )

    def _settle(self, line: Line, spot: Spot) -> None:
        line.day, line.owner, line.steps = spot.day, spot.owner, spot.steps
        self.enter(line.cadence.code, line.nominal, spot.day)
        trip = self.trips.get(spot.day) if line.cadence.minutes else None
        if trip and not (line.stored and line.stored.pinned and _is_pinned(trip.head)):
            trip.joined.append(line)
            return
        line.starts = self._starts(line)
        if line.cadence.minutes:
            self.trips.setdefault(spot.day, Trip(head=line))
            if line.owner:
                self.house.agenda.take(line.owner, line.day, line.starts)

    def _starts(self, line: Line) -> time:
        stored = line.stored
        if stored and stored.state is TouchpointState.PLANNED:
            if stored.pinned:
                return stored.starts
            if (stored.on.toordinal(), stored.owner) == (line.day, line.owner):
                return stored.starts
        if not line.cadence.minutes:
            return self.house.rules.starts[0]
        return self.house.free_start(line.owner, line.day)


def _is_pinned(head: Line | Touchpoint) -> bool:
    stored = head.stored if isinstance(head, Line) else head
    return stored is not None and stored.pinned


def _seniority(line: Line) -> tuple[bool, bool, date, int]:
    """Who is on a day first: pinned, then who stands for itself, then who was merged."""
    stored = line.stored
    assert stored is not None
    is_merged = stored.state is TouchpointState.MERGED
    return not stored.pinned, is_merged, stored.on, stored.id


def _turn(line: Line) -> tuple[int, int, int, int]:
    """By the day to go to; who belongs on it goes before who comes from another."""
    return line.rolled, abs(line.rolled - line.nominal), line.place, line.nominal
