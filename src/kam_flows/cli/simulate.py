"""`kam simulate`: try a policy on a log before anybody depends on it."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kam_flows.cli import app
from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError

if TYPE_CHECKING:
    from tasks.simulation import Simulated

simulate = typer.Typer(no_args_is_help=True, help="Try a policy on a log.")
app.add_typer(simulate, name="simulate")


@simulate.command()
def escalation(
    events: Annotated[Path, typer.Option(help="CSV: ticket, activity, agent, at.")],
    policy: Annotated[
        str, typer.Option(help="A preset, or a policy file.")
    ] = "default",
    first: Annotated[
        str, typer.Option("--from", help="Tickets opened from this day or moment on.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="Events up to this one.")] = "",
    event_map: Annotated[
        str, typer.Option("--map", help="What the log's activities mean.")
    ] = "helpdesk",
    tier: Annotated[Tier, typer.Option(help="Tier of the log's account.")] = Tier.BASIC,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Replay a log through the sweep's own code, in a scratch database."""
    from zoneinfo import ZoneInfo

    from kam_flows.policies.event_maps import load_event_map
    from kam_flows.policies.load import parse_policy, text_of
    from tasks.event_logs import lines_of
    from tasks.simulation import simulate_escalation

    mapping = load_event_map(event_map)
    text, where = text_of(policy)
    parse_policy(text, where)
    zone = ZoneInfo(mapping.timezone)
    result = simulate_escalation(
        lines_of(events, mapping),
        mapping,
        text,
        tier=tier,
        first=_moment("--from", first, zone),
        last=_moment("--to", last, zone),
    )
    if as_json:
        typer.echo(json.dumps(_as_data(result), ensure_ascii=False, indent=2))
    else:
        _print(result)


def _moment(option: str, text: str, zone: Any) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(
            f"{option} {text!r} is no moment; write 2012-01-31 or 2012-01-31T09:00."
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _as_data(result: "Simulated") -> dict[str, Any]:
    return {
        "policy": result.policy,
        "from": result.first.isoformat(),
        "to": result.last.isoformat(),
        "tickets": result.tickets,
        "events": result.events,
        "sweeps": result.sweeps,
        "rungs": [
            {"ladder": ladder, "rung": rung, **vars(count)}
            for (ladder, rung), count in sorted(result.rungs.items())
        ],
        "mails": [
            {"recipient": reader, "day": day, "count": count}
            for (reader, day), count in sorted(result.mails.items())
        ],
    }


def _print(result: "Simulated") -> None:
    typer.echo(
        f"Policy {result.policy}, {result.first:%Y-%m-%d} to {result.last:%Y-%m-%d}: "
        f"{result.tickets} tickets, {result.events} events, "
        f"{result.sweeps} sweeps with something to do.\n"
    )
    columns = ("told", "superseded", "stopped_late", "stopped_in_time", "held")
    heads = ("told", "superseded", "stopped late", "stopped in time", "still held")
    typer.echo(f"{'ladder, rung':<24}" + "".join(f"{head:>17}" for head in heads))
    for (ladder, rung), count in sorted(result.rungs.items()):
        numbers = "".join(f"{getattr(count, column):>17}" for column in columns)
        typer.echo(f"{f'{ladder}, {rung}':<24}{numbers}")
    if not result.mails:
        typer.echo("\nNobody would have been mailed.")
        return
    typer.echo(
        f"\n{'reader':<24}{'mails':>17}{'days with mail':>17}{'most on a day':>17}"
    )
    readers: dict[str, Counter[str]] = {}
    for (reader, day), sent in result.mails.items():
        readers.setdefault(reader, Counter())[day] += sent
    for reader, days in sorted(readers.items()):
        row = (days.total(), len(days), max(days.values()))
        typer.echo(f"{reader:<24}" + "".join(f"{number:>17}" for number in row))
