"""What staff see in Prefect of the morning's briefs."""

import json
from datetime import datetime
from typing import Any

import pytest
from prefect import State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.visit_briefs import send_visit_briefs
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy
from tests.visits import planned

THURSDAY = at("2026-11-12 07:30")


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy("default")
    store(
        [a_person("mara", name="张敏"), a_person("dai", email="dai@")], [an_account()]
    )


async def ended(now: datetime, **parameters: Any) -> State[Any]:
    running: Any = send_visit_briefs(as_of=now, **parameters, return_state=True)
    state: State[Any] = await running
    return state


async def pages_of(state: State[Any]) -> dict[str, str]:
    run = state.state_details.flow_run_id
    assert run is not None
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    async with get_client() as client:
        found = await client.read_artifacts(artifact_filter=of_run)
    return {str(artifact.key): str(artifact.data) for artifact in found}


async def test_a_brief_is_a_page_of_the_run_and_is_written_once():
    id_ = planned("2026-11-16").id
    first, second = await ended(THURSDAY), await ended(THURSDAY)

    assert first.is_completed()
    assert first.message == "已写出 1 份拜访简报；请看 Artifacts。"
    pages = await pages_of(first)
    assert "## 这次要谈" in pages[f"visit-brief-v-{id_}"]
    [line] = json.loads(pages["visit-briefs"])
    assert "张敏" in line.values()
    assert second.message == "目前没有到期事项。"


async def test_a_run_is_red_while_somebody_cannot_be_written_to():
    planned("2026-11-16", owner="dai")
    state = await ended(THURSDAY)

    assert state.is_failed()
    assert "dai@" in str(state.message)
