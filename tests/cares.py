"""Cares as preparing leaves them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care, Task
from kam_flows.domain.occasions import Occasion, Yearly
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.occasions import Kept
from kam_flows.persistence.unit_of_work import unit_of_work

PREPARED_AT = datetime(2026, 9, 24, 1, 0, tzinfo=UTC)
LETTER = Letter(
    kind="cooperation_anniversary",
    variant="thanks",
    language="zh_CN",
    subject="合作三周年",
    salutation="尊敬的张总：",
    paragraphs=("三年了。", "谢谢。"),
    closing=("此致", "敬礼！"),
    signature=("马拉",),
    date="二〇二六年九月三十日",
)


def a_step(code: str, action: Action | None = None, **fields: Any) -> Task:
    defaults: dict[str, Any] = {
        "due_on": date(2026, 9, 30),
        "role": TeamRole.LEAD_MANAGER,
        "owner": "mara",
    }
    return Task(code=code, action=action, **defaults | fields)


def a_care(**fields: Any) -> Care:
    """The cooperation anniversary of ACME on October 1, by Mara; C-1."""
    approval = a_step("letter_approval", Action.LETTER, is_approval=True)
    defaults: dict[str, Any] = {
        "id": 1,
        "occasion": 1,
        "edition": 2026,
        "account": "ACME",
        "contact": "",
        "contact_code": "",
        "kind": "cooperation_anniversary",
        "about": "",
        "on": date(2026, 10, 1),
        "years": 3,
        "prepare_on": date(2026, 9, 24),
        "deliver_on": date(2026, 9, 30),
        "state": CareState.PREPARED,
        "late": False,
        "actions": (Action.LETTER, Action.CALL),
        "budget": Decimal(0),
        "approval": True,
        "owner": "mara",
        "prepared_at": PREPARED_AT,
        "letter": LETTER,
        "tasks": (approval, a_step("call", Action.CALL)),
    }
    return Care(**defaults | fields)


def prepared(**fields: Any) -> Care:
    """The same in the database, of an occasion of its own."""
    care = a_care(**fields)
    rule = Yearly(month=care.on.month, day=care.on.day)
    with unit_of_work() as uow:
        account_id = uow.accounts.ids().get(care.account)
        occasion = Occasion(
            id=0,
            account=care.account,
            contact=care.contact,
            contact_code=care.contact_code,
            kind=care.kind,
            about=care.about,
            rule=rule,
        )
        uow.occasions.keep([Kept(occasion, account_id, care.on, None)])
        [kept] = [
            one
            for one in uow.occasions.of([account_id] if account_id else [])
            if (one.occasion.kind, one.occasion.about) == (care.kind, care.about)
        ] or uow.occasions.events()
        [stored] = uow.cares.add(
            [(replace(care, occasion=kept.occasion.id), account_id)]
        )
    return stored


def care(number: int) -> Care:
    """As it stands in the database."""
    with unit_of_work(read_only=True) as uow:
        found = uow.cares.get(number)
    assert found is not None
    return found
