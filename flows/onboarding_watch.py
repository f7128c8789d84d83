"""Onboarding: what is open is told to its owner, what is overdue to those above."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from tasks.forms import refresh_forms
from tasks.onboarding_watch import Watched, is_anything_due, rehearse, watch_due

NAMED = 5
"""Accounts or people that a red run names; its table has them all."""


@flow(name="Watch onboarding", flow_run_name=named("watch onboarding"))
@plainly
async def watch_onboarding(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Tell everybody of what is still open in the onboardings that are theirs.

    Runs every 15 minutes and may run late, twice, or not at all for days: each step is
    taken once, and after an outage only the latest one of an item is told.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if dry_run:
        watched = rehearse(now, allow_mails)
    elif not is_anything_due(now):
        return ending(Watched())
    else:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
        watched = watch_due(now, allow_mails)
    if watched.looked_at:
        await show_result(watched)
    return ending(watched)


async def show_result(watched: Watched) -> None:
    steps = [
        (say("{step}: {outcome}", step=kind, outcome=outcome), count)
        for (kind, outcome), count in sorted(watched.steps.items())
    ]
    written = [
        (
            say(
                "mail to {name}: {subject}",
                name=mail.mail.name or mail.mail.address,
                subject=mail.subject,
            ),
            1,
        )
        for mail in watched.mails
    ]
    left = [
        (say("{account} could not be decided: {why}", account=account, why=why), 1)
        for account, why in watched.set_aside
    ]
    what, how_many = say("what"), say("how many")
    table = [{what: line, how_many: n} for line, n in [*steps, *written, *left]]
    if table:
        await acreate_table_artifact(table, key="onboarding-watch-result")


def ending(watched: Watched) -> State[None]:
    """Red if an onboarding could not be decided or somebody not be written to.

    The others are done.
    """
    wrong = []
    if watched.set_aside:
        bad = say(
            "{count} of {all} onboardings could not be decided and will be tried again",
            count=len(watched.set_aside),
            all=watched.looked_at,
        )
        wrong += [bad, *(f"{code}: {why}" for code, why in watched.set_aside[:NAMED])]
    unaddressed = sorted(watched.unaddressed.values(), key=lambda one: one.code)
    wrong += no_address(unaddressed[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong))
    if not watched.looked_at:
        return Completed(message=sentence([say("Nothing was due")]))
    decided = say(
        "{steps} reminders and escalations decided, {mails} mails written",
        steps=watched.steps.total(),
        mails=len(watched.mails),
    )
    return Completed(message=sentence([decided]))
