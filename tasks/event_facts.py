"""What mails and pages say about an event, in the words of one reader's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.care_plans import Plan, event_steps
from kam_flows.domain.choices import choice
from kam_flows.domain.event_mails import EventFacts, EventLine, EventLinks
from kam_flows.domain.events import Event, EventAct, EventStep, kind_named
from kam_flows.domain.people import Directory, Staff, above
from kam_flows.persistence.events import event_choice
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.onboarding_facts import Office


def event_office(uow: UnitOfWork, now: datetime, events: Iterable[Event]) -> Office:
    """With the policies under which these events were planned."""
    policies = {event.policy_id for event in events}
    return Office(
        now=now,
        people=uow.people.directory(),
        policies={id_: uow.policies.get(id_) for id_ in policies},
        current=uow.policies.current(now),
        forms=uow.forms.ids(),
    )


def calendar_of(event: Event, office: Office) -> WorkCalendar:
    """That of the house: an event is no single account's."""
    return office.policies[event.policy_id].calendar("")


def plan_of(event: Event, on: date, office: Office) -> Plan:
    """The backward plan of its kind for that day, from today on."""
    rules, calendar = office.policies[event.policy_id].care, calendar_of(event, office)
    return event_steps(
        kind_named(rules, event.kind), on, today_of(event, office), rules, calendar
    )


def today_of(event: Event, office: Office) -> date:
    return office.now.astimezone(ZoneInfo(event.zone)).date()


def titles_of(event: Event, office: Office) -> dict[str, Mapping[str, str]]:
    """Titles of the steps of its kind by language, by step."""
    kind = kind_named(office.policies[event.policy_id].care, event.kind)
    return {step.code: step.titles for step in kind.steps}


def step_title(event: Event, code: str, office: Office, language: str) -> str:
    return titles_of(event, office).get(code, {}).get(language, code)


def facts_of(event: Event, office: Office) -> EventFacts:
    return EventFacts(
        number=event.number,
        name=event.name,
        on=event.on,
        starts=event.starts,
        minutes=event.minutes,
        zone=event.zone,
        place=event.place,
        organiser=office.name_of(event.organiser),
    )


def line_of(
    event: Event, step: EventStep, office: Office, reader: str, *, shared: bool = False
) -> EventLine:
    """With the form that settles it if this reader may, filled in with them as who acts
    unless others read the same mail."""
    title = step_title(event, step.code, office, office.language_of(reader))
    late = (today_of(event, office) - step.due_on).days
    may = step.is_open and reader in may_settle(event, step, office.people)
    return EventLine(
        title=title,
        due_on=step.due_on,
        owner=office.name_of(step.owner),
        days_late=max(late, 0) if step.is_open else 0,
        is_settled=not step.is_open,
        complete=office.link(
            "complete-an-event-step",
            "" if shared else reader,
            event=event_choice(event.id, event.on, event.name),
            step=choice(step.code, title),
        )
        if may
        else None,
    )


def links_of(event: Event, office: Office, reader: str) -> EventLinks:
    """The organiser invites and moves; everybody may look."""
    shown = event_choice(event.id, event.on, event.name)
    page = office.link("show-an-event", "", event=shown)
    if reader != event.organiser or event.cancelled_at:
        return EventLinks(show=page)
    return EventLinks(
        invite=office.link("invite-to-an-event", reader, event=shown),
        move=office.link("move-an-event", reader, event=shown),
        show=page,
    )


def may_settle(event: Event, step: EventStep, people: Directory) -> tuple[str, ...]:
    """Who may settle a step beside those who steer: its owner, who stands in for them or
    above them, and the organiser."""
    owner = people.get(step.owner)
    deputy = (owner.deputy,) if owner and owner.deputy else ()
    return (event.organiser, step.owner, *deputy, *above(step.owner, people))


def note(
    uow: UnitOfWork,
    event: Event,
    person: Staff,
    action: EventAct,
    now: datetime,
    **detail: Any,
) -> None:
    uow.audit.write(now, person.code, action, f"event {event.number}", **detail)
