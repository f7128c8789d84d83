"""Thousands of rows in one statement, for what a sweep writes about many tickets.

SQLAlchemy prepares every value of every row by itself; for a sweep that costs more than
the database needs to store them. Here the rows go out as they are: to SQLite as one
prepared statement, to PostgreSQL as one JSON text that it takes apart itself.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Dialect,
    Enum,
    Table,
    Time,
    any_,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from kam_flows.persistence.models import UtcDateTime

Line = Sequence[Any]
"""Values in the order of the columns."""

POSTGRES: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
STAMP = len("2026-10-16 15:00:00.000000")
"""What SQLAlchemy stores of a moment on SQLite: UTC, and no word of it."""


class Ids(UserDefinedType[Iterable[int]]):
    """Ids as PostgreSQL itself writes an array of them.

    From a list the driver makes the same text, one id at a time.
    """

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "INTEGER[]"

    def bind_processor(self, _dialect: Dialect) -> Callable[[Any], str]:
        return lambda ids: f"{{{','.join(map(str, ids))}}}"


def add_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Line]
) -> None:
    _send(session, table, tuple(columns), rows, _insert)


def change_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Sequence[Line]
) -> None:
    """Rewrite these columns of rows that are there; the id stands last in each."""
    _send(session, table, (*columns, "id"), rows, _update)


def point_rows(
    session: Session, table: Table, column: str, rows: Sequence[tuple[int, int]]
) -> None:
    """Let this column of many rows name one of a few others: its id, then the row's."""
    if _on_postgres(session):
        change_rows(session, table, (column,), rows)
        return
    # A statement for each row takes SQLite twice as long as one for each of the few.
    pointing: dict[int, list[int]] = {}
    for other, id_ in rows:
        pointing.setdefault(other, []).append(id_)
    session.connection().exec_driver_sql(
        f"UPDATE {table.name} SET {_quoted(column)} = ? "  # nosec B608
        "WHERE id IN (SELECT value FROM json_each(?))",
        [(other, json.dumps(ids)) for other, ids in pointing.items()],
    )


def take_ids(session: Session, table: Table, count: int) -> Sequence[int]:
    """Ids for rows about to be added, so that others can point at them at once."""
    if not _on_postgres(session):
        # A writer is alone from its BEGIN.
        taken = session.scalar(select(func.max(table.c.id))) or 0
        return range(taken + 1, taken + 1 + count)
    # Looked up once, not for each.
    sequence = select(func.pg_get_serial_sequence(table.name, "id")).scalar_subquery()
    each = func.generate_series(1, count).table_valued("n")
    all_at_once = select(func.array_agg(func.nextval(sequence))).select_from(each)
    found: Sequence[int] | None = session.scalars(all_at_once).one()
    return found or ()


def alone(session: Session, table: Table) -> None:
    """Wait until no other unit of work is alone with this table in this sense.

    On SQLite a writer is alone from its BEGIN.
    """
    if _on_postgres(session):
        place = select(func.hashtext(f"kam {table.name}")).scalar_subquery()
        session.execute(select(func.pg_advisory_xact_lock(place)))


def among(
    session: Session, column: ColumnElement[int], ids: Iterable[int]
) -> ColumnElement[bool]:
    """One value for however many ids, so that no limit of the database is met."""
    if _on_postgres(session):
        return column == any_(literal(list(ids), Ids()))
    each = func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(select(each.c.value))


def _send(
    session: Session,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[Line],
    statement: Any,
) -> None:
    if not rows:
        return
    by_column = [
        _plain(table.c[name].type, values)
        for name, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    plain = list(zip(*by_column, strict=True))
    on_postgres = _on_postgres(session)
    session.connection().exec_driver_sql(
        statement(table, columns, on_postgres),
        {"rows": json.dumps(plain)} if on_postgres else plain,
    )


def _plain(kind: Any, values: Sequence[Any]) -> Iterable[Any]:
    if isinstance(kind, UtcDateTime):
        # Most of a sweep's moments are the moment of the sweep.
        stamps = {moment: _stamp(moment) for moment in set(values)}
        return map(stamps.__getitem__, values)
    if isinstance(kind, Date | Time):
        # Few days, and fewer times of day, are those of many rows.
        texts = {value: _written(value) for value in set(values)}
        return map(texts.__getitem__, values)
    if isinstance(kind, Enum):
        return map(str, values)
    if isinstance(kind, JSON):
        # Rows of a sweep share the very same values: nobody was passed over, mostly.
        texts = {
            key: json.dumps(one) for key, one in {id(v): v for v in values}.items()
        }
        return [texts[id(value)] for value in values]
    return values


def _written(value: date | time | None) -> str | None:
    if isinstance(value, time):
        return value.isoformat("microseconds")
    return value.isoformat() if value else None


def _stamp(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime: {moment!r}")
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:STAMP]


# Bandit sees statements made of words (B608): they are names of tables and columns of
# ours, from the models; what people typed is always a parameter.


@cache
def _insert(table: Table, columns: tuple[str, ...], on_postgres: bool) -> str:
    names = ", ".join(map(_quoted, columns))
    if on_postgres:
        taken_apart = _taken_apart(table, columns)
        return f"INSERT INTO {table.name} ({names}) {taken_apart}"  # nosec B608
    places = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # nosec B608


@cache
def _update(table: Table, columns: tuple[str, ...], on_postgres: bool) -> str:
    *changed, key = map(_quoted, columns)
    if on_postgres:
        news = ", ".join(f"{name} = news.{name}" for name in changed)
        return (
            f"UPDATE {table.name} SET {news} "  # nosec B608
            f"FROM ({_taken_apart(table, columns)}) AS news "
            f"WHERE {table.name}.{key} = news.{key}"
        )
    news = ", ".join(f"{name} = ?" for name in changed)
    return f"UPDATE {table.name} SET {news} WHERE {key} = ?"  # nosec B608


def _taken_apart(table: Table, columns: tuple[str, ...]) -> str:
    values = ", ".join(
        f"(one ->> {place})::{_type_of(table, name)} AS {_quoted(name)}"
        for place, name in enumerate(columns)
    )
    rows = "jsonb_array_elements(%(rows)s::jsonb)"
    return f"SELECT {values} FROM {rows} AS one"  # nosec B608


def _type_of(table: Table, name: str) -> str:
    kind = table.c[name].type
    # What is stored is UTC and says so only by its type.
    zone = "timestamp AT TIME ZONE 'UTC'"
    return zone if isinstance(kind, UtcDateTime) else kind.compile(POSTGRES)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _on_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
