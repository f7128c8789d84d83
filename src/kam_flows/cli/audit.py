"""`kam audit`: who did what to what, when and why."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app


@app.command()
def audit(
    subject: Annotated[
        str, typer.Option(help="About what: T-0001, ACME, 'contact C001'; empty: all.")
    ] = "",
    by: Annotated[
        str, typer.Option(metavar="STAFF", help="Staff code, or the name of a flow.")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Empty: 90 days, or all of a subject."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day; empty: today."),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many, the newest first.")
    ] = 100,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.csv", help="Write them as CSV."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Read the audit trail, the newest entry first."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.audit_pages import lines
    from kam_flows.rendering.pages import for_programs
    from kam_flows.settings import settings
    from tasks.audit import audit_entries, write_entries

    upgrade()
    found = audit_entries.fn(
        now=datetime.now(UTC),
        subject=subject,
        actor=by,
        first=_day(since),
        last=_day(until),
        limit=limit,
    )
    if output:
        typer.echo(str(write_entries.fn(found, output)))
    elif as_json:
        typer.echo(for_programs(found))
    else:
        for line in lines(found.entries, settings().language, settings().timezone):
            typer.echo(line)
        more = ", and older ones (--limit)" if found.more else ""
        typer.echo(f"{len(found.entries)} entries{more} ({settings().timezone})")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
