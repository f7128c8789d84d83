"""Slots that have their day, as touchpoints to store."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kam_flows.domain.accounts import Account
from kam_flows.domain.cadences import Cadence
from kam_flows.domain.people import Directory
from kam_flows.domain.touchpoints import Reason, Touchpoint, TouchpointState, Why
from kam_flows.domain.visit_days import reason
from kam_flows.domain.visit_settling import Line, Trip

PASSING = frozenset({Why.MERGED, Why.CREDITED})
"""Reasons that go with what they name."""


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes for one account; ids of what is new are below 0."""

    account: Account
    people: Directory
    policy_id: int | None
    _ids: dict[Line, int] = field(default_factory=dict)

    def touchpoints(
        self, lines: Sequence[Line], trips: Sequence[Trip]
    ) -> list[Touchpoint]:
        """One for each line."""
        shared = [trip for trip in trips if trip.joined]
        if not shared:
            return [self.touchpoint(line, None) for line in lines]
        joined = {one: trip for trip in shared for one in trip.joined}
        heads = {trip.head: trip for trip in shared}
        written = []
        for line in lines:
            one = self.touchpoint(line, joined.get(line))
            if trip := heads.get(line):
                one = self.together(one, trip)
            written.append(one)
        return written

    def touchpoint(self, line: Line, trip: Trip | None) -> Touchpoint:
        """As it is stored: on its day, by itself or as part of the trip."""
        stored, cadence = line.stored, line.cadence
        if stored and trip is None and self._is_as_it_was(line, stored):
            return stored
        starts, state, into = line.starts, TouchpointState.PLANNED, None
        merged: tuple[Reason, ...] = ()
        if trip:
            starts, into = trip.head.starts, self.id_of(trip.head)
            state, merged = TouchpointState.MERGED, (reason(Why.MERGED, line.day),)
        if stored is None:
            return Touchpoint(
                id=self.id_of(line),
                account=self.account.code,
                cadence=cadence.code,
                slot=line.key,
                kind=cadence.kind,
                nominal=date.fromordinal(line.nominal),
                on=date.fromordinal(line.day),
                starts=starts,
                minutes=cadence.minutes,
                owner=line.owner,
                participants=self.participants(cadence, line.owner),
                with_customer=cadence.with_customer,
                state=state,
                merged_into=into,
                why=line.steps + merged,
                policy_id=self.policy_id,
            )
        on = date.fromordinal(line.day)
        is_moved = (stored.on, stored.owner) != (on, line.owner)
        return replace(
            stored,
            kind=cadence.kind,
            nominal=date.fromordinal(line.nominal) if line.steps else stored.nominal,
            on=on,
            starts=starts,
            minutes=cadence.minutes,
            owner=line.owner,
            participants=self.participants(cadence, line.owner),
            with_customer=cadence.with_customer,
            state=state,
            merged_into=into,
            why=self.why(line, stored) + merged,
            policy_id=self.policy_id,
            moves=stored.moves + is_moved,
            concluded_on=None,
        )

    def _is_as_it_was(self, line: Line, stored: Touchpoint) -> bool:
        """Most of what is planned is; this costs less than writing it again."""
        cadence = line.cadence
        return (
            not line.steps
            and stored.state is TouchpointState.PLANNED
            and stored.owner == line.owner
            and stored.policy_id == self.policy_id
            and stored.kind is cadence.kind
            and stored.minutes == cadence.minutes
            and stored.with_customer == cadence.with_customer
            and stored.participants == self.participants(cadence, line.owner)
            and not any(one.why in PASSING for one in stored.why)
        )

    def why(self, line: Line, stored: Touchpoint) -> tuple[Reason, ...]:
        if line.steps:
            named = {one.why for one in line.steps}
            more = (line.cause,) if line.cause and line.cause.why not in named else ()
            return line.steps + more
        kept = tuple(one for one in stored.why if one.why not in PASSING)
        if stored.owner == line.owner:
            return kept
        others = tuple(one for one in kept if one.why is not Why.OWNER)
        return (*others, Reason(why=Why.OWNER, what=line.owner or ""))

    def together(self, head: Touchpoint, trip: Trip) -> Touchpoint:
        """The first touchpoint of a trip takes the others' people and time along.

        Several slots of one cadence take the time of one.
        """
        minutes = {one.cadence.code: one.cadence.minutes for one in trip.joined}
        others = [head.owner]
        people = list(head.participants)
        for one in trip.joined:
            people += [one.owner] if one.owner else []
            people += self.participants(one.cadence, one.owner)
        minutes[head.cadence] = head.minutes
        return replace(
            head,
            minutes=sum(minutes.values()),
            participants=tuple(dict.fromkeys(p for p in people if p not in others)),
            with_customer=head.with_customer
            or any(one.cadence.with_customer for one in trip.joined),
        )

    def participants(self, cadence: Cadence, owner: str | None) -> tuple[str, ...]:
        """The first of each role who is still with us."""
        if not cadence.participants:
            return ()
        found = []
        for role in cadence.participants:
            members = self.account.members(role)
            here = (c for c in members if c in self.people and self.people[c].active)
            found += [code for code in [next(here, None)] if code]
        return tuple(dict.fromkeys(code for code in found if code != owner))

    def id_of(self, one: Line | Touchpoint) -> int:
        if isinstance(one, Touchpoint):
            return one.id
        if one.stored:
            return one.stored.id
        return self._ids.setdefault(one, -1 - len(self._ids))
