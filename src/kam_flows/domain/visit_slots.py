"""Which slots an account has to have, from its rhythms and from what has taken place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import starmap
from typing import NamedTuple

from kam_flows.domain.accounts import Account
from kam_flows.domain.cadences import Cadence, Mode, Slot, after
from kam_flows.domain.touchpoints import REAL, Touchpoint, TouchpointState, Why
from kam_flows.domain.visit_house import House
from kam_flows.domain.visit_rules import VisitRules

DAY = timedelta(days=1)
AHEAD = frozenset({TouchpointState.PLANNED, TouchpointState.MERGED})
"""States of what is still to come."""
FALLEN = frozenset({TouchpointState.MISSED, TouchpointState.CANCELLED})
BY_PLANNING = frozenset({Why.TIER, Why.STAGE, Why.POLICY, Why.INACTIVE})
"""Why planning cancels; a slot that is wanted again comes back."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is on record of an account's touchpoints, found quickly."""

    account: Account
    on: date
    """The day of planning, where the account is."""
    today: date
    """The first day that can be planned: the same, or if that is well on, the next."""
    served: frozenset[str] = frozenset()
    """Codes of the cadences of its last plan."""
    planned_until: date | None = None
    """The last day that was ever planned."""
    slots: Mapping[str, Sequence[Touchpoint]]
    """By cadence, in the order of their keys; "" are those that none asked for."""
    by_id: Mapping[int, Touchpoint]
    highest: Mapping[str, str]
    """By rolling cadence: the last slot there ever was, `r0012`."""

    @classmethod
    def of(
        cls,
        account: Account,
        today: date,
        touchpoints: Sequence[Touchpoint] = (),
        *,
        on: date | None = None,
        served: frozenset[str] = frozenset(),
        planned_until: date | None = None,
        highest: Mapping[str, str] | None = None,
    ) -> "Known":
        """`highest` may be left out where `touchpoints` are all there are."""
        slots: dict[str, list[Touchpoint]] = {}
        for one in sorted(touchpoints, key=lambda one: (one.slot, one.id)):
            slots.setdefault(one.cadence, []).append(one)
        return cls(
            account=account,
            on=on or today,
            today=today,
            served=served,
            planned_until=planned_until,
            slots=slots,
            by_id={one.id: one for one in touchpoints},
            highest=highest or {code: some[-1].slot for code, some in slots.items()},
        )

    def is_ahead(self, touchpoint: Touchpoint) -> bool:
        if touchpoint.state in AHEAD and touchpoint.on >= self.today:
            return True
        return self.is_let_down(touchpoint) and touchpoint.nominal >= self.today

    def is_let_down(self, touchpoint: Touchpoint) -> bool:
        """It was to be served by another one, which fell through."""
        if touchpoint.state is not TouchpointState.MERGED:
            return False
        other = self.by_id.get(touchpoint.merged_into or 0)
        return other is not None and other.state in FALLEN

    def took_place_on(self, touchpoint: Touchpoint) -> date | None:
        """The day, if the account was in touch with us."""
        if touchpoint.state is TouchpointState.MERGED:
            other = self.by_id.get(touchpoint.merged_into or 0)
            return self.took_place_on(other) if other else None
        if touchpoint.state in REAL:
            return touchpoint.concluded_on or touchpoint.on
        return None


class WantedSlot(NamedTuple):
    key: str
    nominal: date
    stored: Touchpoint | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The slots of one cadence, and the day that the next one after them names."""

    slots: Sequence[WantedSlot]
    next_on: date | None


def wanted(cadence: Cadence, known: Known, house: House) -> Wanted:
    """Slots that lie ahead, and those since the last plan that nobody has seen to.

    What took place, was missed or was cancelled by a person is not wanted again.
    """
    horizon = known.today + timedelta(house.rules.horizon)
    until = max(horizon, known.planned_until or known.today)
    if cadence.mode is Mode.ROLLING:
        return _rolling(cadence, known, until)
    return Wanted(
        slots=_fixed(cadence, known, house, until),
        next_on=_next_fixed(cadence, known.account.signed_on, house, until),
    )


def looked_back(rules: VisitRules) -> int:
    """So many days back touchpoints still decide about what is wanted."""
    return max((one.longest + 2 * one.tolerance for one in rules.cadences), default=0)


def comes_back(touchpoint: Touchpoint) -> bool:
    """Cancelled, but not by a person."""
    return (
        touchpoint.state is TouchpointState.CANCELLED
        and bool(touchpoint.why)
        and touchpoint.why[-1].why in BY_PLANNING
    )


def _fixed(
    cadence: Cadence, known: Known, house: House, until: date
) -> Sequence[WantedSlot]:
    signed_on, today = known.account.signed_on, known.today
    since = today
    if known.planned_until and cadence.code in known.served:
        since = min(known.planned_until + DAY, today)
    first, last = cadence.stage(signed_on)
    stored = known.slots.get(cadence.code, ())
    begin = min([since, *(one.nominal for one in stored if known.is_ahead(one))])
    slots = house.slots(cadence, max(begin, first), min(until, last), signed_on)
    if not stored:
        return list(starmap(WantedSlot, slots))
    return list(_beside(stored, slots, known, since))


def _beside(
    stored: Sequence[Touchpoint], slots: Sequence[Slot], known: Known, since: date
) -> Iterator[WantedSlot]:
    by_key = {one.slot: one for one in stored}
    for key, nominal in slots:
        there = by_key.get(key)
        if there is None or comes_back(there):
            if nominal >= since:
                yield WantedSlot(key, nominal, there)
        elif known.is_ahead(there):
            yield WantedSlot(key, nominal, there)


def _next_fixed(
    cadence: Cadence, signed_on: date | None, house: House, until: date
) -> date | None:
    first, last = cadence.stage(signed_on)
    begin = max(until + DAY, first)
    end = min(begin + timedelta(2 * cadence.longest), last)
    return next((day for _, day in house.slots(cadence, begin, end, signed_on)), None)


def _rolling(cadence: Cadence, known: Known, until: date) -> Wanted:
    """At least the next one, so that it is on record from when it counts."""
    ahead = [one for one in known.slots.get(cadence.code, ()) if known.is_ahead(one)]
    number = int(known.highest.get(cadence.code, "r0")[1:])
    _, last = cadence.stage(known.account.signed_on)
    day, times = _origin(cadence, known, ahead)
    slots: list[WantedSlot] = []
    is_enough = False
    while True:
        nominal = after(cadence, day, times)
        if nominal > last:
            return Wanted(slots=slots, next_on=None)
        if not ahead and is_enough and nominal > until:
            return Wanted(slots=slots, next_on=nominal)
        if ahead:
            one = ahead.pop(0)
            slots.append(WantedSlot(key=one.slot, nominal=nominal, stored=one))
            if one.pinned:
                # What follows counts from the day that a person chose.
                slots[-1] = WantedSlot(key=one.slot, nominal=one.nominal, stored=one)
                day, times = one.on, 0
        else:
            number += 1
            slots.append(WantedSlot(key=f"r{number:04}", nominal=nominal))
        is_enough = is_enough or nominal >= known.today
        times += 1


def _origin(
    cadence: Cadence, known: Known, ahead: Sequence[Touchpoint]
) -> tuple[date, int]:
    """From which day the next slot counts, and how many periods after it it stands."""
    if cadence.code not in known.served and not ahead:
        return _beginning(cadence, known), 0
    counted = [*_counted(cadence, known)]
    unplanned = [
        day
        for one in known.slots.get("", ())
        if cadence.counts(one.kind) and (day := known.took_place_on(one))
    ]
    if counted or not ahead:
        if not (days := counted + unplanned):
            return _beginning(cadence, known), 0
        return max(days), 1
    # The rhythm has just begun: only what took place since then puts it off.
    later = [day for day in unplanned if after(cadence, day) > ahead[0].nominal]
    return (max(later), 1) if later else (ahead[0].nominal, 0)


def _counted(cadence: Cadence, known: Known) -> Iterator[date]:
    """The days of its slots that are over, since the rhythm began.

    A missed one counts from its own day, and so does one that is not recorded yet:
    the next is not due in the past.
    """
    stored = known.slots.get(cadence.code, ())
    begun = max((n for n, one in enumerate(stored) if comes_back(one)), default=-1)
    for one in stored[begun + 1 :]:
        if not known.is_ahead(one):
            yield known.took_place_on(one) or one.on


def _beginning(cadence: Cadence, known: Known) -> date:
    """The first slot of a rhythm that begins: a period after the last real touchpoint.

    If there is none, after the signing; if that is long ago, from today.
    """
    account, today = known.account, known.today
    every = (one for some in known.slots.values() for one in some)
    real = [day for one in every if (day := known.took_place_on(one))]
    if real:
        first = max(after(cadence, max(real)), today)
    else:
        signed = account.signed_on or today
        first = after(cadence, signed)
        if first < today:
            first = after(cadence, today)
    begins, _ = cadence.stage(account.signed_on)
    return max(first, begins)
