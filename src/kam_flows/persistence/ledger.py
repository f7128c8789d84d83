"""The ledger: which rung was climbed when, who was told, and which lines are still owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.escalation import Outcome
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.persistence.models import (
    EscalationRow,
    NoticeKind,
    NoticeRow,
    TicketRow,
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


class Ledger:
    def __init__(self, session: Session) -> None:
        self.session = session

    def entries(self, ticket_ids: Iterable[int]) -> dict[int, list[Entry]]:
        """Everything on record about these tickets, by ticket, lowest rung first."""
        found: dict[int, list[Entry]] = {}
        for some in pieces(list(ticket_ids)):
            statement = (
                select(EscalationRow)
                .where(EscalationRow.ticket_id.in_(some))
                .order_by(EscalationRow.episode, EscalationRow.rung)
            )
            for row in self.session.scalars(statement):
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
        statement = insert(EscalationRow).returning(
            EscalationRow.id, sort_by_parameter_order=True
        )
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
                "id": id_,
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
        if rows:
            self.session.execute(update(EscalationRow), rows)

    def stop(self, stopped: Sequence[tuple[int, Outcome, datetime]]) -> None:
        """The stop condition came true: entry id, its outcome now, and when."""
        if not stopped:
            return
        rows = [{"id": i, "outcome": o, "stopped_at": at} for i, o, at in stopped]
        self.session.execute(update(EscalationRow), rows)
        for some in pieces([id_ for id_, _, _ in stopped]):
            dropped = self.session.execute(
                delete(NoticeRow)
                .where(
                    NoticeRow.escalation_id.in_(some),
                    NoticeRow.mail_id.is_(None),
                    NoticeRow.kind != NoticeKind.OVERNIGHT,
                )
                .returning(NoticeRow.escalation_id, NoticeRow.kind)
            ).all()
            # Told on paper only: the line had not come into a mail yet.
            untold = [id_ for id_, kind in dropped if kind is NoticeKind.ALERT]
            if untold:
                self.session.execute(
                    update(EscalationRow)
                    .where(EscalationRow.id.in_(untold))
                    .values(outcome=Outcome.STOPPED)
                )

    def owe(self, notices: Sequence[tuple[int, str, NoticeKind, datetime]]) -> None:
        """Entry id, recipient, kind, and the moment before which no mail carries it."""
        rows = [
            {"escalation_id": id_, "recipient": who, "kind": kind, "owed_from": at}
            for id_, who, kind, at in notices
        ]
        if rows:
            self.session.execute(insert(NoticeRow), rows)

    def owed(self, now: datetime) -> list[Owed]:
        """Lines that a mail may carry by `now`, by recipient, oldest due first."""
        statement = (
            select(NoticeRow, EscalationRow, TicketRow.number)
            .join(EscalationRow, EscalationRow.id == NoticeRow.escalation_id)
            .join(TicketRow, TicketRow.id == EscalationRow.ticket_id)
            .where(NoticeRow.mail_id.is_(None), NoticeRow.owed_from <= now)
            .order_by(NoticeRow.recipient, EscalationRow.due_at, NoticeRow.id)
            .with_for_update(skip_locked=True, of=NoticeRow)
        )
        return [
            Owed(
                notice_id=notice.id,
                recipient=notice.recipient,
                kind=notice.kind,
                ticket_id=entry.ticket_id,
                number=number,
                episode=entry.episode,
                rung=entry.rung,
                due_at=entry.due_at,
                decided_at=entry.decided_at,
                stopped_at=entry.stopped_at,
                skips=_skips_in(entry.skips),
            )
            for notice, entry, number in self.session.execute(statement)
        ]

    def mailed(self, notice_ids: Sequence[int], mail_id: int) -> None:
        for some in pieces(notice_ids):
            self.session.execute(
                update(NoticeRow).where(NoticeRow.id.in_(some)).values(mail_id=mail_id)
            )


def _skips_out(skips: Iterable[Skipped]) -> list[list[str]]:
    return [[s.place, s.staff or "", s.name, s.reason.value] for s in skips]


def _skips_in(stored: Iterable[Sequence[str]]) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(place=place, staff=staff or None, name=name, reason=Skip(reason))
        for place, staff, name, reason in stored
    )
