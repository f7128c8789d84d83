"""What staff see in Prefect of who came in by which link."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect import State
from prefect.client.orchestration import get_client
from prefect.client.schemas import FlowRun

from flows.tickets import take_up_a_ticket
from kam_flows import signing
from kam_flows.domain.signed_links import offer, signed_name
from tests.builders import a_person, an_account
from tests.portfolio import opened, store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def run_of(state: State[Any]) -> FlowRun:
    run = state.state_details.flow_run_id
    assert run is not None
    async with get_client() as client:
        return await client.read_flow_run(run)


async def test_a_link_acts_once_under_its_readers_code_and_is_seen_nowhere():
    use_policy()
    store([a_person("mara", name="张敏")], [an_account()])
    ticket = opened("2026-10-12 10:00")
    until = datetime.now(UTC) + timedelta(hours=72)
    token = signing.sign(
        offer("take-up-a-ticket", "mara", {"ticket": ticket, "by": "mara"}, until)
    )
    link = {"ticket": ticket, "by": signed_name("mara · 张敏", token)}

    refused = await take_up_a_ticket(
        **link, as_of=datetime.now(UTC) + timedelta(days=1), return_state=True
    )
    first = await take_up_a_ticket(**link, note="马上处理", return_state=True)
    second = await take_up_a_ticket(**link, return_state=True)

    runs = [await run_of(state) for state in (refused, first, second)]
    assert [state.name for state in (refused, first, second)] == [
        "Refused",
        "Completed",
        "未执行",
    ]
    assert {run.name for run in runs} == {f"take up {ticket}, by mara"}
    assert {run.parameters["by"] for run in runs} == {"mara · 张敏"}
    assert runs[1].parameters["note"] == "马上处理"
    assert "每个链接只能使用一次" in (second.message or "")
