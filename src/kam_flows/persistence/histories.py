"""What is on record about tickets, for pages and briefs that tell of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kam_flows.domain.escalation import Outcome
from kam_flows.domain.notices import Skipped
from kam_flows.domain.policy import Target
from kam_flows.domain.tickets import OVER, TicketEvent
from kam_flows.persistence.bulk import among
from kam_flows.persistence.ledger import LEDGER, NOTICES, skips_in
from kam_flows.persistence.models import NoticeKind
from kam_flows.persistence.tickets import BREACHES, EVENTS, TICKETS


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event, and when somebody wrote it down."""

    event: TicketEvent
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Decided:
    """When a rung was last decided about, and who was passed over."""

    at: datetime
    skips: tuple[Skipped, ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A line about a rung, and the mail it stands in; `None`: in none yet."""

    escalation_id: int
    recipient: str
    kind: NoticeKind
    mail_id: int | None


class Histories:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def events(self, ticket_id: int) -> list[Recorded]:
        """In the order in which they happened."""
        statement = (
            select(EVENTS)
            .where(EVENTS.c.ticket_id == ticket_id)
            .order_by(EVENTS.c.at, EVENTS.c.id)
        )
        return [
            Recorded(
                event=TicketEvent(
                    at=row.at, kind=row.kind, by=row.by, value=row.value, note=row.note
                ),
                recorded_at=row.recorded_at,
            )
            for row in self.session.execute(statement)
        ]

    def breaches(self, account_id: int, since: datetime) -> dict[Target, int]:
        """How often a promise to this account was met late since then, by target."""
        statement = (
            select(BREACHES.c.target, func.count())
            .join(TICKETS, TICKETS.c.id == BREACHES.c.ticket_id)
            .where(TICKETS.c.account_id == account_id, BREACHES.c.met_at >= since)
            .group_by(BREACHES.c.target)
        )
        return {target: count for target, count in self.session.execute(statement)}

    def opened(self, account_id: int, since: datetime) -> int:
        """How many tickets this account has opened since then."""
        statement = select(func.count()).where(
            TICKETS.c.account_id == account_id, TICKETS.c.opened_at >= since
        )
        return self.session.scalar(statement) or 0

    def solved(
        self, account_ids: Iterable[int], first: datetime, last: datetime
    ) -> dict[int, list[timedelta]]:
        """How long tickets took that were solved between these moments, by account id."""
        statement = select(
            TICKETS.c.account_id, TICKETS.c.opened_at, TICKETS.c.resolved_at
        ).where(
            among(self.session, TICKETS.c.account_id, account_ids),
            TICKETS.c.resolved_at.between(first, last),
        )
        found: dict[int, list[timedelta]] = {}
        for account_id, opened, resolved in self.session.execute(statement):
            found.setdefault(account_id, []).append(resolved - opened)
        return found

    def escalated(self, account_ids: Iterable[int]) -> set[str]:
        """Numbers of their open tickets of which somebody higher up was told."""
        statement = (
            select(TICKETS.c.number)
            .join(LEDGER, LEDGER.c.ticket_id == TICKETS.c.id)
            .where(
                among(self.session, TICKETS.c.account_id, account_ids),
                TICKETS.c.state.not_in(OVER),
                LEDGER.c.episode == TICKETS.c.episode,
                LEDGER.c.outcome == Outcome.TOLD,
            )
        )
        return set(self.session.scalars(statement))

    def decisions(self, ticket_id: int) -> dict[int, Decided]:
        """By the id of the ledger's entry."""
        statement = select(LEDGER.c.id, LEDGER.c.decided_at, LEDGER.c.skips).where(
            LEDGER.c.ticket_id == ticket_id
        )
        return {
            row.id: Decided(at=row.decided_at, skips=skips_in(row.skips))
            for row in self.session.execute(statement)
        }

    def notices(self, escalation_ids: Iterable[int]) -> list[Notice]:
        """Whom these entries of the ledger told, or will tell in the next mail."""
        statement = (
            select(
                NOTICES.c.escalation_id,
                NOTICES.c.recipient,
                NOTICES.c.kind,
                NOTICES.c.mail_id,
            )
            .where(NOTICES.c.escalation_id.in_(list(escalation_ids)))
            .order_by(NOTICES.c.id)
        )
        return [Notice(**row._mapping) for row in self.session.execute(statement)]
