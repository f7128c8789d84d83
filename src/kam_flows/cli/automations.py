"""`kam automations` has the Prefect server tell of runs that go wrong."""

import asyncio
import os

import typer

from kam_flows.cli import app
from kam_flows.settings import settings


@app.command()
def automations() -> None:
    """Make or renew the automations on the server that PREFECT_API_URL names.

    `kam up` does so by itself; after `prefect deploy` it is done once by hand.
    """
    from kam_flows.serving import environment

    os.environ.setdefault("PREFECT_API_URL", environment.api(settings()))
    from kam_flows.serving.automations import arrange

    for name in asyncio.run(arrange()):
        typer.echo(name)
