"""Whole databases: copied while the house works on them, and brought back.

A copy is of one moment on both: SQLite's online backup reads in one transaction, and
pg_dump in the snapshot in which the rows were counted.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Connection,
    Engine,
    func,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import DatabaseError

from kam_flows.domain.backups import Facts, Kind
from kam_flows.domain.errors import UserError
from kam_flows.persistence.database import BUSY_SECONDS, READ_ONLY, make_engine
from kam_flows.persistence.models import AuditRow, table_of
from kam_flows.persistence.postgres_tools import order, program

ENDINGS: dict[Kind, str] = {"sqlite": "db", "postgresql": "dump"}
ISOLATION = "isolation_level"
FRESH = ("--no-owner", "--no-privileges")


def kind_of(url: str) -> Kind:
    return "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"


def path_of(url: str) -> Path:
    """Of a SQLite database."""
    return Path(make_url(url).database or "")


def copy(url: str, target: Path) -> Facts:
    """Write a copy of the database as it is now; what is in it. Raises UserError."""
    if kind_of(url) == "sqlite":
        _copy_sqlite(path_of(url), target)
        found = facts(f"sqlite:///{target}")
        _check_sqlite(target)
        return found
    with _connected(url) as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        found = _facts(connection)
        major = _major(connection)
        words = ("--format=custom", *FRESH, f"--snapshot={snapshot}")
        order(program("pg_dump", major), *words, f"--file={target}", url=url)
    listed = order(program("pg_restore", major), "--list", target)
    if missing := [name for name in found.counts if f" {name} " not in listed]:
        raise UserError(f"The dump lacks {', '.join(missing)}; nothing was kept.")
    return found


def load(source: Path, url: str) -> Facts:
    """Bring a copy back into a database that is not there yet; what is then in it."""
    if kind_of(url) == "sqlite":
        _check_sqlite(source)
        shutil.move(source, path_of(url))
        return facts(url)
    with _connected(url) as connection:
        major = _major(connection)
    words = ("--exit-on-error", "--single-transaction", *FRESH)
    order(program("pg_restore", major), *words, source, url=url)
    return facts(url)


def facts(url: str) -> Facts:
    with _connected(url) as connection:
        return _facts(connection)


def facts_if_readable(url: str) -> Facts | None:
    """`None` where there is no database, or one that cannot be read any more."""
    if kind_of(url) == "sqlite" and not path_of(url).exists():
        return None
    try:
        return facts(url)
    except DatabaseError:
        return None


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """Everything in the block is read as of one moment."""
    with engine_of(url) as engine:
        on_sqlite = kind_of(url) == "sqlite"
        level = {READ_ONLY: True} if on_sqlite else {ISOLATION: "REPEATABLE READ"}
        with engine.execution_options(**level).connect() as connection:
            yield connection


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    try:
        yield made
    finally:
        made.dispose()


def _facts(connection: Connection) -> Facts:
    names = inspect(connection).get_table_names()
    counts = {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in names
    }
    revision = newest = None
    if "alembic_version" in names:
        stamped = text("SELECT version_num FROM alembic_version")
        revision = connection.scalar(stamped)
    if "audit" in names:
        newest = connection.scalar(select(func.max(table_of(AuditRow).c.at)))
    kind: Kind = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    return Facts(kind=kind, revision=revision, counts=counts, newest_entry=newest)


def entries_since(url: str, moment: datetime) -> int:
    """How much was written into the audit trail from this moment on."""
    at = table_of(AuditRow).c.at
    with _connected(url) as connection:
        counted = select(func.count()).where(at >= moment.astimezone(UTC))
        return connection.scalar(counted) or 0


def _major(connection: Connection) -> int:
    version = connection.dialect.server_version_info
    assert version
    return int(version[0])


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise UserError(f"There is no database {source} yet; nothing was backed up.")
    try:
        with (
            closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as live,
            closing(sqlite3.connect(target)) as made,
        ):
            live.backup(made)
    except sqlite3.Error as error:
        raise UserError(f"{source} could not be copied: {error}.") from error


def _check_sqlite(path: Path) -> None:
    """Every page of it, read; then it is one file again, without a log beside it."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise UserError(f"The copy of the database is damaged: {said}.")
