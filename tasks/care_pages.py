"""One care from its preparation to its end, and a month of them, gathered from the record."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from prefect import task

from kam_flows.domain.cadences import plus_months
from kam_flows.domain.care_mails import CareLine
from kam_flows.domain.care_pages import CareAct, CareOnRecord, CarePage
from kam_flows.domain.cares import Care
from kam_flows.domain.visit_weeks import Week
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.settings import settings
from tasks.care_facts import addressee_of, known_accounts, office_at
from tasks.care_mails import links_of, named_address, step_lines
from tasks.care_weeks import Coming, days_to_come
from tasks.histories import mail_about, name_of
from tasks.onboarding_facts import Office

NEAR = timedelta(days=100)
"""So long before or after its day a care may be delivered or ended."""
DAY = timedelta(days=1)
BEHIND = timedelta(days=400)
"""What is listed of one account though it is over."""


@task
def care_page_of(care: str, now: datetime) -> CarePage:
    """All about this care; `UserError`, naming near ones, if there is none."""
    with unit_of_work(read_only=True) as uow:
        return read_page(uow, uow.cares.find(care), now)


@task
def care_month(month: date, now: datetime) -> list[CareLine]:
    """All occasions of the month of this day, prepared or still to come."""
    first = month.replace(day=1)
    last = plus_months(first, 1) - DAY
    with unit_of_work(read_only=True) as uow:
        lines = _coming(uow, first, last, now).lines(settings().language)
        return [line for some in lines.values() for line in some]


@task
def care_lines(account: str, now: datetime) -> list[CareLine]:
    """Of one account what is open and was lately; of all what is open, the next first."""
    with unit_of_work(read_only=True) as uow:
        cares = uow.cares.open()
        if account:
            code = uow.accounts.find(account).code
            cares += uow.cares.closed((now - BEHIND).date(), now.date())
            cares = [care for care in cares if care.account == code]
        named = uow.accounts.named({care.account for care in cares})
        coming = Coming(
            week=Week.of(now.date()),
            today=now.date(),
            office=office_at(uow, now),
            accounts={one.code: one for one in named.values()},
            prepared=cares,
            unprepared=(),
            missed=(),
        )
        lines = [coming.line(care, settings().language, "") for care in cares]
    return sorted(lines, key=lambda line: (line.on, line.number))


def read_page(uow: UnitOfWork, care: Care, now: datetime) -> CarePage:
    office, language = office_at(uow, now), settings().language
    known = known_accounts(uow, {care.account} - {""}, now).get(care.account)
    name = known.account.name if known else ""
    contacts = known.contacts if known else ()
    contact = addressee_of(care.contact, care.contact_code, contacts)
    policy = uow.policies.get(care.policy_id) if care.policy_id else None
    posted = [care.mail_id] if care.mail_id else []
    mails = uow.outbox.about(posted, [f"care.held:{care.id}:"])
    return CarePage(
        care=care,
        account_name=name,
        title=office.current.care.title(care.kind, language),
        owner=office.name_of(care.owner),
        addressee=named_address(contact),
        approved_by=office.name_of(care.approved_by),
        steps=step_lines(care, office, language),
        gifts=tuple(uow.gifts.of_care([care.id])),
        currency=office.current.care.currency,
        mails=tuple(mail_about(mail, office.people) for mail in mails),
        trail=tuple(_trail(uow, care, office)),
        links=links_of(care, name, "", office),
        policy=policy.title(language) if policy else "",
        as_of=now,
    )


def _trail(uow: UnitOfWork, care: Care, office: Office) -> Iterator[CareOnRecord]:
    known = set(CareAct)
    for row in uow.audit.about(f"care {care.number}"):
        if row.action in known:
            note = row.detail.get("reason") or row.detail.get("called") or ""
            yield CareOnRecord(
                at=row.at,
                who=name_of(row.actor, office.people),
                what=CareAct(row.action),
                note=str(note),
            )


def _coming(uow: UnitOfWork, first: date, last: date, now: datetime) -> Coming:
    office, today = office_at(uow, now), now.date()
    near = first - NEAR, last + NEAR
    cares = [*uow.cares.open(*near), *uow.cares.closed(*near)]
    prepared = [care for care in cares if first <= care.on <= last]
    waiting = uow.occasions.coming(today, last)
    codes = {care.account for care in prepared}
    codes |= {kept.occasion.account for kept in waiting}
    return Coming(
        week=Week.of(today),
        today=today,
        office=office,
        accounts={one.code: one for one in uow.accounts.named(codes).values()},
        prepared=prepared,
        unprepared=list(days_to_come(waiting, max(first, today), last, office)),
        missed=(),
    )
