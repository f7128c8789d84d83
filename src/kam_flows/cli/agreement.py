"""`kam agreement`: the versions of an account's SLA agreement, and their documents."""

from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app

agreement = typer.Typer(no_args_is_help=True)
app.add_typer(agreement, name="agreement")

Account = Annotated[str, typer.Argument(help="Its code or name.")]


@agreement.callback()
def agreements() -> None:
    """SLA agreements: which versions there are, and their Word documents."""


@agreement.command("list")
def list_(account: Account) -> None:
    """List the versions, the newest first."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.agreements import agreements_of

    upgrade()
    found, versions = agreements_of(account)
    if not versions:
        typer.echo(f"{found.code} has no agreement.")
    for one in versions:
        line = f"{found.code} v{one.version}  drafted {one.drafted_at:%Y-%m-%d}"
        if one.signature:
            line += f"  signed {one.signature.on} by {one.signature.by}"
        if one.outdated_at:
            line += f"  outdated {one.outdated_at:%Y-%m-%d} ({one.outdated_why})"
        typer.echo(line)


@agreement.command()
def export(
    account: Account,
    version: Annotated[int | None, typer.Option(help="Empty: the newest.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Empty: var/agreements."),
    ] = None,
) -> None:
    """Write the Word document of a version as it was drafted."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.agreements import export_agreement

    upgrade()
    typer.echo(str(export_agreement(account, version, output)))
