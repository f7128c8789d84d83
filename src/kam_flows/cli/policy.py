"""`kam policy`: read the service standards, check one, put one in force."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kam_flows.cli import app
from kam_flows.domain.policy import Policy

Change = tuple[str, str, datetime | None, datetime | None]
"""Ticket, which of its moments, due so far, due under the other policy."""

MOST_SHOWN = 50
COLUMNS = ("ticket", "what", "due so far", "due then")

policy = typer.Typer(no_args_is_help=True)
app.add_typer(policy, name="policy")

NameOrFile = Annotated[str, typer.Argument(metavar="NAME|FILE")]


@policy.callback()
def service_standards() -> None:
    """Read the service standards, check one of your own, put one in force."""


@policy.command("list")
def list_() -> None:
    """Name the presets, and which policy is in force."""
    from kam_flows.cli.shown import both
    from kam_flows.policies.load import load_preset, presets

    current = in_force()
    listed = [load_preset(name) for name in presets()]
    if all(current.digest != one.digest for one in listed):
        listed.insert(0, current)
    for one in listed:
        mark = "  (in force)" if one.digest == current.digest else ""
        tiers = ", ".join(rule.tier for rule in one.tiers)
        ladders = ", ".join(f"{each.name} {len(each.rungs)}" for each in one.ladders)
        typer.echo(f"{one.name}: {both(one.titles)}{mark}")
        typer.echo(f"  tiers: {tiers}")
        typer.echo(f"  ladders and their rungs: {ladders}")


@policy.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="Empty: the one in force.")
    ] = "",
    source: Annotated[
        bool, typer.Option("--source", help="The file itself, to copy and edit.")
    ] = False,
) -> None:
    """Show tiers, promises, ladders, checklists and visits of a policy."""
    from kam_flows.cli.policy_page import page
    from kam_flows.policies.load import RECOMMENDED, parse_policy, text_of

    if source:
        text, _ = text_of(name or RECOMMENDED)
        typer.echo(text, nl=False)
    elif name:
        typer.echo(page(parse_policy(*text_of(name))))
    else:
        typer.echo(page(in_force()))


@policy.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Say everything that is wrong with a policy file; exit code 2 if anything is."""
    from kam_flows.policies.load import read_policy

    read = read_policy(file)
    typer.echo(
        f"{file.name} is a valid policy '{read.name}': {len(read.tiers)} tiers, "
        f"{len(read.scenes)} scenes, {len(read.ladders)} ladders."
    )


@policy.command()
def use(
    name: NameOrFile,
    by: Annotated[
        str, typer.Option(help="Staff code or email of who decides it.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reclock: Annotated[
        bool, typer.Option("--reclock", help="Move open cases to it as well.")
    ] = False,
) -> None:
    """Put a policy in force, after showing what it would change for open cases."""
    from kam_flows.policies.load import parse_policy, policy_text
    from tasks.policies import preview_policy, switch_policy

    text = policy_text(name)
    chosen = parse_policy(text, name)
    now = datetime.now(UTC)
    for line in table(preview_policy.fn(text, now), reclock=reclock):
        typer.echo(line)
    if not yes and not typer.confirm(f"Put '{chosen.name}' in force?"):
        typer.echo("Nothing was changed.")
        raise typer.Exit(1)
    if not by and not yes:
        by = typer.prompt("Your staff code or email")
    typer.echo(switch_policy.fn(text, by, reclock, now))


def in_force() -> Policy:
    """The recommended one where there is no database yet that says otherwise."""
    from sqlalchemy.exc import DatabaseError

    from kam_flows.persistence.unit_of_work import unit_of_work
    from kam_flows.policies.load import RECOMMENDED, load_preset

    try:
        with unit_of_work(read_only=True) as uow:
            return uow.policies.current(datetime.now(UTC))
    except DatabaseError:
        return load_preset(RECOMMENDED)


def table(changes: Sequence[Change], *, reclock: bool) -> list[str]:
    """What would change for open cases, as aligned lines in the house's time zone."""
    if not changes:
        return ["No due time of an open case differs under it."]
    rows = [
        COLUMNS,
        *((who, what, shown(old), shown(new)) for who, what, old, new in changes),
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows[: MOST_SHOWN + 1]
    ]
    more = len(changes) - MOST_SHOWN
    return [
        "These due times of open cases change:"
        if reclock
        else "Open cases keep the policy they began under; with --reclock would change:",
        *(f"  {line.rstrip()}" for line in lines),
        *([f"  and {more} more"] if more > 0 else []),
    ]


def shown(moment: datetime | None) -> str:
    from kam_flows.settings import settings

    if moment is None:
        return "none"
    return f"{moment.astimezone(ZoneInfo(settings().timezone)):%a %Y-%m-%d %H:%M}"
