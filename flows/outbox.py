"""Outbox: what became of every mail, and what a person decides about those that wait."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import chosen, moment, named, plainly
from kam_flows.domain.mails import Decision
from kam_flows.persistence.outbox import WAITING
from kam_flows.rendering.answers import local, say, sentence
from kam_flows.rendering.outboxes import fate_rows, outbox_rows
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.outbox import decide_about, outbox_now


@flow(name="Show the outbox", flow_run_name=named("show the outbox"))
async def show_the_outbox() -> State[None]:
    """How many mails have which fate, those that wait for a person, and the newest."""
    counts, mails, bodiless = outbox_now(moment(None))
    language, timezone = settings().language, settings().timezone
    await acreate_table_artifact(fate_rows(counts, language), key="outbox-fates")
    await acreate_table_artifact(
        outbox_rows(mails, language, timezone, bodiless), key="outbox"
    )
    waiting = sum(counts.get(fate, 0) for fate in WAITING)
    parts = [say("{count} mails wait for a person", language, count=waiting)]
    return Completed(message=sentence(parts, language))


@flow(
    name="Decide about a mail",
    flow_run_name=named("{decision} mail {mail}, by {by}"),
)
@plainly
async def decide_about_a_mail(
    mail: str,
    decision: str,
    by: str,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Send a mail that is held, was refused or may not have arrived, or drop it.

    Args:
        mail: The choice shown, or its number.
        decision: Send it after all, or never.
        by: Your staff code or email; operations, supervisors and heads may do this, and
            lead managers about letters to their account.
        note: Why.
        as_of: When it was decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now, choice = moment(as_of, dry_run=dry_run), chosen(Decision, decision)
    decided = decide_about(
        mail=mail, decision=choice, by=by, now=now, note=note, dry_run=dry_run
    )
    if not dry_run:
        await refresh_forms()
    language = settings().language
    what = say(
        "Mail {mail} to {name} (“{subject}”): {decision}",
        language,
        mail=decided.id,
        name=list(decided.addresses),
        subject=decided.subject,
        decision=choice,
    )
    if choice is Decision.DROP:
        then = say("it will not be sent", language)
    elif decided.not_before > now:
        when = local(decided.not_before, settings().timezone)
        then = say("it leaves from {moment} on", language, moment=when)
    else:
        then = say("it leaves within a minute", language)
    kept = [say("Dry run: nothing was kept", language)] if dry_run else []
    return Completed(message=sentence([what, then, *kept], language))
