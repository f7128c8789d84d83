"""What a test borrows is as the migrations left it, whatever the one before did."""

import psycopg
import pytest

from kam_flows.persistence.database import engine
from tests.bench.world import company, tickets_due
from tests.conftest import forget, point_at
from tests.shelf import Shelf

ANOTHER_BODY = """
CREATE OR REPLACE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RETURN NEW; END $$
"""


def borrowed(shelf: Shelf, patch: pytest.MonkeyPatch, statement: str) -> str:
    """Lend one out, fill it, and let this be done to it; its URL."""
    with shelf.borrowed() as url:
        point_at(url, patch)
        company()
        tickets_due(3, accounts=2)
        forget()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())
    return url


def test_the_next_test_finds_no_row_and_counts_from_one(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    used = borrowed(shelf, monkeypatch, "SELECT nextval('tickets_id_seq')")

    with shelf.borrowed() as url:
        assert url == used
        with psycopg.connect(url) as connection:
            tables = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            filled = [
                table
                for (table,) in tables
                if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            ]
            first = connection.execute("SELECT nextval('tickets_id_seq')").fetchone()
    assert filled == ["alembic_version"]
    assert first == (1,)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit DISABLE TRIGGER audit_keeps_every_entry",
        "ALTER TABLE tickets RENAME COLUMN title TO heading",
        "ALTER TABLE tickets ALTER title DROP NOT NULL",
        "ALTER TABLE tickets ALTER title TYPE varchar(9000)",
        "ALTER TABLE tickets ALTER title SET DEFAULT 'none'",
        ANOTHER_BODY,
        "CREATE TABLE left_behind (id int)",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_one_whose_tables_were_changed_is_not_lent_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, statement: str
):
    used = borrowed(shelf, monkeypatch, statement)

    with shelf.borrowed() as url:
        assert url != used


def test_who_still_holds_it_open_loses_it(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    with shelf.borrowed() as used:
        point_at(used, monkeypatch)
        held = engine().connect()
        held.exec_driver_sql("LOCK TABLE tickets")

    with shelf.borrowed() as url:
        assert url == used
    held.invalidate()
    held.close()
    forget()
