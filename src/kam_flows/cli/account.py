"""`kam account`: the page of an account, and the dealings behind it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app

account = typer.Typer(no_args_is_help=True)
app.add_typer(account, name="account")


@account.callback()
def accounts() -> None:
    """Look into accounts: needs, people, agreement, dealings, open matters."""


@account.command()
def show(
    name: Annotated[str, typer.Argument(help="Code or name of the account.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Show all that is known about an account on one page."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.account_pages import page_text
    from kam_flows.rendering.pages import for_programs
    from kam_flows.settings import settings
    from tasks.account_pages import account_page

    upgrade()
    page = account_page.fn(name, datetime.now(UTC))
    if as_json:
        typer.echo(for_programs(page))
    else:
        chosen = settings()
        typer.echo(page_text(page, chosen.language, chosen.timezone))


@account.command("import")
def bring(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX of transactions.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, keep nothing.")
    ] = False,
) -> None:
    """Import contracts, orders, payments and returns; a second import changes nothing."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.persistence.unit_of_work import rehearsal, unit_of_work
    from kam_flows.rendering.answers import told
    from kam_flows.settings import settings
    from tasks.account_files import take_in_transactions

    upgrade()
    with rehearsal() if dry_run else unit_of_work() as uow:
        brought = take_in_transactions(
            uow, file, actor="kam", now=datetime.now(UTC), dry_run=dry_run
        )
    typer.echo(told(brought.told(), settings().language))
