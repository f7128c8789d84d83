"""The watch over the house on a real Prefect server: automations, runs that are gone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.schemas.automations import Automation
from prefect.states import Pending, Scheduled
from prefect.types.entrypoint import EntrypointType
from sqlalchemy import select

from flows.house import tell_about_a_run, watch_the_house
from flows.tickets import take_up_a_ticket
from kam_flows.domain.people import StaffRole
from kam_flows.mail.mime import read
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.serving.automations import TELLING, arrange, automations
from tasks.stranded_runs import QUIET, close_silent_runs
from tests.builders import a_person, an_account
from tests.portfolio import store, use_policy


@pytest.fixture(autouse=True)
def house(sqlite_database: str) -> None:
    use_policy()
    store([a_person("mara", role=StaffRole.OPERATIONS)], [an_account()])


@pytest.fixture
async def telling() -> AsyncIterator[UUID]:
    """The deployment that tells, and after the test neither it nor automations."""
    deployment = await tell_about_a_run.ato_deployment(
        TELLING, entrypoint_type=EntrypointType.MODULE_PATH
    )
    id_ = await deployment.aapply()
    yield id_
    async with get_client() as client:
        for automation in await client.read_automations():
            await client.delete_automation(automation.id)
        await client.delete_deployment(id_)


async def arranged() -> dict[str, Automation]:
    names = await arrange()
    async with get_client() as client:
        found = await client.read_automations()
    assert sorted(automation.name for automation in found) == sorted(names)
    return {automation.name: automation for automation in found}


async def test_automations_are_made_once_renewed_and_left_switched_off(telling: UUID):
    first = await arranged()
    silent = first["KAM Flows: runs gone silent"]
    async with get_client() as client:
        await client.pause_automation(silent.id)
        await client.create_automation(automations(telling)[0])

    again = await arranged()

    assert again[silent.name].id == silent.id
    assert again[silent.name].enabled is False


async def pending(deployment: UUID) -> FlowRun:
    async with get_client() as client:
        run = await client.create_flow_run_from_deployment(
            deployment, parameters={"run": "x"}
        )
        await client.set_flow_run_state(run.id, Pending(), force=True)
        return run


async def test_a_run_that_never_began_is_closed_and_told_of(telling: UUID):
    run, now = await pending(telling), datetime.now(UTC)

    assert await close_silent_runs([telling], now) == []
    assert await close_silent_runs([telling], now + QUIET * 2) == [run.name]
    async with get_client() as client:
        closed = await client.read_flow_run(run.id)
    assert closed.state is not None
    assert closed.state.type is StateType.CRASHED

    told = await tell_about_a_run(run=f"prefect.flow-run.{run.id}", return_state=True)
    assert told.message == "已告知：mara@example.com。"


async def test_of_runs_that_waited_the_first_is_told_of(telling: UUID):
    """An automation names the newest of them, which may have waited for a minute."""
    now = datetime.now(UTC)
    async with get_client() as client:
        old, _, new = [
            await client.create_flow_run_from_deployment(
                telling,
                parameters={"run": "x"},
                state=Scheduled(scheduled_time=now - timedelta(minutes=minutes)),
            )
            for minutes in (30, 20, 1)
        ]

    told = await tell_about_a_run(run=str(new.id), late=True, return_state=True)

    assert told.message == "已告知：mara@example.com。"
    with unit_of_work(read_only=True) as uow:
        [mail] = uow.session.scalars(select(OutboxRow))
        assert mail.content is not None
        assert str(old.id) in read(mail.content).html


async def test_what_somebody_mistyped_ends_as_refused():
    state = await take_up_a_ticket(ticket="T-9999", by="mara", return_state=True)

    assert (state.is_failed(), state.name) == (True, "Refused")


async def test_the_watch_looks_at_what_is_scheduled_and_says_that_nothing_is_wrong(
    telling: UUID,
):
    state = await watch_the_house(
        as_of=datetime.now(UTC) - timedelta(minutes=1), return_state=True
    )

    assert state.is_completed()
    assert "已核对 0 张工单的历史" in (state.message or "")
