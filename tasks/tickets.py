"""Ticket tasks: open one, change one, and tell the owner whose ticket it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.notices import Cause, TicketYours
from kam_flows.domain.people import Directory, Staff
from kam_flows.domain.policy import Policy
from kam_flows.domain.tickets import (
    Action,
    Happening,
    Priority,
    TicketEvent,
    check_action,
)
from kam_flows.persistence.tickets import NewTicket, TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.recording import Incoming, Recorded, record_events

OPENING_LIMIT = 200
"""Characters of a title; more belongs into the note."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a form did to a ticket: the ticket as it now stands, and who was mailed."""

    ticket: TicketView
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
    dry_run: bool = False,
) -> Done:
    """Open a ticket, give it to whom the policy says, and tell them."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        policy = uow.policies.current(now)
        ticket = NewTicket(
            number=uow.tickets.next_number(),
            account_id=uow.accounts.ids()[found.code],
            title=one_line(title),
            scene=scene_of(policy, scene or policy.default_scene),
            priority=priority,
            tier=found.tier,
            policy_id=uow.policies.current_id(now),
            calendar=found.calendar,
            opened_at=now,
        )
        events = opening_events(
            ticket, owner_of(found, policy, uow.people.directory()), person.code, note
        )
        if waiting:
            events.append(TicketEvent(at=now, kind=Happening.WAITING, by=person.code))
        uow.tickets.add([ticket])
        recorded = record_events(
            uow,
            {ticket.number: [Incoming(event) for event in events]},
            now=now,
            actor=person.code,
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
    dry_run: bool = False,
) -> Done:
    """Record what a person did to a ticket, if it can be done to it as it stands.

    `value` is the new owner, scene or priority where the action has one.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.tickets.find(ticket)
        uow.tickets.lock([found.record.number])
        found = uow.tickets.find(found.record.number)
        check_action(found.record.number, found.state, action)
        event = TicketEvent(
            at=now,
            kind=action.happening,
            by=person.code,
            value=_checked_value(uow, found, action, value),
            note=note,
        )
        recorded = record_events(
            uow,
            {found.record.number: [Incoming(event)]},
            now=now,
            actor=person.code,
        )[found.record.number]
        cause = {Action.ASSIGN: Cause.ASSIGNED, Action.REOPEN: Cause.REOPENED}.get(
            action
        )
        return _done(uow, recorded, cause, person, note, now)


def acting(uow: UnitOfWork, by: str) -> Staff:
    """Who does this. Raises UserError for strangers and for people who have left."""
    if not by.strip():
        raise UserError("Say who you are: type your staff code or email into `by`.")
    person = uow.people.find(by)
    if not person.active:
        raise UserError(
            f"{person.name} ({person.code}) has left; type your own staff code into `by`."
        )
    return person


def one_line(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise UserError("The ticket needs a title: one line that says what is wrong.")
    if len(title) > OPENING_LIMIT:
        raise UserError(
            f"The title has {len(title)} characters; keep it below {OPENING_LIMIT} "
            "and put the rest into the note."
        )
    return title


def scene_of(policy: Policy, text: str) -> str:
    """A scene by its code or one of its titles."""
    for code, titles in policy.scenes.items():
        if text in {code, *titles.values()}:
            return code
    raise UserError(
        f"The policy {policy.name} has no scene {text!r}; "
        f"choose one of: {', '.join(policy.scenes)}."
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
            raise UserError(f"{person.name} has left; choose somebody who is here.")
        return person.code
    if action is Action.CHANGE_SCENE:
        return scene_of(uow.policies.get(ticket.record.policy_id), value)
    if action is Action.CHANGE_PRIORITY:
        if value not in set(Priority):
            raise UserError(
                f"There is no priority {value!r}; choose one of: {', '.join(Priority)}."
            )
        return value
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
    return Done(ticket=view, mailed=mailed)


def tell_owner(
    uow: UnitOfWork,
    view: TicketView,
    cause: Cause,
    by: Staff,
    people: Mapping[str, Staff],
    *,
    note: str,
    now: datetime,
) -> str:
    """Queue the mail that says whose ticket it is; not in the owner's quiet hours."""
    # Rendering is the slow part of an import: "Take up a ticket" does without it.
    from tasks.digests import facts_of, links_for, title_of
    from tasks.posting import post

    owner = people[view.owner or ""]
    policy = uow.policies.get(view.record.policy_id)
    mail = TicketYours(
        recipient=owner.code,
        address=owner.email,
        name=owner.name,
        language=owner.language,
        timezone=owner.timezone,
        dedup_key=f"escalation.yours:{view.record.number}:{cause}:{now.isoformat()}",
        ticket=facts_of(view, policy, people, owner.language),
        cause=cause,
        by=by.name,
        note=note,
        policy=title_of(policy, owner.language),
        as_of=now,
        links=links_for(view, owner.code, uow.forms.ids(), people),
    )
    post(uow, mail, now, not_before=owner.reachable_at(now))
    return owner.name
