"""Policies: see what another service standard would change, and put it in force."""

from collections.abc import Iterable

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, told
from kam_flows.policies.load import parse_policy, text_of
from kam_flows.rendering.answers import local
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.policies import PolicyChange, preview_policy, switch_policy


@flow(name="Switch policy", flow_run_name=named("switch policy to {policy}, by {by}"))
@plainly
async def switch_the_policy(
    policy: str,
    by: str,
    reclock: bool = False,
    dry_run: bool = True,
    as_of: AwareDatetime | None = None,
) -> State[None]:
    """Put another service standard in force; first as a preview, which keeps nothing.

    Args:
        policy: Name of a preset, or the path of a policy file.
        by: Your staff code or email; operations, supervisors and heads may do this.
        reclock: Move the open tickets to it too; else only new ones run under it.
        dry_run: Only show what would change for open tickets. Switch off to do it.
        as_of: The moment of the change; empty: now.
    """
    now = moment(as_of, dry_run=dry_run)
    text, where = text_of(policy)
    parse_policy(text, where)
    changes = preview_policy(text, now)
    await acreate_table_artifact(change_rows(changes), key="policy-change")
    if dry_run:
        previewed = say(
            "Preview: re-clocking would move {moments} due times of {tickets} open "
            "tickets (see Artifacts). Nothing was changed; switch `dry_run` off to do it.",
            moments=len(changes),
            tickets=len({change.ticket for change in changes}),
        )
        return Completed(message=previewed)
    said = told(switch_policy(text, by, reclock, now))
    await refresh_forms()  # the new policy has scenes of its own
    return Completed(message=said)


def change_rows(changes: Iterable[PolicyChange]) -> list[dict[str, str]]:
    timezone = settings().timezone
    return [
        {
            say("ticket"): change.ticket,
            say("what"): say(change.what),
            say("now"): local(change.old, timezone) if change.old else "",
            say("then"): local(change.new, timezone) if change.new else "",
        }
        for change in changes
    ]
