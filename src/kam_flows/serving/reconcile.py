"""Closes what an earlier runner left open, so that no run stays Running for ever.

One runner serves these deployments, so when it starts none of their runs is alive.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Crashed

PAGE = 200
STRANDED = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


async def reconcile(deployments: Sequence[UUID]) -> tuple[int, int]:
    """Close stranded runs, drop late ones; how many of each."""
    async with get_client() as client:
        return (
            await _close_stranded(client, deployments),
            await _drop_late(client, deployments),
        )


async def _close_stranded(client: PrefectClient, deployments: Sequence[UUID]) -> int:
    """A terminal state also frees the slot of the concurrency limit.

    Forced, because the rules of the server protect a run that is being cancelled.
    """
    stranded = [run async for run in _runs(client, deployments, STRANDED)]
    for run in stranded:
        cancelling = run.state is not None and run.state.is_cancelling()
        end = Cancelled if cancelling else Crashed
        await client.set_flow_run_state(
            run.id,
            end(
                message="The house stopped before this run ended. / 服务停止时运行未完成。"
            ),
            force=True,
        )
    return len(stranded)


async def _drop_late(client: PrefectClient, deployments: Sequence[UUID]) -> int:
    """Of the runs a schedule missed only the newest of each deployment is kept.

    Sweeps ask what is due now, so one of them makes good for all.
    """
    passed = FlowRunFilterExpectedStartTime.model_validate(
        {"before_": datetime.now(UTC)}
    )
    late = [
        run
        async for run in _runs(client, deployments, [StateType.SCHEDULED], passed)
        if run.auto_scheduled
    ]
    late.sort(key=lambda run: (str(run.deployment_id), run.expected_start_time))
    dropped = [
        run
        for _, runs in groupby(late, key=lambda run: run.deployment_id)
        for run in list(runs)[:-1]
    ]
    for run in dropped:
        await client.delete_flow_run(run.id)
    return len(dropped)


async def _runs(
    client: PrefectClient,
    deployments: Sequence[UUID],
    states: list[StateType],
    before: FlowRunFilterExpectedStartTime | None = None,
) -> AsyncIterator[FlowRun]:
    wanted = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(deployments)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
        expected_start_time=before,
    )
    offset = 0
    while page := await client.read_flow_runs(
        flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=offset
    ):
        for run in page:
            yield run
        offset += PAGE
