"""The audit trail: who did what to what, when, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from kam_flows.persistence.bulk import add_rows
from kam_flows.persistence.models import AuditRow, table_of

PENDING = "audit"
COLUMNS = ("at", "actor", "action", "subject", "detail")
AUDIT = table_of(AuditRow)


class AuditTrail:
    """Rows are gathered and written in one statement when the transaction commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def write(
        self, at: datetime, actor: str, action: str, subject: str, **detail: Any
    ) -> None:
        row = (at, actor, action, subject, detail)
        self.session.info.setdefault(PENDING, []).append(row)

    def about(self, subject: str) -> list[AuditRow]:
        """Everything committed about this subject, oldest first."""
        statement = select(AuditRow).where(AuditRow.subject == subject)
        return list(self.session.scalars(statement.order_by(AuditRow.at, AuditRow.id)))


@event.listens_for(Session, "before_commit")
def _write_down(session: Session) -> None:
    if rows := session.info.pop(PENDING, None):
        add_rows(session, AUDIT, COLUMNS, rows)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(PENDING, None)
