"""Touchpoints: what staff plan, move and cancel by hand."""

from collections.abc import Iterator
from datetime import date

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import chosen, moment, named, plainly, say, sentence, told
from kam_flows.domain.touchpoints import TouchpointKind, TouchpointState
from tasks.forms import refresh_forms
from tasks.touchpoints import VisitChanged, cancel_visit, plan_visit, reschedule_visit


@flow(
    name="Plan a visit",
    flow_run_name=named("plan {kind} at {account} on {on}, by {by}"),
)
@plainly
async def plan_a_visit(
    account: str,
    kind: str,
    on: date,
    by: str,
    starts: str = "",
    owner: str = "",
    title: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Plan a touchpoint beside the rhythm of the account, or record one of the past.

    One of the past took place, and counts for the slot of its kind that it is near to.

    Args:
        account: Code, name, or the choice shown.
        kind: What sort of contact it is.
        on: The day; one that is past records that it took place.
        by: Your staff code or email.
        starts: Time of day, such as 14:00; empty: the next free one of the owner.
        owner: Who goes; empty: the lead manager.
        title: What to call it; empty: its kind.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = plan_visit(
        account=account,
        kind=chosen(TouchpointKind, kind),
        on=on,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        starts=starts,
        owner=owner,
        title=title,
        dry_run=dry_run,
    )
    return await ended(changed, dry_run)


@flow(
    name="Reschedule a visit",
    flow_run_name=named("move {touchpoint} to {on}, by {by}"),
)
@plainly
async def reschedule_a_visit(
    touchpoint: str,
    on: date,
    reason: str,
    by: str,
    starts: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Put a touchpoint on another day or time, where planning leaves it.

    Args:
        touchpoint: Its number, or the choice shown.
        on: The day on which it is to take place.
        reason: Why it moves.
        by: Your staff code or email.
        starts: Time of day, such as 14:00; empty: the time it has.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = reschedule_visit(
        touchpoint=touchpoint,
        on=on,
        reason=reason,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        starts=starts,
        dry_run=dry_run,
    )
    return await ended(changed, dry_run)


@flow(name="Cancel a visit", flow_run_name=named("cancel {touchpoint}, by {by}"))
@plainly
async def cancel_a_visit(
    touchpoint: str,
    reason: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Cancel a touchpoint; its slot is not planned again.

    Args:
        touchpoint: Its number, or the choice shown.
        reason: Why it is cancelled.
        by: Your staff code or email.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    changed = cancel_visit(
        touchpoint=touchpoint,
        reason=reason,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    return await ended(changed, dry_run)


async def ended(changed: VisitChanged, dry_run: bool) -> State[None]:
    if not dry_run:
        await refresh_forms()
    parts = list(answer(changed))
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))


def answer(changed: VisitChanged) -> Iterator[str]:
    """Where the touchpoint stands now, and what there is to know about that day."""
    touchpoint = changed.touchpoint
    if touchpoint.state is TouchpointState.PLANNED:
        yield say(
            "{touchpoint} {account}: {title} is on {day} at {time}, with {owner}",
            touchpoint=touchpoint.number,
            account=changed.account_name,
            title=changed.called,
            day=touchpoint.on,
            time=f"{touchpoint.starts:%H:%M}",
            owner=changed.owner,
        )
        yield from map(told, changed.remarks)
        if slot := changed.credited:
            yield say(
                "it will count for {touchpoint} of {day}",
                touchpoint=slot.number,
                day=slot.nominal,
            )
    else:
        yield say(
            "{touchpoint} {account}: {title} of {day}: {state}",
            touchpoint=touchpoint.number,
            account=changed.account_name,
            title=changed.called,
            day=touchpoint.on,
            state=touchpoint.state,
        )
    if touchpoint.state is TouchpointState.DONE:
        yield from counted(changed)
        yield say("use 'Record a visit' to say what came of it")
    for one in changed.parted:
        yield say(
            "{touchpoint} was to be settled with it and stands by itself again",
            touchpoint=one.number,
        )


def counted(changed: VisitChanged) -> Iterator[str]:
    slot = changed.credited
    if slot is None:
        yield say("it counts for no planned touchpoint")
    else:
        yield say(
            "it counts for {touchpoint} of {day}",
            touchpoint=slot.number,
            day=slot.nominal,
        )
