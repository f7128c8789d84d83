"""Guests of an event: invitations that wait for a person, and what guests reply."""

from collections.abc import Iterator

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime, NonNegativeInt

from flows.edges import chosen, moment, named, plainly, say, sentence
from kam_flows.domain.events import Reply
from kam_flows.domain.mails import Decision, RenderedMail
from kam_flows.rendering.words import word
from kam_flows.settings import settings
from tasks.event_guests import Invited, invite, record_reply, release
from tasks.forms import refresh_forms

NAMED = 10
"""Accounts and contacts that an answer names."""


@flow(name="Invite to an event", flow_run_name=named("invite to {event}, by {by}"))
@plainly
async def invite_to_an_event(
    event: str,
    by: str,
    accounts: list[str] | None = None,
    tier: str = "",
    contacts: str = "",
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = True,
) -> State[None]:
    """Write an invitation with a calendar file to each guest; it waits for a release.

    Of an account those who decide are invited. Nobody is invited twice.

    Args:
        event: Its number, or the choice shown.
        by: Your staff code or email.
        accounts: Whose decision makers to invite.
        tier: Invite those of all accounts of this tier.
        contacts: Further contacts: codes, names or addresses, with commas between.
        as_of: When you decided; empty: now.
        allow_mails: How many mails this run may write; empty: the usual guard.
        dry_run: Show the invitations, and keep nothing of them.
    """
    invited = invite(
        event=event,
        by=by,
        now=moment(as_of, dry_run=dry_run),
        accounts=accounts or (),
        tier=tier,
        contacts=contacts,
        allow_mails=allow_mails,
        dry_run=dry_run,
    )
    await show_invited(invited)
    if not dry_run:
        await refresh_forms()
    return Completed(message=sentence(answer(invited, dry_run=dry_run)))


@flow(
    name="Release event invitations",
    flow_run_name=named("{decision} invitations to {event}, by {by}"),
)
@plainly
async def release_event_invitations(
    event: str,
    by: str,
    decision: str = Decision.SEND.value,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """One decision about all invitations of an event that wait: send them, or drop them.

    Args:
        event: Its number, or the choice shown.
        by: Your staff code or email; the organiser, operations, supervisors and heads.
        decision: Send them, or never.
        note: Why.
        as_of: When it was decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    choice = chosen(Decision, decision)
    released = release(
        event=event,
        decision=choice,
        by=by,
        now=moment(as_of, dry_run=dry_run),
        note_=note,
        dry_run=dry_run,
    )
    parts = [
        say(
            "{event}: {count} invitations: {decision}",
            event=released.event.number,
            count=released.mails,
            decision=choice,
        )
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    else:
        await refresh_forms()
    return Completed(message=sentence(parts))


@flow(
    name="Record a reply",
    flow_run_name=named("{guest} replies {reply} to {event}, by {by}"),
)
@plainly
async def record_a_reply(
    event: str,
    guest: str,
    reply: str,
    by: str,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """What a guest said about coming; the last word counts.

    Args:
        event: Its number, or the choice shown.
        guest: Code, name or address of the guest.
        reply: Whether they come.
        by: Your staff code or email.
        note: Who comes along, what they wish.
        as_of: When they said so; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    recorded = record_reply(
        event=event,
        guest=guest,
        reply=chosen(Reply, reply),
        by=by,
        now=moment(as_of, dry_run=dry_run),
        note_=note,
        dry_run=dry_run,
    )
    language, counts = settings().language, recorded.counts
    parts = [
        say(
            "{name} of {account}: {reply}",
            name=recorded.guest.name,
            account=recorded.guest.account_name,
            reply=word(recorded.guest.reply or Reply.PERHAPS, language),
        ),
        say(
            "so far {yes} come, {no} do not, {perhaps} perhaps, {open} did not reply",
            yes=counts.get(Reply.YES, 0),
            no=counts.get(Reply.NO, 0),
            perhaps=counts.get(Reply.PERHAPS, 0),
            open=counts.get(None, 0),
        ),
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


async def show_invited(invited: Invited) -> None:
    """Whom, and the words: one letter in each language."""
    whom, account, what = say("whom"), say("at account"), say("what")
    table = [
        {
            account: guest.account_name,
            whom: f"{guest.name} <{guest.address}>",
            what: mail.subject,
        }
        for guest, mail in zip(invited.guests, invited.mails, strict=True)
    ]
    if table:
        number = invited.event.number.lower()
        await acreate_table_artifact(table, key=f"event-{number}-invitations")
        await acreate_markdown_artifact(
            letters(invited.mails), key=f"event-{number}-letter"
        )


def letters(mails: tuple[RenderedMail, ...]) -> str:
    first = {mail.mail.language: mail for mail in reversed(mails)}
    return "\n\n".join(f"```\n{m.subject}\n\n{m.text}\n```" for m in first.values())


def answer(invited: Invited, *, dry_run: bool) -> Iterator[str]:
    event = invited.event
    if invited.guests:
        yield say(
            "{event}: {count} invitations wait to be released",
            event=event.number,
            count=len(invited.guests),
        )
    else:
        yield say("{event}: nobody new was invited", event=event.number)
    if invited.again:
        yield say("{count} were invited before", count=invited.again)
    if invited.unreachable:
        yield say(
            "nobody can be written to at {names}",
            names=list(invited.unreachable[:NAMED]),
        )
    if dry_run:
        yield say("Dry run: nothing was kept")
    if invited.guests:
        yield say("see Artifacts")
