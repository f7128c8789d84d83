"""What was meant for somebody who left before it was delivered is decided again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.escalation import Outcome
from kam_flows.domain.mails import Reader
from kam_flows.persistence.audit import AuditTrail
from kam_flows.persistence.bulk import among, change_rows
from kam_flows.persistence.models import (
    EscalationRow,
    LookRow,
    NoticeKind,
    NoticeRow,
    OutboxRow,
    StaffRow,
    TicketRow,
    table_of,
)

LEDGER = table_of(EscalationRow)
LOOKS = table_of(LookRow)
MAILS = table_of(OutboxRow)
NOTICES = table_of(NoticeRow)
STAFF = table_of(StaffRow)
TICKETS = table_of(TicketRow)

GONE = select(STAFF.c.code).where(STAFF.c.active.is_(False))
ACTOR = "escalate tickets"


class Leavers:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.audit = AuditTrail(session)

    def take_back_lines(self, now: datetime) -> None:
        """Lines owed to them that stand in no mail yet; copies are dropped."""
        # By name: beside a subquery PostgreSQL has walked all that is owed, and for each
        # line all the staff.
        gone = list(self.session.scalars(GONE))
        owed = and_(NOTICES.c.mail_id.is_(None), NOTICES.c.recipient.in_(gone))
        found = select(NOTICES.c.id).where(owed).limit(1)
        if not gone or self.session.scalar(found) is None:
            return
        self._take_back(owed, now)
        # An alert still there was stopped, or is being written into a mail right now.
        others = NOTICES.c.kind != NoticeKind.ALERT
        self.session.execute(delete(NOTICES).where(owed, others))

    def mails(self, ids: Collection[int]) -> list[int]:
        """Of these mails, those that are for them."""
        statement = select(MAILS.c.id).where(
            among(self.session, MAILS.c.id, ids),
            MAILS.c.reader == Reader.STAFF,
            MAILS.c.recipient.in_(GONE),
        )
        return list(self.session.scalars(statement))

    def copies(self, ids: Collection[int]) -> dict[int, set[str]]:
        """Their addresses on mails for others, by mail."""
        statement = (
            select(NOTICES.c.mail_id, STAFF.c.email)
            .join(STAFF, STAFF.c.code == NOTICES.c.recipient)
            .where(
                among(self.session, NOTICES.c.mail_id, ids),
                NOTICES.c.kind == NoticeKind.COPY,
                STAFF.c.active.is_(False),
            )
        )
        found: dict[int, set[str]] = {}
        for mail, address in self.session.execute(statement):
            found.setdefault(mail, set()).add(address)
        return found

    def take_back_mails(self, ids: Collection[int], now: datetime) -> None:
        """The lines of these mails, which are not sent any more."""
        if not ids:
            return
        carried = among(self.session, NOTICES.c.mail_id, ids)
        self._take_back(carried, now)
        copies = update(NOTICES).where(carried, NOTICES.c.kind == NoticeKind.COPY)
        self.session.execute(copies.values(mail_id=None))

    def _take_back(self, which: ColumnElement[bool], now: datetime) -> None:
        """The next sweep finds somebody else, unless a higher rung has been told."""
        lines = (
            select(
                NOTICES.c.id.label("notice"),
                NOTICES.c.recipient,
                LEDGER.c.id,
                LEDGER.c.ticket_id,
                LEDGER.c.episode,
                LEDGER.c.rung,
                TICKETS.c.number,
            )
            .join_from(NOTICES, LEDGER, LEDGER.c.id == NOTICES.c.escalation_id)
            .join(TICKETS, TICKETS.c.id == LEDGER.c.ticket_id)
            .where(
                which,
                NOTICES.c.kind == NoticeKind.ALERT,
                NOTICES.c.recipient.in_(GONE),
                LEDGER.c.stopped_at.is_(None),
            )
        )
        tickets = {line.ticket_id for line in self.session.execute(lines)}
        if not tickets:
            return
        # Who records an event locks its ticket first, too.
        self._lock(sorted(tickets))
        highest = self._highest(tickets)
        back = self.session.execute(lines.with_for_update(of=NOTICES)).all()
        outcomes = {
            line.id: Outcome.HELD
            if line.rung == highest[line.ticket_id, line.episode]
            else Outcome.SUPERSEDED
            for line in back
        }
        change_rows(
            self.session,
            LEDGER,
            ("outcome", "deliver_at"),
            [(outcome, now, id_) for id_, outcome in outcomes.items()],
        )
        change_rows(
            self.session,
            LOOKS,
            ("at",),
            [
                (now, line.ticket_id)
                for line in back
                if outcomes[line.id] is Outcome.HELD
            ],
        )
        told = [line.notice for line in back]
        self.session.execute(
            delete(NOTICES).where(among(self.session, NOTICES.c.id, told))
        )
        for line in back:
            self.audit.write(
                now,
                ACTOR,
                f"rung {line.rung} taken back",
                f"ticket {line.number}",
                episode=line.episode,
                left=line.recipient,
            )

    def _lock(self, tickets: Sequence[int]) -> None:
        statement = (
            select(TICKETS.c.id)
            .where(among(self.session, TICKETS.c.id, tickets))
            .order_by(TICKETS.c.id)
            .with_for_update()
        )
        self.session.execute(statement)

    def _highest(self, tickets: Collection[int]) -> dict[tuple[int, int], int]:
        """The highest rung that was told or is held, by ticket id and episode."""
        statement = (
            select(LEDGER.c.ticket_id, LEDGER.c.episode, func.max(LEDGER.c.rung))
            .where(
                among(self.session, LEDGER.c.ticket_id, tickets),
                LEDGER.c.outcome.in_([Outcome.TOLD, Outcome.HELD]),
            )
            .group_by(LEDGER.c.ticket_id, LEDGER.c.episode)
        )
        found = self.session.execute(statement)
        return {(ticket, episode): rung for ticket, episode, rung in found}
