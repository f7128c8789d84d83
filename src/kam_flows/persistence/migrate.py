"""Bring the database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from kam_flows.persistence.database import engine


def upgrade() -> None:
    """Run what is missing; nothing if the database is up to date."""
    command.upgrade(config(), "head")


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["engine"] = engine()
    return made
