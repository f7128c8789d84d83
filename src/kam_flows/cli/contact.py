"""`kam contact`: what is on record about a person at an account."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kam_flows.cli import app

contact = typer.Typer(no_args_is_help=True)
app.add_typer(contact, name="contact")


@contact.callback()
def contacts() -> None:
    """The people at our accounts; erasing one takes the form "Erase a contact"."""


@contact.command()
def export(
    code: Annotated[str, typer.Argument(help="Of the contact, like C001.")],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Ends in .json, .md or .xlsx."
        ),
    ],
) -> None:
    """Write all that is on record about a contact, as they may ask for it."""
    from kam_flows.persistence.migrate import upgrade
    from tasks.contact_files import contact_file, write_contact_file

    upgrade()
    file = contact_file.fn(code, by=None, now=datetime.now(UTC))
    typer.echo(str(write_contact_file.fn(file, output)))
