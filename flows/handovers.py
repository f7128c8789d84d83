"""Handovers: an account passes to somebody else, who accepts what was known of it."""

from collections.abc import Iterator

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence, told
from kam_flows.domain.handover_mails import Passed
from kam_flows.rendering.answers import local
from kam_flows.rendering.words import spoken
from kam_flows.settings import settings
from tasks.forms import refresh_forms
from tasks.handovers import (
    Acceptance,
    HandedOver,
    accept_items,
    hand_over,
    mark_as_left,
)


@flow(
    name="Hand over an account",
    flow_run_name=named("hand over {account}: {leaving} to {successor}, by {by}"),
)
@plainly
async def hand_over_an_account(
    account: str,
    leaving: str,
    successor: str,
    by: str,
    told_by_word_of_mouth: bool = False,
    recording: str = "",
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Pass roles, tickets and promises of an account on, with a brief to be accepted.

    Args:
        account: Code, name, or the choice shown.
        leaving: Who served the account until now; may have left.
        successor: Who serves it from now on.
        by: Your staff code or email.
        told_by_word_of_mouth: What was said is on a recording.
        recording: Its reference.
        note: What the successor should know besides.
        as_of: When it was handed over; empty: now.
        dry_run: Show everything that would move, and keep nothing of it.
    """
    from kam_flows.rendering.handover_pages import handover_page

    handed = hand_over(
        account=account,
        leaving=leaving,
        successor=successor,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        by_word_of_mouth=told_by_word_of_mouth,
        recording=recording,
        note=note,
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    language, timezone = settings().language, settings().timezone
    page = handover_page(handed.brief, language, timezone)
    await acreate_markdown_artifact(page, key="handover")
    parts = [*handed_over(handed)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


@flow(
    name="Accept handover items",
    flow_run_name=named("accept {items} of {handover}, by {by}"),
)
@plainly
async def accept_handover_items(
    handover: str,
    by: str,
    items: str = "",
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Say that you have read what was handed over to you; the last item ends it.

    Args:
        handover: Its number, or the choice shown.
        by: Your staff code or email; the successor, or their deputy while they are away.
        items: Their numbers, such as 1, 3-5; empty: all that are open.
        note: What is unclear or was found otherwise.
        as_of: When they were accepted; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    done = accept_items(
        handover=handover,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        items=items,
        note=note,
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    parts = [*accepted(done)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


@flow(
    name="Mark a person as left",
    flow_run_name=named("mark {person} as left, by {by}"),
)
@plainly
async def mark_a_person_as_left(
    person: str, by: str, dry_run: bool = False
) -> State[None]:
    """Note that somebody has left, and list the accounts that now need a handover.

    Args:
        person: Who has left.
        by: Your staff code or email; operations, supervisors and heads may do this.
        dry_run: Show what would happen, and keep nothing of it.
    """
    from kam_flows.rendering.handover_pages import leaver_page

    leaver = mark_as_left(person=person, by=by, now=moment(None), dry_run=dry_run)
    if not dry_run:
        await refresh_forms()
    page = leaver_page(leaver.person, leaver.accounts, settings().language)
    await acreate_markdown_artifact(page, key="accounts-to-hand-over")
    said = told(leaver.said())
    parts = []
    if leaver.told:
        parts.append(say("{name} is told by mail", name=leaver.told))
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    between = " " if spoken(settings().language) else ""
    return Completed(
        message=between.join([said, *([sentence(parts)] if parts else [])])
    )


def handed_over(handed: HandedOver) -> Iterator[str]:
    """Who has the account now, what moved, until when it is to be accepted."""
    brief = handed.brief
    yield say(
        "{handover}: {account} passed from {leaving} to {successor}",
        handover=brief.number,
        account=brief.account_name,
        leaving=brief.leaving,
        successor=brief.successor,
    )
    yield from moved(brief.passed)
    yield say(
        "{count} items to accept by {moment}",
        count=len(brief.items),
        moment=local(brief.accept_by, settings().timezone),
    )
    if handed.is_away:
        yield absent(handed)
    yield say("told by mail: {names}", names=list(handed.mailed))


def moved(passed: Passed) -> Iterator[str]:
    if passed.roles:
        yield say("roles: {roles}", roles=list(passed.roles))
    if passed.tickets:
        yield say("open tickets {count}", count=len(passed.tickets))
    if passed.promises:
        yield say("promises {count}", count=passed.promises)
    if passed.handovers:
        numbers = list(passed.handovers)
        yield say("handovers not accepted before: {numbers}", numbers=numbers)
    if passed.mails:
        yield say("held mails {count}", count=passed.mails)


def absent(handed: HandedOver) -> str:
    """Said, not refused: the time to accept runs all the same."""
    if handed.stand_in:
        return say(
            "{name} is away; {deputy} stands in and may accept",
            name=handed.brief.successor,
            deputy=handed.stand_in,
        )
    return say(
        "{name} is away and nobody stands in; the time to accept runs all the same",
        name=handed.brief.successor,
    )


def accepted(done: Acceptance) -> Iterator[str]:
    handover = done.handover
    yield say(
        "{handover} ({account}): {count} items accepted",
        handover=handover.number,
        account=done.account_name,
        count=len(done.items),
    )
    if handover.accepted_at:
        yield say("all of it is accepted")
        if done.told:
            yield say("{name} is told by mail", name=list(done.told))
    else:
        places = [item.place for item in handover.open_items]
        yield say("still open: {items}", items=places)
