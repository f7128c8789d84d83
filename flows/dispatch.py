"""Dispatch: every mail in the outbox leaves as soon as it may, and its fate is known."""

import re
import time
from collections.abc import Sequence
from uuid import uuid4

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence, told
from kam_flows.domain.delivery import ClaimedMail
from kam_flows.domain.mails import Fate
from kam_flows.domain.signed_links import without_tokens
from kam_flows.mail.connections import Pool
from kam_flows.mail.mime import ReadMail
from kam_flows.persistence.claims import Settled
from kam_flows.rendering.words import spoken, word
from kam_flows.settings import settings
from tasks.dispatch import (
    Dispatched,
    is_anything_due,
    rehearse,
    send_batch,
    server_in_use,
)
from tasks.forms import refresh_forms

SECONDS = 240
"""After this the run leaves the rest to the next one, which its own start cancelled."""
EXAMPLES = 5


@flow(name="Dispatch mail", flow_run_name=named("dispatch mail"))
@plainly
async def dispatch_mail(
    as_of: AwareDatetime | None = None, dry_run: bool = False
) -> State[None]:
    """Send every mail of the outbox that is due, a batch at a time.

    Runs every minute and may run twice at once: each mail is in one hand only. The run
    is red if a mail failed or may not have arrived, naming it; the others are sent.

    Args:
        as_of: Send what was due at this moment; empty: now.
        dry_run: Show what would be sent, and send nothing.
    """
    now = moment(as_of, dry_run=dry_run)
    if dry_run:
        mails, settled = rehearse(now)
        await show_rehearsal(mails, settled)
        would = say("{count} mails would be sent", count=len(mails))
        return Completed(message=sentence([would]))
    done = await send_all(None if as_of is None else now)
    if done.fates.keys() & {Fate.FAILED, Fate.UNKNOWN}:
        # From now on they are among the mails a person can decide about.
        await refresh_forms()
    if done.settled:
        await show_result(done)
    return ending(done)


async def send_all(as_of: AwareDatetime | None) -> Dispatched:
    """Batch after batch until nothing is due, the server is in trouble, or time is up."""
    done = Dispatched()
    worker = str(flow_run.id or uuid4())
    until = time.monotonic() + SECONDS
    if not is_anything_due(as_of):
        return done
    async with Pool(await server_in_use()) as pool:
        while not done.trouble and time.monotonic() < until and is_anything_due(as_of):
            done.add(await send_batch(as_of, worker, pool))
    return done


async def show_result(done: Dispatched) -> None:
    await acreate_table_artifact(
        [
            {
                say("fate"): word(fate, settings().language),
                say("count"): count,
                say("examples"): examples([m for m in done.settled if m.fate is fate]),
            }
            for fate, count in done.fates.most_common()
        ],
        key="dispatch-result",
    )
    if last := done.last_sent:
        await acreate_markdown_artifact(as_written(last), key="last-sent-mail")


async def show_rehearsal(
    mails: Sequence[ClaimedMail], settled: Sequence[Settled]
) -> None:
    lines = [
        *((Fate.SENDING, ", ".join(mail.addresses), mail.subject) for mail in mails),
        *((mail.fate, mail.recipient, mail.subject) for mail in settled),
    ]
    table = [
        {
            say("fate"): word(fate, settings().language),
            say("to"): to,
            say("subject"): subject,
        }
        for fate, to, subject in lines
    ]
    if table:
        await acreate_table_artifact(table, key="dispatch-rehearsal")


def examples(mails: Sequence[Settled]) -> str:
    """A few of these mails: to whom, about what, and what went wrong."""
    some = [example(mail) for mail in mails[:EXAMPLES]]
    between = "; " if spoken(settings().language) else "；"
    return between.join(some + ["…"] * (len(mails) > EXAMPLES))


def example(mail: Settled) -> str:
    name, subject = mail.recipient, mail.subject
    if not mail.error:
        return say("{name}: {subject}", name=name, subject=subject)
    return say(
        "{name}: {subject} ({error})", name=name, subject=subject, error=mail.error
    )


def as_written(mail: ReadMail) -> str:
    """The mail's text as Markdown; nothing in it is read as Markdown or HTML.

    Whoever opens the page is not who the mail is for: its links act for nobody here.
    """
    head = [
        say("From: {sender}", sender=mail.sender),
        say("To: {name}", name=mail.to),
        say("Subject: {subject}", subject=mail.subject),
    ]
    words = without_tokens("\n".join([*head, "", mail.text]))
    longest = max((len(run) for run in re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{words}\n{fence}"


def ending(done: Dispatched) -> State[None]:
    """Red if a mail failed, may not have arrived, or could not be tried."""
    bad = [m for m in done.settled if m.fate in {Fate.FAILED, Fate.UNKNOWN}]
    parts = []
    if bad:
        parts.append(
            say(
                "{count} of {all} mails failed or may not have arrived: {examples}",
                count=len(bad),
                all=len(done.settled),
                examples=examples(bad),
            )
        )
    if done.trouble:
        waiting = done.fates[Fate.QUEUED]
        wait = say("{count} mails wait in the outbox", count=waiting)
        parts += [told(done.trouble), wait]
    if parts:
        return Failed(message=sentence(parts))
    if not done.settled:
        return Completed(message=sentence([say("Nothing was due")]))
    return Completed(message=sentence([say("Mails: {counts}", counts=counted(done))]))


def counted(done: Dispatched) -> list[str]:
    """`2 sent`, commonest first."""
    return [
        say("{count} {fate}", count=n, fate=word(fate, settings().language).lower())
        for fate, n in done.fates.most_common()
    ]
