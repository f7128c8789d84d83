"""All about one event, as its page shows it."""

from datetime import datetime

from prefect import task

from kam_flows.domain.event_pages import EventPage, OnRecord, StepOnPage
from kam_flows.domain.events import Event, EventAct, kind_named
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.settings import settings
from tasks.event_facts import event_office, facts_of, line_of
from tasks.onboarding_facts import Office


@task
def event_page(event: str, now: datetime) -> EventPage:
    with unit_of_work(read_only=True) as uow:
        found = uow.events.find(event)
        office = event_office(uow, now, [found])
        kind = kind_named(office.policies[found.policy_id].care, found.kind)
        return EventPage(
            event=facts_of(found, office),
            kind=kind.titles.get(settings().language, kind.kind),
            cancelled_at=found.cancelled_at,
            reason=found.reason,
            steps=tuple(steps_of(found, office)),
            guests=tuple(uow.events.guests(found.id)),
            trail=tuple(trail_of(uow, found, office)),
            as_of=now,
        )


def steps_of(event: Event, office: Office) -> list[StepOnPage]:
    lines = [(step, line_of(event, step, office, "")) for step in event.steps]
    return [
        StepOnPage(
            title=line.title,
            owner=line.owner,
            due_on=step.due_on,
            state=step.state,
            days_late=line.days_late,
            settled_at=step.settled_at,
            settled_by=office.name_of(step.settled_by),
            note=step.note,
        )
        for step, line in lines
    ]


def trail_of(uow: UnitOfWork, event: Event, office: Office) -> list[OnRecord]:
    acts = set(EventAct)
    return [
        OnRecord(
            at=row.at,
            who=office.name_of(row.actor),
            act=EventAct(row.action),
            why=str(row.detail.get("reason") or row.detail.get("note") or ""),
        )
        for row in uow.audit.about(f"event {event.number}")
        if row.action in acts
    ]
