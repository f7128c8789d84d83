"""Onboarding: what staff start and record from the signing to the last item."""

from collections.abc import Iterator

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.domain.onboarding import Progress
from kam_flows.rendering.answers import local
from kam_flows.rendering.words import span
from kam_flows.settings import settings
from tasks.checklist_changes import (
    Changed,
    complete_item,
    hold_onboarding,
    reopen_item,
    resume_onboarding,
    waive_item,
)
from tasks.onboarding import Started, start_onboarding


@flow(
    name="Start onboarding",
    flow_run_name=named("start onboarding of {account}, by {by}"),
)
@plainly
async def start_the_onboarding(
    account: str,
    by: str,
    signed_at: AwareDatetime | None = None,
    predecessor: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Draw the checklist of a new account and tell everybody what is theirs of it.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        signed_at: When the account signed; empty: now.
        predecessor: Who served it before, if anybody did.
        as_of: When it was started; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    started = start_onboarding(
        account=account,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        signed_at=signed_at,
        predecessor=predecessor,
        dry_run=dry_run,
    )
    parts = [*answer(started)]
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


@flow(
    name="Complete checklist item",
    flow_run_name=named("complete {item} of {account}, by {by}"),
)
@plainly
async def complete_checklist_item(
    account: str,
    item: str,
    by: str,
    evidence: str = "",
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Tick an item off that nothing on record can show, such as a welcome pack.

    Args:
        account: Code, name, or the choice shown.
        item: Code, title, or the choice shown.
        by: Your staff code or email.
        evidence: What shows that it is done, where the item wants that.
        note: What colleagues should know besides.
        as_of: When it was done; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = complete_item(
        account=account,
        item=item,
        by=by,
        at=moment(as_of, dry_run=dry_run),
        evidence=evidence,
        note=note,
        dry_run=dry_run,
    )
    done = say(
        "{account}: {item} is done", account=changed.account_name, item=changed.item
    )
    return said(done, changed, dry_run)


@flow(
    name="Waive checklist item",
    flow_run_name=named("waive {item} of {account}, by {by}"),
)
@plainly
async def waive_checklist_item(
    account: str,
    item: str,
    by: str,
    reason: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Let an item off: a supervisor of its owner, a department head or operations.

    Args:
        account: Code, name, or the choice shown.
        item: Code, title, or the choice shown.
        by: Your staff code or email.
        reason: Why it need not be done.
        as_of: When it was decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = waive_item(
        account=account,
        item=item,
        by=by,
        at=moment(as_of, dry_run=dry_run),
        reason=reason,
        dry_run=dry_run,
    )
    done = say(
        "{account}: {item} is waived", account=changed.account_name, item=changed.item
    )
    return said(done, changed, dry_run)


@flow(
    name="Reopen checklist item",
    flow_run_name=named("reopen {item} of {account}, by {by}"),
)
@plainly
async def reopen_checklist_item(
    account: str,
    item: str,
    by: str,
    reason: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Open an item again that was ticked off or waived by mistake.

    Args:
        account: Code, name, or the choice shown.
        item: Code, title, or the choice shown.
        by: Your staff code or email.
        reason: What the mistake was.
        as_of: When it was decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = reopen_item(
        account=account,
        item=item,
        by=by,
        at=moment(as_of, dry_run=dry_run),
        reason=reason,
        dry_run=dry_run,
    )
    done = say(
        "{account}: {item} is open again",
        account=changed.account_name,
        item=changed.item,
    )
    return said(done, changed, dry_run)


@flow(
    name="Hold onboarding",
    flow_run_name=named("put onboarding of {account} on hold, by {by}"),
)
@plainly
async def put_onboarding_on_hold(
    account: str,
    by: str,
    reason: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Stop the clock of an onboarding; nobody is reminded until it is resumed.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        reason: Why it has to wait.
        as_of: From when on; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = hold_onboarding(
        account=account,
        by=by,
        at=moment(as_of, dry_run=dry_run),
        reason=reason,
        dry_run=dry_run,
    )
    done = say("{account}: the onboarding is on hold", account=changed.account_name)
    return said(done, changed, dry_run)


@flow(
    name="Resume onboarding",
    flow_run_name=named("resume onboarding of {account}, by {by}"),
)
@plainly
async def resume_the_onboarding(
    account: str,
    by: str,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Let the clock go on; what was due is due later by the length of the hold.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        note: What colleagues should know.
        as_of: From when on; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = resume_onboarding(
        account=account,
        by=by,
        at=moment(as_of, dry_run=dry_run),
        note=note,
        dry_run=dry_run,
    )
    done = say("{account}: the onboarding goes on", account=changed.account_name)
    return said(done, changed, dry_run)


def said(done: str, changed: Changed, dry_run: bool) -> State[None]:
    """What was done, and where the onboarding stands after it."""
    parts = [done]
    if changed.completed:
        parts.append(say("with that the onboarding is complete"))
    elif changed.progress is not Progress.COMPLETE:
        parts.append(say("{left} items to do", left=changed.left))
        parts.append(
            say("due {moment}", moment=wall(changed.deadline))
            if changed.deadline and changed.progress is not Progress.ON_HOLD
            else say("no deadline runs until it is resumed")
        )
        if changed.progress is Progress.OVERDUE:
            parts.append(say("overdue"))
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def answer(started: Started) -> Iterator[str]:
    """What was started, or stood already; until when, and how that could be read."""
    onboarding = started.onboarding
    name, begun = started.account_name, wall(onboarding.started_at)
    if not started.is_new:
        yield say(
            "{account}: an onboarding is there already, started {moment} by {name}; "
            "nothing was changed, and all that is recorded stays",
            account=name,
            moment=begun,
            name=started.started_by,
        )
    else:
        yield say("{account}: onboarding started", account=name)
    if onboarding.completed_at:
        yield say("complete since {moment}", moment=wall(onboarding.completed_at))
        return
    yield say(
        "{left} of {count} items to do", left=started.left, count=len(onboarding.items)
    )
    yield from deadline(started)
    if started.told:
        yield say("told by mail what is theirs: {names}", names=started.told)
    if started.unreachable:
        yield say(
            "no mail can be sent to {names}: correct their address and tell them in "
            "person",
            names=started.unreachable,
        )


def deadline(started: Started) -> Iterator[str]:
    if started.deadline is None:
        yield say("on hold: no deadline runs")
        return
    first, *others = started.readings
    yield say(
        "due {moment}, {time} after the signing at {signed}",
        moment=wall(started.deadline),
        time=span(first.written, settings().language),
        signed=wall(started.onboarding.signed_at),
    )
    if started.provisional:
        yield say(
            "provisional: the official holidays of that year are not published yet"
        )
    if started.is_late:
        yield say(
            "started late, the deadline has passed: the next watch tells of it once"
        )
    if not first.is_working_day:
        yield say("warning: the deadline falls on a day off")
        for other in others:
            yield say(
                "{written} would end {moment}",
                written=other.written,
                moment=wall(other.due_at),
            )


def wall(at: AwareDatetime) -> str:
    return local(at, settings().timezone)
