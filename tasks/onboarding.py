"""Start an onboarding: draw the checklist, once, and settle what is on record already."""

from dataclasses import dataclass, replace
from datetime import datetime

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.checklists import begin, check_team, standing
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import (
    Known,
    Onboarding,
    Reading,
    due,
    open_items,
    readings,
    settled,
    started_late,
)
from kam_flows.domain.onboarding_pages import Recorded
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.checklists import case_of, keep_checklist, known_of
from tasks.tickets import acting


@dataclass(frozen=True, kw_only=True)
class Started:
    """An onboarding that was started, or that stood already."""

    onboarding: Onboarding
    account_name: str
    is_new: bool
    started_by: str
    """Name of whoever started it."""
    left: int
    """Required items still open."""
    deadline: datetime | None
    """`None` while it is on hold."""
    is_late: bool
    """The deadline had passed when it was started."""
    readings: tuple[Reading, ...]
    """How the deadline was read, then the other ways to count as long."""
    provisional: bool
    """The deadline leans on a year whose official holidays are not published."""
    told: tuple[str, ...] = ()
    """Names of those who are told by mail what is theirs."""
    unreachable: tuple[str, ...] = ()
    """Names of those to whom no mail can be sent."""


@task
def start_onboarding(
    *,
    account: str,
    by: str,
    now: datetime,
    at: datetime | None = None,
    signed_at: datetime | None = None,
    predecessor: str = "",
    dry_run: bool = False,
) -> Started:
    """Draw the checklist of the policy in force, if none stands for this signing.

    `at` is when it was started, `None` for now; so is `signed_at`.
    """
    at = at or now
    signed_at = signed_at or at
    with rehearsal() if dry_run else unit_of_work() as uow:
        person = acting(uow, by)
        found = uow.accounts.find(account)
        check_team(person, found)
        account_id = uow.accounts.lock(found.code)
        policy_id = uow.policies.current_id(at)
        policy = uow.policies.get(policy_id)
        there = standing(
            uow.onboardings.of(account_id),
            signed_at,
            policy.calendar(found.calendar),
        )
        if there is not None:
            return _started(uow, there, found, is_new=False)
        drawn = begin(
            found,
            policy.onboarding,
            signed_at=signed_at,
            predecessor=_predecessor(uow, predecessor, found),
            policy_id=policy_id,
            by=person.code,
            at=at,
        )
        known = known_of(uow, {account_id: found})[account_id]
        begun = _add(uow, account_id, found, drawn, policy, known)
        started = _started(uow, begun, found, is_new=True)
        if begun.completed_at or started.is_late:
            # What is late from the start is told once, by the watch (scenario O4).
            return started
        # Rendering is slow to import; a second click does without it.
        from tasks.onboarding_begun import tell_owners

        case = case_of(begun, found, policy, uow.people.directory())
        told, unreachable = tell_owners(uow, case, found, known, now)
        return replace(started, told=tuple(told), unreachable=tuple(unreachable))


def _predecessor(uow: UnitOfWork, text: str, account: Account) -> str | None:
    """Who served the account before; they may have left."""
    if not text.strip():
        return None
    person = uow.people.find(text)
    if person.code in account.members(TeamRole.LEAD_MANAGER):
        raise UserError(
            "{name} is the lead manager of {account} now; choose in `predecessor` who "
            "served it before, or leave it empty.",
            name=person.name,
            account=account.name,
        )
    return person.code


def _add(
    uow: UnitOfWork,
    account_id: int,
    account: Account,
    drawn: Onboarding,
    policy: Policy,
    known: Known,
) -> Onboarding:
    actor, now = drawn.started_by, drawn.started_at
    begun = uow.onboardings.add(account_id, drawn, None)
    if begun is None:
        # The account is locked: only what bypasses this task can have added one.
        raise UserError(
            "{account} is being onboarded already; nothing was done.",
            account=account.name,
        )
    uow.audit.write(
        now,
        actor,
        Recorded.STARTED,
        f"account {account.code}",
        signed_at=drawn.signed_at.isoformat(),
        predecessor=drawn.predecessor,
        policy=policy.name,
    )
    after = settled(begun, policy.onboarding, known, policy.team(begun.tier), now)
    keep_checklist(uow, account, begun, after, now=now, actor=actor)
    return after


def _started(
    uow: UnitOfWork, onboarding: Onboarding, account: Account, *, is_new: bool
) -> Started:
    policy = uow.policies.get(onboarding.policy_id)
    rules, calendar = policy.onboarding, policy.calendar(onboarding.calendar)
    deadline = due(onboarding, rules.deadline, calendar)
    people = uow.people.directory()
    starter = people.get(onboarding.started_by)
    return Started(
        onboarding=onboarding,
        account_name=account.name,
        is_new=is_new,
        started_by=starter.name if starter else onboarding.started_by,
        left=len(open_items(onboarding, rules)),
        deadline=deadline,
        is_late=started_late(onboarding, rules, calendar),
        readings=tuple(readings(onboarding.signed_at, rules.deadline, calendar)),
        provisional=bool(
            deadline and calendar.provisional_years(onboarding.signed_at, deadline)
        ),
    )
