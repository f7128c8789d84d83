"""Checklists as staff change them: what is kept, who may, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import ItemState, Onboarding, Progress
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.checklist_changes import (
    Changed,
    complete_item,
    hold_onboarding,
    reopen_item,
    resume_onboarding,
    waive_item,
)
from tasks.onboarding import start_onboarding
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

HOSTILE = "<script>alert(1)</script> =cmd|' /C calc'!A0 😀 \u202e反 | `x` \x00\ud800"
REQUIRED = ("survey", "agreement", "account_file")


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    """A core account under `enterprise`: three things to do, and a welcome pack."""
    use_policy("enterprise")
    store(
        [
            a_person("mara", supervisor="sun", department_head="hu"),
            a_person("pack", supervisor="hu"),
            a_person("sun"),
            a_person("hu", role=StaffRole.DEPARTMENT_HEAD),
            a_person("else"),
        ],
        [
            an_account(
                team=(
                    TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
                    TeamMember(staff="pack", role=TeamRole.SUPPORT),
                )
            )
        ],
    )
    start_onboarding.fn(account="ACME", by="mara", now=at("2026-10-12 09:00"))


def complete(when: str = "2026-10-12 10:00", **fields: Any) -> Changed:
    defaults: dict[str, Any] = {
        "account": "ACME",
        "item": "welcome_pack",
        "by": "pack",
        "evidence": "10-12 寄出",
    }
    return complete_item.fn(at=at(when), **defaults | fields)


def waive(item: str, when: str = "2026-10-12 10:00", **fields: Any) -> Changed:
    defaults: dict[str, Any] = {"account": "ACME", "by": "sun", "reason": "客户不需要"}
    return waive_item.fn(item=item, at=at(when), **defaults | fields)


def kept() -> Onboarding:
    with unit_of_work(read_only=True) as uow:
        account = uow.accounts.ids()["ACME"]
        [onboarding] = uow.onboardings.of(account)
        return onboarding


def states() -> dict[str, ItemState]:
    return {item.code: item.state for item in kept().items}


def trail() -> list[tuple[str, str]]:
    with unit_of_work(read_only=True) as uow:
        return [(row.actor, row.action) for row in uow.audit.about("account ACME")]


def test_a_completed_item_is_kept_with_its_evidence_and_is_on_record():
    changed = complete(item="欢迎礼包（使用手册、培训课程）", note=HOSTILE)

    assert (changed.item, changed.left) == ("欢迎礼包（使用手册、培训课程）", 3)
    assert changed.deadline == at("2026-10-15 09:00")
    [item] = [item for item in kept().items if item.code == "welcome_pack"]
    assert (item.state, item.settled_by) == (ItemState.DONE, "pack")
    assert item.evidence == "10-12 寄出"
    assert item.note == "<script>alert(1)</script> =cmd|' /C calc'!A0 😀 \u202e反 | `x`"
    assert trail()[-1] == ("pack", "checklist item done")


def test_what_records_show_names_the_form_that_records_it():
    with pytest.raises(UserError, match="use the form record-sla-signature"):
        complete(item="agreement")


def test_strangers_to_the_account_are_refused_with_who_may():
    with pytest.raises(UserError, match=r"not on the team .* operations"):
        complete(by="else")

    assert states()["welcome_pack"] is ItemState.OPEN


def test_the_last_required_item_completes_the_whole():
    first, second, last = (waive(item) for item in REQUIRED)

    assert (first.completed, second.completed, last.completed) == (False, False, True)
    assert last.progress is Progress.COMPLETE
    assert kept().completed_at == at("2026-10-12 10:00")
    assert trail()[-1] == ("sun", "onboarding complete")
    with unit_of_work(read_only=True) as uow:
        assert uow.onboardings.next_due() is None


def test_what_holds_nothing_up_may_still_be_done_after_the_rest():
    for item in REQUIRED:
        waive(item)

    late = complete("2026-10-20 10:00")

    assert not late.completed
    assert states()["welcome_pack"] is ItemState.DONE
    assert kept().completed_at == at("2026-10-12 10:00")


def test_a_waiver_takes_somebody_above_and_a_reason():
    with pytest.raises(UserError, match="'需求调研' is your own"):
        waive("survey", by="mara")
    with pytest.raises(UserError, match="may not decide about"):
        waive("welcome_pack", by="mara")
    with pytest.raises(UserError, match="Say why"):
        waive("survey", reason="")
    waive("survey")

    assert states()["survey"] is ItemState.WAIVED


def test_a_mistake_is_taken_back_by_somebody_above():
    complete()
    with pytest.raises(UserError, match="is your own"):
        reopen_item.fn(
            account="ACME",
            item="welcome_pack",
            by="pack",
            at=at("2026-10-12 11:00"),
            reason="x",
        )

    reopen_item.fn(
        account="ACME",
        item="welcome_pack",
        by="hu",
        at=at("2026-10-12 11:00"),
        reason="寄错了客户",
    )

    assert states()["welcome_pack"] is ItemState.OPEN
    assert trail()[-1] == ("hu", "checklist item open")
    assert complete("2026-10-12 12:00").left == 3


def test_a_hold_stops_the_clock_and_resuming_moves_the_deadline():
    held = hold_onboarding.fn(
        account="ACME", by="mara", at=at("2026-10-12 12:00"), reason="客户停产"
    )
    assert held.progress is Progress.ON_HOLD
    with unit_of_work(read_only=True) as uow:
        assert uow.onboardings.next_due() is None

    on = resume_onboarding.fn(account="ACME", by="mara", at=at("2026-10-14 12:00"))

    assert on.deadline == at("2026-10-17 09:00")
    assert trail()[-2:] == [
        ("mara", "onboarding on hold"),
        ("mara", "onboarding resumed"),
    ]
    with unit_of_work(read_only=True) as uow:
        # The first reminder, 24 hours after the signing, has two days more.
        assert uow.onboardings.next_due() == at("2026-10-15 09:00")


def test_a_dry_run_keeps_nothing():
    before = kept()
    complete(dry_run=True)
    waive("survey", dry_run=True)
    hold_onboarding.fn(
        account="ACME", by="mara", at=at("2026-10-12 12:00"), reason="x", dry_run=True
    )

    assert kept() == before


def test_without_an_onboarding_the_form_that_starts_one_is_named():
    store([], [an_account("BETA", name="北辰物流")])

    with pytest.raises(UserError, match="No onboarding of 北辰物流 was started"):
        complete(account="BETA")


def test_two_who_tick_the_same_item_off_at_once_do_it_once():
    together = Barrier(2)

    def tick(by: str) -> str:
        together.wait()
        try:
            complete(by=by)
        except UserError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(tick, ["mara", "pack"]))

    assert said[0] == ""
    assert "settled already (done)" in said[1]
    assert [action for _, action in trail()].count("checklist item done") == 2
