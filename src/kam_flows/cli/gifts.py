"""`kam gifts`: what was given to whom."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app

gifts = typer.Typer(no_args_is_help=True)
app.add_typer(gifts, name="gifts")


@gifts.callback()
def given() -> None:
    """Gifts to accounts and their people."""


@gifts.command()
def report(
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Empty: this year."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Empty: today."),
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="STAFF", help="As this person sees it; empty: all.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A workbook (.xlsx), or the gifts alone (.csv).",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Report gifts by account and by recipient, and what is left of the year."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.gift_tables import gift_text
    from kam_flows.rendering.pages import for_programs
    from kam_flows.settings import settings
    from tasks.gifts import gift_ledger, write_ledger

    upgrade()
    found = gift_ledger.fn(datetime.now(UTC), _day(first), _day(last), by)
    if output:
        typer.echo(str(write_ledger.fn(found, output)))
    elif as_json:
        typer.echo(for_programs(found))
    else:
        typer.echo(gift_text(found, settings().language))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
