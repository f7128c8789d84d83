"""`kam visits calendar`: what somebody has planned, as a file for their calendar."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli.visits import visits


@visits.command()
def calendar(
    owner: Annotated[str, typer.Argument(help="Code, name or email of who goes.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Empty: OWNER.ics."),
    ] = None,
) -> None:
    """Write a calendar file of all that somebody has planned, to subscribe to."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.visit_calendars import calendar_of

    upgrade()
    text = calendar_of.fn(owner, datetime.now(UTC))
    path = output or Path(f"{owner}.ics")
    # The text has the line ends that calendars ask for (RFC 5545, 3.1).
    path.write_text(text, encoding="utf-8", newline="")
    typer.echo(str(path))
