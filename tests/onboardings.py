"""Onboardings as the watch finds them."""

from datetime import datetime
from fractions import Fraction

from kam_flows.domain.account_file import (
    EntryKind,
    FileEntry,
    FilePart,
    Transaction,
    TransactionKind,
)
from kam_flows.domain.escalation import Reach
from kam_flows.domain.onboarding import Onboarding, draw, next_look
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from tasks.agreements import draft_agreement, record_signature
from tasks.checklists import case_of, settle_checklist
from tests.builders import at

SOMETHING = "对延迟交付零容忍"


def started(
    signed: str, account: str = "ACME", *, start: str = "", by: str = "mara"
) -> Onboarding:
    """An onboarding of the policy in force, none of whose items is done yet."""
    begun = at(start or signed)
    with unit_of_work() as uow:
        found = uow.accounts.get(account)
        policy_id = uow.policies.current_id(begun)
        policy = uow.policies.get(policy_id)
        drawn = Onboarding(
            id=0,
            account=account,
            tier=found.tier,
            signed_at=at(signed),
            started_at=begun,
            started_by=by,
            predecessor=None,
            policy_id=policy_id,
            calendar=found.calendar,
            items=draw(policy.onboarding, found.tier, None),
            progressed_at=begun,
        )
        people = uow.people.directory()
        look_at = next_look(case_of(drawn, found, policy, people), Reach(people, begun))
        added = uow.onboardings.add(uow.accounts.ids()[account], drawn, look_at)
        assert added is not None
        return added


def answered(
    when: str, *but: Dimension, account: str = "ACME", text: str = SOMETHING
) -> None:
    """All dimensions but these are answered."""
    now = at(when)
    answers = [
        Answer(dimension=dimension, text=text, at=now, by="mara")
        for dimension in Dimension
        if dimension not in but
    ]
    with unit_of_work() as uow:
        uow.surveys.add(uow.accounts.ids()[account], answers)
        settle(uow, account, now)


def signed_sla(when: str, account: str = "ACME") -> None:
    draft_agreement.fn(account=account, by="mara", now=at(when))
    record_signature.fn(
        account=account, by="mara", signed_by="王总", place="上海", now=at(when)
    )


def filed(when: str, account: str = "ACME", parts: int = len(FilePart)) -> None:
    """Entries in so many parts of the account file."""
    now = at(when)
    kinds = (EntryKind.COMMUNICATION, EntryKind.SPECIAL_NEED)
    with unit_of_work() as uow:
        ids = uow.accounts.ids()
        for kind in kinds[:parts]:
            entry = FileEntry(
                id=0,
                account=account,
                kind=kind,
                at=now,
                text=SOMETHING,
                by="mara",
                recorded_at=now,
            )
            uow.files.write_down(ids[account], entry)
        if parts == len(FilePart):
            bought = Transaction(
                account=account,
                reference="C-1",
                kind=TransactionKind.CONTRACT,
                on=now.date(),
                amount=Fraction(1),
            )
            uow.files.save_transactions(ids, [bought])
        settle(uow, account, now)


def settle(uow: UnitOfWork, account: str, now: datetime) -> None:
    settle_checklist(uow, uow.accounts.get(account), now=now, actor="mara")
