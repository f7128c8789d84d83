"""`kam ticket show`: all about one ticket, from its opening to what comes next."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from kam_flows.cli import app

ticket = typer.Typer(no_args_is_help=True)
app.add_typer(ticket, name="ticket")


@ticket.callback()
def tickets() -> None:
    """Look into tickets: what happened, who was told, and why."""


@ticket.command()
def show(
    number: Annotated[str, typer.Argument(help="As in mails and lists: T-0001.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Show a ticket's clocks, history, ladder and mails, and what comes next."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.histories import ticket_text
    from kam_flows.rendering.pages import for_programs
    from kam_flows.settings import settings
    from tasks.histories import ticket_history

    upgrade()
    history = ticket_history.fn(number, datetime.now(UTC))
    if as_json:
        typer.echo(for_programs(history))
    else:
        chosen = settings()
        typer.echo(ticket_text(history, chosen.language, chosen.timezone))
