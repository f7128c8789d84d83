"""One source of what is deployed: the house, `kam deploy` and `prefect deploy` agree."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.settings import get_current_settings

from kam_flows.domain.errors import UserError
from kam_flows.serving import deploying, registration
from kam_flows.serving.deployments import entries
from kam_flows.serving.pool import make_pool
from kam_flows.settings import PROJECT, settings

PREFECT_DEPLOY = ["--no-prompt", "deploy", "--all"]
FILE = ["--prefect-file", "deployments/prefect.yaml"]
PROBES = PROJECT / "tests" / "serving" / "prefect.yaml"


@pytest.fixture
def server(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The session's server for other processes too; nothing stays deployed."""
    for name, value in get_current_settings().to_environment_variables().items():
        monkeypatch.setenv(name, value)
    yield
    asyncio.run(clear())


async def clear() -> None:
    async with get_client() as client:
        for found in await client.read_deployments():
            await client.delete_deployment(found.id)


async def stored() -> dict[str, DeploymentResponse]:
    async with get_client() as client:
        return {found.name: found for found in await client.read_deployments()}


async def registered() -> dict[str, RunnerDeployment]:
    return {
        entry.name: await registration._deployment(entry, None, pooled=True)
        for entry in entries()
    }


def told(deployment: RunnerDeployment | DeploymentResponse) -> dict[str, Any]:
    """What is deployed; who deployed it, and when, is not."""
    same = ("entrypoint", "description", "tags", "parameters", "work_pool_name")
    options = deployment.concurrency_options
    limit = (
        deployment.concurrency_limit
        if isinstance(deployment, RunnerDeployment)
        else deployment.global_concurrency_limit
        and deployment.global_concurrency_limit.limit
    )
    return {name: getattr(deployment, name) for name in same} | {
        "paused": bool(deployment.paused),
        "enforced": deployment.enforce_parameter_schema,
        "limit": limit,
        "collision": options and getattr(options, "collision_strategy", options),
        "schedules": [
            (s.schedule.cron, s.schedule.timezone, s.active)
            for s in deployment.schedules or ()
            if isinstance(s.schedule, CronSchedule)
        ],
    }


def test_prefect_deploy_tells_a_server_what_the_house_registers(server: None):
    asyncio.run(make_pool())
    subprocess.run(
        [sys.executable, "-m", "prefect", *PREFECT_DEPLOY, *FILE],
        cwd=PROJECT,
        env=os.environ,
        check=True,
        capture_output=True,
    )
    found = asyncio.run(stored())
    house = asyncio.run(registered())

    assert found.keys() == house.keys()
    for name, deployment in found.items():
        assert told(deployment) == told(house[name])
        assert deployment.work_pool_name == "kam"
        # Nothing is fetched and no folder is meant: any worker finds the module.
        assert not deployment.pull_steps
        assert deployment.path is None


@pytest.fixture
def probes(server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three deployments of a pool, as quick to deploy as three can be."""
    written = PROBES.read_text("utf-8")
    pooled = written.replace("  - name", "  - work_pool: {name: kam}\n    name")
    path = tmp_path / "prefect.yaml"
    path.write_text(pooled, "utf-8")
    monkeypatch.setenv("KAM_DEPLOYMENTS", str(path))
    settings.cache_clear()


def test_deploying_again_keeps_what_a_person_switched_off(probes: None):
    deploying.deploy(print)
    first = asyncio.run(stored())
    asyncio.run(switch_off(first["every-minute"]))
    deploying.deploy(print)
    again = asyncio.run(stored())

    assert set(first) == {"quick", "slow", "every-minute"}
    assert {d.work_pool_name for d in first.values()} == {"kam"}
    assert [s.active for s in first["every-minute"].schedules] == [True]
    assert {d.id for d in again.values()} == {d.id for d in first.values()}
    assert [s.active for s in again["every-minute"].schedules] == [False]


async def switch_off(deployment: DeploymentResponse) -> None:
    async with get_client() as client:
        for schedule in deployment.schedules:
            await client.update_deployment_schedule(
                deployment.id, schedule.id, active=False
            )


def test_deploying_wants_to_know_which_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    with pytest.raises(UserError, match="Which server"):
        deploying.deploy(print)


def test_a_server_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")

    with pytest.raises(UserError, match="does not answer"):
        deploying.deploy(print, seconds=0)
