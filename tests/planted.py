"""A row in every table, with a person's name in every place where words can stand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    String,
    Table,
    Time,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Session

from kam_flows.persistence.models import Row, UtcDateTime
from kam_flows.persistence.traces import searched

LONG_AGO = datetime(2026, 1, 5, 1, tzinfo=UTC)


def plant(session: Session, words: str, mail: bytes, document: bytes) -> list[Table]:
    """The tables that got a row of theirs; those that have one keep it."""
    planted = []
    places = searched()
    for table in Row.metadata.sorted_tables:
        if session.execute(select(table.c.id)).first() is None:
            columns = places.get(table, [])
            session.execute(
                insert(table).values(
                    {
                        column.name: _value(column, words, mail, document)
                        if column in columns or isinstance(column.type, LargeBinary)
                        else _value(column, "x", mail, document)
                        for column in table.columns
                        if not (column.primary_key and not column.foreign_keys)
                    }
                )
            )
            planted.append(table)
    return planted


def _value(column: Column[Any], words: str, mail: bytes, document: bytes) -> Any:
    kind = column.type
    if column.foreign_keys:
        return None if column.nullable else 1
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    if isinstance(kind, UtcDateTime | DateTime):
        return LONG_AGO
    if isinstance(kind, LargeBinary):
        return mail if column.table.name == "outbox_contents" else document
    for of, value in {
        Boolean: False,
        Date: date(2026, 1, 5),
        Time: time(9),
        Integer: 1,
        JSON: {"said": [words, {words: 1}]},
        String: words,
    }.items():
        if isinstance(kind, of):
            return value
    raise AssertionError(f"{column} has a type of its own")


def everything(session: Session) -> Iterator[tuple[str, str]]:
    """All that the database holds, as its own words: where, and what."""
    for table in Row.metadata.sorted_tables:
        for row in session.execute(text(f"SELECT * FROM {table.name}")).mappings():
            for name, value in row.items():
                yield f"{table.name}.{name}", _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    written = str(value)
    # JSON stands in SQLite as text with escapes.
    return written + (
        written.encode().decode("unicode_escape", "replace") if "\\u" in written else ""
    )
