"""`kam import` and `kam export`: the portfolio from a terminal.

They make the tables they need: a house may be furnished before it is opened.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app
from kam_flows.domain.portfolio import BadFile, Change

SHOWN = 20
"""Lines about what changes; a first import adds thousands."""


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", exists=True, dir_okay=False),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
) -> None:
    """Take in accounts, contacts, staff and teams from CSV or XLSX files."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.portfolio import import_files

    upgrade()
    now = datetime.now(UTC)
    try:
        for imported in import_files(
            files, actor="kam import", now=now, dry_run=dry_run
        ):
            typer.echo(str(imported))
            _list_changes(imported.plan.changes)
            for sentence in imported.remarks():
                typer.echo(f"  {sentence}")
    except BadFile as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        count = len(error.problems)
        end = "problem" if count == 1 else "problems"
        name = error.problems[0].source.partition(", sheet ")[0]
        typer.echo(f"{count} {end}; nothing of {name} was imported.", err=True)
        raise typer.Exit(2) from error


def _list_changes(changes: Sequence[Change]) -> None:
    from kam_flows.rendering.imports import change_lines

    lines = change_lines(changes, "en")
    for line in lines[:SHOWN]:
        typer.echo(f"  {line}")
    if (more := len(lines) - SHOWN) > 0:
        typer.echo(f"  … and {more} more")


@app.command("export")
def export(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="Empty: var/export."),
    ] = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="One workbook instead of four CSV files.")
    ] = False,
) -> None:
    """Write the whole portfolio as files that `kam import` takes back."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.settings import settings
    from tasks.portfolio import export_portfolio

    upgrade()
    for path in export_portfolio.fn(output or settings().var / "export", xlsx=xlsx):
        typer.echo(str(path))
