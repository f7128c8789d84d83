"""Where a person stands in the database, in whatever table, and how they leave it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Enum,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from kam_flows.domain.forgetting import Forgetting
from kam_flows.persistence.models import (
    AccountRow,
    AuditRow,
    ContactRow,
    FormRow,
    PolicyUseRow,
    PolicyVersionRow,
    Row,
    StaffRow,
    TicketRow,
    table_of,
)

ACCOUNTS = table_of(AccountRow)
AUDIT = table_of(AuditRow)
WHOLE = {
    table_of(StaffRow): "our own people",
    table_of(PolicyVersionRow): "its digest names this very text",
    table_of(PolicyUseRow): "codes of our own people",
    table_of(FormRow): "what the Prefect server calls our forms",
}
NAMES = {
    ACCOUNTS: {"code", "name", "calendar"},
    table_of(ContactRow): {"code", "name", "email", "phone"},
    table_of(TicketRow): {"number"},
    AUDIT: {"actor", "action", "subject"},
}
"""Columns in which others are named, and what the audit trail keeps for good."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One value that names the person."""

    table: str
    id: int
    column: str
    text: str


class Traces:
    """Free text, of every table: one that is added to the project is searched, too."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, person: Forgetting, account_id: int) -> Iterator[Trace]:
        """Everything on record that names them."""
        for table, columns in searched().items():
            for id_, old, _ in self._named(table, columns, person, account_id):
                for column, value in old.items():
                    yield Trace(
                        table=table.name, id=id_, column=column, text=_readable(value)
                    )

    def remove(self, person: Forgetting, account_id: int) -> Counter[str]:
        """Put the alias in their place; how many rows of which table changed."""
        changed = Counter[str]()
        for table, columns in searched().items():
            for id_, _, new in self._named(table, columns, person, account_id):
                statement = update(table).where(table.c.id == bindparam("of"))
                self.session.execute(statement.values(new), {"of": id_})
                changed[table.name] += 1
        return changed

    def _named(
        self,
        table: Table,
        columns: Collection[Column[Any]],
        person: Forgetting,
        account_id: int,
    ) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Rows that name them: the id, the values that do, and those without them."""
        home = _account_of(table)
        likely = or_(*(_holds(column, person.needles) for column in columns))
        statement = select(table.c.id, home.label("home"), *columns).where(likely)
        for row in self.session.execute(statement).all():
            new = {
                column.name: person.value(value, home=row.home == account_id)
                for column in columns
                if (value := row._mapping[column]) is not None
            }
            old = {name: row._mapping[table.c[name]] for name in new}
            named = [name for name in new if new[name] != old[name]]
            if named:
                yield (
                    row.id,
                    {name: old[name] for name in named},
                    {name: new[name] for name in named},
                )


def searched() -> Mapping[Table, list[Column[Any]]]:
    """Every column of every table in which people may have written a name."""
    found = {
        table: [
            column
            for column in table.columns
            if _is_text(column) and column.name not in NAMES.get(table, ())
        ]
        for table in Row.metadata.sorted_tables
        if table not in WHOLE
    }
    return {table: columns for table, columns in found.items() if columns}


def _is_text(column: Column[Any]) -> bool:
    kind = column.type
    words = isinstance(kind, String | JSON) and not isinstance(kind, Enum)
    return words and not isinstance(kind, LargeBinary)


def _holds(column: Column[Any], needles: Collection[str]) -> ColumnElement[bool]:
    """A first look that the database takes; SQLite makes plain letters small, no others."""
    text = cast(column, Text)
    small = func.lower(text)
    looks = [small.contains(one.lower(), autoescape=True) for one in needles]
    others = [one for one in needles if not one.isascii()]
    looks += [text.contains(one, autoescape=True) for one in others]
    return or_(false(), *looks)


def _account_of(table: Table) -> ColumnElement[int | None]:
    """Whose record a row belongs to: by its own column, or by what it hangs on."""
    if "account_id" in table.c:
        return table.c.account_id
    for key in table.foreign_keys:
        parent = key.column.table
        if "account_id" in parent.c:
            of = parent.alias()
            return (
                select(of.c.account_id).where(of.c.id == key.parent).scalar_subquery()
            )
    if table is AUDIT:
        code = select(ACCOUNTS.c.id).where(
            AUDIT.c.subject == "account " + ACCOUNTS.c.code
        )
        return code.scalar_subquery()
    return cast(None, table.c.id.type)


def _readable(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_readable(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_readable, value))
    return "" if value is None else str(value)
