"""Calendar invitations: what is planned stands in the calendars of those who go."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.domain.mails import RenderedMail
from tasks.forms import refresh_forms
from tasks.visit_invitations import invitations_to_check, send_invitations


@flow(name="Send visit invitations", flow_run_name=named("visit invitations"))
@plainly
async def send_visit_invitations(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Put visits into the calendars of those who go, move them there or take them out.

    Runs every half hour of the day: a visit is invited to once it is near, and
    again whenever its day, time or people change. Only our side is written to.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    mails: list[RenderedMail] = []
    if to_check := invitations_to_check(now):
        if not dry_run:
            # What the mails link to must be among what the forms offer.
            await refresh_forms()
        mails = send_invitations(to_check, now, allow_mails, dry_run=dry_run)
    if not mails:
        return Completed(message=sentence([say("Nothing was due")]))
    await show_result(mails)
    parts = [say("{count} calendar mails written", count=len(mails))]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence([*parts, say("see Artifacts")]))


async def show_result(mails: list[RenderedMail]) -> None:
    what, whom = say("what"), say("whom")
    table = [
        {what: mail.subject, whom: ", ".join([mail.mail.address, *mail.mail.copies])}
        for mail in mails
    ]
    await acreate_table_artifact(table, key="visit-invitations")
