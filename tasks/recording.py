"""What happened to tickets goes into their histories; clocks and ledger follow from it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kam_flows.domain.clocks import Clock, read_clock
from kam_flows.domain.escalation import Outcome, next_look
from kam_flows.domain.tickets import TicketEvent, TicketRecord
from kam_flows.persistence.ledger import Entry, NewEntry
from kam_flows.persistence.models import NoticeKind
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork


class Incoming(NamedTuple):
    """An event to record; the source key names its line in an imported log."""

    event: TicketEvent
    source_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A ticket's clocks before and after; `before` is `None` for a new ticket."""

    record: TicketRecord
    before: Clock | None
    after: Clock


def record_events(
    uow: UnitOfWork,
    incoming: Mapping[str, Sequence[Incoming]],
    *,
    now: datetime,
    actor: str,
    moved: Callable[[TicketRecord], TicketRecord] | None = None,
    locked: Mapping[str, TicketRecord] | None = None,
) -> dict[str, Recorded]:
    """Append events to these tickets and bring clocks, breaches and ledger up to date.

    `moved` puts the tickets under another policy version or calendar; `locked` are their
    records where the caller has read and locked them already.
    """
    if locked is None:
        views = uow.tickets.views(incoming, lock=True)
        locked = {number: view.record for number, view in views.items()}
    records = {number: locked[number] for number in incoming if number in locked}
    ids = [record.id for record in records.values()]
    histories = uow.tickets.histories(ids)
    entries = uow.ledger.entries(ids)
    recorded: dict[str, Recorded] = {}
    for number, record in records.items():
        history = histories.get(record.id, [])
        now_under = moved(record) if moved else record
        events = [line.event for line in incoming[number]]
        recorded[number] = Recorded(
            record=now_under,
            before=clock_of(uow, record, history) if history else None,
            after=clock_of(uow, now_under, [*history, *events]),
        )
    uow.tickets.add_events(
        [
            (records[number].id, line.event, line.source_key)
            for number, lines in incoming.items()
            for line in lines
        ],
        now,
    )
    settled = settlement(recorded.values(), entries, now)
    uow.ledger.record(settled.new)
    uow.ledger.stop(settled.stopped)
    uow.ledger.settle(settled.moved)
    uow.ledger.owe(settled.overnight)
    looks = settled.looks
    uow.tickets.keep_clocks(
        [(r.record, r.after, looks[r.record.id]) for r in recorded.values()]
    )
    for number, change in recorded.items():
        for line in incoming[number]:
            uow.audit.write(
                now,
                line.event.by or actor,
                line.event.kind.value,
                f"ticket {number}",
                happened_at=line.event.at.isoformat(),
                value=line.event.value,
                note=line.event.note,
                **moved_times(change.before, change.after),
            )
    return recorded


def clock_of(
    uow: UnitOfWork, record: TicketRecord, history: Sequence[TicketEvent]
) -> Clock:
    policy = uow.policies.get(record.policy_id)
    return read_clock(
        history,
        policy=policy,
        calendar=policy.calendar(record.calendar),
        scene=record.scene,
        priority=record.priority,
        tier=record.tier,
    )


class Settlement(NamedTuple):
    """What the ledger still has to be told after histories, and when to look again."""

    new: list[NewEntry]
    stopped: list[tuple[int, Outcome, datetime]]
    moved: list[tuple[int, NewEntry]]
    overnight: list[tuple[int, str, NoticeKind, datetime]]
    looks: dict[int, datetime | None]
    """By ticket: when a sweep has to look at it."""


def settlement(
    changes: Iterable[Recorded],
    entries: Mapping[int, Sequence[Entry]],
    now: datetime,
) -> Settlement:
    """What is settled stops, and a sweep looks again when the next thing falls due."""
    new: list[NewEntry] = []
    stopped: list[tuple[int, Outcome, datetime]] = []
    moved: list[tuple[int, NewEntry]] = []
    overnight: list[tuple[int, str, NoticeKind, datetime]] = []
    looks: dict[int, datetime | None] = {}
    for change in changes:
        ticket_id, clock = change.record.id, change.after
        on_record = {(e.episode, e.rung): e for e in entries.get(ticket_id, ())}
        settled = set()
        for passed in clock.passed:
            entry = on_record.get((passed.episode, passed.number))
            settled.add((passed.episode, passed.number))
            if entry is None and passed.was_late:
                new.append(
                    NewEntry(
                        ticket_id=ticket_id,
                        episode=passed.episode,
                        rung=passed.number,
                        due_at=passed.due_at,
                        decided_at=now,
                        outcome=Outcome.STOPPED,
                        stopped_at=passed.stopped_at,
                    )
                )
            elif entry is not None and entry.stopped_at is None:
                was_held = entry.outcome is Outcome.HELD
                outcome = Outcome.STOPPED if was_held else entry.outcome
                stopped.append((entry.id, outcome, passed.stopped_at))
                if was_held and entry.recipient and entry.deliver_at:
                    line = (entry.id, entry.recipient, NoticeKind.OVERNIGHT)
                    overnight.append((*line, entry.deliver_at))
        armed = {rung.number: rung for rung in clock.armed}
        held_until = None
        for (episode, rung), entry in on_record.items():
            if entry.outcome is not Outcome.HELD or (episode, rung) in settled:
                continue
            if episode != clock.episode or rung not in armed:
                # The ladder has no such rung any more: it will never be told.
                stopped.append((entry.id, Outcome.SUPERSEDED, now))
            elif armed[rung].due_at > now:
                # What was recorded late moved its time on: it waits for that instead.
                held_until = armed[rung].due_at
                moved.append((entry.id, _waiting_longer(entry, held_until)))
            else:
                held_until = entry.deliver_at
        recorded = frozenset(
            rung for episode, rung in on_record if episode == clock.episode
        ) | {
            e.rung
            for e in new
            if (e.ticket_id, e.episode) == (ticket_id, clock.episode)
        }
        looks[ticket_id] = next_look(clock.armed, recorded, held_until)
    return Settlement(new, stopped, moved, overnight, looks)


def _waiting_longer(entry: Entry, until: datetime) -> NewEntry:
    return NewEntry(
        ticket_id=entry.ticket_id,
        episode=entry.episode,
        rung=entry.rung,
        due_at=until,
        decided_at=until,
        outcome=Outcome.HELD,
        deliver_at=until,
        recipient=entry.recipient,
    )


def moved_times(
    before: Clock | TicketView | None, after: Clock
) -> dict[str, list[str | None]]:
    """Due times that are others now: name to [old, new], for the audit trail."""
    if before is None:
        return {}
    moved = {}
    for name in ("respond_by", "plan_by", "resolve_by"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            moved[name] = [old and old.isoformat(), new and new.isoformat()]
    return moved
