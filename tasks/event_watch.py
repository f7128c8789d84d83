"""Watch events: whoever owns a step that is due soon or late is told, once a day at most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from prefect import task

from kam_flows.domain.durations import Duration
from kam_flows.domain.escalation import Around, Reach, Resolution
from kam_flows.domain.event_mails import EventDue
from kam_flows.domain.events import (
    Event,
    EventStep,
    Reminder,
    climbs,
    due_reminders,
    lateness,
)
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.domain.telling import Tell
from kam_flows.domain.visit_briefs import ahead_until
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.event_facts import event_office, facts_of, line_of
from tasks.mail_guard import guard
from tasks.onboarding_facts import Office

AHEAD = Duration.parse("2bd")


@dataclass(kw_only=True)
class Watched:
    """What a run told, and whom it could not."""

    mails: list[RenderedMail] = field(default_factory=list)
    unaddressed: dict[str, Staff] = field(default_factory=dict)


class Due(NamedTuple):
    """A step that is due soon or late, and whom it reaches."""

    event: Event
    step: EventStep
    reached: Resolution


class Look(NamedTuple):
    events: list[Event]
    reminders: list[Reminder]
    """What was not told yet."""
    until: date
    today: date


def is_anything_due(now: datetime) -> bool:
    """Looked up before any task begins: most runs find nothing."""
    with unit_of_work(read_only=True) as uow:
        return bool(look(uow, now).reminders)


@task
def remind(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> Watched:
    """One mail to each owner with all of theirs that is due; the ledger beside it.

    Whoever was written to today already is told tomorrow.
    """
    watched = Watched()
    with rehearsal() if dry_run else unit_of_work() as uow:
        found = look(uow, now, lock=True)
        if not found.reminders:
            return watched
        office = event_office(uow, now, found.events)
        readers = by_reader(found, office)
        keys = {reader: key_of(reader, found.today) for reader in readers}
        told = uow.outbox.ids(keys.values())
        mails = []
        for reader, due in readers.items():
            new = [r for r in found.reminders if (r.event.id, r.step.code) in ids(due)]
            person = office.people.get(reader)
            if person and not is_address(person.email):
                watched.unaddressed[reader] = person
            elif new and keys[reader] not in told:
                mails.append(compose(reader, due, new, office, keys[reader]))
                for one in new:
                    uow.events.remind(one.event.id, one.step.code, one.lateness)
        guard(len(mails), allow_mails, "Watch events")
        from tasks.posting import post_in_time  # Jinja is loaded only if a mail is due

        posted = post_in_time(uow, mails, now)
        watched.mails = [rendered for _, rendered in posted.values()]
    return watched


def look(uow: UnitOfWork, now: datetime, *, lock: bool = False) -> Look:
    """On working days; `lock`: nobody settles or moves them meanwhile."""
    calendar = uow.policies.current(now).calendar("")
    today = now.astimezone(calendar.timezone).date()
    if not calendar.is_working_day(today):
        return Look([], [], today, today)
    until = ahead_until(calendar, AHEAD, today)
    events = uow.events.with_steps_due(until, lock=lock)
    return Look(events, due_reminders(events, until, today), until, today)


def by_reader(found: Look, office: Office) -> dict[str, list[Due]]:
    """All that is due soon or late, by whom it reaches: deputies stand in."""
    reach = Reach(office.people, office.now)
    readers: dict[str, list[Due]] = {}
    for event in found.events:
        for step in event.open_steps:
            if lateness(step.due_on, found.until, found.today) is None:
                continue
            around = Around(
                owner=step.owner, lead_manager=event.organiser, executive_sponsor=None
            )
            reached = reach.resolve(around, Tell.OWNER)
            due = Due(event, step, reached)
            readers.setdefault(reached.recipient, []).append(due)
    return readers


def compose(
    reader: str, due: list[Due], new: list[Reminder], office: Office, key: str
) -> EventDue:
    person, address = office.people.get(reader), office.address_of(reader)
    copied = copied_to(new, office, address)
    skips = {one: None for due_ in due for one in due_.reached.skips}
    return EventDue(
        recipient=reader,
        address=address,
        name=person.name if person else "",
        language=office.language_of(reader),
        timezone=office.timezone_of(reader),
        dedup_key=key,
        copies=tuple(one.email for one in copied.values()),
        events=tuple(
            (
                facts_of(event, office),
                tuple(
                    line_of(event, one.step, office, reader, shared=bool(copied))
                    for one in due
                    if one.event is event
                ),
            )
            for event in {one.event.id: one.event for one in due}.values()
        ),
        told=", ".join(one.name for one in copied.values()),
        skips=tuple(skips),
        as_of=office.now,
    )


def copied_to(new: list[Reminder], office: Office, address: str) -> Mapping[str, Staff]:
    """The organisers' supervisors, where a step has got so late that they hear of it."""
    found = {}
    for one in new:
        organiser = office.people.get(one.event.organiser)
        above = office.people.get((organiser and organiser.supervisor) or "")
        reachable = above and above.active and is_address(above.email)
        if climbs([one]) and above and reachable and above.email != address:
            found[above.code] = above
    return found


def ids(due: list[Due]) -> set[tuple[int, str]]:
    return {(one.event.id, one.step.code) for one in due}


def key_of(reader: str, today: date) -> str:
    """One mail a day at most."""
    return f"events.due:{reader}:{today.isoformat()}"
