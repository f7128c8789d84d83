"""What is done once before servers start, and once when they answer: several processes."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable

from prefect.server.database import provide_database_interface
from prefect.server.models.block_registration import run_block_auto_registration

from kam_flows.domain.errors import UserError
from kam_flows.persistence.migrate import upgrade
from kam_flows.serving import pool
from kam_flows.serving.health import answers

API = "PREFECT_API_URL"
DATABASE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
ANSWER_SECONDS = 300


def migrate(say: Callable[[str], None]) -> None:
    """Our database, and Prefect's where the environment says which it is."""
    upgrade()
    say("The database has the tables of this version.")
    if os.environ.get(DATABASE):
        command = ["server", "database", "upgrade", "-y"]
        done = subprocess.run([sys.executable, "-m", "prefect", *command], check=False)
        if done.returncode:
            raise UserError(f"Prefect's database cannot be used; see {DATABASE}.")
        asyncio.run(_know_blocks())
        say("Prefect's database has the tables of this version.")


async def _know_blocks() -> None:
    """What each server would do when it starts; two that do it at once fail."""
    database = provide_database_interface()
    async with await database.session() as session:
        await run_block_auto_registration(session=session)


def deploy(say: Callable[[str], None], seconds: float = ANSWER_SECONDS) -> None:
    """`pool.deploy` at the server that the environment names, once it answers."""
    api = os.environ.get(API, "")
    if not api:
        raise UserError(f"Which server? {API}=http://127.0.0.1:4200/api kam deploy")
    end = time.monotonic() + seconds
    while not answers(api):
        if time.monotonic() > end:
            raise UserError(
                f"{api} does not answer. Start the server, or correct {API}."
            )
        time.sleep(1)
    count = len(asyncio.run(pool.deploy()))
    say(f"{count} deployments stand at {api}.")
