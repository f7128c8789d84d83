"""Tells from its headers what a portfolio file holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from kam_flows.domain.cells import Cell, text
from kam_flows.domain.portfolio import Problem, Table
from kam_flows.domain.portfolio_columns import COLUMNS, Column, Kind, column_named


@dataclass(frozen=True, kw_only=True)
class Header:
    """The row that names the columns, and what each place in it means."""

    kind: Kind
    row: int
    columns: Mapping[int, Column]
    titles: Mapping[int, str]
    problems: tuple[Problem, ...]

    def title(self, field: str) -> str:
        """What the file calls this column."""
        named = (i for i, column in self.columns.items() if column.field == field)
        place = next(named, None)
        return field if place is None else self.titles[place]


def recognise(table: Table) -> Header:
    """The kind that these headers fit best, with all that does not fit."""
    row = next(i for i, cells in enumerate(table.rows, 1) if any(map(shown, cells)))
    titles = {i: shown(c) for i, c in enumerate(table.rows[row - 1]) if shown(c)}
    readings = [_read(kind, row, titles, table.source) for kind in Kind]
    best = min(readings, key=lambda header: len(header.problems))
    if len(best.columns) > 1:
        return best
    expected = " or ".join(
        f"{kind}: {', '.join(c.field for c in COLUMNS[kind] if c.required)}"
        for kind in Kind
    )
    problem = Problem(
        source=table.source,
        row=row,
        column="headers",
        value=", ".join(titles.values()),
        expected=f"the names of the columns ({expected})",
    )
    return Header(
        kind=best.kind, row=row, columns={}, titles=titles, problems=(problem,)
    )


def shown(cell: Cell) -> str:
    """A cell as people see it; never fails, whatever it holds."""
    try:
        return text(cell)
    except ValueError as error:
        return str(error) or " "


def _read(kind: Kind, row: int, titles: Mapping[int, str], source: str) -> Header:
    columns: dict[int, Column] = {}
    problems: list[Problem] = []

    def complain(column: str, value: str, expected: str) -> None:
        problems.append(
            Problem(
                source=source, row=row, column=column, value=value, expected=expected
            )
        )

    for index, title in titles.items():
        column = column_named(kind, title)
        if column is None:
            names = ", ".join(f"{c.words[0]}/{c.field}" for c in COLUMNS[kind])
            complain(title, title, f"one of the columns {names}; or delete the column")
        elif column in columns.values():
            complain(title, title, f"only one column {column.words[0]}/{column.field}")
        else:
            columns[index] = column
    for column in COLUMNS[kind]:
        if column.required and column not in columns.values():
            complain(
                f"{column.words[0]}/{column.field}",
                "",
                f"this column, which {kind} must have",
            )
    return Header(
        kind=kind, row=row, columns=columns, titles=titles, problems=tuple(problems)
    )
