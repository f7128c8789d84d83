"""Databases of both kinds: made, kept as they are, copied for every try, and read."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

NUMBERS = count()


@dataclass
class Databases:
    """One kind of database; `address` is a folder (SQLite) or a cluster (PostgreSQL)."""

    kind: str
    address: str
    numbers: Iterator[int] = field(default_factory=lambda: NUMBERS)

    def empty(self) -> str:
        """A new database without tables; its URL."""
        name = f"faults_{next(self.numbers)}"
        if self.kind == "sqlite":
            return f"sqlite:///{self.address}/{name}.db"
        self.order(f"CREATE DATABASE {name}")
        return f"{self.address}/{name}"

    def copy(self, url: str, options: str = "") -> str:
        """As the other is now; nobody may have it open. `options` are PostgreSQL's."""
        made = f"faults_{next(self.numbers)}"
        if self.kind == "sqlite":
            with closing(sqlite3.connect(path_of(url))) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            target = Path(self.address) / f"{made}.db"
            shutil.copy(path_of(url), target)
            return f"sqlite:///{target}"
        name = url.rpartition("/")[2]
        self.order(f"CREATE DATABASE {made} TEMPLATE {name} {options}")
        return f"{self.address}/{made}"

    def drop(self, url: str) -> None:
        if self.kind == "sqlite":
            for end in ("", "-wal", "-shm"):
                Path(f"{path_of(url)}{end}").unlink(missing_ok=True)
        else:
            self.order(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def order(self, statement: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
            connection.execute(statement)


def path_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


def rows(url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Plain SQL, past everything of ours. Values are marked by `?`."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(path_of(url), timeout=30)) as connection:
            found = connection.execute(statement, values).fetchall()
            connection.commit()
            return found
    with psycopg.connect(url) as postgres:
        cursor = postgres.execute(statement.replace("?", "%s"), values or None)
        return list(cursor.fetchall()) if cursor.description else []


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def leases_run_out(url: str) -> None:
    """As if a quarter of an hour had passed since the dispatcher died."""
    statement = "UPDATE outbox SET leased_until = ? WHERE fate = 'sending'"
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    shown = long_ago if not url.startswith("sqlite") else "2026-01-01 00:00:00.000000"
    rows(url, statement, shown)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds the whole database (SQLite) or all tickets (PostgreSQL)."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(path_of(url), isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        return
    with psycopg.connect(url) as postgres:
        postgres.execute("LOCK TABLE tickets, outbox IN ACCESS EXCLUSIVE MODE")
        yield
        postgres.rollback()
