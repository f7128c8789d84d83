"""What a visit brief says, and who reads it."""

from collections.abc import Sequence
from dataclasses import replace

from kam_flows.domain.accounts import Account
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.choices import choice
from kam_flows.domain.escalation import Resolution, resolve
from kam_flows.domain.mails import is_address
from kam_flows.domain.people import Directory
from kam_flows.domain.survey import Dimension, missing
from kam_flows.domain.telling import Tell
from kam_flows.domain.touchpoints import Touchpoint
from kam_flows.domain.visit_briefs import (
    WAYS,
    Brief,
    Past,
    Served,
    late_first,
    near_dates,
    starts_at,
)
from kam_flows.domain.visit_mails import VisitBrief, VisitLinks
from kam_flows.persistence.touchpoints import touchpoint_choice
from tasks.account_pages import promised
from tasks.digests import facts_of
from tasks.onboarding_facts import Office
from tasks.visit_facts import OnRecord, around, name_of


def compose_brief(
    touchpoint: Touchpoint,
    served: Sequence[Touchpoint],
    account: Account,
    known: OnRecord,
    office: Office,
    *,
    again: bool,
) -> VisitBrief:
    """For whoever goes; `served` are the touchpoints that the same trip serves."""
    calendar = office.current.calendar(account.calendar)
    resolution = reader_of(touchpoint, account, calendar, office.people)
    reader = resolution.recipient
    language = office.language_of(reader)
    person = office.people.get(reader)
    return VisitBrief(
        recipient=reader,
        address=office.address_of(reader),
        name=person.name if person else "",
        language=language,
        timezone=office.timezone_of(reader),
        dedup_key=f"visits.brief:{touchpoint.id}:{touchpoint.moves}",
        copies=copies_of(reader, office),
        brief=brief_of(
            touchpoint,
            served,
            account,
            known,
            office,
            zone=calendar.timezone.key,
            language=language,
            again=again,
        ),
        skips=resolution.skips,
        ahead=str(office.current.visits.brief_ahead),
        policy=office.current.title(language),
        links=links_of(touchpoint, account, reader, office),
        as_of=office.now,
    )


def reader_of(
    touchpoint: Touchpoint, account: Account, calendar: WorkCalendar, people: Directory
) -> Resolution:
    """Its owner, or who stands in if they are not there on that day."""
    meant = around(account, touchpoint.owner)
    at = starts_at(touchpoint, calendar)
    return resolve(meant, Tell.OWNER, people=people, now=at)


def copies_of(reader: str, office: Office) -> tuple[str, ...]:
    """Who goes is back by then and away now: the deputy should know meanwhile."""
    person = office.people.get(reader)
    if person is None or not person.is_absent(office.now):
        return ()
    deputy = office.people.get(person.deputy or "")
    if deputy is None or not deputy.active or deputy.is_absent(office.now):
        return ()
    return (deputy.email,) if is_address(deputy.email) else ()


def links_of(
    touchpoint: Touchpoint, account: Account, reader: str, office: Office
) -> VisitLinks:
    shown = touchpoint_choice(touchpoint.id, touchpoint.on, account.name)
    return VisitLinks(
        record=office.link("record-a-visit", reader, touchpoint=shown),
        reschedule=office.link("reschedule-a-visit", reader, touchpoint=shown),
        page=office.link(
            "show-an-account", "", account=choice(account.code, account.name)
        ),
    )


def brief_of(
    touchpoint: Touchpoint,
    served: Sequence[Touchpoint],
    account: Account,
    known: OnRecord,
    office: Office,
    *,
    zone: str,
    language: str,
    again: bool,
) -> Brief:
    """In the words of one reader's language."""
    answers, people, now = known.answers, office.people, office.now
    policy = office.current
    today = now.astimezone(policy.calendar(account.calendar).timezone).date()
    return Brief(
        number=touchpoint.number,
        kind=touchpoint.kind,
        title=name_of(touchpoint, office, language),
        account=account.code,
        account_name=account.name,
        tier=account.tier,
        industry=account.industry,
        city=account.city,
        signed_on=account.signed_on,
        on=touchpoint.on,
        starts=touchpoint.starts,
        minutes=touchpoint.minutes,
        zone=zone,
        owner=office.name_of(touchpoint.owner),
        participants=tuple(map(office.name_of, touchpoint.participants)),
        with_customer=touchpoint.with_customer,
        again=again,
        served=tuple(
            Served(
                number=one.number,
                kind=one.kind,
                title=name_of(one, office, language),
            )
            for one in served
        ),
        contacts=tuple(known.contacts),
        ways=tuple(answers[way] for way in WAYS if way in answers),
        red_lines=answers.get(Dimension.RED_LINES),
        needs=tuple(known.needs),
        past=tuple(past_of(one, known, office, language) for one in known.past),
        tickets=tuple(
            facts_of(view, policy, people, language) for view in known.tickets
        ),
        promises=late_first(promised(known.promises, people, now)),
        contracts=tuple(known.contracts),
        trends=tuple(known.trends),
        gaps=missing(answers, policy.onboarding.dimensions),
        dates=near_dates(known.contacts, account.signed_on, today, touchpoint.on),
        signals=tuple(
            replace(signal, by=office.name_of(signal.by)) for signal in known.signals
        ),
        as_of=now,
    )


def past_of(
    touchpoint: Touchpoint, known: OnRecord, office: Office, language: str
) -> Past:
    outcome = known.outcomes.get(touchpoint.id)
    return Past(
        number=touchpoint.number,
        kind=touchpoint.kind,
        title=name_of(touchpoint, office, language),
        on=outcome.on if outcome else touchpoint.on,
        owner=office.name_of(touchpoint.owner),
        outcome=outcome,
    )
