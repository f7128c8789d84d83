"""Brings a Prefect server to what this version deploys, for workers of the pool `kam`.

    python -m kam_flows.serving.pool

While it works no worker does: what an earlier start left open is closed.
"""

import asyncio
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from kam_flows.domain.errors import UserError
from kam_flows.serving import sample
from kam_flows.serving.automations import arrange
from kam_flows.serving.deployments import POOL
from kam_flows.serving.reconcile import reconcile
from kam_flows.serving.registration import register_for_workers
from kam_flows.serving.supervised import give_up, say
from tasks.forms import refresh_forms


async def prepare() -> None:
    """For a house that starts: the runs, and the sample whose mails link to forms."""
    closed, dropped = await reconcile(await deploy())
    if closed or dropped:
        say(f"{closed} stranded runs closed, {dropped} late runs dropped.")
    await asyncio.to_thread(sample.load_if_empty)
    await refresh_forms()


async def deploy() -> list[UUID]:
    """What `prefect deploy --all` does, and what it leaves to do; ids of what is deployed.

    The pool and the automations are made, what left the file is taken away, what a person
    switched off stays off, and the forms keep their words.
    """
    await make_pool()
    ids = await register_for_workers()
    await arrange()
    await refresh_forms()
    return ids


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


def main() -> None:
    try:
        asyncio.run(prepare())
    except UserError as error:
        give_up(error)


if __name__ == "__main__":
    main()
