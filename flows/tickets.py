"""Tickets: what staff record about a request, from opening to the customer's word."""

from prefect import State, flow
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import chosen, moment, named, plainly
from kam_flows.domain.tickets import OVER, Action, Happening, Priority
from kam_flows.policies.event_maps import load_event_map
from kam_flows.rendering.answers import local, say, sentence
from kam_flows.settings import settings
from tasks.event_logs import import_events, lines_of
from tasks.forms import refresh_forms
from tasks.inbox import inbox_file
from tasks.tickets import Done, change_ticket, open_ticket


@flow(name="Open a ticket", flow_run_name=named("open a ticket for {account}, by {by}"))
@plainly
async def open_a_ticket(
    account: str,
    title: str,
    by: str,
    scene: str = "",
    priority: str = Priority.NORMAL.value,
    waiting_for_customer: bool = False,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Open a ticket for an account; its clocks start, and its owner is told.

    Args:
        account: Code, name, or the choice shown.
        title: One line that says what is wrong.
        by: Your staff code or email.
        scene: What kind of request it is; empty: the policy's usual one.
        priority: How pressing it is.
        waiting_for_customer: It waits for the customer from the start: no clock runs.
        note: More about it.
        as_of: When it was opened; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    opened = open_ticket(
        account=account,
        title=title,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        scene=scene,
        priority=chosen(Priority, priority),
        waiting=waiting_for_customer,
        note=note,
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    return said(Happening.OPENED, opened, dry_run, as_of)


@flow(name="Take up a ticket", flow_run_name=named("take up {ticket}, by {by}"))
@plainly
async def take_up_a_ticket(
    ticket: str,
    by: str,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Take a ticket up: from now on somebody works on it.

    Args:
        ticket: Its number, or the choice shown.
        by: Your staff code or email.
        note: What you found or will do.
        as_of: When you took it up; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    return done(Action.TAKE_UP, ticket, by, "", note, as_of, dry_run)


@flow(name="Resolve a ticket", flow_run_name=named("resolve {ticket}, by {by}"))
@plainly
async def resolve_a_ticket(
    ticket: str,
    by: str,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Resolve a ticket: its clocks stop; the customer may still refuse.

    Args:
        ticket: Its number, or the choice shown.
        by: Your staff code or email.
        note: What the solution was.
        as_of: When it was resolved; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    return done(Action.RESOLVE, ticket, by, "", note, as_of, dry_run)


@flow(
    name="Assign a ticket",
    flow_run_name=named("assign {ticket} to {assign_to}, by {by}"),
)
@plainly
async def assign_a_ticket(
    ticket: str,
    assign_to: str,
    by: str,
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Give a ticket to somebody, who is told at once.

    Args:
        ticket: Its number, or the choice shown.
        assign_to: Staff code, name, or the choice shown.
        by: Your staff code or email.
        note: What the new owner should know.
        as_of: When it was handed over; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    return done(Action.ASSIGN, ticket, by, assign_to, note, as_of, dry_run)


@flow(name="Update a ticket", flow_run_name=named("{action} {ticket}, by {by}"))
@plainly
async def update_a_ticket(
    ticket: str,
    action: str,
    by: str,
    assign_to: str = "",
    scene: str = "",
    priority: str = "",
    note: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Record anything else that happened: waiting, resuming, confirming, refusing, …

    Args:
        ticket: Its number, or the choice shown.
        action: What happened.
        by: Your staff code or email.
        assign_to: For `assign`: who gets it.
        scene: For `change_scene`: the new scene.
        priority: For `change_priority`: the new priority.
        note: What others should know.
        as_of: When it happened; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    happened = chosen(Action, action)
    value = {
        Action.ASSIGN: assign_to,
        Action.CHANGE_SCENE: scene,
        Action.CHANGE_PRIORITY: priority and chosen(Priority, priority),
    }.get(happened, "")
    return done(happened, ticket, by, value, note, as_of, dry_run)


@flow(name="Import ticket events", flow_run_name=named("import {file}, by {by}"))
@plainly
async def import_ticket_events(
    file: str,
    by: str,
    account: str = "",
    event_map: str = "helpdesk",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Bring the event log of another help desk; a second import changes nothing.

    Args:
        file: Name of a CSV file in the inbox folder, or its whole path.
        by: Your staff code or email.
        account: Account of the tickets for which the log names none.
        event_map: What the log's activities mean: a shipped map, or a file's path.
        as_of: The moment of the import; empty: now.
        dry_run: Show what would happen, and keep nothing of it.
    """
    mapping = load_event_map(event_map)
    brought = import_events(
        lines=lines_of(inbox_file(file), mapping),
        mapping=mapping,
        account=account,
        by=by,
        now=moment(as_of, dry_run=dry_run),
        dry_run=dry_run,
    )
    if not dry_run:
        await refresh_forms()
    language = settings().language
    parts = [
        say(
            "{lines} lines read: {opened} tickets opened, {recorded} events recorded, "
            "{known} were known already",
            language,
            lines=brought.lines,
            opened=brought.opened,
            recorded=brought.recorded,
            known=brought.known,
        )
    ]
    if dry_run:
        parts.append(say("Dry run: nothing was kept", language))
    return Completed(message=sentence(parts, language))


def done(
    action: Action,
    ticket: str,
    by: str,
    value: str,
    note: str,
    as_of: AwareDatetime | None,
    dry_run: bool,
) -> State[None]:
    changed = change_ticket(
        ticket=ticket,
        action=action,
        by=by,
        now=moment(None),
        at=moment(as_of, dry_run=dry_run),
        value=value,
        note=note,
        dry_run=dry_run,
    )
    return said(action.happening, changed, dry_run, as_of)


def said(
    what: Happening, result: Done, dry_run: bool, as_of: AwareDatetime | None
) -> State[None]:
    """What happened, where the ticket stands now, and who was told.

    A moment that was chosen is repeated in the zone of the house: the form's own
    picker starts in another one.
    """
    ticket, language = result.ticket, settings().language
    parts = [
        say(
            "{number} ({account}): {done}; now {state}",
            language,
            number=ticket.record.number,
            account=ticket.account_name,
            done=what,
            state=ticket.state,
        )
    ]
    if as_of is not None:
        when = local(as_of, settings().timezone)
        parts.append(say("as of {moment}", language, moment=when))
    if result.owner:
        parts.append(say("in the hands of {name}", language, name=result.owner))
    if ticket.resolve_by and ticket.state not in OVER:
        by = local(ticket.resolve_by, settings().timezone)
        parts.append(say("resolve by {moment}", language, moment=by))
    if result.mailed:
        parts.append(say("{name} is told by mail", language, name=result.mailed))
    if dry_run:
        parts.append(say("Dry run: nothing was kept", language))
    return Completed(message=sentence(parts, language))
