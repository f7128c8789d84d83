"""What is stored of occasions and cares is what was said, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care, Task
from kam_flows.domain.errors import Phrase
from kam_flows.domain.gifts import Gift
from kam_flows.domain.occasions import (
    LunarYearly,
    Occasion,
    Once,
    Rule,
    Season,
    Yearly,
)
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.occasions import Kept
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account
from tests.portfolio import store

pytestmark = pytest.mark.usefixtures("database")

DAY = date(2026, 10, 1)
NOW = datetime(2026, 9, 24, 1, 0, tzinfo=UTC)
RULES: list[Rule] = [
    Yearly(month=2, day=29, since=date(2024, 2, 29)),
    LunarYearly(month=12, day=30, leap=False, since=None),
    Once(on=DAY),
    Season(begins=(11, 1), ends=(2, 10)),
]
LETTER = Letter(
    kind="cooperation_anniversary",
    variant="thanks",
    language="zh_CN",
    subject="合作三周年",
    salutation="尊敬的张总：",
    paragraphs=("三年了。", "谢谢。"),
    closing=("此致", "敬礼！"),
    signature=("马拉",),
    date="二〇二六年十月一日",
)


def an_occasion(**changes: Any) -> Occasion:
    plain = Occasion(
        id=0, account="ACME", kind="cooperation_anniversary", rule=RULES[0]
    )
    return replace(plain, **changes)


def keep(*occasions: Occasion, next_on: date | None = DAY) -> list[Kept]:
    with unit_of_work() as uow:
        account_id = uow.accounts.ids()["ACME"]
        uow.occasions.keep(
            Kept(one, account_id, NOW.date(), next_on) for one in occasions
        )
        return uow.occasions.of([account_id])


def a_care(occasion: Occasion, **changes: Any) -> Care:
    plain = Care(
        id=0,
        occasion=occasion.id,
        edition=2026,
        account="ACME",
        contact=occasion.contact,
        contact_code=occasion.contact_code,
        kind=occasion.kind,
        about=occasion.about,
        on=DAY,
        years=2,
        prepare_on=date(2026, 9, 24),
        deliver_on=date(2026, 9, 30),
        state=CareState.PREPARED,
        late=False,
        actions=(Action.LETTER, Action.GIFT),
        budget=Decimal("800.50"),
        approval=True,
        owner="mara",
        prepared_at=NOW,
        letter=LETTER,
        tasks=(
            Task(
                code="letter_draft",
                action=Action.LETTER,
                due_on=date(2026, 9, 25),
                role=TeamRole.LEAD_MANAGER,
                owner="mara",
            ),
        ),
    )
    return replace(plain, **changes)


@pytest.fixture(autouse=True)
def _a_company(database):
    store([a_person("mara")], [an_account()])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_an_occasion_is_read_as_it_was_kept(rule):
    [kept] = keep(an_occasion(rule=rule, contact="王芳", added_on=DAY, about="新品"))

    assert kept.occasion == an_occasion(
        id=kept.occasion.id, rule=rule, contact="王芳", added_on=DAY, about="新品"
    )
    assert (kept.seen_until, kept.next_on) == (NOW.date(), DAY)


def test_only_occasions_whose_preparation_begins_are_due():
    [soon] = keep(an_occasion())
    keep(an_occasion(kind="founding_day"), next_on=date(2026, 12, 1))
    keep(an_occasion(kind="product_launch"), next_on=None)

    with unit_of_work(read_only=True) as uow:
        assert uow.occasions.due(DAY) == [soon.occasion.id]
        assert uow.occasions.due(date(2026, 9, 30)) == []


def test_an_account_is_read_again_when_it_was_never_read_or_has_changed():
    with unit_of_work() as uow:
        assert uow.occasions.changed({"now"}) == ["ACME"]
        account_id = uow.accounts.ids()["ACME"]
        uow.occasions.mark({account_id: "now"})

    with unit_of_work() as uow:
        assert uow.occasions.changed({"now"}) == []
        assert uow.occasions.changed({"another policy"}) == ["ACME"]
        uow.accounts.save([an_account(tier="core")])
        assert uow.occasions.changed({"now"}) == ["ACME"]


def test_a_care_is_read_as_it_was_kept_and_as_it_was_changed():
    [kept] = keep(an_occasion())
    care = a_care(kept.occasion)
    with unit_of_work() as uow:
        [stored] = uow.cares.add([(care, kept.account_id)])
    assert stored == replace(care, id=stored.id)

    done = replace(stored.tasks[0], done_at=NOW, done_by="mara")
    changed = replace(
        stored,
        state=CareState.HELD,
        letter=None,
        trouble=Phrase("{field} is not known", field="sender"),
        held_because="T-0001",
        tasks=(done,),
    )
    with unit_of_work() as uow:
        assert uow.cares.get(stored.id, lock=True) == stored
        uow.cares.keep(changed)

    with unit_of_work(read_only=True) as uow:
        assert uow.cares.find(f"c-{stored.id} · whatever") == changed
        assert uow.cares.deliverable(DAY) == []
        assert uow.cares.known([kept.occasion.id]) == {(kept.occasion.id, 2026)}


def test_a_care_that_ended_is_open_no_more_and_found_by_the_day_it_ended():
    [kept] = keep(an_occasion())
    with unit_of_work() as uow:
        skipped = a_care(
            kept.occasion,
            state=CareState.SKIPPED,
            skip=Skip.TOO_LATE,
            letter=None,
            closed_on=DAY,
        )
        uow.cares.add([(skipped, kept.account_id)])

    with unit_of_work(read_only=True) as uow:
        assert uow.cares.open() == []
        assert [one.skip for one in uow.cares.closed(DAY, DAY)] == [Skip.TOO_LATE]
        assert uow.cares.choices() == []


def test_gifts_are_summed_by_care_account_and_recipient_and_year():
    with unit_of_work() as uow:
        account_id = uow.accounts.ids()["ACME"]
        for day, value, who in [(DAY, "380.50", "K1"), (date(2025, 1, 1), "99", "K1")]:
            uow.gifts.record(
                account_id,
                Gift(
                    account="ACME",
                    account_name="",
                    recipient=who,
                    recipient_name="王芳",
                    item="龙井",
                    value=Decimal(value),
                    on=day,
                    by="mara",
                    recorded_at=NOW,
                ),
            )

    with unit_of_work(read_only=True) as uow:
        given = uow.gifts.given(account_id, "K1", None, 2026)
        assert (given.care, given.account, given.recipient) == (
            Decimal(0),
            Decimal("380.50"),
            Decimal("380.50"),
        )
        assert [one.value for one in uow.gifts.between(DAY, DAY)] == [Decimal("380.5")]
