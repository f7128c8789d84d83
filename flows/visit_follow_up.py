"""Follow-up: what took place is recorded or asked for, what was promised is brought to mind."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from tasks.forms import refresh_forms
from tasks.visit_follow_up import FollowedUp, follow_up, is_anything_due

NAMED = 5
"""Touchpoints or people that a red run names; its table has them all."""


@flow(name="Follow up visits", flow_run_name=named("follow up visits"))
@plainly
async def follow_up_visits(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Ask for visits nobody recorded, give up what stays so, bring promises to mind.

    Runs every 30 minutes, writes in working time, and may run late, twice, or not at all
    for days: each step is told once, and after an outage only the latest of a promise.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if not is_anything_due(now):
        return ending(FollowedUp(), dry_run=dry_run)
    if not dry_run:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
    followed = follow_up(now, allow_mails, dry_run=dry_run)
    await show_result(followed)
    return ending(followed, dry_run=dry_run)


async def show_result(followed: FollowedUp) -> None:
    what, how_many = say("what"), say("how many")
    lines = [
        (say("{step}", step=step), count) for step, count in followed.steps.items()
    ]
    lines += [
        (
            say(
                "mail to {name}: {subject}",
                name=mail.mail.name or mail.mail.address,
                subject=mail.subject,
            ),
            1,
        )
        for mail in followed.mails
    ]
    lines += [
        (say("{number} could not be decided: {why}", number=number, why=why), 1)
        for number, why in followed.set_aside
    ]
    if lines:
        table = [{what: line, how_many: count} for line, count in lines]
        await acreate_table_artifact(table, key="visit-follow-up")


def ending(followed: FollowedUp, *, dry_run: bool) -> State[None]:
    """Red if one could not be decided or somebody not be written to; the rest is done."""
    wrong = []
    if followed.set_aside:
        bad = say(
            "{count} of {all} could not be decided and will be tried again",
            count=len(followed.set_aside),
            all=followed.looked_at + len(followed.set_aside),
        )
        wrong += [bad, *(f"{one}: {why}" for one, why in followed.set_aside[:NAMED])]
    nobody = sorted(followed.unaddressed.values(), key=lambda one: one.code)
    wrong += no_address(nobody[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong))
    if not followed.looked_at:
        return Completed(message=sentence([say("Nothing was due")]))
    steps = [
        say("{step}: {count}", step=step, count=count)
        for step, count in followed.steps.items()
    ]
    parts = [*steps, say("{count} mails written", count=len(followed.mails))]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))
