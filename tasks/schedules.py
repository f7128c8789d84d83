"""What runs by itself on the Prefect server: when it had to, and when it last did."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import FlowRunSort

from kam_flows.domain.house_watch import PATIENCE, Scheduled
from tasks.forms import is_ours

SPANS = (timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=32))
"""How far back the last moment of a schedule is looked for, nearest first."""


async def our_deployments() -> list[DeploymentResponse]:
    async with get_client() as client:
        return [d for d in await client.read_deployments() if is_ours(d)]


async def scheduled(
    deployments: Iterable[DeploymentResponse], now: datetime
) -> list[Scheduled]:
    """Of all that runs by itself and is not switched off."""
    found = []
    async with get_client() as client:
        for deployment in deployments:
            due_at = await last_due(deployment, now - PATIENCE)
            if due_at is None or deployment.paused or deployment.created is None:
                continue
            found.append(
                Scheduled(
                    name=deployment.name,
                    due_at=due_at,
                    last_begun_at=await last_completed(client, deployment),
                    since=deployment.created,
                )
            )
    return found


async def last_due(deployment: DeploymentResponse, until: datetime) -> datetime | None:
    """The last moment up to then at which one of its schedules had it run."""
    moments = [
        at
        for one in deployment.schedules
        if one.active and isinstance(one.schedule, CronSchedule)
        if (at := await last_of(one.schedule, until))
    ]
    return max(moments, default=None)


async def last_of(schedule: CronSchedule, until: datetime) -> datetime | None:
    # Prefect's own arithmetic is part of its server: read when it is needed.
    from prefect.server.schemas.schedules import CronSchedule as Reckoned

    reckoned = Reckoned.model_validate(schedule.model_dump())
    for span in SPANS:
        if dates := await reckoned.get_dates(start=until - span, end=until):
            return dates[-1]
    return None


async def last_completed(
    client: PrefectClient, deployment: DeploymentResponse
) -> datetime | None:
    """When the newest run of it that completed had started."""
    completed = FlowRunFilterStateType(any_=[StateType.COMPLETED])
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[deployment.id]),
            state=FlowRunFilterState(type=completed),
        ),
        sort=FlowRunSort.START_TIME_DESC,
        limit=1,
    )
    return runs[0].start_time if runs else None
