"""`kam`: everything that staff or the house do from a terminal."""

import sys

import typer

from kam_flows.domain.errors import UserError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def main() -> None:
    """Run `kam`; what a person typed wrong is one sentence, never a traceback."""
    try:
        app()
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
