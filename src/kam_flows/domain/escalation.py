"""Escalation: who is told next about a ticket that nobody takes up or resolves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.clocks import ArmedRung
from kam_flows.domain.mails import DUTY
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.people import Directory, Staff
from kam_flows.domain.policy import Delivery, Rung, Tell


class Outcome(StrEnum):
    """What became of a rung that fell due."""

    HELD = "held"
    """Decided, waiting for working time or the end of quiet hours."""
    TOLD = "told"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"
    """Its stop condition came true after it fell due and before anybody was told."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that deciding about one ticket needs."""

    owner: str | None
    lead_manager: str | None
    executive_sponsor: str | None
    rungs: Mapping[int, Rung]
    """The ladder, by rung number."""
    armed: tuple[ArmedRung, ...]
    recorded: frozenset[int]
    """Rungs of this episode that stand in the ledger, whatever became of them."""
    held: ArmedRung | None
    """The rung that waits for its delivery; `due_at` is when it fell due."""
    told: frozenset[str]
    """Who was told about this ticket in this episode."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """Who a rung reaches at a given moment, and who was passed over on the way."""

    recipient: str
    skips: tuple[Skipped, ...]


@dataclass(frozen=True, kw_only=True)
class RungDecision:
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
    return sorted(due, key=lambda rung: rung.number)


def decide(
    case: Case, *, people: Directory, calendar: WorkCalendar, now: datetime
) -> tuple[RungDecision, ...]:
    """Climb to the highest rung that is due; those below it are superseded (L1, L4).

    The highest is told, or held until its reader may be told. Nothing due: empty.
    """
    due = due_rungs(case, now)
    if not due:
        return ()
    *below, top = due
    resolution = resolve(case, case.rungs[top.number].tell, people, now)
    deliver_at = deliverable_at(
        case.rungs[top.number], resolution.recipient, people, calendar, now
    )
    decisions = [
        RungDecision(
            rung=rung.number,
            due_at=rung.due_at,
            outcome=Outcome.SUPERSEDED,
            deliver_at=now,
            resolution=resolve(case, case.rungs[rung.number].tell, people, now),
        )
        for rung in below
    ]
    decisions.append(
        RungDecision(
            rung=top.number,
            due_at=top.due_at,
            outcome=Outcome.TOLD if deliver_at <= now else Outcome.HELD,
            deliver_at=deliver_at,
            resolution=resolution,
        )
    )
    return tuple(decisions)


def deliverable_at(
    rung: Rung,
    recipient: str,
    people: Directory,
    calendar: WorkCalendar,
    now: datetime,
) -> datetime:
    """The first moment at which this reader may be told; the duty mailbox always may."""
    if recipient == DUTY:
        return now
    moment = now
    # Working time and quiet hours can push each other, a few times at the most.
    for _ in range(8):
        at = moment
        if rung.delivery is Delivery.WORKING_TIME:
            at = calendar.next_open(at)
        at = people[recipient].reachable_at(at)
        if at == moment:
            break
        moment = at
    return moment


def next_look(
    armed: tuple[ArmedRung, ...],
    recorded: frozenset[int],
    held_until: datetime | None,
) -> datetime | None:
    """When a sweep has to look at the ticket again; `None` if nothing can fall due."""
    moments = [rung.due_at for rung in armed if rung.number not in recorded]
    if held_until is not None:
        moments.append(held_until)
    return min(moments, default=None)


def resolve(case: Case, tell: Tell, people: Directory, now: datetime) -> Resolution:
    """Walk the chain from `tell` upwards to the first person who can be told.

    Deputies stand in for the absent and for leavers, not for those who own the ticket
    or were told already. At the end of every chain stands the duty mailbox (L6).
    """
    skips: list[Skipped] = []
    for place, code in chain(case, tell, people):
        reason = _why_not(case, tell, code, people, now)
        if reason is None and code is not None:
            return Resolution(recipient=code, skips=tuple(skips))
        skips.append(_skipped(place, code, people, reason or Skip.NOBODY))
        person = people.get(code or "")
        if person is None or reason not in {Skip.INACTIVE, Skip.ABSENT}:
            continue
        reason = _why_not(case, tell, person.deputy, people, now)
        if reason is None and person.deputy is not None:
            return Resolution(recipient=person.deputy, skips=tuple(skips))
        skips.append(
            _skipped(f"deputy of {place}", person.deputy, people, reason or Skip.NOBODY)
        )
    return Resolution(recipient=DUTY, skips=tuple(skips))


def chain(
    case: Case, tell: Tell, people: Directory
) -> Iterator[tuple[str, str | None]]:
    """Places and the staff in them, from whom the rung is meant for upwards."""
    owner = people.get(case.owner or case.lead_manager or "")
    first = {
        Tell.OWNER: case.owner,
        Tell.LEAD_MANAGER: case.lead_manager,
        Tell.EXECUTIVE_SPONSOR: case.executive_sponsor,
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
    case: Case, tell: Tell, code: str | None, people: Directory, now: datetime
) -> Skip | None:
    person = people.get(code or "")
    if not code or person is None:
        return Skip.UNKNOWN if code else Skip.NOBODY
    reasons = {
        Skip.INACTIVE: not person.active,
        Skip.OWNER: code == case.owner and tell is not Tell.OWNER,
        Skip.TOLD: code in case.told,
        Skip.ABSENT: person.is_absent(now),
    }
    return next((skip for skip, holds in reasons.items() if holds), None)


def _skipped(place: str, code: str | None, people: Directory, reason: Skip) -> Skipped:
    person = people.get(code or "")
    name = person.name if person else code or ""
    return Skipped(place=place, staff=code, name=name, reason=reason)
