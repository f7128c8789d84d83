"""Tells the server what is deployed, and takes away what no longer is."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from kam_flows.serving.deployments import Entry, entries

MARK = "kam-flows"


async def register(runner: Runner) -> list[UUID]:
    """Register every entry with the server and the runner; their ids."""
    return await _register(runner.aadd_deployment)


async def register_for_workers() -> list[UUID]:
    """Register every entry with the server, for workers of the pool that it names."""
    return await _register(RunnerDeployment.aapply, pooled=True)


async def _register(
    add: Callable[[RunnerDeployment], Awaitable[UUID]], *, pooled: bool = False
) -> list[UUID]:
    async with get_client() as client:
        known = {found.name: found for found in await client.read_deployments()}
        ids = [
            await add(await _deployment(e, known.get(e.name), pooled=pooled))
            for e in entries()
        ]
        for gone in known.values():
            # What left the file would still be scheduled, and never run.
            if gone.version == MARK and gone.id not in ids:
                await client.delete_deployment(gone.id)
    return ids


async def _deployment(
    entry: Entry, before: DeploymentResponse | None, *, pooled: bool
) -> RunnerDeployment:
    """What a person switched off in the UI stays off."""
    off = _switched_off(before)
    return await entry.flow().ato_deployment(
        name=entry.name,
        description=entry.description,
        tags=list(entry.tags),
        parameters=entry.parameters,
        paused=before.paused if before else False,
        schedules=[
            Cron(s.cron, timezone=s.timezone, active=s.active and s.cron not in off)
            for s in entry.schedules
        ],
        concurrency_limit=_limit(entry),
        work_pool_name=entry.work_pool["name"] if pooled and entry.work_pool else None,
        version=MARK,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _limit(entry: Entry) -> ConcurrencyLimitConfig | None:
    if entry.concurrency_limit is None:
        return None
    return ConcurrencyLimitConfig.model_validate(entry.concurrency_limit.model_dump())


def _switched_off(before: DeploymentResponse | None) -> set[str]:
    return {
        found.schedule.cron
        for found in (before.schedules if before else [])
        if not found.active and isinstance(found.schedule, CronSchedule)
    }
