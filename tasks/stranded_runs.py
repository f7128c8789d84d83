"""Runs of ours on the Prefect server: closing those whose process is gone."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
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
from prefect.events.filters import (
    EventFilter,
    EventNameFilter,
    EventOccurredFilter,
    EventResourceFilter,
)
from prefect.states import Cancelled, Crashed

from tasks.run_troubles import RUN

PAGE = 200
STRANDED = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
QUIET = timedelta(minutes=10)
"""A run says that it is alive every half minute; so long without a word it is not."""
HEARTBEAT = f"{RUN}heartbeat"
LOOK_BACK = timedelta(days=30)
"""The server keeps events for so long."""


async def close_silent_runs(deployments: Sequence[UUID], now: datetime) -> list[str]:
    """Close runs that a dead worker left open; their names.

    An automation does so within minutes, as long as its server lives; this finds
    what it has missed, and what never began.
    """
    closed = []
    async with get_client() as client:
        async for run in runs_of(client, deployments, STRANDED):
            if is_gone(run, await last_word(client, run, now), now):
                await close(
                    client,
                    run,
                    "Its process is gone without a word. / 运行进程已不存在。",
                )
                closed.append(run.name)
    return closed


def is_gone(run: FlowRun, heard: datetime | None, now: datetime) -> bool:
    """Whether nothing of this run is alive any more.

    A run that never said it is alive may be one that is not told to: it is let be.
    """
    if run.state is None or now - run.state.timestamp <= QUIET:
        return False
    if run.state.type is StateType.RUNNING:
        return heard is not None and now - heard > QUIET
    return heard is None or now - heard > QUIET


async def last_word(
    client: PrefectClient, run: FlowRun, now: datetime
) -> datetime | None:
    """When this run last said that it is alive."""
    page = await client.read_events(
        EventFilter(
            occurred=EventOccurredFilter.model_validate(
                {"since": now - LOOK_BACK, "until": datetime.now(UTC)}
            ),
            event=EventNameFilter(name=[HEARTBEAT]),
            resource=EventResourceFilter(id=[f"{RUN}{run.id}"]),
        ),
        limit=1,
    )
    return page.events[0].occurred if page.events else None


async def close(client: PrefectClient, run: FlowRun, message: str) -> None:
    """A terminal state also frees the slot of the concurrency limit.

    Forced, because the rules of the server protect a run that is being cancelled.
    """
    cancelling = run.state is not None and run.state.is_cancelling()
    end = Cancelled if cancelling else Crashed
    await client.set_flow_run_state(run.id, end(message=message), force=True)


async def runs_of(
    client: PrefectClient,
    deployments: Sequence[UUID],
    states: list[StateType],
    before: FlowRunFilterExpectedStartTime | None = None,
) -> AsyncIterator[FlowRun]:
    """All of them as they are now: what is done with one leaves the others in place."""
    wanted = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=list(deployments)),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
        expected_start_time=before,
    )
    found: list[FlowRun] = []
    while page := await client.read_flow_runs(
        flow_run_filter=wanted,
        sort=FlowRunSort.ID_DESC,
        limit=PAGE,
        offset=len(found),
    ):
        found += page
    for run in found:
        yield run
