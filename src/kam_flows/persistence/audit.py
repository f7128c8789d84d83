"""The audit trail: who did what to what, when, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.persistence.models import AuditRow


class AuditTrail:
    def __init__(self, session: Session) -> None:
        self.session = session

    def write(
        self, at: datetime, actor: str, action: str, subject: str, **detail: Any
    ) -> None:
        self.session.add(
            AuditRow(
                at=at, actor=actor, action=action, subject=subject, detail=detail
            )
        )

    def about(self, subject: str) -> list[AuditRow]:
        """Everything on record about this subject, oldest first."""
        statement = select(AuditRow).where(AuditRow.subject == subject)
        return list(self.session.scalars(statement.order_by(AuditRow.at, AuditRow.id)))
