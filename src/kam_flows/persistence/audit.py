"""The audit trail: who did what to what, when, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from kam_flows.domain.audit_search import Asked, Entry, Found
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

    def search(self, asked: Asked) -> Found:
        """What is committed and answers the question, the newest first.

        It goes along an index, backwards from the last day: that of the subjects, or
        else that of the moments.
        """
        statement = select(AUDIT).order_by(AUDIT.c.at.desc(), AUDIT.c.id.desc())
        if asked.subjects:
            statement = statement.where(AUDIT.c.subject.in_(asked.subjects))
        if asked.actor:
            statement = statement.where(AUDIT.c.actor == asked.actor)
        if asked.since:
            statement = statement.where(AUDIT.c.at >= asked.since)
        if asked.until:
            statement = statement.where(AUDIT.c.at < asked.until)
        rows = self.session.execute(statement.limit(asked.limit + 1)).all()
        entries = [Entry(**row._mapping) for row in rows]
        return Found(
            asked=asked, entries=entries[: asked.limit], more=len(rows) > asked.limit
        )


@event.listens_for(Session, "before_commit")
def _write_down(session: Session) -> None:
    if rows := session.info.pop(PENDING, None):
        add_rows(session, AUDIT, COLUMNS, rows)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(PENDING, None)
