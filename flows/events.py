"""Events of ours: planned backward from their day, their steps settled, moved, cancelled."""

from collections.abc import Iterator
from datetime import date

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.states import Completed
from pydantic import AwareDatetime, NonNegativeInt, PositiveInt

from flows.edges import moment, named, no_address, plainly, say, sentence
from flows.histories import artifact_key
from kam_flows.settings import settings
from tasks.event_pages import event_page
from tasks.events import EventDone, cancel_event, complete_step, move_event, plan_event
from tasks.forms import refresh_forms


@flow(name="Plan an event", flow_run_name=named("plan {event_name} on {on}, by {by}"))
@plainly
async def plan_an_event(
    event_kind: str,
    event_name: str,
    on: date,
    by: str,
    starts: str = "09:00",
    minutes: PositiveInt = 480,
    venue: str = "",
    organiser: str = "",
    owners: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Plan an event backward from its day: every step with a day and an owner, one mail each.

    The same one again says so, and changes nothing.

    Args:
        event_kind: What sort of event it is.
        event_name: What its guests are to read.
        on: Its day.
        by: Your staff code or email.
        starts: Time of day, such as 09:30.
        minutes: How long it takes.
        venue: Where it takes place.
        organiser: Who answers for it; empty: yourself.
        owners: Who does what, one a line: role or step, a colon, the person.
        as_of: When you decided; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    if not dry_run:
        # What the mails link to must be among what the forms offer.
        await refresh_forms()
    done = plan_event(
        kind=event_kind,
        name=event_name,
        on=on,
        organiser=organiser,
        by=by,
        now=now,
        starts=starts,
        minutes=minutes,
        place=venue,
        owners=owners,
        dry_run=dry_run,
    )
    event = done.event
    if done.is_known:
        known = say(
            "{event} is planned already: {name} on {day}, with {organiser}",
            event=event.number,
            name=event.name,
            day=event.on,
            organiser=done.organiser,
        )
        return Completed(message=sentence([known]))
    planned = say(
        "{event}: {name} is planned for {day}, in {count} steps",
        event=event.number,
        name=event.name,
        day=event.on,
        count=len(event.steps),
    )
    return await ended([planned, *remarks(done)], done, dry_run=dry_run)


@flow(
    name="Complete an event step",
    flow_run_name=named("settle {step} of {event}, by {by}"),
)
@plainly
async def complete_an_event_step(
    event: str,
    step: str,
    by: str,
    note: str = "",
    waive: bool = False,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Say that a step of an event is done, or let it off for a reason.

    Args:
        event: Its number, or the choice shown.
        step: Code or title of the step.
        by: Your staff code or email.
        note: What there is to say about it; why, if it is let off.
        waive: Let it off: somebody above its owner decides so.
        as_of: When it was done; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    done = complete_step(
        event=event,
        step=step,
        by=by,
        now=moment(as_of, dry_run=dry_run),
        text=note,
        waive=waive,
        dry_run=dry_run,
    )
    settled = say(
        "'{step}' of {event} is settled, {count} steps are left",
        step=done.step,
        event=done.event.number,
        count=len(done.event.open_steps),
    )
    return await ended([settled], done, dry_run=dry_run)


@flow(name="Move an event", flow_run_name=named("move {event} to {on}, by {by}"))
@plainly
async def move_an_event(
    event: str,
    on: date,
    reason: str,
    by: str,
    starts: str = "",
    venue: str = "",
    organiser: str = "",
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Give an event another day, time, place or organiser: steps and invitations follow.

    Guests who were invited are told at once; invitations that wait are written anew.

    Args:
        event: Its number, or the choice shown.
        on: The day on which it is to take place.
        reason: Why; guests do not read it.
        by: Your staff code or email.
        starts: Time of day, such as 09:30; empty: the time it has.
        venue: Where it takes place; empty: where it does now.
        organiser: Who answers for it from now on; empty: who does now.
        as_of: When you decided; empty: now.
        allow_mails: How many mails this run may write to guests; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    now = moment(as_of, dry_run=dry_run)
    done = move_event(
        event=event,
        on=on,
        reason=reason,
        by=by,
        now=now,
        starts=starts,
        place=venue,
        organiser=organiser,
        allow_mails=allow_mails,
        dry_run=dry_run,
    )
    moved = say(
        "{event}: {name} is on {day} at {time}",
        event=done.event.number,
        name=done.event.name,
        day=done.event.on,
        time=f"{done.event.starts:%H:%M}",
    )
    return await ended([moved, *remarks(done), *followed(done)], done, dry_run=dry_run)


@flow(name="Cancel an event", flow_run_name=named("cancel {event}, by {by}"))
@plainly
async def cancel_an_event(
    event: str,
    reason: str,
    by: str,
    as_of: AwareDatetime | None = None,
    allow_mails: NonNegativeInt | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Cancel an event: whoever prepares it or was invited is told, once.

    Args:
        event: Its number, or the choice shown.
        reason: Why; guests do not read it.
        by: Your staff code or email.
        as_of: When you decided; empty: now.
        allow_mails: How many mails this run may write to guests; empty: the usual guard.
        dry_run: Show what would happen, and keep nothing of it.
    """
    done = cancel_event(
        event=event,
        reason=reason,
        by=by,
        now=moment(as_of, dry_run=dry_run),
        allow_mails=allow_mails,
        dry_run=dry_run,
    )
    gone = say(
        "{event}: {name} is cancelled", event=done.event.number, name=done.event.name
    )
    return await ended([gone, *followed(done)], done, dry_run=dry_run)


@flow(name="Show an event", flow_run_name=named("show {event}"))
@plainly
async def show_an_event(event: str) -> State[None]:
    """One page about an event: its steps, its guests, what they replied, who did what.

    Args:
        event: Its number, or the choice shown.
    """
    from kam_flows.rendering.event_pages import event_markdown

    page = event_page(event, moment(None))
    number = page.event.number
    await acreate_markdown_artifact(
        event_markdown(page, settings().language, settings().timezone),
        key=artifact_key(number, kind="event"),
        description=f"{number} {page.event.name}",
    )
    shown = say(
        "{event}: {name} on {day}, {count} guests",
        event=number,
        name=page.event.name,
        day=page.event.on,
        count=len(page.guests),
    )
    return Completed(message=sentence([shown, say("see Artifacts")]))


def remarks(done: EventDone) -> Iterator[str]:
    """What there is to know about the plan."""
    if not done.works:
        yield say("that is no working day")
    if done.late:
        yield say("the preparation begins late, so the plan is shorter")
    if done.left_out:
        yield say("left out, as it is too late: {steps}", steps=list(done.left_out))


def followed(done: EventDone) -> Iterator[str]:
    """What became of its invitations."""
    guests = done.guests
    if guests.told:
        yield say("{count} guests are told", count=guests.told)
    if guests.rewritten:
        yield say(
            "{count} invitations were written anew and wait to be released",
            count=guests.rewritten,
        )
    if guests.taken_back:
        yield say("{count} invitations will not be sent", count=guests.taken_back)
    if guests.outdated:
        yield say(
            "{count} replies were to the old day and are asked for again",
            count=guests.outdated,
        )


async def ended(parts: list[str], done: EventDone, *, dry_run: bool) -> State[None]:
    if done.told.mails:
        parts.append(say("{count} colleagues are told", count=len(done.told.mails)))
    parts += no_address(done.told.unaddressed)
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    else:
        await refresh_forms()
    return Completed(message=sentence(parts))
