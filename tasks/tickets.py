"""Ticket tasks: open one, change one, and tell the owner whose ticket it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Around, resolve
from kam_flows.domain.notices import Cause, TicketYours
from kam_flows.domain.people import Directory, Staff
from kam_flows.domain.policy import Policy
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import (
    Action,
    Happening,
    Priority,
    TicketEvent,
    TicketState,
    check_action,
)
from kam_flows.persistence.tickets import NewTicket, TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.recording import Incoming, Recorded, record_events

TWICE_WITHIN = timedelta(minutes=2)
"""Opened again so soon in the same words, a form was submitted twice."""
OPENING_LIMIT = 200
"""Characters of a title; more belongs into the note."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a form did to a ticket: the ticket as it now stands, and who was mailed."""

    ticket: TicketView
    owner: str
    """Name of whose it is now; empty: nobody's."""
    mailed: str | None


@task
def open_ticket(
    *,
    account: str,
    title: str,
    by: str,
    now: datetime,
    scene: str = "",
    priority: Priority = Priority.NORMAL,
    waiting: bool = False,
    note: str = "",
    at: datetime | None = None,
    dry_run: bool = False,
) -> Done:
    """Open a ticket, give it to whom the policy says, and tell them.

    `at` is when it was opened, `None` for now; that it was recorded later is kept.
    """
    at = at or now
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        policy = uow.policies.current(at)
        ticket = NewTicket(
            number=uow.tickets.next_number(),
            account_id=uow.accounts.id_of(found.code),
            title=one_line(title),
            scene=scene_of(policy, scene or policy.default_scene),
            priority=priority,
            tier=found.tier,
            policy_id=uow.policies.current_id(at),
            calendar=found.calendar,
            opened_at=at,
        )
        events = opening_events(
            ticket, owner_of(found, policy, uow.people.directory()), person.code, note
        )
        if waiting:
            events.append(TicketEvent(at=at, kind=Happening.WAITING, by=person.code))
        check_twin(uow, ticket, person.code)
        recorded = record_events(
            uow,
            {ticket.number: [Incoming(event) for event in events]},
            now=max(now, at),
            actor=person.code,
            locked=uow.tickets.add([ticket]),
        )
        return _done(uow, recorded[ticket.number], Cause.OPENED, person, note, now)


@task
def change_ticket(
    *,
    ticket: str,
    action: Action,
    by: str,
    now: datetime,
    value: str = "",
    note: str = "",
    at: datetime | None = None,
    dry_run: bool = False,
) -> Done:
    """Record what a person did to a ticket, if it can be done to it as it stands.

    `value` is the new owner, scene or priority where the action has one; `at` is when
    it happened, `None` for now.
    """
    at = at or now
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.tickets.find(ticket, lock=True)
        check_action(found.record.number, found.state, action)
        check_moment(found, at)
        value = _checked_value(uow, found, action, value)
        check_change(found, action, person, value)
        event = TicketEvent(
            at=at, kind=action.happening, by=person.code, value=value, note=note
        )
        events = [event, *taking_over(found, event)]
        recorded = record_events(
            uow,
            {found.record.number: [Incoming(event) for event in events]},
            now=max(now, at),
            actor=person.code,
            locked={found.record.number: found.record},
        )[found.record.number]
        cause = {Action.ASSIGN: Cause.ASSIGNED, Action.REOPEN: Cause.REOPENED}.get(
            action
        )
        return _done(uow, recorded, cause, person, note, now)


def check_twin(uow: UnitOfWork, ticket: NewTicket, by: str) -> None:
    """A second click, or a second tab, opens no second ticket."""
    twin = uow.tickets.twin(
        ticket.account_id,
        ticket.title,
        ticket.scene,
        by,
        (ticket.opened_at - TWICE_WITHIN, ticket.opened_at + TWICE_WITHIN),
    )
    if twin is not None:
        raise UserError(
            "You have just opened {number} with this title for the same account; "
            "nothing was done. If it is another request, say in the title what differs.",
            number=twin,
        )


def check_change(ticket: TicketView, action: Action, person: Staff, value: str) -> None:
    """What is so already is not done again: nobody is told twice."""
    number = ticket.record.number
    in_hand = ticket.state is TicketState.IN_PROGRESS and ticket.owner == person.code
    if action is Action.TAKE_UP and in_hand:
        raise UserError(
            "{number} is in progress and yours already; nothing was changed.",
            number=number,
        )
    if action is Action.ASSIGN and value == ticket.owner:
        raise UserError(
            "{number} belongs to this person already; nothing was changed.",
            number=number,
        )


def taking_over(ticket: TicketView, event: TicketEvent) -> list[TicketEvent]:
    """Whoever takes a ticket up owns it from then on; the ladder starts from them."""
    if event.kind is not Happening.TAKEN_UP or ticket.owner == event.by:
        return []
    mine = TicketEvent(
        at=event.at, kind=Happening.ASSIGNED, by=event.by, value=event.by
    )
    return [mine]


def check_moment(ticket: TicketView, at: datetime) -> None:
    """Nothing happens to a ticket before it is there."""
    if at < ticket.opened_at:
        zone = ZoneInfo(settings().timezone)
        raise UserError(
            "{moment} is before {number} was opened ({opened}); choose a later moment.",
            moment=f"{at.astimezone(zone):%Y-%m-%d %H:%M}",
            number=ticket.record.number,
            opened=f"{ticket.opened_at.astimezone(zone):%Y-%m-%d %H:%M}",
        )


def acting(uow: UnitOfWork, by: str) -> Staff:
    """Who does this. Raises UserError for strangers and for people who have left."""
    if not by.strip():
        raise UserError("Say who you are: type your staff code or email into `by`.")
    person = uow.people.find(by)
    if not person.active:
        raise UserError(
            "{name} ({code}) has left; type your own staff code into `by`.",
            name=person.name,
            code=person.code,
        )
    return person


def one_line(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise UserError("The ticket needs a title: one line that says what is wrong.")
    if len(title) > OPENING_LIMIT:
        raise UserError(
            "The title has {length} characters; keep it to {limit} and put the rest "
            "into the note.",
            length=len(title),
            limit=OPENING_LIMIT,
        )
    return title


def scene_of(policy: Policy, text: str) -> str:
    """A scene by its code or one of its titles."""
    for code, titles in policy.scenes.items():
        if text in {code, *titles.values()}:
            return code
    language = settings().language
    raise UserError(
        "The policy {policy} has no scene '{text}'; choose one of: {scenes}.",
        policy=policy.name,
        text=text,
        scenes=[titles.get(language, code) for code, titles in policy.scenes.items()],
    )


def owner_of(account: Account, policy: Policy, people: Directory) -> str | None:
    """Whose ticket it is at first: the first role of the policy that somebody fills."""
    for role in policy.ticket_owners:
        for code in account.members(role):
            if code in people and people[code].active:
                return code
    return None


def opening_events(
    ticket: NewTicket, owner: str | None, by: str, note: str = ""
) -> list[TicketEvent]:
    at = ticket.opened_at
    events = [TicketEvent(at=at, kind=Happening.OPENED, by=by, note=note)]
    if owner:
        assigned = TicketEvent(at=at, kind=Happening.ASSIGNED, value=owner)
        events.append(assigned)
    return events


def _checked_value(
    uow: UnitOfWork, ticket: TicketView, action: Action, value: str
) -> str:
    if action is Action.ASSIGN:
        if not value:
            raise UserError(
                "Say whom the ticket goes to: choose a person in `assign_to`."
            )
        person = uow.people.find(value)
        if not person.active:
            raise UserError(
                "{name} has left; choose somebody who is here.", name=person.name
            )
        if person.code == ticket.owner:
            raise UserError(
                "{number} is {name}'s already; nothing was done.",
                number=ticket.record.number,
                name=person.name,
            )
        return person.code
    if action is Action.CHANGE_SCENE:
        if not value:
            raise UserError("Say which scene it is now: choose one in `scene`.")
        return scene_of(uow.policies.get(ticket.record.policy_id), value)
    if action is Action.CHANGE_PRIORITY:
        if not value:
            raise UserError("Say how pressing it is now: choose one in `priority`.")
        return Priority(value)
    return ""


def _done(
    uow: UnitOfWork,
    recorded: Recorded,
    cause: Cause | None,
    person: Staff,
    note: str,
    now: datetime,
) -> Done:
    number = recorded.record.number
    view = uow.tickets.views([number])[number]
    people = uow.people.directory()
    mailed = None
    if cause and view.owner in people and view.owner != person.code:
        mailed = tell_owner(uow, view, cause, person, people, note=note, now=now)
    owner = people[view.owner].name if view.owner in people else view.owner or ""
    return Done(ticket=view, owner=owner, mailed=mailed)


def tell_owner(
    uow: UnitOfWork,
    view: TicketView,
    cause: Cause,
    by: Staff,
    people: Mapping[str, Staff],
    *,
    note: str,
    now: datetime,
) -> str | None:
    """Queue the mail that says whose ticket it is; not in its reader's quiet hours.

    Who is told. Of an owner who is away the deputy, else whoever is above; nobody if
    that is who has just done it.
    """
    # Rendering is the slow part of an import: "Take up a ticket" does without it.
    from tasks.digests import address_of, facts_of, links_for
    from tasks.posting import post

    around = Around(view.owner, None, None)
    reached = resolve(around, Tell.OWNER, people=people, now=now)
    if reached.recipient == by.code:
        return None
    reader = people.get(reached.recipient)
    language = reader.language if reader else settings().language
    policy = uow.policies.get(view.record.policy_id)
    mail = TicketYours(
        recipient=reached.recipient,
        address=address_of(reached.recipient, people),
        name=reader.name if reader else "",
        language=language,
        timezone=reader.timezone if reader else settings().timezone,
        dedup_key=f"escalation.yours:{view.record.number}:{cause}:{now.isoformat()}",
        ticket=facts_of(view, policy, people, language),
        cause=cause,
        by=by.name,
        note=note,
        skips=reached.skips,
        policy=policy.title(language),
        as_of=now,
        links=links_for(view, reached.recipient, uow.forms.ids(), people),
    )
    post(uow, mail, now, not_before=reader.reachable_at(now) if reader else now)
    return reader.name if reader else mail.address
