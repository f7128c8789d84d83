"""Would a sweep look at every running onboarding in time? Reckoned anew, and compared."""

from collections.abc import Collection
from datetime import datetime

from kam_flows.domain.house_watch import (
    HouseFinding,
    looks_too_late,
    missed_checklist,
)
from kam_flows.domain.onboarding import must_look_by
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work


def compare_checklists(now: datetime) -> list[HouseFinding]:
    """Onboardings whose next step would be missed.

    While they are read somebody may change one: what differs is locked and read again.
    """
    with unit_of_work(read_only=True) as uow:
        suspects = [finding.subject for finding in missed(uow, now)]
    if not suspects:
        return []
    with unit_of_work() as uow:
        ids = uow.accounts.ids()
        return missed(uow, now, [ids[code] for code in suspects])


def missed(
    uow: UnitOfWork, now: datetime, locked: Collection[int] | None = None
) -> list[HouseFinding]:
    """Of all accounts, or of those of these ids, locked."""
    running = uow.onboardings.running(locked, lock=locked is not None)
    looks = uow.house.checklist_looks()
    found = []
    for one in running:
        policy = uow.policies.get(one.policy_id)
        by = must_look_by(one, policy.onboarding, policy.calendar(one.calendar), now)
        if looks_too_late(looks.get(one.id), by):
            name = uow.accounts.get(one.account).name
            found.append(missed_checklist(one.account, name))
    return found
