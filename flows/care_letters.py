"""Care: what staff decide about it, from its letter to its last step."""

from collections.abc import Iterator

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.domain.care_plans import CareState
from tasks.care_decisions import (
    CareChanged,
    approve_letter,
    complete_step,
    drop_care,
    edit_letter,
    hold_care,
    release_care,
)
from tasks.forms import refresh_forms


@flow(name="Edit a letter", flow_run_name=named("edit the letter of {care}, by {by}"))
@plainly
async def edit_a_letter(
    care: str,
    text: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Put a text of your own between the salutation and the end of a letter.

    Whoever approved it approved another one: it has to be approved again.

    Args:
        care: Its number, or the choice shown.
        text: What the letter says; an empty line parts paragraphs.
        by: Your staff code or email.
        as_of: When you wrote it; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = edit_letter(
        care=care,
        text=text,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, on_editing(changed), dry_run)


@flow(
    name="Approve a letter",
    flow_run_name=named("approve the letter of {care}, by {by}"),
)
@plainly
async def approve_a_letter(
    care: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Let a letter leave on its day; whoever approves it twice changes nothing.

    Args:
        care: Its number, or the choice shown.
        by: Your staff code or email; lead managers may do this, and those above the owner.
        as_of: When you approved it; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = approve_letter(
        care=care,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, on_letting_go(changed), dry_run)


@flow(name="Hold care", flow_run_name=named("hold {care}, by {by}"))
@plainly
async def hold_a_care(
    care: str,
    reason: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Keep a letter back, approved or not, until somebody lets it go.

    Args:
        care: Its number, or the choice shown.
        reason: Why it has to wait.
        by: Your staff code or email.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = hold_care(
        care=care,
        reason=reason,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, [say("'Release care' lets it go")], dry_run)


@flow(name="Release care", flow_run_name=named("release {care}, by {by}"))
@plainly
async def release_a_care(
    care: str,
    reason: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Let go what was held; it is as it was before, and not held for the same again.

    Args:
        care: Its number, or the choice shown.
        reason: Why it need not wait any longer.
        by: Your staff code or email.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = release_care(
        care=care,
        reason=reason,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, on_letting_go(changed), dry_run)


@flow(name="Drop care", flow_run_name=named("drop {care}, by {by}"))
@plainly
async def drop_a_care(
    care: str,
    reason: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Give a care up for this year: its letter never leaves, and nothing is left to do.

    Args:
        care: Its number, or the choice shown.
        reason: Why nothing is done for this occasion.
        by: Your staff code or email.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = drop_care(
        care=care,
        reason=reason,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, [], dry_run)


@flow(
    name="Complete care step",
    flow_run_name=named("complete {step} of {care}, by {by}"),
)
@plainly
async def complete_care_step(
    care: str,
    by: str,
    step: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Tick off a step; with the last one the care is done, once its letter has left.

    Args:
        care: Its number, or the choice shown.
        by: Your staff code or email.
        step: Which one, by code or title; empty: the only one that is open.
        as_of: When it was done; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = complete_step(
        care=care,
        step=step,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, on_completing(changed), dry_run)


async def ended(
    changed: CareChanged, then: Iterator[str] | list[str], dry_run: bool
) -> State[None]:
    if not dry_run:
        await refresh_forms()
    parts = [standing(changed), *then]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def standing(changed: CareChanged) -> str:
    """Which care it is, and where it stands now."""
    care = changed.care
    return say(
        "{care} {account}: {title} of {day}: {state}",
        care=care.number,
        account=changed.account_name or care.about,
        title=changed.title,
        day=care.on,
        state=care.state,
    )


def on_editing(changed: CareChanged) -> Iterator[str]:
    yield say("the letter now has your text")
    if changed.strange:
        yield say(
            "it says {numbers}, which is not on record", numbers=[*changed.strange]
        )
    if changed.before.approved_by:
        yield say("it has to be approved again")


def on_letting_go(changed: CareChanged) -> Iterator[str]:
    """When the letter leaves, or what it still waits for."""
    care = changed.care
    if care.state is CareState.HELD:
        yield say(
            "it is approved and stays held ({reason}) until somebody releases it",
            reason=care.held_because,
        )
    elif care.may_be_sent:
        leaves = max(care.deliver_on, changed.today)
        yield say("its letter leaves on {day}", day=leaves)
    elif care.letter and care.mail_id is None and care.is_open:
        yield say("its letter waits for somebody's approval")


def on_completing(changed: CareChanged) -> Iterator[str]:
    yield say("done: {step}", step=changed.step)
    care = changed.care
    if care.open_tasks:
        yield say("{count} steps are left", count=len(care.open_tasks))
    elif care.is_open:
        yield say("its letter has not left yet")
