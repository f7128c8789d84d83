"""The ledger: which rung was climbed when, who was told, and which lines are still owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.escalation import Outcome
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.persistence.models import (
    EscalationRow,
    NoticeKind,
    NoticeRow,
    TicketRow,
    table_of,
)
from kam_flows.persistence.pieces import pieces


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One rung of one episode of one ticket, as the ledger has it."""

    id: int
    ticket_id: int
    episode: int
    rung: int
    due_at: datetime
    outcome: Outcome
    deliver_at: datetime | None
    stopped_at: datetime | None
    recipient: str | None


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    ticket_id: int
    episode: int
    rung: int
    due_at: datetime
    decided_at: datetime
    outcome: Outcome
    deliver_at: datetime | None = None
    stopped_at: datetime | None = None
    recipient: str | None = None
    skips: tuple[Skipped, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A line that stands in no mail yet."""

    notice_id: int
    recipient: str
    kind: NoticeKind
    ticket_id: int
    number: str
    episode: int
    rung: int
    due_at: datetime
    decided_at: datetime
    stopped_at: datetime | None
    skips: tuple[Skipped, ...]


LEDGER = table_of(EscalationRow)
NOTICES = table_of(NoticeRow)
TICKETS = table_of(TicketRow)


class Ledger:
    def __init__(self, session: Session) -> None:
        self.session = session

    def entries(self, ticket_ids: Iterable[int]) -> dict[int, list[Entry]]:
        """Everything on record about these tickets, by ticket, lowest rung first."""
        found: dict[int, list[Entry]] = {}
        for some in pieces(list(ticket_ids)):
            statement = (
                select(LEDGER)
                .where(LEDGER.c.ticket_id.in_(some))
                .order_by(LEDGER.c.episode, LEDGER.c.rung)
            )
            for row in self.session.execute(statement):
                entry = Entry(
                    id=row.id,
                    ticket_id=row.ticket_id,
                    episode=row.episode,
                    rung=row.rung,
                    due_at=row.due_at,
                    outcome=row.outcome,
                    deliver_at=row.deliver_at,
                    stopped_at=row.stopped_at,
                    recipient=row.recipient,
                )
                found.setdefault(row.ticket_id, []).append(entry)
        return found

    def record(self, entries: Sequence[NewEntry]) -> list[int]:
        """Write new rungs; their ids in the same order.

        A rung that is on record already fails the whole unit of work: the schema, not
        the caller, makes sure that each is climbed once.
        """
        if not entries:
            return []
        statement = insert(LEDGER).returning(LEDGER.c.id, sort_by_parameter_order=True)
        rows = [
            {
                "ticket_id": entry.ticket_id,
                "episode": entry.episode,
                "rung": entry.rung,
                "due_at": entry.due_at,
                "decided_at": entry.decided_at,
                "outcome": entry.outcome,
                "deliver_at": entry.deliver_at,
                "stopped_at": entry.stopped_at,
                "recipient": entry.recipient,
                "skips": _skips_out(entry.skips),
            }
            for entry in entries
        ]
        return list(self.session.scalars(statement, rows))

    def settle(self, changes: Sequence[tuple[int, NewEntry]]) -> None:
        """Rewrite held rungs with what became of them."""
        rows = [
            {
                "entry": id_,
                "due_at": entry.due_at,
                "outcome": entry.outcome,
                "decided_at": entry.decided_at,
                "deliver_at": entry.deliver_at,
                "stopped_at": entry.stopped_at,
                "recipient": entry.recipient,
                "skips": _skips_out(entry.skips),
            }
            for id_, entry in changes
        ]
        self._rewrite(rows)

    def stop(self, stopped: Sequence[tuple[int, Outcome, datetime]]) -> None:
        """The stop condition came true: entry id, its outcome now, and when."""
        if not stopped:
            return
        self._rewrite(
            [{"entry": i, "outcome": o, "stopped_at": at} for i, o, at in stopped]
        )
        for some in pieces([id_ for id_, _, _ in stopped]):
            dropped = self.session.execute(
                delete(NOTICES)
                .where(
                    NOTICES.c.escalation_id.in_(some),
                    NOTICES.c.mail_id.is_(None),
                    NOTICES.c.kind != NoticeKind.OVERNIGHT,
                )
                .returning(NOTICES.c.escalation_id, NOTICES.c.kind)
            ).all()
            # Told on paper only: the line had not come into a mail yet.
            untold = [id_ for id_, kind in dropped if kind is NoticeKind.ALERT]
            if untold:
                self.session.execute(
                    update(LEDGER)
                    .where(LEDGER.c.id.in_(untold))
                    .values(outcome=Outcome.STOPPED)
                )

    def _rewrite(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            columns = [name for name in rows[0] if name != "entry"]
            self.session.execute(
                update(LEDGER)
                .where(LEDGER.c.id == bindparam("entry"))
                .values({name: bindparam(name) for name in columns}),
                rows,
            )

    def owe(self, notices: Sequence[tuple[int, str, NoticeKind, datetime]]) -> None:
        """Entry id, recipient, kind, and the moment before which no mail carries it."""
        rows = [
            {"escalation_id": id_, "recipient": who, "kind": kind, "owed_from": at}
            for id_, who, kind, at in notices
        ]
        if rows:
            self.session.execute(insert(NOTICES), rows)

    def owed(self, now: datetime) -> list[Owed]:
        """Lines that a mail may carry by `now`, by recipient, oldest due first."""
        statement = (
            select(
                NOTICES.c.id.label("notice_id"),
                NOTICES.c.recipient,
                NOTICES.c.kind,
                LEDGER.c.ticket_id,
                TICKETS.c.number,
                LEDGER.c.episode,
                LEDGER.c.rung,
                LEDGER.c.due_at,
                LEDGER.c.decided_at,
                LEDGER.c.stopped_at,
                LEDGER.c.skips,
            )
            .join_from(NOTICES, LEDGER, LEDGER.c.id == NOTICES.c.escalation_id)
            .join(TICKETS, TICKETS.c.id == LEDGER.c.ticket_id)
            .where(NOTICES.c.mail_id.is_(None), NOTICES.c.owed_from <= now)
            .order_by(NOTICES.c.recipient, LEDGER.c.due_at, NOTICES.c.id)
            .with_for_update(skip_locked=True, of=NOTICES)
        )
        return [
            Owed(**{**row._mapping, "skips": _skips_in(row.skips)})
            for row in self.session.execute(statement)
        ]

    def next_owed(self) -> datetime | None:
        """From when on the next line may be mailed; copies wait for their alert."""
        found: datetime | None = self.session.scalar(
            select(func.min(NOTICES.c.owed_from)).where(
                NOTICES.c.mail_id.is_(None), NOTICES.c.kind != NoticeKind.COPY
            )
        )
        return found

    def counts(self) -> list[tuple[str, int, Outcome, int]]:
        """How many rungs have each outcome: ladder, rung, outcome, count."""
        key = (TICKETS.c.ladder, LEDGER.c.rung, LEDGER.c.outcome)
        statement = (
            select(*key, func.count())
            .join_from(LEDGER, TICKETS, TICKETS.c.id == LEDGER.c.ticket_id)
            .group_by(*key)
            .order_by(*key)
        )
        return [tuple(row) for row in self.session.execute(statement)]

    def mailed(self, notice_ids: Sequence[int], mail_id: int) -> None:
        for some in pieces(notice_ids):
            self.session.execute(
                update(NOTICES).where(NOTICES.c.id.in_(some)).values(mail_id=mail_id)
            )


def _skips_out(skips: Iterable[Skipped]) -> list[list[str]]:
    return [[s.place, s.staff or "", s.name, s.reason.value] for s in skips]


def _skips_in(stored: Iterable[Sequence[str]]) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(place=place, staff=staff or None, name=name, reason=Skip(reason))
        for place, staff, name, reason in stored
    )
