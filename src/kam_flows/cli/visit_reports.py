"""`kam visits report`: how much of what fell due took place."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli.visits import visits


@visits.command()
def report(
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Empty: the last month."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Empty: its end, or today."),
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            metavar="PERSON",
            help="Code, name or email: as they see it, theirs and of those below them. "
            "Empty: everybody's.",
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A workbook (.xlsx), or the details alone (.csv).",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Report the completion rate by month, tier, person and kind against the goal."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.pages import for_programs
    from kam_flows.rendering.visit_reports import report_text
    from kam_flows.settings import settings
    from tasks.visit_reports import ask_for_report, page_of, write_report

    upgrade()
    asked = ask_for_report.fn(datetime.now(UTC), _day(first), _day(last), by)
    if output:
        typer.echo(str(write_report.fn(asked, output)))
    elif as_json:
        rate = asked.figures.first.counts.rate
        typer.echo(for_programs(asked.figures, completion=rate))
    else:
        typer.echo(report_text(page_of(asked, settings().language)))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
