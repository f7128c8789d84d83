"""`kam worker` carries out what people click, beside other workers, until SIGTERM."""

import typer

from kam_flows.cli import app


@app.command()
def worker(
    name: str = typer.Option("", help="By which it is known; empty: this machine's."),
) -> None:
    """Carry out runs of the pool `kam`; SIGTERM lets them end."""
    import platform

    from kam_flows.serving.worker import work

    work(name or platform.node())
