"""One engine per process, on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.exc import ArgumentError

from kam_flows.domain.errors import UserError
from kam_flows.settings import settings

BUSY_SECONDS = 60
CACHE_KILOBYTES = 32 * 1024
"""Of SQLite's pages, kept by each connection that reads so many: those of a table that a
sweep looks through again and again. By itself it keeps 2,000 KB."""
READ_ONLY = "kam_read_only"
AS_BYTES = "kam_as_bytes"
"""An option of statements that read bytes by the megabyte: PostgreSQL is to send them as
they are. By itself it writes them as hex, twice as long, to be read back here."""
BINARY = 1
"""As psycopg.pq.Format has it, which is not loaded where the database is SQLite."""
PLANNED_FOR = ("-c random_page_cost=1.1", "-c jit=off")
"""PostgreSQL's own default is a turning disk: there reading a million rows one after the
other is said to be faster than five thousand by their key."""


SCRATCH: ContextVar[Engine | None] = ContextVar("scratch", default=None)
ASKING = Lock()


def engine() -> Engine:
    """The database in use here: the scratch one of a simulation, or that of settings."""
    if made := SCRATCH.get():
        return made
    # Of two threads that come first, `cache` would give each an engine of its own, and
    # nobody would ever close the connections of the one that it forgets.
    with ASKING:
        return standing_engine()


@cache
def standing_engine() -> Engine:
    return make_engine(settings().database)


@contextmanager
def scratch_database(folder: Path) -> Iterator[None]:
    """Within the block all work goes to an empty SQLite file in this folder.

    It is gone after a crash, and faster for it: nothing waits for the disk.
    """
    made = make_engine(f"sqlite:///{folder / 'scratch.db'}")
    event.listen(made, "connect", _forget_the_disk)
    token = SCRATCH.set(made)
    try:
        yield
    finally:
        SCRATCH.reset(token)
        made.dispose()


@contextmanager
def other_database(url: str) -> Iterator[Engine]:
    """Within the block all work goes to this database."""
    made = make_engine(url)
    token = SCRATCH.set(made)
    try:
        yield made
    finally:
        SCRATCH.reset(token)
        made.dispose()


def _forget_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def has_tables() -> bool:
    """False where `kam up` has never run; asking makes no SQLite file."""
    url = engine().url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False
    return inspect(engine()).has_table("policy_uses")


def make_engine(address: str) -> Engine:
    """An engine for this URL; SQLite's folder is made, PostgreSQL speaks psycopg 3."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:  # a port that is no number
        # Not the text itself: a password may stand in it.
        raise UserError(
            "KAM_DATABASE_URL cannot be understood; write sqlite:///path/to/file.db or "
            "postgresql://user:password@host/name, with signs such as / and @ of the "
            "password written as %2F and %40."
        ) from error
    if url.get_backend_name() == "postgresql":
        made = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"options": " ".join(PLANNED_FOR)},
        )
        event.listen(made, "before_cursor_execute", _answer_in_bytes)
        return made
    if url.get_backend_name() != "sqlite":
        raise UserError(
            f"KAM_DATABASE_URL names {url.get_backend_name()}; "
            "use sqlite:///path/to/file.db or postgresql://user@host/name."
        )
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _answer_in_bytes(
    _connection: Connection,
    cursor: Any,
    _statement: str,
    _parameters: object,
    context: ExecutionContext,
    _many: bool,
) -> None:
    if context.execution_options.get(AS_BYTES):
        cursor.format = BINARY


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN is deferred: two writers that have both read would fail.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        f"cache_size=-{CACHE_KILOBYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    begin = "BEGIN" if options.get(READ_ONLY) else "BEGIN IMMEDIATE"
    connection.exec_driver_sql(begin)
