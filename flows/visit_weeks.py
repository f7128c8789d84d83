"""The week of each: whom they meet, and what was missed the week before."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from tasks.forms import refresh_forms
from tasks.visit_weeks import send_weeks

NAMED = 5
"""People that a red run names."""


@flow(name="Send visit weeks", flow_run_name=named("visit weeks"))
@plainly
async def send_visit_weeks(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Send everybody their week, and managers that of their team and last week's misses.

    Runs every morning and writes on the first working day of a week, one mail a person
    however often it runs; after an outage on the next working day.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if not dry_run:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
    weeks = send_weeks(now, allow_mails, dry_run=dry_run)
    what, whom = say("what"), say("whom")
    if table := [{what: m.subject, whom: m.mail.name} for m in weeks.mails]:
        await acreate_table_artifact(table, key="visit-weeks")
    if wrong := no_address(weeks.unaddressed[:NAMED]):
        return Failed(message=sentence(wrong))
    if not weeks.mails:
        return Completed(message=sentence([say("Nothing was due")]))
    parts = [say("{count} mails of the week written", count=len(weeks.mails))]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence([*parts, say("see Artifacts")]))
