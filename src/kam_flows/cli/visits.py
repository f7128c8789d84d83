"""`kam visits`: touchpoints from a terminal."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from kam_flows.cli import app

visits = typer.Typer(no_args_is_help=True)
app.add_typer(visits, name="visits")


@visits.callback()
def touchpoints() -> None:
    """Visits, calls and other touchpoints: what is planned, why, and what came of it."""


@visits.command()
def show(
    number: Annotated[str, typer.Argument(help="Such as V-12.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Show a touchpoint: why on that day, who was told, what came of it."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.pages import for_programs
    from kam_flows.rendering.visit_pages import visit_text
    from kam_flows.settings import settings
    from tasks.visit_pages import visit_page

    upgrade()
    page = visit_page.fn(number, datetime.now(UTC))
    if as_json:
        typer.echo(for_programs(page))
    else:
        chosen = settings()
        typer.echo(visit_text(page, chosen.language, chosen.timezone))


@visits.command("list")
def list_(
    account: Annotated[
        str, typer.Argument(help="Its code or name; empty: what comes soon, of all.")
    ] = "",
) -> None:
    """List touchpoints: all of an account, or what is open and comes soon."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.visit_pages import visit_list
    from kam_flows.settings import settings
    from tasks.visit_pages import visit_lines

    upgrade()
    lines = visit_lines.fn(account, datetime.now(UTC))
    typer.echo(visit_list(lines, settings().language))
