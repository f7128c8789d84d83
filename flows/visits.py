"""Visits: every account is met as often as promised."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence, told
from kam_flows.domain.visit_plans import Act
from tasks.forms import refresh_forms
from tasks.visits import Planned, Shown, plan_due, rehearse

NAMED = 5
"""Accounts that a red run names; its table has them all."""


@flow(name="Plan visits", flow_run_name=named("plan visits"))
@plainly
async def plan_visits(
    as_of: AwareDatetime | None = None, dry_run: bool = False
) -> State[None]:
    """Keep the touchpoints of every account planned, as far ahead as the policy says.

    Runs every morning, and may run twice, late, or not at all for weeks: what is planned
    keeps its day as long as it can, nothing is doubled, and nothing skipped silently.

    Args:
        as_of: The moment to decide for; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    planned = rehearse(now) if dry_run else plan_due(now)
    if planned.acts or planned.set_aside:
        await show_result(planned)
    if planned.acts and not dry_run:
        await refresh_forms()
    return ending(planned, dry_run=dry_run)


async def show_result(planned: Planned) -> None:
    counted = [
        (say("{act}: {why}", act=act, why=why), count)
        for (act, why), count in sorted(planned.acts.items())
    ]
    changed = [(change(one), 1) for one in planned.shown]
    left = [(undecided(account, why), 1) for account, why in planned.set_aside]
    what, how_many = say("what"), say("how many")
    table = [{what: line, how_many: n} for line, n in [*counted, *left, *changed]]
    await acreate_table_artifact(table, key="visit-plan-result")


def change(one: Shown) -> str:
    if one.before == one.after:
        return say(
            "{number} of {account} on {day}: {act}, {why}",
            number=one.number,
            account=one.account,
            day=one.after,
            act=one.act,
            why=one.why,
        )
    return say(
        "{number} of {account}: from {before} to {after}, {why}",
        number=one.number,
        account=one.account,
        before=one.before,
        after=one.after,
        why=one.why,
    )


def undecided(account: str, why: str) -> str:
    return say(
        "{account} could not be planned: {why}",
        account=account,
        why=told(why).rstrip(".。"),
    )


def ending(planned: Planned, *, dry_run: bool) -> State[None]:
    """Red if an account could not be planned; the others are."""
    if planned.set_aside:
        bad = say(
            "{count} of {all} accounts could not be planned and will be tried again",
            count=len(planned.set_aside),
            all=planned.looked_at,
        )
        which = [undecided(*one) for one in planned.set_aside[:NAMED]]
        return Failed(message=sentence([bad, *which]))
    if not planned.acts:
        return Completed(message=sentence([say("Every plan is as it should be")]))
    by_act = {act: 0 for act in Act}
    for (act, _), count in planned.acts.items():
        by_act[act] += count
    counts = [
        say("{act}: {count}", act=act, count=count)
        for act, count in by_act.items()
        if count
    ]
    said = [say("{count} accounts looked at", count=planned.looked_at), *counts]
    if dry_run:
        said.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(said))
