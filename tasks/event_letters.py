"""Invitations to an event: written once a guest and change, held until a person decides."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from kam_flows.domain.event_mails import EventInvitation
from kam_flows.domain.events import Event, Guest
from kam_flows.domain.invitations import Method
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.persistence.unit_of_work import UnitOfWork
from kam_flows.settings import settings
from tasks.event_facts import facts_of
from tasks.onboarding_facts import Office


def write(
    uow: UnitOfWork,
    event: Event,
    guests: Sequence[Guest],
    office: Office,
    *,
    method: Method = Method.REQUEST,
    changed: bool = False,
) -> list[RenderedMail]:
    """To each of these guests, who are kept with their mail.

    What guests know of already is changed at once: whoever moves or cancels an event may
    also release its invitations. Everything else waits for somebody to release it.
    """
    from tasks.posting import post_all  # Jinja is loaded only if a mail is due

    zones = zones_of(uow, guests, office)
    mails = [
        letter(event, guest, office, zones[guest.account], method, changed)
        for guest in guests
    ]
    posted = post_all(
        uow, mails, office.now, held_for=None if changed else event.awaited
    )
    kept = [
        replace(guest, mails=guest.mails + 1, mail_id=id_)
        for guest, (id_, _) in zip(guests, posted, strict=True)
    ]
    uow.events.keep_guests(event.id, kept, uow.accounts.ids())
    return [rendered for _, rendered in posted]


def letter(
    event: Event,
    guest: Guest,
    office: Office,
    timezone: str,
    method: Method,
    changed: bool,
) -> EventInvitation:
    organiser = office.people[event.organiser]
    answers = (organiser.name, organiser.email)
    return EventInvitation(
        recipient=guest.contact,
        address=guest.address,
        name=guest.name,
        language=guest.language,
        timezone=timezone,
        dedup_key=f"events.invitation:{event.id}:{guest.contact}:{guest.mails + 1}",
        from_name=organiser.name,
        answers_to=answers if is_address(organiser.email) else None,
        event=facts_of(event, office),
        sequence=event.sequence,
        method=method,
        moved=changed and method is Method.REQUEST,
        title=guest.title,
        house=parseaddr(settings().sender)[0],
        dated=day_of(office, timezone),
        as_of=office.now,
    )


def zones_of(
    uow: UnitOfWork, guests: Iterable[Guest], office: Office
) -> dict[str, str]:
    """Where each guest reads the letter, by account code."""
    named = uow.accounts.named({guest.account for guest in guests})
    return {
        account.code: office.current.calendar(account.calendar).timezone.key
        for account in named.values()
    }


def day_of(office: Office, timezone: str) -> date:
    return office.now.astimezone(ZoneInfo(timezone)).date()
