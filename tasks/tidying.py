"""Tidy up: what the service standard no longer wants kept goes, and only its count stays."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from prefect import task
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterEndTime,
)
from prefect.exceptions import ObjectNotFound

from kam_flows.domain.retention import days_ago
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.forms import is_ours

ACTOR = "tidy up"
CHUNK = 500
PAGE = 200
"""What the Prefect server gives at a time."""
MOST_RUNS = 10_000
"""In a night; two days of sweeps are 4,000."""


@task
def tidy_house(now: datetime, *, dry_run: bool = False) -> Counter[str]:
    """Bodies of mails, used links and findings that cleared: how many of each went."""
    with unit_of_work(read_only=True) as uow:
        rules = uow.policies.current(now).retention
    gone = Counter(mail_bodies=_bodies(days_ago(now, rules.mail_bodies), dry_run))
    for what, days in (
        ("used_links", rules.used_links),
        ("house_findings", rules.house_findings),
    ):
        gone[what] = _rows(what, days_ago(now, days), dry_run)
    return gone


@task
async def tidy_runs(now: datetime, *, dry_run: bool = False) -> int:
    """Runs of ours in Prefect with their logs and artifacts: how many went."""
    with unit_of_work(read_only=True) as uow:
        before = days_ago(now, uow.policies.current(now).retention.runs)
    async with get_client() as client:
        ours = [d.id for d in await client.read_deployments() if is_ours(d)]
        over = FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=ours),
            end_time=FlowRunFilterEndTime.model_validate({"before_": before}),
        )
        if dry_run:
            return min(await client.count_flow_runs(flow_run_filter=over), MOST_RUNS)
        return await _drop_runs(client, over)


@task
def tell_what_went(gone: Counter[str], now: datetime) -> None:
    """One entry of the audit trail, where anything went."""
    if any(gone.values()):
        with unit_of_work() as uow:
            uow.audit.write(now, ACTOR, "tidied", "house", **gone)


def _bodies(before: datetime, dry_run: bool) -> int:
    """A transaction for every few: whoever sends mail does not wait."""
    gone, after = 0, 0
    while True:
        with rehearsal() if dry_run else unit_of_work() as uow:
            old, next_ = uow.retention.bodies(before, after, CHUNK)
            uow.retention.drop_bodies(old)
        gone += len(old)
        if next_ is None:
            return gone
        after = next_


def _rows(what: str, before: datetime, dry_run: bool) -> int:
    if dry_run:
        with rehearsal() as uow:
            return _until_none_is_left(lambda: _some(uow, what, before))

    def some() -> int:
        with unit_of_work() as uow:
            return _some(uow, what, before)

    return _until_none_is_left(some)


def _some(uow: UnitOfWork, what: str, before: datetime) -> int:
    drop = {
        "used_links": uow.retention.used_links,
        "house_findings": uow.retention.house_findings,
    }[what]
    return drop(before, CHUNK)


def _until_none_is_left(some: Callable[[], int]) -> int:
    gone = 0
    while count := some():
        gone += count
    return gone


async def _drop_runs(client: PrefectClient, over: FlowRunFilter) -> int:
    gone = 0
    while gone < MOST_RUNS:
        runs = await client.read_flow_runs(flow_run_filter=over, limit=PAGE)
        for run in runs:
            of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))
            for artifact in await client.read_artifacts(artifact_filter=of_run):
                with suppress(ObjectNotFound):  # somebody was faster
                    await client.delete_artifact(artifact.id)
            with suppress(ObjectNotFound):
                await client.delete_flow_run(run.id)
        gone += len(runs)
        if len(runs) < PAGE:
            break
    return gone
