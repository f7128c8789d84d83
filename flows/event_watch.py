"""Watch events: nobody forgets a step of theirs."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from tasks.event_watch import is_anything_due, remind
from tasks.forms import refresh_forms

NAMED = 5
"""People that a red run names."""


@flow(name="Watch events", flow_run_name=named("watch events"))
@plainly
async def watch_events(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Tell owners of steps that are due in two working days or late, each time once.

    Runs every morning, writes on working days, and may run late, twice, or not at all
    for days. When a step is more than two days late, the organiser's supervisor reads it.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if not is_anything_due(now):
        return Completed(message=sentence([say("Nothing was due")]))
    if not dry_run:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
    watched = remind(now, allow_mails, dry_run=dry_run)
    what, whom = say("what"), say("whom")
    table = [
        {what: mail.subject, whom: ", ".join([mail.mail.address, *mail.mail.copies])}
        for mail in watched.mails
    ]
    if table:
        await acreate_table_artifact(table, key="events-due")
    if watched.unaddressed:
        nobody = sorted(watched.unaddressed.values(), key=lambda one: one.code)
        return Failed(message=sentence(no_address(nobody[:NAMED])))
    parts = [say("{count} mails about steps written", count=len(watched.mails))]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))
