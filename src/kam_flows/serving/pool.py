"""Brings a Prefect server to what this version deploys, for workers of the pool `kam`.

    python -m kam_flows.serving.pool

While it works no worker does: what an earlier start left open is closed.
"""

import asyncio
import hashlib
import subprocess
import sys
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from kam_flows.domain.errors import UserError
from kam_flows.serving import sample
from kam_flows.serving.automations import arrange
from kam_flows.serving.deployments import entries
from kam_flows.serving.reconcile import reconcile
from kam_flows.serving.supervised import say
from kam_flows.serving.worker import POOL
from kam_flows.settings import PROJECT, settings
from tasks.forms import refresh_forms


async def prepare() -> None:
    await make_pool()
    await asyncio.to_thread(deploy)
    async with get_client() as client:
        names = {entry.name for entry in entries()}
        deployed = await client.read_deployments()
    closed, dropped = await reconcile([d.id for d in deployed if d.name in names])
    if closed or dropped:
        say(f"{closed} stranded runs closed, {dropped} late runs dropped.")
    await arrange()
    # As in the runner: deploying takes the words of the forms away, and the mails of the
    # sample link to forms.
    await refresh_forms()
    await asyncio.to_thread(sample.load_if_empty)
    await refresh_forms()


async def make_pool() -> None:
    """One that is there stays as its administrators have made it."""
    async with get_client() as client:
        try:
            await client.read_work_pool(POOL)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            pool = WorkPoolCreate(
                name=POOL, type=ProcessWorker.type, base_job_template=template
            )
            await client.create_work_pool(pool)


def deploy() -> None:
    """As an administrator would, unless nothing has changed since it was done.

    It takes more than a second for each deployment, and switches on again what a person
    has switched off.
    """
    done = settings().var / "cluster" / "deployed"
    if done.exists() and done.read_text("ascii") == deployed():
        return
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    file = ["--prefect-file", str(settings().deployments)]
    subprocess.run([*command, *file], cwd=PROJECT, check=True)
    done.write_text(deployed(), encoding="ascii")


def deployed() -> str:
    """A digest of what is deployed: the file, and the forms that the flows have."""
    files = [settings().deployments, *sorted(Path(PROJECT, "flows").glob("*.py"))]
    digest = hashlib.sha256(str(PROJECT).encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def main() -> None:
    try:
        asyncio.run(prepare())
    except UserError as error:
        say(f"error: {error}")
        sys.exit(2)


if __name__ == "__main__":
    main()
