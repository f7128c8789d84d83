"""`kam up` runs KAM Flows on this machine until Ctrl-C."""

import typer

from kam_flows.cli import app


@app.command()
def up() -> None:
    """Start the server, the mail catcher and the runner; Ctrl-C stops them."""
    from kam_flows.serving.up import up as run

    run(typer.echo)
