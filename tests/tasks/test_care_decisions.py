"""Decisions about a care are kept once, on record, by who may decide."""

import threading
from typing import Any

import pytest

from kam_flows.domain.accounts import Contact
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.care_decisions import (
    CareChanged,
    approve_letter,
    complete_step,
    drop_care,
    edit_letter,
    hold_care,
    release_care,
)
from tests.builders import a_person, an_account, at
from tests.cares import care, prepared
from tests.portfolio import store, use_policy

NOW = at("2026-09-25 10:00")
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 \u202e"


@pytest.fixture
def house(database: str) -> None:
    """Mara leads ACME, Sun stands above her, Xi has no part in it; C-1 is prepared."""
    use_policy("retention")
    people = [
        a_person("mara", supervisor="sun"),
        a_person("sun", role=StaffRole.SUPERVISOR),
        a_person("xi"),
    ]
    store(people, [an_account()])
    prepared()


pytestmark = pytest.mark.usefixtures("house")


def approve(**changed: Any) -> CareChanged:
    given: dict[str, Any] = {"care": "C-1", "by": "mara", "now": NOW}
    return approve_letter.fn(**given | changed)


def actions() -> list[str]:
    with unit_of_work(read_only=True) as uow:
        return [row.action for row in uow.audit.about("care C-1")]


def test_a_letter_is_edited_approved_held_and_let_go_and_all_of_it_is_on_record():
    given: Any = {"care": "C-1", "by": "mara", "now": NOW}
    edit_letter.fn(text="承蒙信任。", **given)
    approve()
    hold_care.fn(reason="客户停产", **given)
    release_care.fn(reason="已复产", **given)

    after = care(1)
    assert (after.state, after.approved_by) == (CareState.APPROVED, "mara")
    assert after.letter
    assert after.letter.paragraphs == ("承蒙信任。",)
    assert actions() == [
        "letter edited",
        "letter approved",
        "care held",
        "care released",
    ]


def test_of_two_who_approve_at_once_one_is_told_of_the_other():
    start, said = threading.Barrier(2), []

    def click(by: str) -> None:
        start.wait()
        try:
            approve(by=by)
        except UserError as error:
            said.append(str(error))

    clicks = [threading.Thread(target=click, args=(by,)) for by in ("mara", "sun")]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    [sentence] = said
    assert "already; nothing was done" in sentence
    assert actions() == ["letter approved"]


def test_an_edit_after_the_approval_takes_it_back():
    approve()
    edit_letter.fn(care="C-1", text="承蒙信任。", by="mara", now=NOW)

    after = care(1)
    assert (after.state, after.approved_by) == (CareState.PREPARED, None)
    assert [one.is_open for one in after.tasks] == [True, True]


def test_a_dropped_care_is_offered_no_more():
    drop_care.fn(care="C-1", reason="客户婉拒", by="sun", now=NOW)

    assert care(1).closed_on == NOW.date()
    with unit_of_work(read_only=True) as uow:
        assert uow.cares.choices() == []


def test_a_step_is_ticked_off_under_its_title():
    changed = complete_step.fn(care="C-1", step="call", by="mara", now=NOW)

    assert changed.step == "当天致电"
    assert [one.code for one in care(1).open_tasks] == ["letter_approval"]


def test_a_rehearsal_keeps_nothing():
    assert approve(dry_run=True).care.state is CareState.APPROVED
    assert care(1).state is CareState.PREPARED
    assert actions() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"by": "xi"}, "may not approve C-1"),
        ({"by": "nobody"}, "There is no person"),
        ({"by": ""}, "Say who you are"),
        ({"care": "C-99"}, "There is no care 'C-99'"),
        ({"care": HOSTILE}, "There is no care"),
    ],
)
def test_what_was_typed_wrong_is_one_sentence_and_nothing_is_kept(changed, sentence):
    with pytest.raises(UserError, match=sentence):
        approve(**changed)

    assert care(1).state is CareState.PREPARED
    assert actions() == []


def test_whatever_staff_type_into_a_letter_is_kept_as_typed():
    edit_letter.fn(care="C-1", text=HOSTILE, by="mara", now=NOW)

    letter = care(1).letter
    assert letter
    assert letter.paragraphs == (HOSTILE,)


def test_numbers_that_are_not_on_record_are_told():
    with unit_of_work() as uow:
        contact = Contact(code="K1", account="ACME", name="王芳", email="w@a.cn")
        uow.accounts.save_contacts([contact])
    given: Any = {"care": "C-1", "by": "mara", "now": NOW}

    changed = edit_letter.fn(text="合作三年，交付了 47 个项目。", **given)

    assert changed.strange == ("47",)
