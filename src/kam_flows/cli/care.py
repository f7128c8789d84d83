"""`kam care`: cares from a terminal."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from kam_flows.cli import app

care = typer.Typer(no_args_is_help=True)
app.add_typer(care, name="care")


@care.callback()
def cares() -> None:
    """Care on anniversaries, birthdays and other days: what is prepared, and how far."""


@care.command()
def show(
    number: Annotated[str, typer.Argument(help="Such as C-12.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Show a care: its letter, steps and gifts, and who did what."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.care_pages import care_text
    from kam_flows.rendering.pages import for_programs
    from kam_flows.settings import settings
    from tasks.care_pages import care_page_of

    upgrade()
    page = care_page_of.fn(number, datetime.now(UTC))
    if as_json:
        typer.echo(for_programs(page))
    else:
        chosen = settings()
        typer.echo(care_text(page, chosen.language, chosen.timezone))


@care.command("list")
def list_(
    account: Annotated[
        str, typer.Argument(help="Its code or name; empty: what is open, of all.")
    ] = "",
) -> None:
    """List cares: of an account what is open and was lately, or what is open of all."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.care_pages import care_list
    from kam_flows.settings import settings
    from tasks.care_pages import care_lines

    upgrade()
    now = datetime.now(UTC)
    typer.echo(care_list(care_lines.fn(account, now), now, settings().language))
