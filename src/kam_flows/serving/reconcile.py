"""Closes what an earlier runner left open, so that no run stays Running for ever.

One runner serves these deployments, so when it starts none of their runs is alive. A
worker shares them with others: when it starts, none of its own is.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilterExpectedStartTime
from prefect.client.schemas.objects import FlowRun, StateType

from tasks.stranded_runs import STRANDED, close, runs_of

STOPPED = "The house stopped before this run ended. / 服务停止时运行未完成。"
KILLED = "Its worker was killed. / 执行它的 worker 已被终止。"
WORKER = "prefect.worker.name"
"""The label that Prefect gives a run for the worker that takes it."""
NAMELESS = timedelta(minutes=2)
"""Far longer than a worker needs between taking a run and saying so."""


async def reconcile(deployments: Sequence[UUID]) -> tuple[int, int]:
    """Close stranded runs, drop late ones; how many of each."""
    async with get_client() as client:
        return (
            await _close_stranded(client, deployments),
            await _drop_late(client, deployments),
        )


async def _close_stranded(client: PrefectClient, deployments: Sequence[UUID]) -> int:
    stranded = [run async for run in runs_of(client, deployments, STRANDED)]
    for run in stranded:
        await close(client, run, STOPPED)
    return len(stranded)


async def close_runs_of(worker: str, pool: str) -> int:
    """Close what a worker of this name had begun before it was killed; how many."""
    async with get_client() as client:
        deployed = await client.read_deployments()
        ids = [found.id for found in deployed if found.work_pool_name == pool]
        left = [
            run
            async for run in runs_of(client, ids, STRANDED)
            if run.labels.get(WORKER) == worker or _nobodys(run)
        ]
        for run in left:
            await close(client, run, KILLED)
    return len(left)


def _nobodys(run: FlowRun) -> bool:
    """Taken by a worker that was killed in the moment before it could put its name."""
    return (
        WORKER not in run.labels
        and run.state is not None
        and run.state.is_pending()
        and datetime.now(UTC) - run.state.timestamp > NAMELESS
    )


async def _drop_late(client: PrefectClient, deployments: Sequence[UUID]) -> int:
    """Of the runs a schedule missed only the newest of each deployment is kept.

    Sweeps ask what is due now, so one of them makes good for all.
    """
    passed = FlowRunFilterExpectedStartTime.model_validate(
        {"before_": datetime.now(UTC)}
    )
    late = [
        run
        async for run in runs_of(client, deployments, [StateType.SCHEDULED], passed)
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
