"""Policy tasks: what another service standard would change, and putting it in force."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from prefect import task

from kam_flows.domain.clocks import Clock
from kam_flows.domain.errors import Phrase
from kam_flows.domain.tickets import Happening, TicketEvent
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.outdating import outdate_agreements
from tasks.portfolio import steering
from tasks.recording import Incoming, Recorded, record_events

EVERY = 1_000_000


class PolicyChange(NamedTuple):
    """One moment of one open ticket that another policy would move."""

    ticket: str
    what: str
    """`respond_by`, `plan_by`, `resolve_by`, or `next rung`."""
    old: datetime | None
    new: datetime | None


@task
def preview_policy(source: str, now: datetime) -> list[PolicyChange]:
    """What moving every open ticket to this policy text would change. Writes nothing."""
    with rehearsal() as uow:
        uow.alone()
        policy_id = uow.policies.store(source, now)
        return list(_changes(uow, uow.tickets.open_views(EVERY), policy_id, now))


@task
def switch_policy(source: str, by: str, reclock: bool, now: datetime) -> Phrase:
    """Put this policy text in force for new tickets; one sentence says what was done.

    With `reclock` every open ticket moves to it too. Rungs already told stay told.
    """
    with unit_of_work() as uow:
        uow.alone()
        person = steering(uow, by)
        policy_id = uow.policies.store(source, now)
        policy = uow.policies.get(policy_id)
        uow.policies.use(policy_id, person.code, now)
        uow.audit.write(
            now, person.code, "used", f"policy {policy.name}", digest=policy.digest
        )
        views = uow.tickets.open_views(EVERY)
        moving = [view for view in views if view.record.policy_id != policy_id]
        if reclock:
            moved = list(reclocked(uow, moving, policy_id, by=person.code, now=now))
            kept = Phrase("{count} open tickets moved to it", count=len(moved))
        else:
            kept = Phrase(
                "{count} open tickets keep the policy they began under",
                count=len(moving),
            )
        told = [kept]
        if count := outdate_agreements(
            uow, uow.accounts.ids(), actor=person.code, now=now
        ):
            told.append(
                Phrase(
                    "{count} signed agreements no longer say what is promised; their "
                    "lead managers are told",
                    count=count,
                )
            )
        return Phrase(
            "{policy} is in force from now on; {kept}.", policy=policy.name, kept=told
        )


def reclocked(
    uow: UnitOfWork,
    views: Iterable[TicketView],
    policy_id: int,
    *,
    by: str,
    now: datetime,
) -> Iterator[Recorded]:
    """Compute these tickets' clocks again under this policy version."""
    event = Incoming(TicketEvent(at=now, kind=Happening.RECLOCKED, by=by))
    for some in pieces([view.record.number for view in views]):
        yield from record_events(
            uow,
            {number: [event] for number in some},
            now=now,
            actor=by,
            moved=lambda record: replace(record, policy_id=policy_id),
        ).values()


def _changes(
    uow: UnitOfWork, views: list[TicketView], policy_id: int, now: datetime
) -> Iterator[PolicyChange]:
    moving = [view for view in views if view.record.policy_id != policy_id]
    for change in reclocked(uow, moving, policy_id, by="preview", now=now):
        before = change.before or change.after
        for what, old, new in _moments(before, change.after):
            if old != new:
                yield PolicyChange(change.record.number, what, old, new)


def _moments(
    before: Clock, after: Clock
) -> Iterable[tuple[str, datetime | None, datetime | None]]:
    for what in ("respond_by", "plan_by", "resolve_by"):
        yield what, getattr(before, what), getattr(after, what)
    yield "next rung", _first(before), _first(after)


def _first(clock: Clock) -> datetime | None:
    return min((rung.due_at for rung in clock.armed), default=None)
