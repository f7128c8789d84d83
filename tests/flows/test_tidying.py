"""Runs of ours go from Prefect after their days, with their artifacts; others stay."""

from datetime import UTC, datetime, timedelta

import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from flows.tidying import tidy_up
from tasks.tidying import tidy_runs
from tests.portfolio import use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")
LATER = datetime.now(UTC) + timedelta(days=91)


@flow(name="anything")
def anything() -> None: ...


async def a_run(client: PrefectClient, entrypoint: str) -> ArtifactFilter:
    """A run that has ended, with an artifact; how its artifacts are found."""
    flow_id = await client.create_flow(anything)
    deployment = await client.create_deployment(
        flow_id=flow_id, name=entrypoint, entrypoint=entrypoint
    )
    run = await client.create_flow_run_from_deployment(deployment)
    await client.set_flow_run_state(run.id, Completed(), force=True)
    await client.create_artifact(
        ArtifactCreate(key="page", type="markdown", data="x", flow_run_id=run.id)
    )
    return ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]))


async def artifacts(client: PrefectClient, of: ArtifactFilter) -> int:
    return len(await client.read_artifacts(artifact_filter=of))


async def test_old_runs_of_ours_go_with_their_artifacts_and_others_stay():
    use_policy("default")
    async with get_client() as client:
        ours = await a_run(client, "flows.outbox.show_the_outbox")
        others = await a_run(client, "elsewhere.flow")

        assert await tidy_runs.fn(datetime.now(UTC)) == 0
        assert await tidy_runs.fn(LATER, dry_run=True) == 1
        assert (await artifacts(client, ours), await artifacts(client, others)) == (
            1,
            1,
        )
        assert await tidy_runs.fn(LATER) == 1
        assert (await artifacts(client, ours), await artifacts(client, others)) == (
            0,
            1,
        )
        assert ours.flow_run_id is not None
        [run] = ours.flow_run_id.any_ or []
        with pytest.raises(ObjectNotFound):
            await client.read_flow_run(run)


async def test_it_says_how_much_went():
    use_policy("default")

    done = await tidy_up(dry_run=True, return_state=True)

    assert str(done.message) == (
        "已删除 0 封邮件的正文；用过的链接 0 条；已解决的检查结果 0 条；"
        "运行记录及其产物 0 条；试运行：未保存任何内容。"
    )
