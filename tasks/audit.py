"""The audit trail is asked, and what it answers is written out."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows import spreadsheets
from kam_flows.domain.audit_search import Found, ask
from kam_flows.domain.errors import UserError
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.audit_pages import rows
from kam_flows.settings import settings
from tasks.inbox import write_file

SHOWN = 500


@task
def audit_entries(
    *,
    now: datetime,
    subject: str = "",
    actor: str = "",
    first: date | None = None,
    last: date | None = None,
    limit: int = SHOWN,
) -> Found:
    """Who did what, the newest first; at most so many entries."""
    zone = ZoneInfo(settings().timezone)
    asked = ask(
        subject=subject,
        actor=actor,
        first=first,
        last=last,
        now=now,
        zone=zone,
        limit=limit,
    )
    with unit_of_work(read_only=True) as uow:
        return uow.audit.search(asked)


@task
def write_entries(found: Found, path: Path) -> Path:
    if path.suffix.lower() != ".csv":
        raise UserError(
            "{name} is no CSV file; let its name end in .csv.", name=path.name
        )
    chosen = settings()
    table = rows(found.entries, chosen.language, chosen.timezone)
    write_file(path, spreadsheets.write_csv(table))
    return path
