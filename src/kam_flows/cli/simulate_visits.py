"""`kam simulate visits`: a year of touchpoints, before anybody depends on a policy."""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kam_flows.cli.simulate import simulate
from kam_flows.domain.errors import UserError

if TYPE_CHECKING:
    from tasks.visit_simulation import Rhythm, SimulatedVisits

LONGEST = 3660
MOST = 10_000


@simulate.command()
def visits(
    preset: Annotated[
        str, typer.Option(help="A preset, or a policy file.")
    ] = "default",
    accounts: Annotated[int, typer.Option(help="How many.", min=1, max=MOST)] = 300,
    first: Annotated[
        str, typer.Option("--from", help="The first day that is planned.")
    ] = "2026-01-01",
    days: Annotated[int, typer.Option(help="How many.", min=1, max=LONGEST)] = 365,
    seed: Annotated[int, typer.Option(help="Another one, other accounts.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Plan a made-up portfolio day by day; every touchpoint takes place on its day."""
    from kam_flows.policies.load import parse_policy, text_of
    from tasks.visit_simulation import simulate_visits

    policy = parse_policy(*text_of(preset))
    result = simulate_visits(policy, accounts, _day(first), days, seed)
    if as_json:
        typer.echo(json.dumps(as_data(result), ensure_ascii=False, indent=2))
    else:
        _print(result)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--from {text!r} is no day; write 2026-01-01.") from None


def as_data(result: "SimulatedVisits") -> dict[str, Any]:
    return {
        "policy": result.policy,
        "from": result.first.isoformat(),
        "to": result.last.isoformat(),
        "accounts": sum(result.accounts.values()),
        "managers": result.managers,
        "tiers": [
            {
                "tier": tier,
                "accounts": count,
                "kinds": _kinds(result, tier),
                "cadences": [
                    _cadence(code, rhythm)
                    for (of_tier, code), rhythm in result.rhythms.items()
                    if of_tier is tier
                ],
            }
            for tier, count in result.accounts.items()
        ],
        "checks": {
            "on_days_off": result.days_off,
            "days_above_an_owners_limit": result.above_limit,
            "missed": result.missed,
            "cadences_with_too_long_a_gap": result.gaps_too_long,
        },
        "holds": result.holds,
    }


def _kinds(result: "SimulatedVisits", tier: str) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for (of_tier, _), rhythm in result.rhythms.items():
        if of_tier == tier:
            kinds[rhythm.kind] = kinds.get(rhythm.kind, 0) + rhythm.slots
    return kinds


def _cadence(code: str, rhythm: "Rhythm") -> dict[str, Any]:
    return {
        "cadence": code,
        "kind": rhythm.kind,
        "satisfied": rhythm.slots,
        "merged": rhythm.merged,
        "merged_into": dict(rhythm.merged_into),
        "on_another_day": rhythm.moved,
        "per_account": {
            "min": min(rhythm.per_account, default=0),
            "max": max(rhythm.per_account, default=0),
        },
        "longest_gap": rhythm.longest_gap,
        "allowed_gap": rhythm.allowed_gap,
        "gaps_with_a_reason": rhythm.excused_gaps,
    }


def _print(result: "SimulatedVisits") -> None:
    total = sum(result.accounts.values())
    typer.echo(
        f"Policy {result.policy}, {result.first} to {result.last}: {total} accounts, "
        f"{result.managers} managers.\n"
    )
    heads = ("satisfied", "merged", "each", "longest gap", "allowed", "with reason")
    typer.echo(f"{'tier, cadence':<34}" + "".join(f"{head:>13}" for head in heads))
    for (tier, code), one in result.rhythms.items():
        each = f"{min(one.per_account, default=0)}-{max(one.per_account, default=0)}"
        gaps = (one.longest_gap, one.allowed_gap, one.excused_gaps)
        cells = (one.slots, one.merged, each, *gaps)
        typer.echo(f"{f'{tier}, {code}':<34}" + "".join(f"{c:>13}" for c in cells))
    typer.echo(
        f"\nOn days off: {result.days_off}; days above an owner's limit: "
        f"{result.above_limit}; missed: {result.missed}; cadences with a gap that no "
        f"reason explains: {result.gaps_too_long}. "
        + ("All holds." if result.holds else "Not all holds.")
    )
