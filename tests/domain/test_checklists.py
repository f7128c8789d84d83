"""What people may do to a checklist, and what each refusal says."""

from collections.abc import Callable
from typing import Any

import pytest

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.checklists import (
    LONGEST_TEXT,
    Act,
    begin,
    check_above,
    check_team,
    completed,
    item_named,
    put_on_hold,
    reopened,
    resumed,
    standing,
    waived,
)
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import Item, ItemState, Onboarding, due
from kam_flows.domain.onboarding_rules import ItemKind, ItemRule
from kam_flows.domain.people import StaffRole, TeamRole
from tests.builders import a_person, an_account, at, std
from tests.domain.test_onboarding import an_item, begun, some_rules

MONDAY = at("2026-10-12 09:00")
PACK = ItemRule(
    code="pack",
    kind=ItemKind.TASK,
    titles={"zh_CN": "欢迎礼包", "en": "Welcome pack"},
    evidence={"zh_CN": "寄出日期", "en": "day of sending"},
)
RULES = some_rules(an_item(ItemKind.SURVEY), PACK)


def act(note: str = "", when: str = "2026-10-12 10:00", **fields: Any) -> Act:
    defaults: dict[str, Any] = {"by": "mara", "language": "en"}
    return Act(at=at(when), note=note, **defaults | fields)


def running(**fields: Any) -> Onboarding:
    return begun(RULES, MONDAY, **fields)


def pack_of(onboarding: Onboarding) -> Item:
    return item_named(onboarding, RULES, "pack")[0]


@pytest.mark.parametrize(
    "text", ["pack", " PACK ", "欢迎礼包", "welcome PACK", "pack · 欢迎礼包"]
)
def test_an_item_is_found_by_its_code_its_title_and_as_lists_show_it(text):
    assert item_named(running(), RULES, text)[1] is PACK


def test_an_unknown_item_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="did you mean pack · Welcome pack"):
        item_named(running(), RULES, "welcome")
    with pytest.raises(UserError, match="Choose the checklist item"):
        item_named(running(), RULES, "  ")


def test_an_item_that_was_not_drawn_for_the_account_is_unknown():
    without = running(items=(Item(code=ItemKind.SURVEY),))

    with pytest.raises(UserError, match="There is no checklist item 'pack'"):
        item_named(without, RULES, "pack")


def test_two_items_of_one_title_are_told_apart_by_code():
    rules = some_rules(an_item(ItemKind.TASK, "one"), an_item(ItemKind.TASK, "two"))
    both = running(items=(Item(code="one"), Item(code="two")))

    with pytest.raises(UserError, match="more than one checklist item"):
        item_named(both, rules, "Item")
    assert item_named(both, rules, "two")[1].code == "two"


def test_a_task_is_done_with_its_evidence_and_by_whom():
    onboarding = running()

    done = pack_of(
        completed(onboarding, pack_of(onboarding), PACK, act("ok", evidence=" 10-12 "))
    )

    assert (done.state, done.settled_at) == (ItemState.DONE, at("2026-10-12 10:00"))
    assert (done.settled_by, done.evidence, done.note) == ("mara", "10-12", "ok")


def test_evidence_that_an_item_wants_must_be_there():
    onboarding = running()

    with pytest.raises(UserError, match="wants evidence: day of sending; type it"):
        completed(onboarding, pack_of(onboarding), PACK, act(evidence="  "))


def test_what_records_show_is_not_ticked_off_and_the_form_is_named():
    onboarding = running()
    survey, rule = item_named(onboarding, RULES, "survey")

    with pytest.raises(UserError, match="use the form record-survey-answers"):
        completed(onboarding, survey, rule, act())


@pytest.mark.parametrize("change", [completed, waived])
def test_what_is_settled_is_not_settled_again(
    change: Callable[[Onboarding, Item, ItemRule, Act], Onboarding],
):
    done = completed(running(), pack_of(running()), PACK, act(evidence="10-12"))

    with pytest.raises(UserError, match="settled already"):
        change(done, pack_of(done), PACK, act("again", evidence="10-13"))


@pytest.mark.parametrize("change", [waived, reopened])
def test_a_decision_from_above_has_a_reason(
    change: Callable[[Onboarding, Item, ItemRule, Act], Onboarding],
):
    onboarding = running()
    if change is reopened:
        onboarding = waived(onboarding, pack_of(onboarding), PACK, act("不需要"))

    with pytest.raises(UserError, match="Say why"):
        change(onboarding, pack_of(onboarding), PACK, act(" \n "))


def test_what_was_ticked_off_by_mistake_is_open_again_and_says_why():
    done = completed(running(), pack_of(running()), PACK, act(evidence="10-12"))

    again = pack_of(reopened(done, pack_of(done), PACK, act("wrong account")))

    assert again == Item(code="pack", note="wrong account")


def test_only_what_people_settled_is_opened_again():
    onboarding = running()
    with pytest.raises(UserError, match="is open; nothing"):
        reopened(onboarding, pack_of(onboarding), PACK, act("x"))

    shown = Item(code=ItemKind.SURVEY, state=ItemState.DONE)
    with pytest.raises(UserError, match="is on record"):
        reopened(onboarding, shown, RULES.items[0], act("x"))

    over = running(completed_at=MONDAY)
    let_off = Item(code="pack", state=ItemState.WAIVED)
    with pytest.raises(UserError, match="is complete"):
        reopened(over, let_off, PACK, act("x"))


def test_a_text_too_long_to_keep_is_refused():
    onboarding = running()

    with pytest.raises(UserError, match="has 20000 characters; keep it to 5000"):
        completed(onboarding, pack_of(onboarding), PACK, act(evidence="长" * 20_000))
    kept = completed(
        onboarding, pack_of(onboarding), PACK, act(evidence="长" * LONGEST_TEXT)
    )
    assert len(pack_of(kept).evidence) == LONGEST_TEXT


def test_a_hold_puts_the_deadline_off_by_its_length():
    held = put_on_hold(running(), act("客户停产", "2026-10-12 12:00"))
    assert held.on_hold
    assert due(held, Duration.parse("72h"), std()) is None

    on = resumed(held, act(when="2026-10-13 12:00"))
    assert not on.on_hold
    assert due(on, Duration.parse("72h"), std()) == at("2026-10-16 09:00")
    assert on.progressed_at == at("2026-10-13 12:00")


def test_holds_follow_each_other_in_time():
    held = put_on_hold(running(), act("x", "2026-10-12 12:00"))
    on = resumed(held, act(when="2026-10-13 12:00"))

    with pytest.raises(UserError, match="on hold already"):
        put_on_hold(held, act("x", "2026-10-12 13:00"))
    with pytest.raises(UserError, match="before the onboarding was put on hold"):
        resumed(held, act(when="2026-10-12 11:00"))
    with pytest.raises(UserError, match="started or last resumed"):
        put_on_hold(on, act("x", "2026-10-13 11:00"))
    with pytest.raises(UserError, match="is not on hold"):
        resumed(on, act())
    with pytest.raises(UserError, match="Say why"):
        put_on_hold(on, act("", "2026-10-13 13:00"))


def test_a_complete_onboarding_is_not_put_on_hold():
    over = running(completed_at=MONDAY)

    with pytest.raises(UserError, match="is complete; nothing was changed"):
        put_on_hold(over, act("x"))
    with pytest.raises(UserError, match="is complete; nothing was changed"):
        resumed(over, act())


def test_the_team_and_those_who_steer_may_work_on_a_checklist():
    team = (TeamMember(staff="tech", role=TeamRole.TECHNICAL),)
    account = an_account(team=team)

    check_team(a_person("tech"), account)
    check_team(a_person("ops", role=StaffRole.OPERATIONS), account)
    with pytest.raises(UserError, match=r"not on the team of .* department_head"):
        check_team(a_person("mara"), account)


def test_an_item_is_let_off_by_somebody_above_its_owner():
    owner = a_person("mara", supervisor="sun", department_head="hu")

    for code in ("sun", "hu"):
        check_above(a_person(code), owner, "Pack")
    check_above(a_person("ops", role=StaffRole.OPERATIONS), owner, "Pack")
    check_above(a_person("ops", role=StaffRole.OPERATIONS), None, "Pack")
    with pytest.raises(UserError, match="may not decide about 'Pack'"):
        check_above(a_person("tech"), owner, "Pack")
    with pytest.raises(UserError, match="may not decide about 'Pack'"):
        check_above(a_person("tech"), None, "Pack")


def test_nobody_lets_their_own_item_off():
    owner = a_person("sun", role=StaffRole.SUPERVISOR)

    with pytest.raises(UserError, match="is your own"):
        check_above(owner, owner, "Pack")


def test_a_start_draws_the_tiers_items_and_nothing_is_settled():
    drawn = begin(
        an_account(),
        RULES,
        signed_at=MONDAY,
        predecessor=None,
        policy_id=3,
        by="mara",
        at=at("2026-10-12 10:00"),
    )

    assert [item.code for item in drawn.items] == ["survey", "pack"]
    assert {item.state for item in drawn.items} == {ItemState.OPEN}
    assert drawn.progressed_at == drawn.started_at == at("2026-10-12 10:00")


@pytest.mark.parametrize(
    ("signed", "repeats"),
    [
        ("2026-10-12 08:00", True),
        ("2026-10-14 23:59", True),
        ("2026-10-15 00:01", False),
    ],
)
def test_a_complete_onboarding_stands_until_a_signing_on_a_later_day(signed, repeats):
    over = running(completed_at=at("2026-10-14 15:00"))

    assert (standing([over], at(signed), std()) is over) is repeats


def test_one_that_runs_stands_whatever_the_signing():
    assert standing([running()], at("2027-01-04 09:00"), std()) is not None
    assert standing([], MONDAY, std()) is None
