"""The audit trail says when the house was last backed up."""

from datetime import datetime

from sqlalchemy import func, select

from kam_flows.persistence.models import AuditRow
from kam_flows.persistence.unit_of_work import unit_of_work

ACTOR = "kam backup"
DONE = "backed up"
HOUSE = "house"


def note_backup(name: str, size: int, now: datetime) -> None:
    with unit_of_work() as uow:
        uow.audit.write(now, ACTOR, DONE, HOUSE, file=name, size=size)


def last_backup() -> datetime | None:
    newest = select(func.max(AuditRow.at)).where(
        AuditRow.subject == HOUSE, AuditRow.action == DONE
    )
    with unit_of_work(read_only=True) as uow:
        return uow.session.scalar(newest)
