"""What people decide about a care: who may, what it becomes, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.care_decisions import (
    approved,
    check_concerned,
    check_may_approve,
    dropped,
    edited,
    held,
    released,
    step_done,
)
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.care_rules import Action
from kam_flows.domain.cares import Care, Task
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.people import StaffRole, TeamRole
from tests.builders import a_person, an_account, at, away
from tests.cares import LETTER, a_care, a_step

NOW = at("2026-09-25 10:00")
TODAY = NOW.date()
MARA = a_person("mara", supervisor="sun", deputy="kim")
SUN = a_person("sun", role=StaffRole.SUPERVISOR, department_head="hu")
PEOPLE = {
    one.code: one
    for one in (
        MARA,
        SUN,
        a_person("hu", role=StaffRole.DEPARTMENT_HEAD),
        a_person("tom", role=StaffRole.TECHNICAL),
        a_person("kim"),
        a_person("xi"),
        a_person("ops", role=StaffRole.OPERATIONS),
    )
}
ACME = an_account(
    team=(
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="tom", role=TeamRole.TECHNICAL),
    )
)
SENT = {"state": CareState.SENT, "mail_id": 7}
TITLES = {"letter_approval": "批准信件", "call": "当天致电", "gift_order": "订购礼品"}


def an_approved(**fields: Any) -> Care:
    return replace(approved(a_care(), MARA, PEOPLE, NOW), **fields)


def tick(care: Care, text: str = "") -> tuple[Care, Task]:
    return step_done(care, text, TITLES, MARA, PEOPLE, NOW, TODAY)


def decisions(care: Care) -> list[Callable[[], object]]:
    return [
        lambda: edited(care, "祝好。"),
        lambda: approved(care, MARA, PEOPLE, NOW),
        lambda: held(care, "停产"),
        lambda: dropped(care, TODAY),
    ]


def test_an_approved_letter_may_leave_and_its_step_is_done():
    after = an_approved()

    assert (after.state, after.approved_by, after.may_be_sent) == (
        CareState.APPROVED,
        "mara",
        True,
    )
    assert [one.done_by for one in after.tasks if one.is_approval] == ["mara"]


def test_a_second_approval_says_who_gave_the_first():
    with pytest.raises(UserError, match="approved by Mara already"):
        approved(an_approved(), SUN, PEOPLE, NOW)


def test_an_edited_letter_keeps_its_frame_and_has_to_be_approved_again():
    after = edited(an_approved(), "三年来，承蒙信任。\n\n此致")

    assert after.letter
    assert after.letter.paragraphs == ("三年来，承蒙信任。",)
    assert after.letter.salutation == LETTER.salutation
    assert (after.state, after.approved_by, after.may_be_sent) == (
        CareState.PREPARED,
        None,
        False,
    )
    assert all(one.is_open for one in after.tasks)


def test_the_same_text_again_leaves_the_approval():
    with pytest.raises(UserError, match="says that already"):
        edited(an_approved(), "三年了。\n\n谢谢。")


def test_what_is_held_can_be_edited_and_approved_and_stays_held():
    waiting = held(a_care(), "客户停产")

    assert edited(waiting, "祝好。").state is CareState.HELD
    signed = approved(waiting, MARA, PEOPLE, NOW)
    assert (signed.state, signed.approved_by) == (CareState.HELD, "mara")
    assert released(signed, TODAY).state is CareState.APPROVED


def test_what_is_let_go_is_as_it_was_and_not_held_for_the_same_again():
    first = released(held(a_care(), "T-0001"), TODAY)
    again = released(held(first, "停产"), TODAY)

    assert (first.state, first.held_because) == (CareState.PREPARED, "")
    assert again.released_over == "T-0001, 停产"


def test_letting_go_what_waits_for_nothing_is_refused():
    with pytest.raises(UserError, match="C-1 is not held, but prepared"):
        released(a_care(), TODAY)
    with pytest.raises(UserError, match=r"held already \(停产\)"):
        held(held(a_care(), "停产"), "T-0001")


def test_a_dropped_care_is_over_and_nothing_more_is_decided_about_it():
    gone = dropped(held(a_care(), "停产"), TODAY)

    assert (gone.state, gone.closed_on) == (CareState.DROPPED, TODAY)
    more: list[Callable[[], object]] = [
        lambda: released(gone, TODAY),
        lambda: tick(gone),
    ]
    for decide in (*decisions(gone), *more):
        with pytest.raises(UserError, match="dropped"):
            decide()


def test_a_letter_that_has_left_can_be_neither_edited_approved_held_nor_dropped():
    sent = an_approved(**SENT)

    for decide in decisions(sent):
        with pytest.raises(UserError):
            decide()


def test_a_care_without_a_letter_says_why_there_is_none():
    trouble = Phrase("{name} is not known.", name="sender")

    with pytest.raises(UserError, match=r"no letter yet\. sender is not known"):
        edited(a_care(letter=None, trouble=trouble), "祝好。")
    with pytest.raises(UserError, match="No letter belongs"):
        approved(a_care(letter=None), MARA, PEOPLE, NOW)


def test_the_last_step_ends_a_care_only_if_its_letter_has_left():
    call = a_step("call", Action.CALL)
    waiting, step = tick(an_approved(tasks=(call,)))
    gone, _ = tick(an_approved(tasks=(call,), **SENT))

    assert (waiting.state, step.done_by) == (CareState.APPROVED, "mara")
    assert (gone.state, gone.closed_on) == (CareState.DONE, TODAY)


def test_a_held_care_whose_last_step_is_done_ends_when_it_is_let_go():
    care = a_care(actions=(Action.CALL,), letter=None, tasks=(a_step("call"),))
    waiting, _ = tick(held(care, "停产"))

    assert waiting.state is CareState.HELD
    assert released(waiting, TODAY).state is CareState.DONE


def test_a_step_is_named_by_code_title_or_not_at_all_if_it_is_the_only_one():
    care = a_care(tasks=(a_step("call"), a_step("gift_order")))

    assert tick(care, "gift_order · 订购礼品")[1].code == "gift_order"
    assert tick(care, "当天致电")[1].code == "call"
    with pytest.raises(UserError, match="one of 当天致电, 订购礼品"):
        tick(care)
    with pytest.raises(UserError, match="one of 当天致电, 订购礼品"):
        tick(care, "summit")
    with pytest.raises(UserError, match="'当天致电' of C-1 was done by Mara already"):
        tick(tick(care, "call")[0], "call")


def test_the_approval_of_a_letter_is_not_just_ticked_off():
    with pytest.raises(UserError, match="use 'Approve a letter'"):
        tick(a_care(), "letter_approval")


@pytest.mark.parametrize("code", ["mara", "tom", "kim", "sun", "hu", "ops"])
def test_team_stand_ins_superiors_and_those_who_steer_may_decide(code):
    check_concerned(PEOPLE[code], a_care(), ACME, PEOPLE)


def test_whoever_has_no_part_in_it_may_not():
    with pytest.raises(UserError, match=r"Xi \(xi\) has no part in C-1"):
        check_concerned(PEOPLE["xi"], a_care(), ACME, PEOPLE)


@pytest.mark.parametrize("code", ["mara", "sun", "hu"])
def test_the_lead_manager_and_those_above_the_owner_may_approve(code):
    check_may_approve(PEOPLE[code], a_care(), ACME, PEOPLE, now=NOW)


@pytest.mark.parametrize("code", ["tom", "kim", "xi", "ops"])
def test_nobody_else_may_approve(code):
    with pytest.raises(UserError, match="let one of Mara, Sun, Hu do it"):
        check_may_approve(PEOPLE[code], a_care(), ACME, PEOPLE, now=NOW)


def test_the_deputy_of_a_lead_manager_who_is_away_approves_in_their_place():
    mara = replace(MARA, absences=away("2026-09-24", "2026-09-28"))
    people = PEOPLE | {"mara": mara}
    care = a_care(owner="kim")

    check_may_approve(people["kim"], care, ACME, people, now=NOW)
    with pytest.raises(UserError):
        check_may_approve(people["kim"], care, ACME, people, now=at("2026-09-29 09:00"))


def test_an_event_of_ours_is_decided_by_its_owner_and_those_above():
    event = a_care(account="", letter=None)

    check_concerned(MARA, event, None, PEOPLE)
    check_may_approve(SUN, event, None, PEOPLE, now=NOW)
    with pytest.raises(UserError):
        check_may_approve(PEOPLE["tom"], event, None, PEOPLE, now=NOW)


def test_the_day_of_a_care_that_is_over_is_told():
    over = a_care(state=CareState.SKIPPED, closed_on=date(2026, 9, 20))

    with pytest.raises(UserError, match=r"C-1 is over \(skipped, 2026-09-20\)"):
        tick(over)
