"""A run that went wrong: operations staff hear of it, once an hour for each deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterExpectedStartTime,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from kam_flows.domain.errors import UserError
from kam_flows.domain.house_mails import RunTrouble, Trouble
from kam_flows.persistence.unit_of_work import rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.operations import operations

RUN = "prefect.flow-run."
"""How events name a run, in front of its id."""
LATE = timedelta(minutes=10)
"""A run that begins so long after its time is worth a mail."""
AN_HOUR = timedelta(hours=1)
TROUBLES = {StateType.FAILED: Trouble.FAILED, StateType.CRASHED: Trouble.CRASHED}


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as far as a mail tells of it."""

    id: UUID
    name: str
    deployment: str
    state: StateType | None
    said: str
    planned_at: datetime | None
    started_at: datetime | None


async def read_run(run: str, now: datetime, *, late: bool = False) -> Run | None:
    """By its id, or as an event names it; `None` if the server has it no more.

    Of what began `late` an automation names the run that was called late last, though
    it was the first that nobody began for ten minutes: that one is looked for.
    """
    try:
        id_ = UUID(run.removeprefix(RUN).strip())
    except ValueError:
        raise UserError(
            "'{run}' is no run; copy its id from the address of its page.", run=run
        ) from None
    try:
        async with get_client() as client:
            found = await client.read_flow_run(id_)
            if found.deployment_id is None:
                return of(found, found.name)
            deployment = await client.read_deployment(found.deployment_id)
            before = await _runs_before(client, found) if late else []
    except ObjectNotFound:
        return None
    runs = [of(one, deployment.name) for one in [*before, found]]
    waited = (one for one in runs if trouble_of(one, now, late=late))
    return next(waited, runs[-1])


async def _runs_before(client: PrefectClient, run: FlowRun) -> list[FlowRun]:
    """Of the same deployment, of the hour up to it, the oldest first."""
    assert run.deployment_id is not None
    if run.expected_start_time is None:
        return []
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate(
                {
                    "after_": run.expected_start_time - AN_HOUR,
                    "before_": run.expected_start_time,
                }
            ),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
    )


def of(found: FlowRun, deployment: str) -> Run:
    return Run(
        id=found.id,
        name=found.name,
        deployment=deployment,
        state=found.state.type if found.state else None,
        said=(found.state.message if found.state else "") or "",
        planned_at=found.expected_start_time,
        started_at=found.start_time,
    )


def trouble_of(run: Run, now: datetime, *, late: bool) -> Trouble | None:
    """What is wrong with it by now; `late` asks whether it began in time."""
    if not late:
        return TROUBLES.get(run.state) if run.state else None
    began = run.started_at or now
    is_late = run.planned_at is not None and began - run.planned_at >= LATE
    return Trouble.LATE if is_late else None


@task
def tell_of(
    run: Run, trouble: Trouble, now: datetime, *, dry_run: bool = False
) -> Sequence[str]:
    """Whom the mail goes to; who had one about this deployment in this hour is left out."""
    from tasks.posting import post_all  # Jinja is loaded only if a mail is due

    hour = now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    with rehearsal() if dry_run else unit_of_work() as uow:
        mails = {
            f"house.run:{reader['recipient']}:{run.deployment}:{hour}": reader
            for reader in operations(uow.people.directory().values())
        }
        told = uow.outbox.ids(mails)
        new = [
            RunTrouble(
                **reader,
                dedup_key=key,
                deployment=run.deployment,
                run=run.name,
                trouble=trouble,
                said=run.said,
                planned_at=run.planned_at,
                started_at=run.started_at,
                link=f"{settings().ui}/runs/flow-run/{run.id}",
                as_of=now,
            )
            for key, reader in mails.items()
            if key not in told
        ]
        post_all(uow, new, now)
    return [mail.address for mail in new]
