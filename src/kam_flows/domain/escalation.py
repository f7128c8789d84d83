"""Escalation: who is told next about a ticket that nobody takes up or resolves."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from typing import NamedTuple

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.clocks import ArmedRung
from kam_flows.domain.mails import DUTY
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.people import Directory, Staff
from kam_flows.domain.policy import Rung
from kam_flows.domain.telling import Delivery, Tell


class Outcome(StrEnum):
    """What became of a rung that fell due."""

    HELD = "held"
    """Decided, waiting for working time or the end of quiet hours."""
    TOLD = "told"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"
    """Its stop condition came true after it fell due and before anybody was told."""


class Around(NamedTuple):
    """Who stands around a ticket: all that decides whom a rung of it reaches."""

    owner: str | None
    lead_manager: str | None
    executive_sponsor: str | None
    told: frozenset[str] = frozenset()
    """Who was told about this ticket in this episode."""


class Case(NamedTuple):
    """All that deciding about one ticket needs."""

    around: Around
    rungs: Mapping[int, Rung]
    """The ladder, by rung number."""
    armed: Sequence[ArmedRung]
    recorded: frozenset[int]
    """Rungs of this episode that stand in the ledger, whatever became of them."""
    held: ArmedRung | None
    """The rung that waits for its delivery; `due_at` is when it fell due."""
    calendar: WorkCalendar


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Who a rung reaches at a given moment, and who was passed over on the way."""

    recipient: str
    skips: tuple[Skipped, ...]


class RungDecision(NamedTuple):
    """What the ledger records about one rung that is due."""

    rung: int
    due_at: datetime
    outcome: Outcome
    deliver_at: datetime
    resolution: Resolution


def due_rungs(case: Case, now: datetime) -> list[ArmedRung]:
    """Rungs to decide about at `now`, the held one included, lowest first."""
    due = [r for r in case.armed if r.due_at <= now and r.number not in case.recorded]
    if case.held is not None:
        due.append(case.held)
    due.sort()  # by number, which is unique
    return due


class Reach:
    """Who is reached, and when, at one moment.

    A sweep asks for thousands of tickets of a few owners: each question is answered once.
    """

    def __init__(self, people: Directory, now: datetime) -> None:
        self.people, self.now = people, now
        self.resolve = cache(partial(resolve, people=people, now=now))
        self.deliver_at = cache(partial(deliverable_at, people=people, now=now))


def decide(case: Case, reach: Reach) -> tuple[RungDecision, ...]:
    """Climb to the highest rung that is due; those below it are superseded (L1, L4).

    The highest is told, or held until its reader may be told. Nothing due: empty.
    """
    due = due_rungs(case, reach.now)
    if not due:
        return ()
    *below, top = due
    rung = case.rungs[top.number]
    resolution = reach.resolve(case.around, rung.tell)
    deliver_at = reach.deliver_at(rung.delivery, resolution.recipient, case.calendar)
    climbed = RungDecision(
        rung=top.number,
        due_at=top.due_at,
        outcome=Outcome.TOLD if deliver_at <= reach.now else Outcome.HELD,
        deliver_at=deliver_at,
        resolution=resolution,
    )
    if not below:
        return (climbed,)
    superseded = (
        RungDecision(
            rung=number,
            due_at=due_at,
            outcome=Outcome.SUPERSEDED,
            deliver_at=reach.now,
            resolution=reach.resolve(case.around, case.rungs[number].tell),
        )
        for number, due_at in below
    )
    return (*superseded, climbed)


def deliverable_at(
    delivery: Delivery,
    recipient: str,
    calendar: WorkCalendar,
    *,
    people: Directory,
    now: datetime,
) -> datetime:
    """The first moment at which this reader may be told; the duty mailbox always may."""
    if recipient == DUTY:
        return now
    moment = now
    # Working time and quiet hours can push each other, a few times at the most.
    for _ in range(8):
        at = moment
        if delivery is Delivery.WORKING_TIME:
            at = calendar.next_open(at)
        at = people[recipient].reachable_at(at)
        if at == moment:
            break
        moment = at
    return moment


def next_look(
    armed: Sequence[ArmedRung],
    recorded: Collection[int],
    held_until: datetime | None,
) -> datetime | None:
    """When a sweep has to look at the ticket again; `None` if nothing can fall due."""
    moments = [due_at for number, due_at in armed if number not in recorded]
    if held_until is not None:
        moments.append(held_until)
    return min(moments, default=None)


def resolve(
    around: Around, tell: Tell, *, people: Directory, now: datetime
) -> Resolution:
    """Walk the chain from `tell` upwards to the first person who can be told.

    Deputies stand in for the absent and for leavers, not for those who own the ticket
    or were told already. At the end of every chain stands the duty mailbox (L6).
    """
    skips: list[Skipped] = []
    for place, code in chain(around, tell, people):
        reason = _why_not(around, tell, code, people, now)
        if reason is None and code is not None:
            return Resolution(recipient=code, skips=tuple(skips))
        skips.append(_skipped(place, code, people, reason or Skip.NOBODY))
        person = people.get(code or "")
        if person is None or reason not in {Skip.INACTIVE, Skip.ABSENT}:
            continue
        reason = _why_not(around, tell, person.deputy, people, now)
        if reason is None and person.deputy is not None:
            return Resolution(recipient=person.deputy, skips=tuple(skips))
        skips.append(
            _skipped(f"deputy of {place}", person.deputy, people, reason or Skip.NOBODY)
        )
    return Resolution(recipient=DUTY, skips=tuple(skips))


def chain(
    around: Around, tell: Tell, people: Directory
) -> Iterator[tuple[str, str | None]]:
    """Places and the staff in them, from whom the rung is meant for upwards."""
    owner = people.get(around.owner or around.lead_manager or "")
    first = {
        Tell.OWNER: around.owner,
        Tell.LEAD_MANAGER: around.lead_manager,
        Tell.EXECUTIVE_SPONSOR: around.executive_sponsor,
    }
    if tell is Tell.DUTY:
        return
    if tell in first:
        yield tell.value, first[tell]
    if tell in {Tell.OWNER, Tell.LEAD_MANAGER, Tell.SUPERVISOR}:
        yield Tell.SUPERVISOR.value, owner.supervisor if owner else None
    yield Tell.DEPARTMENT_HEAD.value, _head(owner, people) if owner else None


def _head(person: Staff, people: Directory) -> str | None:
    """Who heads the department: named with the person, or with the supervisor."""
    if person.department_head:
        return person.department_head
    supervisor = people.get(person.supervisor or "")
    return supervisor.department_head if supervisor else None


def _why_not(
    around: Around, tell: Tell, code: str | None, people: Directory, now: datetime
) -> Skip | None:
    person = people.get(code or "")
    if not code or person is None:
        return Skip.UNKNOWN if code else Skip.NOBODY
    meant = {Tell.OWNER: around.owner, Tell.LEAD_MANAGER: around.lead_manager}
    reasons = {
        Skip.INACTIVE: not person.active,
        # A lead manager who owns the ticket is warned like any other.
        Skip.OWNER: code == around.owner and code != meant.get(tell),
        Skip.TOLD: code in around.told,
        Skip.ABSENT: person.is_absent(now),
    }
    return next((skip for skip, holds in reasons.items() if holds), None)


def _skipped(place: str, code: str | None, people: Directory, reason: Skip) -> Skipped:
    person = people.get(code or "")
    name = person.name if person else code or ""
    return Skipped(place=place, staff=code, name=name, reason=reason)
