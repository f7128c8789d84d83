"""The migrations make exactly the tables that the rows describe."""

from alembic import command

from kam_flows.persistence.migrate import config


def test_the_migrations_leave_nothing_to_add(database: str):
    command.check(config())
