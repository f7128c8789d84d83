"""What the doctor sees of the Prefect server, and of who carries its runs out."""

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import prefect
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType, WorkerStatus
from prefect.client.schemas.responses import DeploymentResponse
from prefect.settings import PREFECT_API_URL, temporary_settings

from kam_flows.domain import doctor
from kam_flows.domain.doctor import Verdict
from kam_flows.serving import environment
from kam_flows.serving.deployments import POOL, entries
from kam_flows.settings import Settings
from tasks.forms import have_lost_titles

NO_SUCH_POOL = 404


@contextmanager
def reached(where: Settings, house: bool) -> Iterator[str]:
    """Within the block Prefect speaks to the server that is meant; its address.

    `house`: one is at work here, and means its own, whatever is set elsewhere.
    """
    elsewhere = None if house else os.environ.get(environment.API_URL)
    address = elsewhere or environment.api(where)
    with temporary_settings({PREFECT_API_URL: address}):
        yield address


async def server(
    address: str, house: bool, *, with_forms: bool
) -> AsyncIterator[Verdict]:
    """`with_forms`: the database says which words and choices they have."""
    async with get_client() as client:
        trouble, version = await _version(client)
        yield doctor.server(address, trouble, version, prefect.__version__)
        if trouble:
            yield doctor.hands(house, {})
            return
        try:
            async for verdict in _served(client, house, with_forms):
                yield verdict
        except httpx.HTTPError as error:
            yield doctor.server(address, _short(error), "", "")


async def _served(
    client: PrefectClient, house: bool, with_forms: bool
) -> AsyncIterator[Verdict]:
    yield doctor.hands(house, await _workers(client))
    wanted = {entry.name for entry in entries()}
    there = [d for d in await client.read_deployments() if d.name in wanted]
    yield doctor.deployments(wanted, {found.name for found in there})
    if with_forms:
        bare = [found.name for found in there if have_lost_titles([found])]
        yield doctor.forms(bare)
    yield await _schedules(client, there)


async def _version(client: PrefectClient) -> tuple[str | None, str]:
    """What keeps it from answering, and its version."""
    try:
        return None, await client.api_version()
    except httpx.HTTPStatusError as error:
        return str(error.response.status_code), ""
    except httpx.HTTPError as error:
        return _short(error), ""


def _short(error: httpx.HTTPError) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


async def _workers(client: PrefectClient) -> dict[str, bool]:
    try:
        found = await client.read_workers_for_work_pool(POOL)
    except httpx.HTTPStatusError as error:
        # A house has no pool.
        if error.response.status_code != NO_SUCH_POOL:
            raise
        return {}
    return {worker.name: worker.status is WorkerStatus.ONLINE for worker in found}


async def _schedules(
    client: PrefectClient, there: Sequence[DeploymentResponse]
) -> Verdict:
    """Of what the file schedules: what was switched off, and what has no run ahead."""
    scheduled = [found for found in there if found.schedules]
    off = [
        found.name
        for found in scheduled
        if found.paused or not any(one.active for one in found.schedules)
    ]
    idle = [
        found.name
        for found in scheduled
        if found.name not in off and not await _has_run_ahead(client, found)
    ]
    return doctor.schedules(idle, off, len(scheduled))


async def _has_run_ahead(client: PrefectClient, one: DeploymentResponse) -> bool:
    ahead = FlowRunFilterExpectedStartTime.model_validate({"after_": datetime.now(UTC)})
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[one.id]),
            state=FlowRunFilterState(
                type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])
            ),
            expected_start_time=ahead,
        ),
        limit=1,
    )
    return bool(runs)
