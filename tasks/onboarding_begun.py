"""The mails of a start: each owner hears once, in one mail, which items are theirs."""

from collections.abc import Iterator
from datetime import datetime

from kam_flows.domain.accounts import Account
from kam_flows.domain.escalation import Reach
from kam_flows.domain.mails import is_address
from kam_flows.domain.onboarding import (
    Case,
    ItemDecision,
    ItemState,
    Known,
    Step,
    StepKind,
    StepOutcome,
    reached,
)
from kam_flows.domain.onboarding_mails import OnboardingBegun
from kam_flows.domain.people import Directory
from kam_flows.domain.telling import Tell
from kam_flows.persistence.unit_of_work import UnitOfWork
from tasks.onboarding_digests import Told, checklist_for
from tasks.onboarding_facts import Office
from tasks.posting import post


def tell_owners(
    uow: UnitOfWork, case: Case, account: Account, known: Known, now: datetime
) -> tuple[list[str], list[str]]:
    """Queue the mails, none in its reader's quiet hours.

    Names of who is told, and of those to whom no mail can be sent: the start is not to
    fail for an address, but whoever starts must know.
    """
    people = uow.people.directory()
    policy = uow.policies.get(case.onboarding.policy_id)
    office = Office(
        now=now,
        people=people,
        policies={case.onboarding.policy_id: policy},
        current=policy,
        forms=uow.forms.ids(),
        known={account.code: known},
    )
    told, unreachable = [], []
    for reader, items in _by_reader(case, account, people, now).items():
        address = office.address_of(reader)
        name = office.name_of(reader) if reader in people else address
        if not is_address(address):
            unreachable.append(name)
            continue
        person = people.get(reader)
        not_before = person.reachable_at(now) if person else now
        mail = _compose(reader, items, office, account)
        post(uow, mail, now, not_before=not_before)
        told.append(name)
    return told, unreachable


def _by_reader(
    case: Case, account: Account, people: Directory, now: datetime
) -> dict[str, list[Told]]:
    readers: dict[str, list[Told]] = {}
    for decision in _in_hand(case, Reach(people, now)):
        told = Told(case, account, decision)
        readers.setdefault(decision.resolution.recipient, []).append(told)
    return readers


def _in_hand(case: Case, reach: Reach) -> Iterator[ItemDecision]:
    """Every open item with whom it reaches; what holds nothing up is theirs as well."""
    started = Step(StepKind.REMINDER, 0, case.onboarding.started_at)
    for item in case.onboarding.items:
        if item.state is ItemState.OPEN:
            resolution = reached(case, item.code, Tell.OWNER, reach)
            yield ItemDecision(item.code, started, StepOutcome.TOLD, resolution)


def _compose(
    reader: str, items: list[Told], office: Office, account: Account
) -> OnboardingBegun:
    onboarding, language = items[0].case.onboarding, office.language_of(reader)
    return OnboardingBegun(
        recipient=reader,
        address=office.address_of(reader),
        name=office.name_of(reader) if reader in office.people else "",
        language=language,
        timezone=office.timezone_of(reader),
        dedup_key=f"onboarding.begun:{account.code}:{onboarding.id}:{reader}",
        checklist=checklist_for(items, reader, office, language),
        by=office.name_of(onboarding.started_by),
        predecessor=office.name_of(onboarding.predecessor),
        as_of=office.now,
        policy=office.current.title(language),
    )
