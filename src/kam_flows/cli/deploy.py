"""`kam migrate` and `kam deploy`: what is done once where servers run by themselves."""

import typer

from kam_flows.cli import app


@app.command()
def migrate() -> None:
    """Bring the databases to the tables of this version; before the servers start."""
    from kam_flows.serving.deploying import migrate as run

    run(typer.echo)


@app.command()
def deploy() -> None:
    """Tell the server at PREFECT_API_URL what is deployed, for workers of the pool."""
    from kam_flows.serving.deploying import deploy as run

    run(typer.echo)
