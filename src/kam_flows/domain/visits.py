"""Visits: every account is met as often as promised, on days that can be.

Planning takes what is on record of one account and gives back what changes. What is
planned and still can be keeps its day; what a person chose is never moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from kam_flows.domain.cadences import Anchor, Cadence, Mode
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import (
    PREFIX,
    Reason,
    Touchpoint,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_credits import Creditable, credited
from kam_flows.domain.visit_days import reason
from kam_flows.domain.visit_plans import Act, Change, Plan, Standard, act_of
from kam_flows.domain.visit_settling import Line, Settling
from kam_flows.domain.visit_slots import AHEAD, Known, WantedSlot, wanted
from kam_flows.domain.visit_writing import Writer


def plan_visits(known: Known, calendar: WorkCalendar, standard: Standard) -> Plan:
    """The plan of one account. Raises UserError if it cannot be decided.

    The agenda of the house takes what is planned, and stays as it was on an error.
    """
    with standard.house.agenda.whole_or_not():
        return _Planning(known, calendar, standard).plan()


class _Slot(NamedTuple):
    place: int
    """Of its cadence in the policy."""
    cadence: Cadence
    wanted: WantedSlot


class _Planning:
    def __init__(
        self, known: Known, calendar: WorkCalendar, standard: Standard
    ) -> None:
        self.known, self.standard = known, standard
        self.account, self.today = known.account, known.today
        self.people, self.rules = standard.house.people, standard.house.rules
        self.settling = Settling(known, calendar, standard.house)
        self.changes: list[Change] = []
        self.writer = Writer(
            account=known.account, people=self.people, policy_id=standard.policy_id
        )
        self.in_charge: dict[TeamRole, str | None] = {}

    def plan(self) -> Plan:
        account, horizon = self.account, timedelta(self.rules.horizon)
        house = self.standard.house
        cadences = [
            (place, one)
            for place, one in enumerate(self.rules.cadences)
            if account.active and one.is_for(account.tier)
        ]
        found = [(p, c, wanted(c, self.known, house)) for p, c in cadences]
        slots = [_Slot(p, c, slot) for p, c, all_ in found for slot in all_.slots]
        self.cancel_others(slots)
        self.miss_with_others()
        lines = self.lines(slots)
        self.settling.settle(lines, self.by_hand(), self.standard.policy)
        self.write_down(lines)
        until = self.today + horizon
        nexts = [all_.next_on for _, _, all_ in found if all_.next_on]
        return Plan(
            changes=self.changes,
            served=frozenset(cadence.code for _, cadence in cadences),
            planned_until=max(until, self.known.planned_until or until),
            look_on=min(nexts) - horizon if nexts else None,
        )

    def cancel_others(self, slots: Sequence[_Slot]) -> None:
        """What lies ahead and no cadence asks for any more."""
        kept = {slot.wanted.stored.id for slot in slots if slot.wanted.stored}
        for one in self.known.by_id.values():
            if one.cadence and self.known.is_ahead(one) and one.id not in kept:
                why = self.why_unwanted(one)
                self.conclude(one, one, TouchpointState.CANCELLED, why)

    def why_unwanted(self, one: Touchpoint) -> Reason:
        account, cadence = self.account, self.rules.cadence(one.cadence)
        if not account.active:
            return Reason(why=Why.INACTIVE)
        if cadence and not cadence.is_for(account.tier):
            return Reason(why=Why.TIER, what=account.tier)
        if cadence:
            first, last = cadence.stage(account.signed_on)
            is_grown = not first <= one.nominal <= last
            if is_grown or cadence.anchor is Anchor.SIGNING:
                return Reason(why=Why.STAGE)
        return Reason(why=Why.POLICY, what=self.standard.policy)

    def miss_with_others(self) -> None:
        """What was to be served by a touchpoint that fell through was missed as well."""
        for one in self.known.by_id.values():
            if self.known.is_let_down(one) and not self.known.is_ahead(one):
                why = Reason(why=Why.MERGED, what=f"{PREFIX}{one.merged_into}")
                self.conclude(one, one, TouchpointState.MISSED, why)

    def by_hand(self) -> Iterator[Touchpoint]:
        """What people planned and lies ahead; a leaver's goes to the lead manager."""
        for one in self.known.slots.get("", ()):
            if one.is_open and one.on >= self.today:
                owner = self.people.get(one.owner or "")
                if owner is None or owner.active:
                    yield one
                else:
                    yield self.pass_on(one)

    def pass_on(self, one: Touchpoint) -> Touchpoint:
        lead = self.owner(TeamRole.LEAD_MANAGER)
        why = Reason(why=Why.OWNER, what=lead or "")
        after = replace(one, owner=lead, moves=one.moves + 1, why=(*one.why, why))
        self.changes.append(Change(one, after, Act.PASSED_ON, why))
        return after

    def conclude(
        self,
        before: Touchpoint | None,
        one: Touchpoint,
        state: TouchpointState,
        why: Reason,
        on: date | None = None,
    ) -> None:
        after = replace(
            one,
            state=state,
            merged_into=None,
            concluded_on=on or self.known.on,
            why=(*one.why, why),
        )
        self.changes.append(Change(before, after, Act(state.value), why))

    def lines(self, slots: Sequence[_Slot]) -> list[Line]:
        """Lines for the slots that nothing serves yet and that are not too late."""
        by_contacts: Mapping[tuple[str, str], Touchpoint] = {}
        if self.known.slots.get(""):
            passed = list(self.passed())
            by_contacts = credited([*self.creditable(slots, passed)], self.known)
            for slot in passed:
                if contact := by_contacts.get(slot_of(slot)):
                    self.credit(slot, contact)
        lines = []
        for slot in slots:
            contact = by_contacts.get(slot_of(slot)) if by_contacts else None
            if (contact and self.credit(slot, contact)) or self.is_too_late(slot):
                nominal = slot.wanted.nominal.toordinal()
                self.settling.enter(slot.cadence.code, nominal, nominal)
            else:
                lines.append(self.line(slot, contact))
        return lines

    def creditable(
        self, slots: Sequence[_Slot], passed: Sequence[_Slot]
    ) -> Iterator[Creditable]:
        for _, cadence, slot in [*slots, *passed]:
            if cadence.mode is Mode.FIXED and not (slot.stored and slot.stored.pinned):
                yield Creditable(cadence, slot.key, slot.nominal)

    def passed(self) -> Iterator[_Slot]:
        """Slots that were missed, or not recorded: something else may have served."""
        for place, cadence in enumerate(self.rules.cadences):
            for one in self.known.slots.get(cadence.code, ()):
                is_open = one.state in AHEAD and one.on < self.today
                is_open = is_open and not self.known.took_place_on(one)
                if is_open or one.state is TouchpointState.MISSED:
                    slot = WantedSlot(key=one.slot, nominal=one.nominal, stored=one)
                    yield _Slot(place, cadence, slot)

    def credit(self, slot: _Slot, contact: Touchpoint) -> bool:
        """Whether it counts for the slot; what is only planned may yet fall through."""
        on = self.known.took_place_on(contact)
        if on is None:
            return False
        why = Reason(why=Why.CREDITED, what=contact.number)
        stored = slot.wanted.stored
        one = stored or self.new(slot)
        self.conclude(stored, one, TouchpointState.CREDITED, why, on)
        return True

    def is_too_late(self, slot: _Slot) -> bool:
        """Nothing ran while it could have been planned: it counts as missed."""
        _, cadence, one = slot
        if one.stored or one.nominal >= self.today:
            return False
        if one.nominal + timedelta(cadence.tolerance) >= self.today:
            return False
        why = Reason(why=Why.LATE, what=one.nominal.isoformat())
        self.conclude(None, self.new(slot), TouchpointState.MISSED, why)
        return True

    def new(self, slot: _Slot) -> Touchpoint:
        """A slot that is stored with its own day, as it needs no other."""
        line = self.line(slot)
        line.day, line.owner = line.nominal, line.in_charge
        line.starts = self.rules.starts[0]
        line.steps = (reason(Why.SLOT, line.nominal),)
        return self.writer.touchpoint(line, None)

    def line(self, slot: _Slot, served_by: Touchpoint | None = None) -> Line:
        return Line(
            cadence=slot.cadence,
            place=slot.place,
            key=slot.wanted.key,
            nominal=slot.wanted.nominal.toordinal(),
            stored=slot.wanted.stored,
            in_charge=self.owner(slot.cadence.owner),
            served_by=served_by,
        )

    def owner(self, role: TeamRole) -> str | None:
        if role not in self.in_charge:
            self.in_charge[role] = self.account.in_charge(role, self.people)
        return self.in_charge[role]

    def write_down(self, lines: Sequence[Line]) -> None:
        trips = list(self.settling.trips.values())
        written = self.writer.touchpoints(lines, trips)
        for line, after in zip(lines, written, strict=True):
            if after != line.stored:
                act = act_of(line.stored, after)
                why = line.cause or after.why[-1]
                if act is Act.RENEWED:
                    why = Reason(why=Why.POLICY, what=self.standard.policy)
                self.changes.append(Change(line.stored, after, act, why))


def slot_of(slot: _Slot) -> tuple[str, str]:
    return slot.cadence.code, slot.wanted.key
