"""Unplanned touchpoints count for the slots they are near to, each once."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from kam_flows.domain.cadences import Cadence
from kam_flows.domain.touchpoints import Touchpoint, TouchpointState, Why
from kam_flows.domain.visit_slots import Known


class Creditable(NamedTuple):
    """A slot for which a touchpoint that no cadence asked for may count."""

    cadence: Cadence
    key: str
    nominal: date


def credited(
    slots: Iterable[Creditable], known: Known
) -> Mapping[tuple[str, str], Touchpoint]:
    """The contact that counts for a slot, by code and key of the slot (V2).

    Of the slots whose own day is within the tolerance the nearest: first those of its
    own kind, then those that take it as well.
    """
    left = list(slots)
    found: dict[tuple[str, str], Touchpoint] = {}
    for on, contact in sorted(_unused(known), key=lambda one: (one[0], one[1].id)):
        near = [
            (slot.cadence.kind is not contact.kind, abs(slot.nominal - on), number)
            for number, slot in enumerate(left)
            if slot.cadence.counts(contact.kind)
            and abs((slot.nominal - on).days) <= slot.cadence.tolerance
        ]
        if near:
            slot = left.pop(min(near)[-1])
            found[slot.cadence.code, slot.key] = contact
    return found


def _unused(known: Known) -> Iterator[tuple[date, Touchpoint]]:
    """What took place, or a person has planned, and counts for nothing else yet."""
    contacts = known.slots.get("", ())
    if not contacts:
        return
    used = {
        reason.what
        for one in known.by_id.values()
        if one.state is TouchpointState.CREDITED
        for reason in one.why
        if reason.why is Why.CREDITED
    }
    serving = {
        one.merged_into
        for one in known.by_id.values()
        if one.state is TouchpointState.MERGED
    }
    for one in contacts:
        if one.number in used:
            continue
        if (day := known.took_place_on(one)) and one.id not in serving:
            yield day, one
        elif known.is_ahead(one) and one.minutes:
            yield one.on, one
