"""What staff see in Prefect when they start an onboarding and work on its checklist."""

from typing import Any

import pytest
from prefect import Flow, State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.histories import show_an_onboarding
from flows.onboarding import (
    complete_checklist_item,
    put_onboarding_on_hold,
    reopen_checklist_item,
    resume_the_onboarding,
    start_the_onboarding,
    waive_checklist_item,
)
from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

SIGNED = at("2026-09-30 17:00")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("enterprise")
    store(
        [
            a_person("mara", name="张敏", supervisor="sun"),
            a_person("pack", name="李雷", supervisor="sun"),
            a_person("sun", name="孙婷", role=StaffRole.SUPERVISOR),
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


@pytest.fixture
def started() -> None:
    from tasks.onboarding import start_onboarding

    start_onboarding.fn(account="ACME", by="mara", now=SIGNED)


async def ended(flow: Flow[..., Any], **parameters: Any) -> State[Any]:
    running: Any = flow(account="ACME · 华东精密科技", **parameters, return_state=True)
    state: State[Any] = await running
    return state


async def test_o1_a_start_answers_with_the_deadline_and_its_other_readings():
    state = await ended(
        start_the_onboarding, by="mara · 张敏", signed_at=SIGNED, as_of=SIGNED
    )

    assert state.is_completed()
    assert state.message == (
        "华东精密科技：接入已启动；共 5 项，待完成 3 项；"
        "截止时间 2026-10-03 17:00（签约时间 2026-09-30 17:00 起 72 小时）；"
        "注意：截止时间落在休息日；若按 3bd 计，为 2026-10-10 17:00；"
        "若按 72bh 计，为 2026-10-16 17:00；已邮件告知所负责的清单项：张敏、李雷。"
    )


@pytest.mark.usefixtures("started")
async def test_o3_a_second_start_completes_and_says_that_nothing_was_changed():
    state = await ended(start_the_onboarding, by="sun", signed_at=SIGNED)

    assert state.is_completed()
    assert str(state.message).startswith(
        "华东精密科技：接入清单已经存在（2026-09-30 17:00 由张敏启动）；"
        "未作任何更改，已记录的内容全部保留；"
    )


async def test_o4_a_late_start_is_marked():
    state = await ended(
        start_the_onboarding,
        by="mara",
        signed_at=SIGNED,
        as_of=at("2026-10-21 17:00"),
    )

    assert "启动过晚，截止时间已过：下一次检查会通知一次" in str(state.message)
    assert "已邮件通知" not in str(state.message)


async def test_a_dry_run_says_so_and_keeps_nothing():
    state = await ended(start_the_onboarding, by="mara", dry_run=True)

    assert str(state.message).endswith("试运行：未保存任何内容。")
    with unit_of_work(read_only=True) as uow:
        assert uow.onboardings.running() == []


async def test_an_english_house_is_answered_in_english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()

    state = await ended(start_the_onboarding, by="mara", signed_at=SIGNED, as_of=SIGNED)

    assert str(state.message).startswith(
        "华东精密科技: onboarding started; 3 of 5 items to do; "
        "due 2026-10-03 17:00, 72 hours after the signing at 2026-09-30 17:00; "
        "warning: the deadline falls on a day off; 3bd would end 2026-10-10 17:00; "
    )


@pytest.mark.usefixtures("started")
async def test_items_are_completed_waived_and_opened_again_with_one_sentence_each():
    when = at("2026-10-01 10:00")
    item = "welcome_pack · 欢迎礼包（使用手册、培训课程）"
    done = await ended(
        complete_checklist_item, item=item, by="pack", evidence="10-01", as_of=when
    )
    again = await ended(
        complete_checklist_item, item=item, by="pack", evidence="10-01", as_of=when
    )
    reopened = await ended(
        reopen_checklist_item, item=item, by="sun", reason="寄错", as_of=when
    )
    waived = await ended(
        waive_checklist_item, item="需求调研", by="sun", reason="沿用", as_of=when
    )

    rest = "待完成 3 项；截止时间 2026-10-03 17:00。"
    name = "华东精密科技：“欢迎礼包（使用手册、培训课程）”"
    assert done.message == f"{name}已完成；{rest}"
    assert again.is_failed()
    assert again.message == "“欢迎礼包（使用手册、培训课程）”已完成；未作任何更改。"
    assert reopened.message == f"{name}已重新打开；{rest}"
    assert waived.message == (
        "华东精密科技：“需求调研”已豁免；待完成 2 项；截止时间 2026-10-03 17:00。"
    )


@pytest.mark.usefixtures("started")
async def test_what_records_show_is_answered_with_the_form_that_records_it():
    state = await ended(complete_checklist_item, item="survey", by="mara")

    assert state.is_failed()
    assert state.message == (
        "“需求调研”不能手工勾选：相关内容登记后即自动完成；"
        "请使用表单 record-survey-answers。"
    )


@pytest.mark.usefixtures("started")
async def test_a_hold_and_its_end_are_answered_with_the_deadline():
    held = await ended(
        put_onboarding_on_hold, by="mara", reason="停产", as_of=at("2026-10-01 17:00")
    )
    on = await ended(resume_the_onboarding, by="mara", as_of=at("2026-10-02 17:00"))

    assert held.message == ("华东精密科技：接入已暂停；待完成 3 项；恢复之前不计时。")
    assert str(on.message).startswith(
        "华东精密科技：接入已恢复；待完成 3 项；截止时间 2026-10-04 17:00"
    )


@pytest.mark.usefixtures("started")
async def test_the_page_is_an_artifact_of_the_run():
    state = await ended(show_an_onboarding)

    assert "华东精密科技：" in str(state.message)
    assert "完成 25 %" in str(state.message)
    run = state.state_details.flow_run_id
    assert run is not None
    async with get_client() as client:
        of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
        (artifact,) = await client.read_artifacts(artifact_filter=of_run)
    assert artifact.key == "onboarding-acme"
    assert "## 清单" in str(artifact.data)
