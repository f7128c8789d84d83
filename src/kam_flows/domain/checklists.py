"""What people do to a checklist: who may, what is refused, and what it is afterwards."""

from collections.abc import Iterable
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import Onboarding, draw
from kam_flows.domain.onboarding_rules import ItemKind, OnboardingRules
from kam_flows.domain.people import STEERING_ROLES, Staff

FORMS = {
    ItemKind.SURVEY: "record-survey-answers",
    ItemKind.AGREEMENT: "record-sla-signature",
    ItemKind.ACCOUNT_FILE: "add-to-the-account-file",
    ItemKind.INHERITANCE: "accept-handover-items",
    ItemKind.TEAM: "import-portfolio",
    ItemKind.TASK: "complete-checklist-item",
}
"""The form that brings an item of this kind forward."""


def check_team(person: Staff, account: Account) -> None:
    """Raise UserError unless this person serves the account or steers."""
    serves = any(member.staff == person.code for member in account.team)
    if serves or person.role in STEERING_ROLES:
        return
    raise UserError(
        "{name} ({code}) is not on the team of {account}; let somebody of its team do "
        "it, or one of {allowed}.",
        name=person.name,
        code=person.code,
        account=account.name,
        allowed=sorted(STEERING_ROLES),
    )


def begin(
    account: Account,
    rules: OnboardingRules,
    *,
    signed_at: datetime,
    predecessor: str | None,
    policy_id: int,
    by: str,
    at: datetime,
) -> Onboarding:
    """The checklist as it is drawn at the start; nothing of it is settled yet.

    Raises UserError where the start makes no sense.
    """
    if not account.active:
        raise UserError(
            "{account} is no longer an account of ours; set it to active in the account "
            "file first.",
            account=account.name,
        )
    if signed_at > at:
        raise UserError(
            "The signing cannot be later than the start; choose in `signed_at` when the "
            "account signed."
        )
    return Onboarding(
        id=0,
        account=account.code,
        tier=account.tier,
        signed_at=signed_at,
        started_at=at,
        started_by=by,
        predecessor=predecessor,
        policy_id=policy_id,
        calendar=account.calendar,
        items=draw(rules, account.tier, predecessor),
        progressed_at=at,
    )


def standing(
    earlier: Iterable[Onboarding], signed_at: datetime, calendar: WorkCalendar
) -> Onboarding | None:
    """The onboarding that a start would only repeat (scenario O3).

    It runs, or it was completed and the account has not signed again on a later day.
    """
    day = signed_at.astimezone(calendar.timezone).date()
    for one in earlier:
        if one.completed_at is None:
            return one
        if day <= one.completed_at.astimezone(calendar.timezone).date():
            return one
    return None
