"""Closes what an earlier runner left open, so that no run stays Running for ever.

One runner serves these deployments, so when it starts none of their runs is alive.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilterExpectedStartTime
from prefect.client.schemas.objects import StateType

from tasks.stranded_runs import STRANDED, close, runs_of


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
        await close(
            client,
            run,
            "The house stopped before this run ended. / 服务停止时运行未完成。",
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
