"""`kam`: everything that staff or the house do from a terminal."""

import importlib
import pkgutil
import sys

import typer

from kam_flows.domain.errors import UserError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def main() -> None:
    """Run `kam`; what a person typed wrong is one sentence, never a traceback."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    try:
        app()
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
