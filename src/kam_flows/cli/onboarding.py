"""`kam onboarding`: new accounts from a terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app
from kam_flows.domain.portfolio import BadFile
from kam_flows.settings import Language

onboarding = typer.Typer(no_args_is_help=True)
app.add_typer(onboarding, name="onboarding")


@onboarding.callback()
def onboardings() -> None:
    """New accounts: their checklist, and their needs survey, out and back."""


@onboarding.command()
def show(
    account: Annotated[str, typer.Argument(help="Its code or name.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: everything, as JSON.")
    ] = False,
) -> None:
    """Show an onboarding: its items, who heard of what and why, holds, the record."""
    from kam_flows.persistence.migrate import upgrade
    from kam_flows.rendering.onboarding_pages import onboarding_text
    from kam_flows.rendering.pages import for_programs
    from kam_flows.settings import settings
    from tasks.onboarding_pages import onboarding_page

    upgrade()
    page = onboarding_page.fn(account, datetime.now(UTC))
    if as_json:
        typer.echo(for_programs(page, percent=page.percent))
    else:
        chosen = settings()
        typer.echo(onboarding_text(page, chosen.language, chosen.timezone))


@onboarding.command()
def questionnaire(
    account: Annotated[str, typer.Argument(help="Its code or name.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Empty: ACCOUNT.xlsx."),
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help="Empty: the language of the forms.")
    ] = None,
) -> None:
    """Write the questionnaire of the needs survey, with what is known so far."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.surveys import write_questionnaire

    upgrade()
    now = datetime.now(UTC)
    typer.echo(str(write_questionnaire.fn(account, output, now=now, language=lang)))


@onboarding.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    by: Annotated[
        str | None, typer.Option(help="Code of whoever asked; empty: the terminal.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be added.")
    ] = False,
) -> None:
    """Take in a filled-in questionnaire, all of it or nothing."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.surveys import import_questionnaire_file

    upgrade()
    now = datetime.now(UTC)
    try:
        surveyed = import_questionnaire_file.fn(
            file, by=by, at=now, now=now, dry_run=dry_run
        )
    except BadFile as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        typer.echo(f"Nothing of {file.name} was imported.", err=True)
        raise typer.Exit(2) from error
    code, kept = surveyed.account.code, " (dry run, nothing was kept)" * dry_run
    typer.echo(f"{code}: answers added: {len(surveyed.added)}{kept}")
    for dimension in surveyed.missing:
        typer.echo(f"  missing: {dimension}")
