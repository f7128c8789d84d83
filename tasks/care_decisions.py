"""Care decisions: its letter is edited and approved, it is held, let go, given up, done."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parseaddr
from functools import partial
from typing import Any

from prefect import task

from kam_flows.domain import care_decisions
from kam_flows.domain.accounts import Account
from kam_flows.domain.care_decisions import check_concerned, check_may_approve
from kam_flows.domain.care_letters import strange_numbers
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.cares import Care
from kam_flows.domain.errors import Phrase
from kam_flows.domain.people import Directory, Staff, TeamRole
from kam_flows.domain.visit_changes import reason_of
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.care_letters import greeting, signature
from kam_flows.settings import settings
from tasks.care_facts import addressee_of, facts_of, known_accounts, office_at
from tasks.tickets import acting

Check = Callable[[Staff, Care, Account | None, Directory], None]


@dataclass(frozen=True, kw_only=True)
class CareDesk:
    """A care as it stands now that nobody else can change it, and who decides about it."""

    person: Staff
    care: Care
    account: Account | None
    """`None`: it is an event of ours."""
    rules: CareRules
    people: Directory
    today: date
    """Where the account is."""
    now: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CareChanged:
    """A care after what was decided, and before it."""

    care: Care
    before: Care
    account_name: str
    """Empty for an event of ours."""
    title: str
    """Of its kind."""
    today: date
    step: str = ""
    """Title of the step that was done."""
    strange: tuple[str, ...] = ()
    """Numbers in the letter that are not on record."""


@task
def edit_letter(
    *,
    care: str,
    text: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> CareChanged:
    """Put a text of one's own into the frame of the letter; its approval is taken back."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = at_care(uow, care, by, now, at, check_concerned)
        after = care_decisions.edited(
            desk.care, text, signature_now(desk), salutation_now(uow, desk)
        )
        again = bool(desk.care.approved_by)
        changed = _kept(uow, desk, after, "letter edited", approval_taken_back=again)
        return replace(changed, strange=tuple(_not_on_record(uow, desk, text)))


@task
def approve_letter(
    *,
    care: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> CareChanged:
    """Let the letter leave on its day; a second approval changes nothing, and says so."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        may_approve = partial(check_may_approve, now=at or now)
        desk = at_care(uow, care, by, now, at, may_approve)
        after = care_decisions.approved(desk.care, desk.person, desk.people, desk.at)
        return _kept(uow, desk, after, "letter approved")


@task
def hold_care(
    *,
    care: str,
    reason: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> CareChanged:
    """Keep it back, approved or not, until a person lets it go."""
    why = reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = at_care(uow, care, by, now, at, check_concerned)
        after = care_decisions.held(desk.care, why)
        return _kept(uow, desk, after, "care held", reason=why)


@task
def release_care(
    *,
    care: str,
    reason: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> CareChanged:
    """Let it go over what held it; it is as it was before."""
    why = reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = at_care(uow, care, by, now, at, check_concerned)
        after = care_decisions.released(desk.care, desk.today)
        over = desk.care.held_because
        return _kept(uow, desk, after, "care released", reason=why, over=over)


@task
def drop_care(
    *,
    care: str,
    reason: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> CareChanged:
    """Give it up for this year, for a reason."""
    why = reason_of(reason)
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = at_care(uow, care, by, now, at, check_concerned)
        after = care_decisions.dropped(desk.care, desk.today)
        return _kept(uow, desk, after, "care dropped", reason=why)


@task
def complete_step(
    *,
    care: str,
    step: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    dry_run: bool = False,
) -> CareChanged:
    """Tick off one of its steps; with the last one it is done, if its letter has left."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = at_care(uow, care, by, now, at, check_concerned)
        titles = desk.rules.step_titles(settings().language)
        after, done = care_decisions.step_done(
            desk.care, step, titles, desk.person, desk.people, desk.at, desk.today
        )
        called = titles.get(done.code, done.code)
        return _kept(uow, desk, after, "care step done", called=called, step=done.code)


def signature_now(desk: CareDesk) -> tuple[str, ...]:
    """Of whoever leads the account today; empty: nobody does, or there is no letter."""
    lead = desk.account and desk.account.in_charge(TeamRole.LEAD_MANAGER, desk.people)
    if not lead or desk.care.letter is None:
        return ()
    house = parseaddr(settings().sender)[0]
    return signature(desk.people[lead].name, house, desk.care.letter.language)


def salutation_now(uow: UnitOfWork, desk: CareDesk) -> str:
    """Of whom its letter goes to today; empty: nobody, or there is no letter."""
    care = desk.care
    if desk.account is None or care.letter is None:
        return ""
    [id_] = uow.accounts.named([care.account])
    contacts = uow.accounts.contacts_of(id_)
    contact = addressee_of(care.contact, care.contact_code, contacts)
    if contact is None:
        return ""
    return greeting(contact.name, contact.title, care.letter.language)


def at_care(
    uow: UnitOfWork,
    care: str,
    by: str,
    now: datetime,
    at: datetime | None,
    check: Check,
) -> CareDesk:
    at = at or now
    person, found = acting(uow, by), uow.cares.find(care, lock=True)
    account = uow.accounts.get(found.account) if found.account else None
    policy, people = uow.policies.current(at), uow.people.directory()
    check(person, found, account, people)
    calendar = policy.calendar(account.calendar if account else "")
    return CareDesk(
        person=person,
        care=found,
        account=account,
        rules=policy.care,
        people=people,
        today=at.astimezone(calendar.timezone).date(),
        now=now,
        at=at,
    )


def _kept(
    uow: UnitOfWork,
    desk: CareDesk,
    after: Care,
    action: str,
    *,
    called: str = "",
    **detail: Any,
) -> CareChanged:
    uow.cares.keep(after)
    uow.audit.write(
        desk.now,
        desk.person.code,
        action,
        f"care {after.number}",
        account=after.account,
        state=after.state,
        happened_at=desk.at.isoformat(),
        **({"called": called} if called else {}),
        **detail,
    )
    return CareChanged(
        care=after,
        before=desk.care,
        account_name=desk.account.name if desk.account else "",
        title=desk.rules.title(after.kind, settings().language),
        today=desk.today,
        step=called,
    )


def _not_on_record(uow: UnitOfWork, desk: CareDesk, text: str) -> list[str]:
    """Nothing where what is on record does not make a letter any more."""
    care = desk.care
    known = known_accounts(uow, {care.account}, desk.at).get(care.account)
    kept = uow.occasions.these([care.occasion])
    if known is None or not kept:
        return []
    facts = facts_of(care, kept[0].occasion, known, office_at(uow, desk.at))
    return [] if isinstance(facts, Phrase) else strange_numbers(text, facts)
