"""What people record about a running checklist: items done, waived, and holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prefect import task

from kam_flows.domain import checklists
from kam_flows.domain.accounts import Account
from kam_flows.domain.checklists import Act, check_above, check_team, item_named
from kam_flows.domain.onboarding import (
    Item,
    Onboarding,
    Progress,
    due,
    open_items,
    progress,
    settled,
)
from kam_flows.domain.onboarding_pages import Recorded
from kam_flows.domain.onboarding_rules import ItemRule
from kam_flows.domain.people import Staff
from kam_flows.domain.policy import Policy
from kam_flows.domain.texts import as_kept
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.checklists import keep_checklist, known_of, newest_of
from tasks.tickets import acting


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A checklist after a change of it."""

    account_name: str
    item: str
    """Title of the item concerned; empty: the whole."""
    progress: Progress
    left: int
    """Required items still open."""
    deadline: datetime | None
    """`None` while it is on hold."""
    completed: bool
    """It was this change that completed it."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A checklist, who is at it, and what decides about it."""

    person: Staff
    account: Account
    account_id: int
    before: Onboarding
    policy: Policy


@task
def complete_item(
    *,
    account: str,
    item: str,
    by: str,
    at: datetime,
    evidence: str = "",
    note: str = "",
    dry_run: bool = False,
) -> Changed:
    """Tick an item off that nothing on record can show. Anybody of the team may."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = _sit_down(uow, account, by)
        check_team(desk.person, desk.account)
        found, rule = item_named(desk.before, desk.policy.onboarding, item)
        act = _act(desk, at, note=note, evidence=evidence)
        after = checklists.completed(desk.before, found, rule, act)
        return _keep(uow, desk, after, at, rule)


@task
def waive_item(
    *,
    account: str,
    item: str,
    by: str,
    at: datetime,
    reason: str,
    dry_run: bool = False,
) -> Changed:
    """Let an item off, for a reason, by somebody above its owner."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        return _decide_above(uow, checklists.waived, account, item, by, at, reason)


@task
def reopen_item(
    *,
    account: str,
    item: str,
    by: str,
    at: datetime,
    reason: str,
    dry_run: bool = False,
) -> Changed:
    """Open an item again that was ticked off or waived by mistake."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        return _decide_above(uow, checklists.reopened, account, item, by, at, reason)


@task
def hold_onboarding(
    *, account: str, by: str, at: datetime, reason: str, dry_run: bool = False
) -> Changed:
    """Stop the clock of an onboarding; nobody is reminded until it is resumed."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = _sit_down(uow, account, by)
        check_team(desk.person, desk.account)
        after = checklists.put_on_hold(desk.before, _act(desk, at, note=reason))
        _put_on_record(uow, desk, Recorded.ON_HOLD, at, reason=as_kept(reason))
        return _keep(uow, desk, after, at)


@task
def resume_onboarding(
    *, account: str, by: str, at: datetime, note: str = "", dry_run: bool = False
) -> Changed:
    """Let the clock of an onboarding go on; what was due is due later by the hold."""
    with rehearsal() if dry_run else unit_of_work() as uow:
        desk = _sit_down(uow, account, by)
        check_team(desk.person, desk.account)
        after = checklists.resumed(desk.before, _act(desk, at, note=note))
        _put_on_record(uow, desk, Recorded.RESUMED, at, note=as_kept(note))
        return _keep(uow, desk, after, at)


def _sit_down(uow: UnitOfWork, account: str, by: str) -> Desk:
    person = acting(uow, by)
    found = uow.accounts.find(account)
    newest = newest_of(uow, found, lock=True)
    return Desk(
        person=person,
        account=found,
        account_id=uow.accounts.id_of(found.code),
        before=newest,
        policy=uow.policies.get(newest.policy_id),
    )


def _act(desk: Desk, at: datetime, *, note: str, evidence: str = "") -> Act:
    return Act(
        by=desk.person.code,
        at=at,
        note=note,
        evidence=evidence,
        language=settings().language,
    )


def _decide_above(
    uow: UnitOfWork,
    change: Callable[[Onboarding, Item, ItemRule, Act], Onboarding],
    account: str,
    item: str,
    by: str,
    at: datetime,
    reason: str,
) -> Changed:
    desk = _sit_down(uow, account, by)
    people = uow.people.directory()
    found, rule = item_named(desk.before, desk.policy.onboarding, item)
    act = _act(desk, at, note=reason)
    owner = people.get(desk.account.in_charge(rule.owner, people) or "")
    check_above(desk.person, owner, checklists.title_of(rule, act.language))
    return _keep(uow, desk, change(desk.before, found, rule, act), at, rule)


def _put_on_record(
    uow: UnitOfWork, desk: Desk, action: str, at: datetime, **detail: Any
) -> None:
    subject = f"account {desk.account.code}"
    uow.audit.write(at, desk.person.code, action, subject, **detail)


def _keep(
    uow: UnitOfWork,
    desk: Desk,
    changed: Onboarding,
    now: datetime,
    rule: ItemRule | None = None,
) -> Changed:
    policy, rules = desk.policy, desk.policy.onboarding
    known = known_of(uow, {desk.account_id: desk.account})[desk.account_id]
    after = settled(changed, rules, known, policy.team(changed.tier), now)
    keep_checklist(
        uow, desk.account, desk.before, after, now=now, actor=desk.person.code
    )
    calendar = policy.calendar(after.calendar)
    return Changed(
        account_name=desk.account.name,
        item=checklists.title_of(rule, settings().language) if rule else "",
        progress=progress(after, rules, calendar, now),
        left=len(open_items(after, rules)),
        deadline=due(after, rules.deadline, calendar),
        completed=after.completed_at is not None and desk.before.completed_at is None,
    )
