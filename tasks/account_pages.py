"""The page of an account, gathered from all that is on record about it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect import task

from kam_flows.domain.account_file import EntryKind, FileEntry, TransactionKind
from kam_flows.domain.account_pages import (
    YEAR,
    AccountBrief,
    AccountPage,
    Colleague,
    OnboardingNow,
    Promised,
    SlaRecord,
    in_reading_order,
    turnover,
)
from kam_flows.domain.accounts import Account
from kam_flows.domain.agreements import Agreement
from kam_flows.domain.choices import choice
from kam_flows.domain.links import form_link
from kam_flows.domain.onboarding import due, progress, share_done
from kam_flows.domain.people import Directory
from kam_flows.domain.policy import Policy
from kam_flows.domain.survey import missing
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.settings import settings
from tasks.digests import facts_of

SHOWN = 10
"""Dealings, and things said, that a page lists."""


@task
def account_page(account: str, now: datetime, language: str = "") -> AccountPage:
    """All about this account. Raises UserError, naming near ones, if there is none."""
    with unit_of_work(read_only=True) as uow:
        found = uow.accounts.find(account)
        return read_page(uow, found, now, language or settings().language)


@task
def send_account_page(account: str, send_to: str, now: datetime) -> str:
    """Queue the page as a mail to one of us; the reader's name."""
    from tasks.posting import post  # Jinja is loaded only if a mail is due

    with unit_of_work() as uow:
        reader = uow.people.find(send_to)
        found = uow.accounts.find(account)
        page = read_page(uow, found, now, reader.language)
        brief = AccountBrief(
            recipient=reader.code,
            address=reader.email,
            name=reader.name,
            language=reader.language,
            timezone=reader.timezone,
            dedup_key=f"account.brief:{found.code}:{reader.code}:{now.isoformat()}",
            page=page,
            as_of=now,
            link=form_link(
                settings().ui,
                uow.forms.ids().get("show-an-account"),
                {"account": choice(found.code, found.name)},
            ),
        )
        post(uow, brief, now)
        return reader.name


def read_page(
    uow: UnitOfWork, account: Account, now: datetime, language: str
) -> AccountPage:
    account_id = uow.accounts.id_of(account.code)
    people = uow.people.directory()
    policy = uow.policies.current(now)
    answers = uow.surveys.answers([account_id]).get(account_id, {})
    entries = uow.files.entries(account_id)
    dealings = uow.files.transactions(account_id)
    others = [one for one in dealings if one.kind is not TransactionKind.CONTRACT]
    filled = {m.role for m in account.team if _is_here(m.staff, people)}
    handovers = uow.handovers.of(account_id)
    return AccountPage(
        code=account.code,
        name=account.name,
        tier=account.tier,
        industry=account.industry,
        city=account.city,
        signed_on=account.signed_on,
        active=account.active,
        policy=policy.title(language),
        team=tuple(_colleagues(account, people)),
        vacant=tuple(r for r in policy.team(account.tier) if r not in filled),
        contacts=tuple(uow.accounts.contacts_of(account_id)),
        answers=in_reading_order(answers),
        answered_by={code: person.name for code, person in people.items()},
        unanswered=missing(answers, policy.onboarding.dimensions),
        agreement=_shown(uow.agreements.of(account_id)),
        onboarding=_onboarding(uow, account_id, now),
        handing_over=tuple(
            people[h.successor].name if h.successor in people else h.successor
            for h in handovers
            if h.accepted_at is None
        ),
        contracts=tuple(o for o in dealings if o.kind is TransactionKind.CONTRACT),
        dealings=tuple(others[:SHOWN]),
        turnover=turnover(dealings),
        promises=tuple(promised(entries, people, now)),
        needs=tuple(_of_kind(entries, EntryKind.SPECIAL_NEED)),
        said=tuple(_of_kind(entries, EntryKind.COMMUNICATION)[:SHOWN]),
        tickets=tuple(
            facts_of(view, uow.policies.get(view.record.policy_id), people, language)
            for view in uow.tickets.open_of(account.code)
        ),
        sla=SlaRecord(
            opened=uow.histories.opened(account_id, now - YEAR),
            late=uow.histories.breaches(account_id, now - YEAR),
        ),
        as_of=now,
    )


def _is_here(code: str, people: Directory) -> bool:
    return code in people and people[code].active


def _colleagues(account: Account, people: Directory) -> Iterable[Colleague]:
    for member in account.team:
        person = people.get(member.staff)
        yield Colleague(
            role=member.role,
            name=person.name if person else member.staff,
            email=person.email if person else "",
            is_here=bool(person and person.active),
        )


def _shown(agreements: list[Agreement]) -> Agreement | None:
    in_force = [agreement for agreement in agreements if agreement.in_force]
    return next(iter([*in_force, *agreements]), None)


def _onboarding(
    uow: UnitOfWork, account_id: int, now: datetime
) -> OnboardingNow | None:
    latest = next(iter(uow.onboardings.of(account_id)), None)
    if latest is None:
        return None
    policy: Policy = uow.policies.get(latest.policy_id)
    calendar, rules = policy.calendar(latest.calendar), policy.onboarding
    return OnboardingNow(
        progress=progress(latest, rules, calendar, now),
        share=share_done(latest, rules),
        deadline=due(latest, rules.deadline, calendar),
    )


def promised(
    entries: Iterable[FileEntry], people: Directory, now: datetime
) -> list[Promised]:
    """Those among the entries that are not kept, the soonest due first."""
    today = now.astimezone(ZoneInfo(settings().timezone)).date()
    found = [
        Promised(
            entry=entry,
            owner=people[entry.owner or ""].name if entry.owner in people else "",
            is_late=entry.due_on is not None and entry.due_on < today,
        )
        for entry in entries
        if entry.is_open
    ]
    return sorted(found, key=lambda one: (str(one.entry.due_on), one.entry.id))


def _of_kind(entries: Iterable[FileEntry], kind: EntryKind) -> list[FileEntry]:
    return [entry for entry in entries if entry.kind is kind]
