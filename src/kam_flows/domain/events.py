"""Events of ours, such as a yearly summit: dated steps with owners, guests, and replies."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from kam_flows.domain.care_plans import Plan
from kam_flows.domain.care_rules import CareRules, OccasionRules
from kam_flows.domain.choices import ambiguous, code_in, unknown
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Fate
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import STEERING_ROLES, Staff, TeamRole
from kam_flows.domain.texts import as_kept
from kam_flows.domain.wall_time import Timed

PREFIX = "E-"
AWAITED = "event "
LONGEST_NAME, LONGEST_NOTE = 120, 2_000
LONGEST = 7 * 24 * 60
"""Minutes an event may last."""
AHEAD = timedelta(days=731)
"""Farther ahead a day is a typing mistake."""
PATIENCE = 2
"""Days a step may be late before the organiser's supervisor hears of it."""
WEEKS = 12
"""A step that is later still is brought to mind weekly, so often."""


class Reply(StrEnum):
    """What a guest says about coming."""

    YES = "yes"
    NO = "no"
    PERHAPS = "perhaps"


class EventAct(StrEnum):
    """What the record of an event says that somebody did."""

    PLANNED = "event planned"
    SETTLED = "event step settled"
    MOVED = "event moved"
    CANCELLED = "event cancelled"
    INVITED = "guests invited"
    RELEASED = "invitations released"
    DROPPED = "invitations dropped"
    REPLIED = "reply recorded"


class EventChange(StrEnum):
    """Why owners are written to about an event."""

    PLANNED = "planned"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class EventStep:
    """One thing that somebody does by a day."""

    code: str
    role: TeamRole
    """Whose work it is by its kind."""
    owner: str
    """Staff code."""
    due_on: date
    state: ItemState = ItemState.OPEN
    settled_at: datetime | None = None
    settled_by: str | None = None
    note: str = ""
    reminded: int | None = None
    """How late it was when its owner was last reminded (`lateness`)."""

    @property
    def is_open(self) -> bool:
        return self.state is ItemState.OPEN


@dataclass(frozen=True, kw_only=True)
class Event(Timed):
    """An event as it stands; its guests are kept beside it."""

    id: int
    kind: str
    name: str
    first_on: date
    """The day for which it was planned at first: by it the same plan is known again."""
    place: str
    organiser: str
    """Staff code."""
    policy_id: int
    planned_at: datetime
    planned_by: str
    sequence: int = 0
    """Counts up with every change that calendars follow (RFC 5546, 2.1.4)."""
    cancelled_at: datetime | None = None
    reason: str = ""
    """Why it was moved last, or cancelled."""
    steps: tuple[EventStep, ...] = ()

    @property
    def number(self) -> str:
        return f"{PREFIX}{self.id}"

    @property
    def awaited(self) -> str:
        """What its invitations wait for in the outbox: one decision about all of them."""
        return f"{AWAITED}{self.number}"

    @property
    def open_steps(self) -> tuple[EventStep, ...]:
        return tuple(step for step in self.steps if step.is_open)

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose steps they are, and the organiser, each once."""
        return tuple(dict.fromkeys([self.organiser, *(s.owner for s in self.steps)]))


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody at an account who is invited."""

    contact: str
    """Code."""
    name: str
    title: str
    account: str
    """Code."""
    account_name: str
    address: str
    language: str
    told: bool = False
    """An invitation was let go to them; what follows is told them, too."""
    mails: int = 0
    """How many were written to them about this event."""
    mail_id: int | None = None
    """The last of them."""
    fate: Fate | None = None
    """Of that one."""
    reply: Reply | None = None
    note: str = ""
    replied_at: datetime | None = None
    recorded_by: str | None = None

    @property
    def waits(self) -> bool:
        """The invitation waits for a person's decision."""
        return self.fate is Fate.HELD

    @property
    def is_told(self) -> bool:
        """Also where it was let go alone, as any mail that waits can be."""
        return self.told or self.fate not in {None, Fate.HELD, Fate.CANCELLED}

    @property
    def is_left_out(self) -> bool:
        """The invitation was dropped before it left."""
        return not self.is_told and not self.waits


class Reminder(NamedTuple):
    """A step that its owner is to be reminded of, and how late it is."""

    event: Event
    step: EventStep
    lateness: int


def kinds_of_events(rules: CareRules) -> tuple[OccasionRules, ...]:
    """Kinds that have steps of their own."""
    return tuple(kind for kind in rules.occasions if kind.steps)


def kind_named(rules: CareRules, text: str) -> OccasionRules:
    """By its code, its title, or as lists show it; raises UserError."""
    typed, code = text.strip().casefold(), code_in(text).casefold()
    known = kinds_of_events(rules)
    for kind in known:
        titles = {title.casefold() for title in kind.titles.values()}
        if code == kind.kind or typed in titles:
            return kind
    pairs = [(k.kind, title) for k in known for title in k.titles.values()]
    raise unknown("kind of event", text, pairs)


def typed_line(text: str) -> str:
    """A name or a place as guests read it. Raises UserError if it is too long."""
    line = " ".join(as_kept(text).split())
    if len(line) > LONGEST_NAME:
        raise UserError(
            "'{text}' has {length} letters; keep it to {limit}.",
            text=line,
            length=len(line),
            limit=LONGEST_NAME,
        )
    return line


def check_event(event: Event, now: datetime) -> None:
    """Raise UserError where an event makes no sense."""
    if not event.name:
        raise UserError("Give the event a name, as its guests are to read it.")
    if not 0 < event.minutes <= LONGEST:
        raise UserError(
            "An event lasts from 1 to {limit} minutes; type how many into `minutes`.",
            limit=LONGEST,
        )
    check_ahead(event.begins_at, now)


def check_ahead(begins_at: datetime, now: datetime) -> None:
    if begins_at <= now:
        raise UserError("The event would have begun already; choose a later day.")
    if begins_at - now > AHEAD:
        raise UserError("That day is more than two years ahead; look at its year.")


def standing(events: Iterable[Event], kind: str, name: str, on: date) -> Event | None:
    """The event that a plan would only repeat: of this kind and name, on this day now or
    when it was planned."""
    for one in events:
        same = one.kind == kind and one.name.casefold() == name.casefold()
        if same and one.cancelled_at is None and on in {one.on, one.first_on}:
            return one
    return None


def steps_of(
    plan: Plan, organiser: str, owners: Mapping[str, str]
) -> tuple[EventStep, ...]:
    """The organiser does whatever is not somebody else's by name; `owners` by step."""
    return tuple(
        EventStep(
            code=step.code,
            role=step.role,
            owner=owners.get(step.code, organiser),
            due_on=step.due_on,
        )
        for step in plan.steps
    )


def named_owners(text: str) -> list[tuple[str, str]]:
    """What and who, as typed one a line: `support: li.lei`."""
    found = []
    for line in as_kept(text).splitlines():
        if not line.strip():
            continue
        what, colon, who = line.replace("：", ":").partition(":")
        if not colon or not what.strip() or not who.strip():
            raise UserError(
                "'{line}' names no owner; write a role or a step, a colon, and who does "
                "it.",
                line=line.strip(),
            )
        found.append((what.strip(), who.strip()))
    return found


def step_named(
    event: Event, titles: Mapping[str, Sequence[str]], text: str
) -> EventStep:
    """A step of this event by its code, a title, or as mails show it."""
    typed, code = text.strip().casefold(), code_in(text).casefold()
    found = [
        step
        for step in event.steps
        if code == step.code.casefold()
        or typed in {title.casefold() for title in titles.get(step.code, ())}
    ]
    if len(found) > 1:
        raise ambiguous("event step", text, [step.code for step in found])
    if not found:
        known = [(s.code, title) for s in event.steps for title in titles[s.code]]
        raise unknown("event step", text, known)
    return found[0]


def check_organises(person: Staff, event: Event, *others: str) -> None:
    """Raise UserError unless the event, or what `others` own of it, is theirs."""
    mine = person.code in {event.organiser, *others}
    if mine or person.role in STEERING_ROLES:
        return
    raise UserError(
        "{name} ({code}) does not organise {event}; let its organiser do it, or one of "
        "{allowed}.",
        name=person.name,
        code=person.code,
        event=event.name,
        allowed=sorted(STEERING_ROLES),
    )


def check_stands(event: Event) -> None:
    if event.cancelled_at is not None:
        raise UserError("{event} is cancelled; nothing was changed.", event=event.name)


def settled(
    event: Event,
    step: EventStep,
    state: ItemState,
    *,
    title: str,
    by: str,
    at: datetime,
    note: str,
) -> Event:
    """The event with this step done, or let off for the reason in the note."""
    check_stands(event)
    if not step.is_open:
        raise UserError(
            "'{item}' is settled already ({state}); nothing was changed.",
            item=title,
            state=step.state,
        )
    done = replace(step, state=state, settled_at=at, settled_by=by, note=note_of(note))
    steps = tuple(done if one.code == step.code else one for one in event.steps)
    return replace(event, steps=steps)


class Setting(NamedTuple):
    """When and where an event takes place, and with whom: what can be moved."""

    on: date
    starts: time
    place: str
    organiser: str
    """Staff code."""


def moved(event: Event, to: Setting, reason: str, plan: Plan, at: datetime) -> Event:
    """On another day: open steps are dated anew, those that no longer fit fall away, those
    that fit again come back; what is settled stays as it is. What the organiser was to
    do passes to whoever organises it from now on."""
    check_ahead_of(event, at)
    if to == setting_of(event):
        raise UserError(
            "{event} is on {day} at {time} already; nothing was changed.",
            event=event.name,
            day=to.on,
            time=f"{to.starts:%H:%M}",
        )
    settled_ones = [step for step in event.steps if not step.is_open]
    passed = {
        step.code: replace(step, owner=to.organiser)
        if step.owner == event.organiser
        else step
        for step in event.open_steps
    }
    dated = list(passed.values())
    if to.on != event.on:
        done = {step.code for step in settled_ones}
        dated = [
            replace(passed.get(new.code, new), due_on=new.due_on, reminded=None)
            for new in steps_of(plan, to.organiser, {})
            if new.code not in done
        ]
    return replace(
        event,
        **to._asdict(),
        reason=reason,
        sequence=event.sequence + 1,
        steps=tuple(sorted([*settled_ones, *dated], key=lambda step: step.due_on)),
    )


def setting_of(event: Event) -> Setting:
    return Setting(event.on, event.starts, event.place, event.organiser)


def is_elsewhere(before: Event, after: Event) -> bool:
    """Whether guests have to know: who organises it is no matter of theirs."""
    return setting_of(before)[:3] != setting_of(after)[:3]


def cancelled(event: Event, reason: str, at: datetime) -> Event:
    check_ahead_of(event, at)
    return replace(event, cancelled_at=at, reason=reason, sequence=event.sequence + 1)


def check_ahead_of(event: Event, at: datetime) -> None:
    check_stands(event)
    if event.ends_at <= at:
        raise UserError("{event} is over; nothing was changed.", event=event.name)


def lateness(due_on: date, until: date, today: date) -> int | None:
    """How far a step is: 0 if it is due by `until`, 1 once it is late, 2 and more when it
    is more than `PATIENCE` days late, one more each week; `None`: it has time."""
    days = (today - due_on).days
    if due_on > until:
        return None
    if days <= 0:
        return 0
    return 1 if days <= PATIENCE else min(2 + (days - PATIENCE - 1) // 7, 1 + WEEKS)


def due_reminders(events: Iterable[Event], until: date, today: date) -> list[Reminder]:
    """What owners were not reminded of yet, or not since it got later."""
    found = []
    for event in events:
        for step in event.open_steps if event.cancelled_at is None else ():
            late = lateness(step.due_on, until, today)
            if late is not None and (step.reminded is None or late > step.reminded):
                found.append(Reminder(event, step, late))
    return found


def climbs(reminders: Iterable[Reminder]) -> bool:
    """Whether the organiser's supervisor hears of it."""
    return any(one.lateness > 1 for one in reminders)


def new_guests(
    wanted: Iterable[Guest], known: Iterable[Guest]
) -> tuple[list[Guest], list[Guest]]:
    """Whom to invite, and who was invited before: nobody is invited twice.

    Whose invitation was dropped may be invited after all.
    """
    before = {guest.contact: guest for guest in known}
    fresh: dict[str, Guest] = {}
    again: dict[str, Guest] = {}
    for one in wanted:
        there = before.get(one.contact)
        if there is None:
            fresh.setdefault(one.contact, one)
        elif there.is_left_out:
            fresh.setdefault(one.contact, replace(one, mails=there.mails))
        else:
            again[one.contact] = there
    return list(fresh.values()), list(again.values())


def guest_named(guests: Collection[Guest], text: str) -> Guest:
    """A guest by code, name, address, or as lists show it; raises UserError."""
    typed, code = text.strip().casefold(), code_in(text).casefold()
    by_code = [one for one in guests if one.contact.casefold() == code]
    found = by_code or [
        one for one in guests if typed in {one.name.casefold(), one.address.casefold()}
    ]
    if len(found) > 1:
        raise ambiguous("guest", text, [one.contact for one in found])
    if not found:
        raise unknown("guest", text, [(one.contact, one.name) for one in guests])
    return found[0]


def replied(guest: Guest, reply: Reply, *, note: str, by: str, at: datetime) -> Guest:
    """The last word counts. Raises UserError for somebody who was not invited yet."""
    if not guest.is_told:
        raise UserError(
            "{name} was not invited yet; release the invitations first.",
            name=guest.name,
        )
    return replace(
        guest, reply=reply, note=note_of(note), replied_at=at, recorded_by=by
    )


def replies(guests: Iterable[Guest]) -> Counter[Reply | None]:
    """Of those who were invited; `None`: no reply yet."""
    return Counter(guest.reply for guest in guests if guest.is_told)


def note_of(text: str) -> str:
    note = as_kept(text)
    if len(note) > LONGEST_NOTE:
        raise UserError(
            "The note has {length} characters; keep it to {limit}.",
            length=len(note),
            limit=LONGEST_NOTE,
        )
    return note
