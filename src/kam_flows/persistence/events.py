"""Events of ours, their steps and their guests."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.choices import choice, code_in, unknown
from kam_flows.domain.contact_files import Invitation
from kam_flows.domain.events import PREFIX, Event, EventStep, Guest
from kam_flows.persistence.bulk import among
from kam_flows.persistence.event_models import EventGuestRow, EventRow, EventStepRow
from kam_flows.persistence.models import AccountRow, OutboxRow, table_of

ACCOUNTS = table_of(AccountRow)
EVENTS = table_of(EventRow)
STEPS = table_of(EventStepRow)
GUESTS = table_of(EventGuestRow)
OUTBOX = table_of(OutboxRow)
DIGITS = 9
"""Longer numbers are no event's, and too long for the database."""
STANDS = EVENTS.c.cancelled_at.is_(None)
OF_EVENT = tuple(f.name for f in fields(Event) if f.name not in {"id", "steps"})
OF_STEP = tuple(f.name for f in fields(EventStep))
OF_GUEST = tuple(
    f.name for f in fields(Guest) if f.name not in {"account", "account_name", "fate"}
)


class EventRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, event: Event) -> Event:
        """The event with its number."""
        added = insert(EVENTS).values(_values(event, OF_EVENT)).returning(EVENTS.c.id)
        stored = replace(event, id=self.session.scalars(added).one())
        self._add_steps(stored.id, stored.steps)
        return stored

    def keep(self, event: Event) -> None:
        """Rewrite an event and its steps; those it no longer has are taken out."""
        of_this = EVENTS.c.id == event.id
        changed = update(EVENTS).where(of_this).values(_values(event, OF_EVENT))
        self.session.execute(changed)
        self.session.execute(delete(STEPS).where(STEPS.c.event_id == event.id))
        self._add_steps(event.id, event.steps)

    def remind(self, event_id: int, code: str, lateness: int) -> None:
        """Note of a step how late it was when its owner was reminded."""
        of_this = (STEPS.c.event_id == event_id) & (STEPS.c.code == code)
        self.session.execute(update(STEPS).where(of_this).values(reminded=lateness))

    def get(self, event_id: int, *, lock: bool = False) -> Event | None:
        return next(iter(self._read(EVENTS.c.id == event_id, lock=lock)), None)

    def find(self, text: str, *, lock: bool = False) -> Event:
        """By number or the choice shown in a form; raises UserError, naming near ones."""
        number = code_in(text).upper().removeprefix(PREFIX)
        known = number.isascii() and number.isdecimal() and len(number) <= DIGITS
        if known and (found := self.get(int(number), lock=lock)):
            return found
        pairs = (one.split(" · ", 1) for one in self.choices())
        raise unknown("event", text, ((code, rest) for code, rest in pairs))

    def named(self, kind: str, on: date) -> list[Event]:
        """Of this kind, on this day now or when they were planned."""
        of_day = (EVENTS.c.on == on) | (EVENTS.c.first_on == on)
        return self._read(EVENTS.c.kind == kind, of_day)

    def with_steps_due(self, until: date, *, lock: bool = False) -> list[Event]:
        """Those that stand and have an open step of a day until that one."""
        due = exists().where(
            STEPS.c.event_id == EVENTS.c.id,
            STEPS.c.settled_at.is_(None),
            STEPS.c.due_on <= until,
        )
        return self._read(STANDS, due, lock=lock)

    def choices(self, limit: int = 200) -> list[str]:
        """`E-3 · 2026-11-16 name` of those that are not cancelled, the latest first."""
        statement = (
            select(EVENTS.c.id, EVENTS.c.on, EVENTS.c.name)
            .where(STANDS)
            .order_by(EVENTS.c.on.desc(), EVENTS.c.id)
            .limit(limit)
        )
        return [event_choice(*found) for found in self.session.execute(statement)]

    def guests(self, event_id: int) -> list[Guest]:
        """By account and name, each with what became of their last mail."""
        statement = (
            select(GUESTS, ACCOUNTS.c.code, ACCOUNTS.c.name.label("of"), OUTBOX.c.fate)
            .join(ACCOUNTS, ACCOUNTS.c.id == GUESTS.c.account_id)
            .outerjoin(OUTBOX, OUTBOX.c.id == GUESTS.c.mail_id)
            .where(GUESTS.c.event_id == event_id)
            .order_by(ACCOUNTS.c.code, GUESTS.c.contact)
        )
        return [_guest(row) for row in self.session.execute(statement)]

    def invitations_of(self, contact: str) -> list[Invitation]:
        """The events to which a contact was invited, by code, the first one first."""
        statement = (
            select(EVENTS.c.name, EVENTS.c.on, GUESTS.c.reply, GUESTS.c.note)
            .join(EVENTS, EVENTS.c.id == GUESTS.c.event_id)
            .where(GUESTS.c.contact == contact)
            .order_by(EVENTS.c.on, EVENTS.c.id)
        )
        return [
            Invitation(event=row.name, on=row.on, reply=row.reply, note=row.note)
            for row in self.session.execute(statement)
        ]

    def keep_guests(
        self, event_id: int, guests: Sequence[Guest], account_ids: Mapping[str, int]
    ) -> None:
        """Add those who are new, rewrite the others; `account_ids` by account code."""
        if not guests:
            return
        codes = [guest.contact for guest in guests]
        these = (GUESTS.c.event_id == event_id) & GUESTS.c.contact.in_(codes)
        known = set(self.session.scalars(select(GUESTS.c.contact).where(these)))
        new = [
            {
                "event_id": event_id,
                "account_id": account_ids[guest.account],
                **_values(guest, OF_GUEST),
            }
            for guest in guests
            if guest.contact not in known
        ]
        if new:
            self.session.execute(insert(GUESTS), new)
        for guest in guests:
            if guest.contact in known:
                of_this = (GUESTS.c.event_id == event_id) & (
                    GUESTS.c.contact == guest.contact
                )
                values = _values(guest, OF_GUEST)
                self.session.execute(update(GUESTS).where(of_this).values(values))

    def _add_steps(self, event_id: int, steps: Iterable[EventStep]) -> None:
        rows = [{"event_id": event_id, **_values(step, OF_STEP)} for step in steps]
        if rows:
            self.session.execute(insert(STEPS), rows)

    def _read(self, *which: Any, lock: bool = False) -> list[Event]:
        statement = select(EVENTS).where(*which).order_by(EVENTS.c.on, EVENTS.c.id)
        if lock:
            statement = statement.with_for_update()
        rows = self.session.execute(statement).all()
        steps = self._steps([row.id for row in rows]) if rows else {}
        return [_event(row, steps.get(row.id, ())) for row in rows]

    def _steps(self, event_ids: Collection[int]) -> dict[int, list[EventStep]]:
        these = among(self.session, STEPS.c.event_id, event_ids)
        statement = select(STEPS).where(these).order_by(STEPS.c.due_on, STEPS.c.id)
        found: dict[int, list[EventStep]] = {}
        for row in self.session.execute(statement):
            step = EventStep(**{name: getattr(row, name) for name in OF_STEP})
            found.setdefault(row.event_id, []).append(step)
        return found


def event_choice(id_: int, on: date, name: str) -> str:
    """How a form shows an event; links in mails carry the very same text."""
    return choice(f"{PREFIX}{id_}", f"{on} {name}")


def _values(thing: Event | EventStep | Guest, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _event(row: Row[Any], steps: Iterable[EventStep]) -> Event:
    values = {name: getattr(row, name) for name in OF_EVENT}
    return Event(id=row.id, steps=tuple(steps), **values)


def _guest(row: Row[Any]) -> Guest:
    values = {name: getattr(row, name) for name in OF_GUEST}
    return Guest(account=row.code, account_name=row.of, fate=row.fate, **values)
