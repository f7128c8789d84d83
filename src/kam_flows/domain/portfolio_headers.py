"""Tells from its headers what a portfolio file holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kam_flows.domain.cells import Cell, text
from kam_flows.domain.errors import Phrase
from kam_flows.domain.portfolio import Problem, Table
from kam_flows.domain.portfolio_columns import COLUMNS, Column, Kind, column_named

LONGEST_TITLE = 80
"""Characters of the name of a column that are repeated to the reader."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The row that names the columns, and what each place in it means."""

    row: int
    columns: Mapping[int, Column]
    titles: Mapping[int, str]
    problems: tuple[Problem, ...]

    def title(self, field: str) -> str:
        """What the file calls this column."""
        named = (i for i, column in self.columns.items() if column.field == field)
        place = next(named, None)
        return field if place is None else self.titles[place]


@dataclass(frozen=True, kw_only=True)
class Header(Headline):
    """The same of a portfolio file, and the kind that it holds."""

    kind: Kind


def recognise(table: Table) -> Header:
    """The kind that these headers fit best, with all that does not fit."""
    readings = [_read(kind, table) for kind in Kind]
    best = min(readings, key=lambda header: len(header.problems))
    if len(best.columns) > 1:
        return best
    problem = Problem(
        source=table.source,
        row=best.row,
        column=Phrase("headers"),
        value=", ".join(best.titles.values())[: 2 * LONGEST_TITLE],
        expected=Phrase(
            "the names of the columns ({staff} or {accounts} or {contacts} or {teams})",
            staff=_needed(Kind.STAFF),
            accounts=_needed(Kind.ACCOUNTS),
            contacts=_needed(Kind.CONTACTS),
            teams=_needed(Kind.TEAMS),
        ),
    )
    return replace(best, columns={}, problems=(problem,))


def shown(cell: Cell) -> str:
    """A cell as people see it; never fails, whatever it holds."""
    try:
        return text(cell)
    except ValueError as error:
        return str(error) or " "


def _needed(kind: Kind) -> Phrase:
    columns = [column for column in COLUMNS[kind] if column.required]
    return Phrase("{kind}: {columns}", kind=kind.value, columns=columns)


def _read(kind: Kind, table: Table) -> Header:
    read = headline(table, COLUMNS[kind], kind.value)
    return Header(
        kind=kind,
        row=read.row,
        columns=read.columns,
        titles=read.titles,
        problems=read.problems,
    )


def headline(table: Table, wanted: Sequence[Column], kind: str) -> Headline:
    """What the first filled row says about these columns; `kind` names such files."""
    row = next(i for i, cells in enumerate(table.rows, 1) if any(map(shown, cells)))
    cells = enumerate(table.rows[row - 1])
    titles = {i: shown(cell)[:LONGEST_TITLE] for i, cell in cells if shown(cell)}
    columns: dict[int, Column] = {}
    problems: list[Problem] = []

    def complain(column: str, value: str, expected: str) -> None:
        problems.append(
            Problem(
                source=table.source,
                row=row,
                column=column,
                value=value,
                expected=expected,
            )
        )

    for index, title in titles.items():
        column = column_named(wanted, title)
        if column is None:
            expected = Phrase(
                "one of the columns {names}; or delete the column",
                names=[_both_names(c) for c in wanted],
            )
            complain(title, title, expected)
        elif column in columns.values():
            expected = Phrase("only one column {name}", name=_both_names(column))
            complain(title, title, expected)
        else:
            columns[index] = column
    for column in wanted:
        if column.required and column not in columns.values():
            expected = Phrase("this column, which {kind} must have", kind=kind)
            complain(_both_names(column), "", expected)
    return Headline(row=row, columns=columns, titles=titles, problems=tuple(problems))


def _both_names(column: Column) -> str:
    return f"{column.words[0]}/{column.field}"
