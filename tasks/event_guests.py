"""Guests of an event: invited once, released by a person, told of changes, their replies."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from prefect import task

from kam_flows.domain.accounts import Account, Contact, Tier
from kam_flows.domain.choices import ambiguous, code_in, unknown
from kam_flows.domain.errors import UserError
from kam_flows.domain.events import (
    Event,
    EventAct,
    Guest,
    Reply,
    check_ahead,
    check_organises,
    check_stands,
    guest_named,
    is_elsewhere,
    new_guests,
    replied,
    replies,
)
from kam_flows.domain.invitations import Method
from kam_flows.domain.mails import Decision, RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.words import meant
from kam_flows.settings import settings
from tasks.event_facts import event_office, note
from tasks.event_letters import write
from tasks.mail_guard import guard
from tasks.onboarding_facts import Office
from tasks.onboarding_letters import addressed
from tasks.tickets import acting

PARTED = re.compile(r"[\n,;，；、]+")


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Whom an event invites now, and why others are not among them."""

    event: Event
    guests: tuple[Guest, ...]
    mails: tuple[RenderedMail, ...]
    again: int
    """Were invited before."""
    unreachable: tuple[str, ...]
    """Names of accounts, and of contacts, to whom no mail can be sent."""


@dataclass(frozen=True, kw_only=True)
class Released:
    event: Event
    mails: int


@dataclass(frozen=True, kw_only=True)
class Replied:
    event: Event
    guest: Guest
    counts: dict[Reply | None, int]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What became of the invitations when their event changed."""

    told: int = 0
    """Guests who know of it, and are told."""
    rewritten: int = 0
    """Invitations that wait still, with what holds now."""
    taken_back: int = 0
    """Invitations that waited, and never leave."""
    outdated: int = 0
    """Replies to another day."""


@task
def invite(
    *,
    event: str,
    by: str,
    now: datetime,
    accounts: Sequence[str] = (),
    tier: str = "",
    contacts: str = "",
    allow_mails: int | None = None,
    dry_run: bool = False,
) -> Invited:
    """Write an invitation to everybody chosen who has none, held until it is released.

    Of an account those who decide are invited, or else the first who can be reached.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.events.find(event, lock=True)
        check_organises(person, found)
        check_stands(found)
        check_ahead(found.begins_at, now)
        check_organiser(uow, found)
        choice = Choice(uow)
        wanted = list(choice.guests(accounts, tier, contacts))
        if not wanted and not choice.unreachable:
            raise UserError(
                "Nobody was chosen; choose accounts, a tier, or type contacts."
            )
        fresh, again = new_guests(wanted, uow.events.guests(found.id))
        guard(len(fresh), allow_mails, "Invite to an event")
        office = event_office(uow, now, [found])
        mails = write(uow, found, fresh, office)
        if fresh:
            codes = [guest.contact for guest in fresh]
            note(uow, found, person, EventAct.INVITED, now, guests=codes)
        return Invited(
            event=found,
            guests=tuple(fresh),
            mails=tuple(mails),
            again=len(again),
            unreachable=tuple(choice.unreachable),
        )


@task
def release(
    *,
    event: str,
    decision: Decision,
    by: str,
    now: datetime,
    note_: str = "",
    dry_run: bool = False,
) -> Released:
    """One decision about all invitations of an event that wait: send them, or drop them."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.events.find(event, lock=True)
        check_organises(person, found)
        waiting = uow.outbox.held_for(found.awaited)
        if not waiting:
            raise UserError(
                "No invitation to {event} waits; use 'Invite to an event' first.",
                event=found.name,
            )
        sends = decision is Decision.SEND
        if sends:
            check_stands(found)
            check_ahead(found.begins_at, now)
            check_organiser(uow, found)
            told = [
                replace(guest, told=True)
                for guest in uow.events.guests(found.id)
                if guest.waits
            ]
            uow.events.keep_guests(found.id, told, uow.accounts.ids())
        until = now + settings().mail_lifetime
        for mail in waiting:
            if sends:
                uow.outbox.release(
                    mail.id, person.code, now, note=note_, expires_at=until
                )
            else:
                uow.outbox.cancel(mail.id, person.code, now, note=note_)
        act = EventAct.RELEASED if sends else EventAct.DROPPED
        note(uow, found, person, act, now, count=len(waiting), note=note_)
        return Released(event=found, mails=len(waiting))


@task
def record_reply(
    *,
    event: str,
    guest: str,
    reply: Reply,
    by: str,
    now: datetime,
    note_: str = "",
    dry_run: bool = False,
) -> Replied:
    """What a guest said about coming; the last word counts. Anybody of us may hear it."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.events.find(event, lock=True)
        check_stands(found)
        chosen = guest_named(uow.events.guests(found.id), guest)
        after = replied(chosen, reply, note=note_, by=person.code, at=now)
        uow.events.keep_guests(found.id, [after], uow.accounts.ids())
        note(
            uow, found, person, EventAct.REPLIED, now, guest=after.contact, reply=reply
        )
        counts = dict(replies(uow.events.guests(found.id)))
        return Replied(event=found, guest=after, counts=counts)


def follow(
    uow: UnitOfWork,
    before: Event,
    after: Event,
    office: Office,
    person: Staff,
    allow_mails: int | None,
) -> Followed:
    """What waited is taken back, or waits in new words; whoever was told is told again."""
    # Who was erased has no address any more.
    guests = [guest for guest in uow.events.guests(after.id) if guest.address]
    waiting = [guest for guest in guests if guest.waits]
    concerned = after.cancelled_at or is_elsewhere(before, after)
    told = [guest for guest in guests if guest.is_told and concerned]
    form = "Cancel an event" if after.cancelled_at else "Move an event"
    guard(len(told), allow_mails, form)
    for mail in uow.outbox.held_for(after.awaited):
        uow.outbox.cancel(mail.id, person.code, office.now, note=after.reason)
    if after.cancelled_at:
        write(uow, after, told, office, method=Method.CANCEL, changed=True)
        return Followed(told=len(told), taken_back=len(waiting))
    write(uow, after, waiting, office)
    stale = [g for g in told if g.reply and before.on != after.on]
    asked = [
        replace(g, reply=None, replied_at=None, recorded_by=None) if g in stale else g
        for g in told
    ]
    write(uow, after, asked, office, changed=True)
    return Followed(told=len(told), rewritten=len(waiting), outdated=len(stale))


class Choice:
    """Who is meant by accounts, a tier, or contacts; who of them cannot be reached."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.unreachable: list[str] = []

    def guests(
        self, accounts: Sequence[str], tier: str, contacts: str
    ) -> Iterator[Guest]:
        yield from self.of_accounts(self.accounts(accounts, tier))
        yield from self.of_contacts(contacts)

    def accounts(self, named: Sequence[str], tier: str) -> Iterator[Account]:
        for text in named:
            if text.strip():
                yield self.uow.accounts.find(text)
        if tier.strip():
            wanted = meant(Tier, tier)
            if wanted is None:
                raise UserError("There is no tier '{tier}'; choose one.", tier=tier)
            for account in self.uow.accounts.by_code().values():
                if account.active and account.tier is wanted:
                    yield account

    def of_accounts(self, accounts: Iterable[Account]) -> Iterator[Guest]:
        named = self.uow.accounts.named({account.code for account in accounts})
        people = self.uow.accounts.contacts_among(named)
        for id_, account in sorted(named.items(), key=lambda one: one[1].code):
            reached = addressed(people.get(id_, []))
            if not reached:
                self.unreachable.append(account.name)
            yield from (guest_of(contact, account) for contact in reached)

    def of_contacts(self, typed: str) -> Iterator[Guest]:
        texts = [text.strip() for text in PARTED.split(typed) if text.strip()]
        if not texts:
            return
        known = self.uow.accounts.contacts()
        found = [contact_named(known, text) for text in texts]
        named = self.uow.accounts.named({contact.account for contact in found})
        accounts = {account.code: account for account in named.values()}
        for contact in found:
            if is_address(contact.email):
                yield guest_of(contact, accounts[contact.account])
            else:
                self.unreachable.append(contact.name)


def contact_named(known: dict[str, Contact], text: str) -> Contact:
    """By code, name, address, or as lists show it; raises UserError."""
    typed, code = text.casefold(), code_in(text).casefold()
    found = [one for one in known.values() if one.code.casefold() == code] or [
        one
        for one in known.values()
        if typed in {one.name.casefold(), one.email.casefold()}
    ]
    if len(found) > 1:
        raise ambiguous("contact", text, [one.code for one in found])
    if not found:
        raise unknown("contact", text, [(c, one.name) for c, one in known.items()])
    return found[0]


def guest_of(contact: Contact, account: Account) -> Guest:
    return Guest(
        contact=contact.code,
        name=contact.name,
        title=contact.title,
        account=account.code,
        account_name=account.name,
        address=contact.email,
        language=contact.language,
    )


def check_organiser(uow: UnitOfWork, event: Event) -> None:
    """An invitation must not speak for somebody who has left."""
    organiser = uow.people.get(event.organiser)
    if not organiser.active:
        raise UserError(
            "{name} organises {event} and has left; name somebody who is here with 'Move "
            "an event' first.",
            name=organiser.name,
            event=event.name,
        )
