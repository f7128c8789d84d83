"""`kam backup` and `kam restore`: a way back, and what it costs before it is taken."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kam_flows.cli import app
from kam_flows.domain.backups import PREFECT, Facts, differences
from kam_flows.domain.errors import UserError
from kam_flows.settings import settings

WithPrefect = Annotated[
    bool, typer.Option("--with-prefect", help="Also where Prefect has a database.")
]


@app.command()
def backup(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="Empty: var/backups."),
    ] = None,
    keep: Annotated[
        int, typer.Option(min=0, help="How many to keep in the folder; 0: all.")
    ] = 0,
    without_prefect: Annotated[
        bool, typer.Option("--without-prefect", help="Our own database alone.")
    ] = False,
) -> None:
    """Write everything that cannot be made again into one file; the house may run."""
    from kam_flows.persistence.archives import first_page
    from kam_flows.serving.backup import back_up

    where = settings()
    folder = output or where.var / "backups"
    now = datetime.now(UTC)
    made = back_up(where, folder, now, keep=keep, prefect=not without_prefect)
    page = first_page(made)
    typer.echo(str(made))
    inside = ", ".join(f"{m.name} ({_size(m.size)})" for m in page.members)
    typer.echo(f"{_size(made.stat().st_size)}, checked: {inside}.")
    typer.echo(
        "It holds people's data and letters; only its owner may read it. The secret that "
        "signs links is not inside."
    )
    if page.member(PREFECT):
        typer.echo("Passwords that were saved as Prefect blocks are inside.")
    else:
        typer.echo("Prefect's own database is not inside.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    into: Annotated[
        str, typer.Option(metavar="URL", help="Another database; empty: the house's.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    with_prefect: WithPrefect = False,
) -> None:
    """Put a backup in the place of the database, which is kept beside it."""
    from kam_flows.serving.restore import Restore

    where, now = settings(), datetime.now(UTC)
    task = Restore(where, file, into or where.database, now)
    with task.alone():
        prospect = task.prospect()
        page, there = prospect.backup, prospect.there
        typer.echo(f"{file.name}: KAM Flows {page.version}, {_local(page.taken_at)}")
        typer.echo(f"  {_told(page.facts)}")
        if there is None or not there.counts:
            typer.echo("There is no database now, or none that can be read.")
        else:
            typer.echo(f"There now:\n  {_told(there)}")
            typer.echo(
                f"What happened since the backup will be lost: {prospect.entries_lost} "
                "entries of the audit trail"
            )
            for name, (then, now_) in differences(page.facts, there).items():
                typer.echo(f"  {name}: {now_} now, {then} in the backup")
        if not yes and not typer.confirm("Restore it?"):
            raise UserError("Nothing was changed.")
        done = task.run(prospect, with_prefect=with_prefect)
    typer.echo("Restored.")
    if done.kept_as:
        typer.echo(f"As it was, the database is now {done.kept_as}; to take this back:")
        typer.echo(f"  {done.undo}")
    for sentence in done.further:
        typer.echo(sentence)
    for fate, count in done.mails.items():
        typer.echo(f"Mails of the backup that are {fate}: {count}")
    typer.echo(
        "Mail that is written from now on waits, as much of it may have been told before "
        "the restore. Enter again what was done since the backup, start the house, look "
        "at 'kam mail outbox', then let it go: kam mail release (or --drop)."
    )


def _told(facts: Facts) -> str:
    named = ("accounts", "tickets", "outbox", "audit")
    counted = ", ".join(f"{facts.counts.get(name, 0)} {name}" for name in named)
    newest = _local(facts.newest_entry) if facts.newest_entry else "none"
    return f"{counted}; tables {facts.revision}; newest entry: {newest}"


def _local(moment: datetime) -> str:
    zone = settings().timezone
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S} ({zone})"


def _size(count: int) -> str:
    return f"{max(count / 1e6, 0.1):,.1f} MB"
