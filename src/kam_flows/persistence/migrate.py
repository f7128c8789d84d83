"""Bring the database to the tables of this version."""

from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kam_flows.domain.errors import UserError
from kam_flows.persistence.database import engine, make_engine


def upgrade() -> None:
    """Run what is missing; nothing if the database is up to date."""
    try:
        command.upgrade(config(), "head")
    except OperationalError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise UserError(
            f"The database {engine().url!r} cannot be used: {reason}. "
            "Start it, or correct KAM_DATABASE_URL."
        ) from error


def head() -> str:
    """The revision of this version's tables."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    assert found
    return found


def is_known(revision: str) -> bool:
    """False for tables that a later version made."""
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return revision in {script.revision for script in scripts}


def make_databases(address: str, names: Iterable[str]) -> None:
    """Those that are missing, on the PostgreSQL server at `address`."""
    server = make_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        there = set(connection.scalars(text("SELECT datname FROM pg_database")))
        for name in names:
            if name not in there:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
    server.dispose()


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["engine"] = engine()
    return made
