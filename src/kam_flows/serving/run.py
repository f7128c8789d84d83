"""One flow run in a process of its own, made ready before anybody clicks.

Starting Python and importing Prefect takes most of the second that a click waits for.
A process of this module imports first, then reads from standard input which run it is
to be, and becomes that run as `python -m prefect.engine` would.
"""

import asyncio
import gc
import importlib
import json
import os
import runpy
import sys
from contextlib import suppress
from datetime import UTC, datetime

import prefect.engine
import prefect.task_engine
from prefect.client.orchestration import get_client

from kam_flows.persistence.database import engine
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.serving import lifeline
from kam_flows.serving.deployments import entries

GRACE_SECONDS = 5
MADE_FOR_A_CHUNK = 200_000
"""Objects; a little more than a sweep holds at once (some 30 MB)."""


def main() -> None:
    for module in {entry.module for entry in entries()}:
        importlib.import_module(module)
    # It decides nothing: if it fails, the run itself will say what is wrong.
    with suppress(Exception):
        rehearse()
    spare_the_collector()
    told = sys.stdin.readline()
    if not told:
        return
    os.environ.update(json.loads(told))
    lifeline.follow(grace=GRACE_SECONDS)
    runpy.run_path(prefect.engine.__file__, run_name="__main__")


def spare_the_collector() -> None:
    """Have neither what is imported nor what a sweep makes walked over and over.

    What is imported stays. What is made for a chunk of thousands of tickets lives until
    the chunk is written, and none of it points back in a circle: looking for circles
    among it, every 700 objects as Python does by itself, took a sixth of the time of
    a sweep on SQLite, and a quarter on PostgreSQL.
    """
    gc.freeze()
    gc.set_threshold(MADE_FOR_A_CHUNK)


def rehearse() -> None:
    """Do once what is slow the first time: read the policy, speak to both databases.

    A policy is kept by the digest of its text, so what is read here is never stale.
    """
    with unit_of_work(read_only=True) as uow:
        uow.policies.current(datetime.now(UTC))
    engine().dispose()
    asyncio.run(_greet_server())


async def _greet_server() -> None:
    async with get_client() as client:
        await client.api_healthcheck()


if __name__ == "__main__":
    main()
