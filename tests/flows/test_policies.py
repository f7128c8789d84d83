"""What staff see in Prefect when they look at another service standard and take it."""

import json
from typing import Any

import pytest
from prefect import State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.policies import switch_the_policy
from kam_flows.settings import settings
from tests.builders import a_person, an_account, at
from tests.portfolio import opened, store, use_policy

NOON = at("2026-10-12 12:00")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("retention")
    people = [a_person("mara", supervisor="sun"), a_person("sun", role="supervisor")]
    store(people, [an_account(lead="mara")])
    opened("2026-10-12 11:55")


async def rows_of(state: State[Any]) -> list[dict[str, str]]:
    run = state.state_details.flow_run_id
    assert run is not None
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    async with get_client() as client:
        [artifact] = await client.read_artifacts(artifact_filter=of_run)
    rows: list[dict[str, str]] = json.loads(str(artifact.data))
    return rows


async def test_a_preview_names_each_moment_in_local_time_and_chinese_terms():
    state = await switch_the_policy(
        policy="value-tiers", by="sun", as_of=NOON, return_state=True
    )

    rows = await rows_of(state)
    assert str(state.message).startswith("预览：重新计时将使 1 张未结工单的")
    respond = next(row for row in rows if row["事项"] == "响应时限")
    assert (respond["工单"], respond["变更后"]) == ("T-0001", "2026-10-12 12:25")


async def test_a_preview_in_an_english_house_keeps_its_english(monkeypatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()

    state = await switch_the_policy(
        policy="value-tiers", by="sun", as_of=NOON, return_state=True
    )

    rows = await rows_of(state)
    assert str(state.message).startswith("Preview: re-clocking would move")
    respond = next(row for row in rows if row["what"] == "respond_by")
    assert (respond["ticket"], respond["then"]) == ("T-0001", "2026-10-12 12:25")


async def test_a_switch_says_what_becomes_of_the_open_tickets():
    state = await switch_the_policy(
        policy="value-tiers", by="sun", dry_run=False, as_of=NOON, return_state=True
    )

    assert state.message == "value-tiers 即日起生效；1 张未结工单仍按原标准执行。"


async def test_a_standard_that_is_not_there_is_refused_with_the_nearest():
    state = await switch_the_policy(policy="value-tier", by="sun", return_state=True)

    assert state.is_failed()
    assert str(state.message).startswith(
        "没有预设“value-tier”；您要找的是不是“value-tiers”？"
    )
