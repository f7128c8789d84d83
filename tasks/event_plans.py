"""The mails to those who prepare an event: one each, with what is theirs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kam_flows.domain.event_mails import EventPlan
from kam_flows.domain.events import Event, EventChange
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.event_facts import facts_of, line_of, links_of, step_title
from tasks.onboarding_facts import Office


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who of those who prepare an event was written to, and who could not be."""

    mails: tuple[RenderedMail, ...] = ()
    unaddressed: tuple[Staff, ...] = ()


def tell_owners(
    uow: UnitOfWork,
    event: Event,
    office: Office,
    change: EventChange,
    *,
    late: bool = False,
    left_out: Sequence[str] = (),
) -> Told:
    """One mail to the organiser and to each owner who is still with us."""
    from tasks.posting import post_in_time  # Jinja is loaded only if a mail is due

    here = [office.people[code] for code in event.owners if code in office.people]
    readers = [person for person in here if person.active]
    mails = [
        compose(event, office, person, change, late=late, left_out=left_out)
        for person in readers
        if is_address(person.email)
    ]
    posted = post_in_time(uow, mails, office.now)
    return Told(
        mails=tuple(rendered for _, rendered in posted.values()),
        unaddressed=tuple(one for one in readers if not is_address(one.email)),
    )


def compose(
    event: Event,
    office: Office,
    person: Staff,
    change: EventChange,
    *,
    late: bool,
    left_out: Iterable[str],
) -> EventPlan:
    reader = person.code
    return EventPlan(
        recipient=reader,
        address=person.email,
        name=person.name,
        language=person.language,
        timezone=person.timezone,
        dedup_key=f"events.plan:{event.id}:{event.sequence}:{reader}",
        event=facts_of(event, office),
        change=change,
        reason=event.reason,
        mine=tuple(
            line_of(event, s, office, reader)
            for s in event.open_steps
            if s.owner == reader
        ),
        others=tuple(
            line_of(event, s, office, "")
            for s in event.steps
            if s.owner != reader or not s.is_open
        ),
        late=late,
        left_out=tuple(titles(event, left_out, office, person.language)),
        links=links_of(event, office, reader),
        as_of=office.now,
    )


def titles(
    event: Event, codes: Iterable[str], office: Office, language: str
) -> Iterator[str]:
    return (step_title(event, code, office, language) for code in codes)
