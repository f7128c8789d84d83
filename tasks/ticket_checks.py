"""Do tickets and the ledger stand as their histories say? Read anew, and compared."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from kam_flows.domain.house_watch import (
    HouseFinding,
    differing,
    looks_too_late,
    not_as_history_says,
)
from kam_flows.persistence.ledger import Entry, NewEntry
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.tickets import clock_columns
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from tasks.recording import (
    Recorded,
    Settlement,
    clock_of,
    moved_times,
    record_events,
    settlement,
)

AT_ONCE = 500
WATCH = "watch the house"
LEDGER, LOOK, HISTORY = "ledger", "look", "history"
"""What can differ beside the columns of a ticket."""


def compare(numbers: Collection[str], now: datetime) -> list[HouseFinding]:
    """Tickets that are not as their histories say.

    While they are read somebody may change one: what differs is locked and read again.
    """
    suspects: list[str] = []
    for some in pieces(sorted(numbers), AT_ONCE):
        with unit_of_work(read_only=True) as uow:
            suspects += [finding.subject for finding in differences(uow, some, now)]
    if not suspects:
        return []
    with unit_of_work() as uow:
        read_anew(uow, suspects, now)
        return differences(uow, suspects, now, lock=True)


def read_anew(uow: UnitOfWork, numbers: Sequence[str], now: datetime) -> None:
    """Due times that leant on a year whose list has been loaded since (scenario S11)."""
    views = uow.tickets.views(numbers, lock=True)
    guessed = {view.record.id: view for view in views.values() if view.provisional}
    histories = uow.tickets.histories(guessed)
    loaded = [
        view
        for id_, view in guessed.items()
        if (history := histories.get(id_))
        and not clock_of(uow, view.record, history).provisional
    ]
    read = record_events(
        uow, {view.record.number: () for view in loaded}, now=now, actor=WATCH
    )
    for view in loaded:
        number = view.record.number
        uow.audit.write(
            now,
            WATCH,
            "official days loaded",
            f"ticket {number}",
            **moved_times(view, read[number].after),
        )


def differences(
    uow: UnitOfWork, numbers: Sequence[str], now: datetime, *, lock: bool = False
) -> list[HouseFinding]:
    views = uow.tickets.views(numbers, lock=lock)
    records = {view.record.id: view.record for view in views.values()}
    histories = uow.tickets.histories(records)
    entries = uow.ledger.entries(records)
    changes = {
        id_: Recorded(record=record, before=None, after=clock_of(uow, record, history))
        for id_, record in records.items()
        if (history := histories.get(id_))
    }
    computed = {
        id_: clock_columns(change.record, change.after)
        for id_, change in changes.items()
    }
    columns = next(iter(computed.values()), {})
    stored = uow.house.kept(list(changes), list(columns))
    found = []
    for id_, record in records.items():
        if id_ not in changes:
            found.append(not_as_history_says(record.number, (HISTORY,)))
            continue
        differs = list(differing(stored[id_], computed[id_]))
        due = settlement([changes[id_]], entries, now)
        if owes(due, entries.get(id_, ())):
            differs.append(LEDGER)
        if looks_too_late(stored[id_]["look"], due.looks[id_]):
            differs.append(LOOK)
        if differs:
            found.append(not_as_history_says(record.number, differs))
    return found


def owes(due: Settlement, entries: Sequence[Entry]) -> bool:
    """Whether the ledger lacks what the history settles."""
    on_record = {entry.id: entry for entry in entries}
    return bool(due.new or due.stopped) or any(
        not _stands(on_record, id_, entry) for id_, entry in due.moved
    )


def _stands(on_record: Mapping[int, Entry], id_: int, entry: NewEntry) -> bool:
    kept = on_record[id_]
    return (kept.due_at, kept.deliver_at) == (entry.due_at, entry.deliver_at)
