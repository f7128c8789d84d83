"""Visit briefs: nobody goes to an account unprepared."""

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.states import Completed, Failed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from kam_flows.domain.mails import RenderedMail
from kam_flows.domain.visit_mails import VisitBrief
from kam_flows.rendering.visit_briefs import brief_markdown
from tasks.forms import refresh_forms
from tasks.visit_briefs import Briefed, briefs_due, send_briefs

NAMED = 5
"""Touchpoints or people that a red run names; its table has them all."""
PAGES = 40
"""Briefs that a run shows as pages of their own; the table names all."""


@flow(name="Send visit briefs", flow_run_name=named("visit briefs"))
@plainly
async def send_visit_briefs(
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Send whoever visits an account soon all that is known of it, and what to talk about.

    Runs every morning, writes on working days, and may run twice or not at all: each
    visit gets one brief as long as it lies ahead, and a new one if it was moved since.

    Args:
        as_of: The moment to decide for; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    due = briefs_due(now)
    if not due:
        return ending(Briefed(), dry_run=dry_run)
    if not dry_run:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
    briefed = send_briefs(due, now, allow_mails, dry_run=dry_run)
    await show_result(briefed)
    return ending(briefed, dry_run=dry_run)


async def show_result(briefed: Briefed) -> None:
    """A page for each brief, as its reader sees it, and a table of all."""
    for mail in briefed.mails[:PAGES]:
        await show_brief(mail)
    what, whom = say("what"), say("whom")
    table = [
        {what: mail.subject, whom: mail.mail.name or mail.mail.address}
        for mail in briefed.mails
    ]
    table += [
        {what: say("{number} could not be decided: {why}", number=n, why=why)}
        for n, why in briefed.set_aside
    ]
    if table:
        await acreate_table_artifact(table, key="visit-briefs")


async def show_brief(rendered: RenderedMail) -> None:
    mail = rendered.mail
    if isinstance(mail, VisitBrief):
        await acreate_markdown_artifact(
            brief_markdown(mail.brief, mail.language, mail.timezone),
            key=f"visit-brief-{mail.brief.number.lower()}",
            description=rendered.subject,
        )


def ending(briefed: Briefed, *, dry_run: bool) -> State[None]:
    """Red if one could not be written or somebody not be written to."""
    wrong = []
    if briefed.set_aside:
        bad = say(
            "{count} of {all} briefs could not be written and will be tried again",
            count=len(briefed.set_aside),
            all=briefed.looked_at,
        )
        wrong += [bad, *(f"{one}: {why}" for one, why in briefed.set_aside[:NAMED])]
    nobody = sorted(briefed.unaddressed.values(), key=lambda one: one.code)
    wrong += no_address(nobody[:NAMED])
    if wrong:
        return Failed(message=sentence(wrong))
    if not briefed.mails:
        return Completed(message=sentence([say("Nothing was due")]))
    parts = [say("{count} visit briefs written", count=len(briefed.mails))]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence([*parts, say("see Artifacts")]))
