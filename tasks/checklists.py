"""A checklist follows the records: what they show is done, what they no longer show opens."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Reach
from kam_flows.domain.onboarding import (
    Case,
    Known,
    Onboarding,
    next_look,
    settled,
)
from kam_flows.domain.people import Directory, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.persistence.unit_of_work import UnitOfWork


def settle_checklist(
    uow: UnitOfWork, account: Account, *, now: datetime, actor: str
) -> Onboarding | None:
    """Bring the running checklist of an account up to date after its records changed.

    To be called in the transaction that changed them: answers, signatures, the account
    file, the team or a handover. `None` if no onboarding runs.
    """
    account_id = uow.accounts.id_of(account.code)
    running = uow.onboardings.running([account_id], lock=True)
    if not running:
        # A start at this very moment has not seen what changed: wait for it, look again.
        uow.accounts.lock(account.code)
        running = uow.onboardings.running([account_id], lock=True)
    if not running:
        return None
    known = known_of(uow, {account_id: account})[account_id]
    return _settle(uow, account, running[0], known, now=now, actor=actor)


def settle_checklists(
    uow: UnitOfWork, codes: Iterable[str], *, now: datetime, actor: str
) -> None:
    """The same for many accounts, of which most have no onboarding that runs."""
    ids, everything = uow.accounts.ids(), uow.accounts.by_code()
    running = uow.onboardings.running([ids[code] for code in codes], lock=True)
    known = known_of(
        uow, {ids[one.account]: everything[one.account] for one in running}
    )
    for one in running:
        account = everything[one.account]
        _settle(uow, account, one, known[ids[account.code]], now=now, actor=actor)


def _settle(
    uow: UnitOfWork,
    account: Account,
    before: Onboarding,
    known: Known,
    *,
    now: datetime,
    actor: str,
) -> Onboarding:
    policy = uow.policies.get(before.policy_id)
    after = settled(before, policy.onboarding, known, policy.team(before.tier), now)
    keep_checklist(uow, account, before, after, now=now, actor=actor)
    return after


def newest_of(uow: UnitOfWork, account: Account, *, lock: bool = False) -> Onboarding:
    """The onboarding that runs, or the last one; `UserError` if there was none."""
    account_id = uow.accounts.id_of(account.code)
    newest = next(iter(uow.onboardings.of(account_id, lock=lock)), None)
    if newest is None:
        raise UserError(
            "No onboarding of {account} was started; use the form start-onboarding.",
            account=account.name,
        )
    return newest


def keep_checklist(
    uow: UnitOfWork,
    account: Account,
    before: Onboarding,
    after: Onboarding,
    *,
    now: datetime,
    actor: str,
) -> None:
    """Store what changed, when a sweep looks next, and what the audit trail says."""
    policy = uow.policies.get(after.policy_id)
    case = case_of(after, account, policy, uow.people.directory())
    look_at = next_look(case, Reach(uow.people.directory(), now))
    uow.onboardings.keep(before, after, look_at)
    for old, new in zip(before.items, after.items, strict=True):
        if old.state is not new.state:
            uow.audit.write(
                now,
                actor,
                f"checklist item {new.state}",
                f"account {account.code}",
                item=new.code,
                evidence=new.evidence,
                note=new.note,
            )
    if after.completed_at and not before.completed_at:
        uow.audit.write(now, actor, "onboarding complete", f"account {account.code}")
        # Its mails need the templates, which no other click has to wait for.
        from tasks.onboarding_completion import tell_complete

        tell_complete(uow, account, case, now, actor)


def known_of(uow: UnitOfWork, accounts: Mapping[int, Account]) -> dict[int, Known]:
    """What is on record about these accounts, by account id."""
    ids: Collection[int] = accounts.keys()
    answers = uow.surveys.answers(ids)
    signed = uow.agreements.in_force(ids)
    filed = uow.files.parts(ids)
    accepted = uow.handovers.accepted(ids)
    people = uow.people.directory()
    return {
        id_: Known(
            answers=answers.get(id_, {}),
            signed=id_ in signed,
            filed=filed[id_],
            handed_over=bool(
                accepted.get(id_, set()).intersection(
                    account.members(TeamRole.LEAD_MANAGER)
                )
            ),
            roles=frozenset(
                member.role
                for member in account.team
                if member.staff in people and people[member.staff].active
            ),
        )
        for id_, account in accounts.items()
    }


def case_of(
    onboarding: Onboarding, account: Account, policy: Policy, people: Directory
) -> Case:
    """What deciding about this onboarding needs."""
    drawn = {item.code for item in onboarding.items}
    return Case(
        onboarding=onboarding,
        rules=policy.onboarding,
        calendar=policy.calendar(onboarding.calendar),
        owners={
            rule.code: account.in_charge(rule.owner, people)
            for rule in policy.onboarding.items
            if rule.code in drawn
        },
        lead_manager=account.lead_manager,
        executive_sponsor=next(iter(account.members(TeamRole.EXECUTIVE_SPONSOR)), None),
    )
