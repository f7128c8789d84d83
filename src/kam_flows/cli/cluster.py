"""`kam cluster` runs KAM Flows as many processes on this machine until Ctrl-C."""

import typer

from kam_flows.cli import app


@app.command()
def cluster() -> None:
    """Start PostgreSQL, Redis, two servers and three workers; Ctrl-C stops them."""
    from kam_flows.serving.cluster import cluster as run

    run(typer.echo)
