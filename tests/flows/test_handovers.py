"""What staff see in Prefect when an account changes hands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect import Flow, State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
)

from flows.handovers import (
    accept_handover_items,
    hand_over_an_account,
    mark_a_person_as_left,
)
from flows.onboarding_watch import watch_onboarding
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.portfolio import load_sample_if_empty


@pytest.fixture(autouse=True)
def sample(sqlite_database: str) -> None:
    load_sample_if_empty()
    with unit_of_work() as uow:
        uow.forms.remember({"hand-over-an-account": "form-1"})


async def ended(flow: Flow[..., Any], **parameters: Any) -> State[Any]:
    """How the run of this flow ends."""
    running: Any = flow(**parameters, return_state=True)
    state: State[Any] = await running
    return state


async def page_of(state: State[Any]) -> str:
    """The one page among the artifacts of this run."""
    run = state.state_details.flow_run_id
    assert run is not None
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    async with get_client() as client:
        (artifact,) = await client.read_artifacts(artifact_filter=of_run)
    return str(artifact.data)


async def test_a_handover_says_what_moved_and_is_accepted_to_the_end():
    state = await ended(
        hand_over_an_account,
        account="XINGTU",
        leaving="M01",
        successor="M02",
        by="马琳",
        note="<b>|",
    )

    assert state.is_completed()
    assert str(state.message).startswith("H-1：")
    assert "服务角色：主客户经理；未结工单 1 张；" in str(state.message)
    page = await page_of(state)
    assert "未结工单" in page
    assert "SLA 协议与履约" in page

    part = await ended(accept_handover_items, handover="H-1", by="M02", items="1")
    assert "已接受 1 项；尚未接受：2" in str(part.message)
    whole = await ended(accept_handover_items, handover="H-1", by="M02")
    assert "；已全部接受" in str(whole.message)


async def test_a_dry_run_says_so_and_keeps_nothing():
    given = {"account": "XINGTU", "leaving": "M01", "successor": "M02", "by": "O01"}

    state = await ended(hand_over_an_account, **given, dry_run=True)

    assert str(state.message).endswith("试运行：未保存任何内容。")
    assert (await ended(hand_over_an_account, **given)).is_completed()


async def test_what_cannot_be_done_fails_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
):
    same = {"account": "XINGTU", "leaving": "M01", "successor": "M01", "by": "O01"}

    state = await ended(hand_over_an_account, **same)

    assert state.is_failed()
    assert "不能把客户交接给自己" in str(state.message)
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    state = await ended(accept_handover_items, handover="H-7", by="M01")
    assert state.message == "There is no handover 'H-7'; type a code or a name."


async def test_who_leaves_is_listed_with_a_link_for_each_account():
    state = await ended(mark_a_person_as_left, person="M04", by="O01", dry_run=True)

    said = "M04 已离职，以下客户需要交接：HAINA、YUNFAN。"
    assert str(state.message).startswith(said)
    page = await page_of(state)
    assert page.count("form-1") == 2
    assert page.count("O01") == 2
    assert str(state.message) == (f"{said}已邮件通知李静怡；试运行：未保存任何内容。")


async def test_the_watch_tells_of_handovers_that_are_late():
    await ended(
        hand_over_an_account,
        account="XINGTU",
        leaving="M01",
        successor="M02",
        by="O01",
    )
    later = datetime.now(UTC) + timedelta(days=30)

    state = await ended(watch_onboarding, as_of=later, dry_run=True)

    assert state.is_completed()
    assert "封交接超期邮件" in str(state.message)
