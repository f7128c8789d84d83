"""Reads the rows of a file below its headline, and says what is wrong with each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kam_flows.domain.choices import nearest
from kam_flows.domain.errors import Phrase
from kam_flows.domain.portfolio import Problem, Table
from kam_flows.domain.portfolio_columns import ACCOUNT, Column
from kam_flows.domain.portfolio_headers import Headline, shown

SHOWN = 80
"""Characters of a wrong value that are repeated to the reader."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row that could be read: its number, its values by field, its cells as typed."""

    row: int
    values: Mapping[str, Any]
    typed: Mapping[str, str]


def read_lines(header: Headline, table: Table) -> tuple[list[Line], list[Problem]]:
    """The rows below the headline that could be read, and what is wrong with the others."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for row, cells in enumerate(table.rows[header.row :], header.row + 1):
        if not any(shown(cell) for cell in cells):
            continue
        values, typed, good = {}, {}, True
        for index, column in header.columns.items():
            cell = cells[index] if index < len(cells) else None
            typed[column.field] = shown(cell)
            try:
                values[column.field] = _value(column, cell)
            except ValueError:
                good = False
                problems.append(
                    problem(
                        table, row, header.titles[index], shown(cell), column.expected
                    )
                )
        for index, cell in enumerate(cells):
            if index not in header.columns and shown(cell):
                good = False
                wanted = Phrase("nothing beyond the named columns")
                place = Phrase("column {number}", number=index + 1)
                problems.append(problem(table, row, place, shown(cell), wanted))
        if good:
            lines.append(Line(row=row, values=values, typed=typed))
    return lines, problems


def strangers(
    header: Headline, table: Table, lines: Sequence[Line], accounts: Mapping[str, str]
) -> list[Problem]:
    """Lines of accounts that nobody knows; `accounts` are code and name of all."""
    problems = []
    for line in lines:
        code = line.values["account"]
        if code in accounts:
            continue
        wanted: Any = ACCOUNT
        if near := nearest(code, accounts.items(), 1):
            wanted = Phrase(
                "{expected}; did you mean {near}?", expected=ACCOUNT, near=near[0]
            )
        title, typed = header.title("account"), line.typed["account"]
        problems.append(problem(table, line.row, title, typed, wanted))
    return problems


def _value(column: Column, cell: Any) -> Any:
    if not shown(cell):
        if column.required:
            raise ValueError
        return column.default
    return column.parse(cell)


def problem(table: Table, row: int, column: str, value: str, wanted: str) -> Problem:
    return Problem(
        source=table.source,
        row=row,
        column=column,
        value=value[:SHOWN],
        expected=wanted,
    )
