"""Event tasks: plan one backward from its day, settle its steps, move it, cancel it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from prefect import task

from kam_flows.domain.care_plans import event_steps
from kam_flows.domain.care_rules import OccasionRules
from kam_flows.domain.checklists import check_above
from kam_flows.domain.errors import UserError
from kam_flows.domain.events import (
    Event,
    EventAct,
    EventChange,
    Setting,
    cancelled,
    check_ahead,
    check_event,
    check_organises,
    kind_named,
    moved,
    named_owners,
    settled,
    standing,
    step_named,
    steps_of,
    typed_line,
)
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import Staff, TeamRole
from kam_flows.domain.visit_changes import clock_time, reason_of
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.words import meant
from kam_flows.settings import settings
from tasks.event_facts import (
    event_office,
    may_settle,
    note,
    plan_of,
    step_title,
    titles_of,
)
from tasks.event_guests import Followed, follow
from tasks.event_plans import Told, tell_owners, titles
from tasks.onboarding_facts import Office
from tasks.tickets import acting

NOBODY, UNTOUCHED = Told(), Followed()


@dataclass(frozen=True, kw_only=True)
class EventDone:
    """An event after what was done to it, and what there is to say about it."""

    event: Event
    organiser: str
    """Name."""
    told: Told = NOBODY
    is_known: bool = False
    """It was planned before: nothing was changed."""
    late: bool = False
    left_out: tuple[str, ...] = ()
    """Titles of steps for which it is too late."""
    works: bool = True
    """Its day is a working day."""
    step: str = ""
    """Title of the step that was settled."""
    guests: Followed = UNTOUCHED


@task
def plan_event(
    *,
    kind: str,
    name: str,
    on: date,
    organiser: str,
    by: str,
    now: datetime,
    starts: str = "",
    minutes: int = 0,
    place: str = "",
    owners: str = "",
    dry_run: bool = False,
) -> EventDone:
    """Plan an event backward from its day, and tell everybody who has a part in it.

    The same one again is told, and nothing is changed.
    """
    at, lines = clock_time(starts) or time(9), named_owners(owners)
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        # Two who plan the same at the same time plan it once.
        uow.alone()
        policy = uow.policies.current(now)
        rules, calendar = policy.care, policy.calendar("")
        of_kind = kind_named(rules, kind)
        event = Event(
            id=0,
            kind=of_kind.kind,
            name=typed_line(name),
            on=on,
            first_on=on,
            starts=at,
            minutes=minutes,
            zone=calendar.timezone.key,
            place=typed_line(place),
            organiser=here(uow, organiser or person.code).code,
            policy_id=uow.policies.current_id(now),
            planned_at=now,
            planned_by=person.code,
        )
        known = uow.events.named(event.kind, on)
        if before := standing(known, event.kind, event.name, on):
            organised = uow.people.get(before.organiser).name
            return EventDone(event=before, organiser=organised, is_known=True)
        check_event(event, now)
        today = now.astimezone(calendar.timezone).date()
        plan = event_steps(of_kind, on, today, rules, calendar)
        steps = steps_of(plan, event.organiser, owners_of(uow, of_kind, lines))
        event = uow.events.add(replace(event, steps=steps))
        note(uow, event, person, EventAct.PLANNED, now, on=on.isoformat())
        office = event_office(uow, now, [event])
        told = tell_owners(
            uow,
            event,
            office,
            EventChange.PLANNED,
            late=plan.late,
            left_out=plan.left_out,
        )
        return EventDone(
            event=event,
            organiser=office.name_of(event.organiser),
            told=told,
            late=plan.late,
            left_out=said(event, plan.left_out, office),
            works=calendar.is_working_day(on),
        )


@task
def complete_step(
    *,
    event: str,
    step: str,
    by: str,
    now: datetime,
    text: str = "",
    waive: bool = False,
    dry_run: bool = False,
) -> EventDone:
    """Settle a step: its owner says that it is done, or somebody above lets it off."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.events.find(event, lock=True)
        office = event_office(uow, now, [found])
        by_code = {
            code: tuple(titles.values())
            for code, titles in titles_of(found, office).items()
        }
        chosen = step_named(found, by_code, step)
        title = step_title(found, chosen.code, office, settings().language)
        if waive:
            check_above(person, office.people.get(chosen.owner), title)
            if not text.strip():
                raise UserError("Say in the note why the step is let off.")
        else:
            allowed = may_settle(found, chosen, office.people)
            check_organises(person, found, *allowed)
        state = ItemState.WAIVED if waive else ItemState.DONE
        after = settled(
            found, chosen, state, title=title, by=person.code, at=now, note=text
        )
        uow.events.keep(after)
        note(uow, after, person, EventAct.SETTLED, now, step=chosen.code, state=state)
        organiser = office.name_of(after.organiser)
        return EventDone(event=after, organiser=organiser, step=title)


@task
def move_event(
    *,
    event: str,
    on: date,
    reason: str,
    by: str,
    now: datetime,
    starts: str = "",
    place: str = "",
    organiser: str = "",
    allow_mails: int | None = None,
    dry_run: bool = False,
) -> EventDone:
    """Another day, time, place or organiser: open steps and invitations follow."""
    at, why = clock_time(starts), reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.events.find(event, lock=True)
        check_organises(person, found)
        office = event_office(uow, now, [found])
        plan = plan_of(found, on, office)
        to = Setting(
            on,
            at or found.starts,
            typed_line(place) or found.place,
            here(uow, organiser).code if organiser.strip() else found.organiser,
        )
        after = moved(found, to, why, plan, now)
        check_ahead(after.begins_at, now)
        uow.events.keep(after)
        note(
            uow,
            after,
            person,
            EventAct.MOVED,
            now,
            reason=why,
            before=f"{found.on} {found.starts:%H:%M}",
            after=f"{after.on} {after.starts:%H:%M}",
        )
        guests = follow(uow, found, after, office, person, allow_mails)
        is_late = plan.late and on != found.on
        left_out = plan.left_out if on != found.on else ()
        told = tell_owners(
            uow, after, office, EventChange.MOVED, late=is_late, left_out=left_out
        )
        calendar = office.policies[after.policy_id].calendar("")
        return EventDone(
            event=after,
            organiser=office.name_of(after.organiser),
            told=told,
            late=is_late,
            left_out=said(after, left_out, office),
            works=calendar.is_working_day(on),
            guests=guests,
        )


@task
def cancel_event(
    *,
    event: str,
    reason: str,
    by: str,
    now: datetime,
    allow_mails: int | None = None,
    dry_run: bool = False,
) -> EventDone:
    """It does not take place: everybody who knows of it is told."""
    why = reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.events.find(event, lock=True)
        check_organises(person, found)
        after = cancelled(found, why, now)
        uow.events.keep(after)
        note(uow, after, person, EventAct.CANCELLED, now, reason=why)
        office = event_office(uow, now, [after])
        guests = follow(uow, found, after, office, person, allow_mails)
        told = tell_owners(uow, after, office, EventChange.CANCELLED)
        return EventDone(
            event=after,
            organiser=office.name_of(after.organiser),
            told=told,
            guests=guests,
        )


def owners_of(
    uow: UnitOfWork, kind: OccasionRules, lines: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Who does which step, by the roles or steps that were named; a step goes first."""
    by_role: dict[str, str] = {}
    by_step: dict[str, str] = {}
    for what, who in lines:
        person = here(uow, who)
        role = meant(TeamRole, what)
        of_role = [step.code for step in kind.steps if (step.role or kind.role) is role]
        named = [
            step.code
            for step in kind.steps
            if what.casefold()
            in {step.code, *(title.casefold() for title in step.titles.values())}
        ]
        if not of_role and not named:
            raise UserError(
                "No step of this event is called '{what}' or is done in such a role; "
                "there are {steps}.",
                what=what,
                steps=list(_titles(kind).values()),
            )
        by_role |= dict.fromkeys(of_role, person.code)
        by_step |= dict.fromkeys(named, person.code)
    return by_role | by_step


def here(uow: UnitOfWork, text: str) -> Staff:
    person = uow.people.find(text)
    if not person.active:
        raise UserError(
            "{name} has left; choose somebody who is here.", name=person.name
        )
    return person


def said(event: Event, codes: Iterable[str], office: Office) -> tuple[str, ...]:
    return tuple(titles(event, codes, office, settings().language))


def _titles(kind: OccasionRules) -> Mapping[str, str]:
    language = settings().language
    return {step.code: step.titles.get(language, step.code) for step in kind.steps}
