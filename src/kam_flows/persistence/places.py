"""Where a database stands: a new one is made beside it and takes its place in one step."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import CursorResult, TextClause, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from kam_flows.domain.errors import UserError
from kam_flows.persistence.copies import engine_of, kind_of, path_of

LONGEST = 63
"""Characters of a name on PostgreSQL."""
BESIDE = ("", "-wal", "-shm")


class Place(Protocol):
    """The place of a database that is to be replaced."""

    @property
    def new(self) -> str:
        """URL of the database that will take it."""

    @property
    def undo(self) -> str:
        """How to take the step back by hand."""

    def refuse_if_used(self) -> None:
        """Raise UserError if anybody has the database open."""

    def prepare(self) -> None:
        """Make room for the new one."""

    def swap(self) -> str | None:
        """Put the new one there; what the old one is called now, if there was one."""

    def clear(self) -> None:
        """Take away what a restore that failed has left."""


def place(url: str, now: datetime) -> Place:
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    return (_File if kind_of(url) == "sqlite" else _OnServer)(url, stamp)


class _File:
    """A SQLite file; the file system renames in one step."""

    def __init__(self, url: str, stamp: str) -> None:
        self.path = path_of(url)
        stem, end = self.path.stem, self.path.suffix
        self.beside = self.path.with_name(f"{stem}.restoring-{stamp}{end}")
        self.old = self.path.with_name(f"{stem}.before-restore-{stamp}{end}")

    @property
    def new(self) -> str:
        return f"sqlite:///{self.beside}"

    @property
    def undo(self) -> str:
        return f"mv {self.old} {self.path}"

    def refuse_if_used(self) -> None:
        """What is left in its log goes into the file; damage does not matter here."""
        if not self.path.exists():
            return
        try:
            with closing(sqlite3.connect(self.path, timeout=2)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise UserError(
                    f"Another program has {self.path} open; stop it, then try again."
                ) from error
        except sqlite3.DatabaseError:
            pass

    def prepare(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def swap(self) -> str | None:
        with closing(sqlite3.connect(self.beside)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        was_there = self.path.exists()
        if was_there:
            shutil.copymode(self.path, self.beside)
            # Root restores for the user that runs the house.
            owner = self.path.stat()
            os.chown(self.beside, owner.st_uid, owner.st_gid)
            self.old.hardlink_to(self.path)
            for end in BESIDE[1:]:
                if (log := Path(f"{self.path}{end}")).exists():
                    log.rename(f"{self.old}{end}")
        self.beside.replace(self.path)
        return str(self.old) if was_there else None

    def clear(self) -> None:
        for end in BESIDE:
            Path(f"{self.beside}{end}").unlink(missing_ok=True)


class _OnServer:
    """A database of a PostgreSQL server; two names change in one transaction."""

    def __init__(self, url: str, stamp: str) -> None:
        self.url = make_url(url)
        self.name = self.url.database or ""
        stamp = stamp.lower()
        self.beside = f"{self.name[: LONGEST - 28]}_restoring_{stamp}"
        self.old = f"{self.name[: LONGEST - 33]}_before_restore_{stamp}"

    @property
    def new(self) -> str:
        made = self.url.set(database=self.beside)
        return made.render_as_string(hide_password=False)

    @property
    def undo(self) -> str:
        return (
            f'DROP DATABASE "{self.name}"; '
            f'ALTER DATABASE "{self.old}" RENAME TO "{self.name}";'
        )

    def refuse_if_used(self) -> None:
        asked = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = :name "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        with self._ordering() as order:
            if others := order(asked.bindparams(name=self.name)):
                raise UserError(
                    f"{others} other sessions are connected to the database "
                    f"{self.name}; stop KAM Flows wherever it runs, then try again."
                )

    def prepare(self) -> None:
        words = f"CREATE DATABASE \"{self.beside}\" ENCODING 'UTF8' TEMPLATE template0"
        with self._ordering() as order:
            order(text(words))

    def swap(self) -> str | None:
        there = text("SELECT count(*) FROM pg_database WHERE datname = :name")
        with self._ordering() as order:
            was_there = order(there.bindparams(name=self.name))
            away = f'ALTER DATABASE "{self.name}" RENAME TO "{self.old}"; '
            here = f'ALTER DATABASE "{self.beside}" RENAME TO "{self.name}"'
            # One message is one transaction: neither name changes without the other.
            order(text((away if was_there else "") + here))
        return self.old if was_there else None

    def clear(self) -> None:
        with self._ordering() as order:
            order(text(f'DROP DATABASE IF EXISTS "{self.beside}"'))

    @contextmanager
    def _ordering(self) -> Iterator[Callable[[TextClause], Any]]:
        """Talk to the server in a database that is always there."""
        aside = self.url.set(database="postgres").render_as_string(hide_password=False)
        with engine_of(aside) as engine:
            try:
                alone = engine.execution_options(isolation_level="AUTOCOMMIT")
                with alone.connect() as connection:
                    yield lambda words: _first(connection.execute(words))
            except OperationalError as error:
                raise UserError(
                    f"PostgreSQL cannot do this: {error.orig}".strip()
                ) from error
            except DBAPIError as error:
                raise UserError(
                    f"PostgreSQL refuses: {error.orig}".strip().partition("\n")[0]
                    + ". The user of KAM_DATABASE_URL has to own the database and may "
                    "need the right to create one (ALTER ROLE … CREATEDB)."
                ) from error


def _first(done: CursorResult[Any]) -> Any:
    return done.scalar() if done.returns_rows else None
