"""The questionnaire of the needs survey: a file that goes to an interview and comes back."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from kam_flows.domain.cells import SPREADSHEET_ERRORS, Cell, reference
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.portfolio import BadFile, Problem, Table
from kam_flows.domain.portfolio_headers import shown
from kam_flows.domain.portfolio_lines import SHOWN
from kam_flows.domain.survey import LONGEST_ANSWER, Dimension
from kam_flows.domain.texts import as_kept

ACCOUNT = ("客户编号", "Account code")
DIMENSION = ("维度", "Dimension")
QUESTION = ("要问什么", "What to ask")
KNOWN = ("已知答复", "Known so far")
SINCE = ("答复日期", "Known since")
ANSWER = ("新的答复", "New answer")
COLUMNS = (DIMENSION, QUESTION, KNOWN, SINCE, ANSWER)
"""The table's columns in their order, Chinese and English."""

Terms = Mapping[str, Dimension]
"""What a row may call its dimension, in small letters."""


class Filled(NamedTuple):
    """A questionnaire that came back."""

    account: str
    """Code, as it stands in the file's head."""
    answers: Mapping[Dimension, str]


class Head(NamedTuple):
    table: Table
    row: int
    """Of the line that names the columns."""
    places: Mapping[tuple[str, str], int]


def read_back(name: str, tables: Sequence[Table], terms: Terms) -> Filled:
    """The answers of a filled-in file, all or nothing.

    Raises `BadFile` with every row that cannot be understood, and one sentence for a
    file that is no questionnaire.
    """
    heads = [head for table in tables if (head := _head(table))]
    if len(heads) != 1:
        raise UserError(
            "{name} has {count} sheets that are questionnaires; it must have one, as "
            "`kam onboarding questionnaire` writes it.",
            name=name,
            count=len(heads),
        )
    [head] = heads
    account = _account(head)
    if not account:
        raise UserError(
            "{name} does not say which account it is about: the cell beside "
            "“{label}” must hold its code.",
            name=name,
            label="/".join(ACCOUNT),
        )
    return Filled(account, _answers(head, terms))


def _head(table: Table) -> Head | None:
    for row, cells in enumerate(table.rows, 1):
        named = {_plain(cell): place for place, cell in enumerate(cells)}
        places = {
            column: named[word.casefold()]
            for column in COLUMNS
            for word in column
            if word.casefold() in named
        }
        if DIMENSION in places and ANSWER in places:
            return Head(table, row, places)
    return None


def _account(head: Head) -> str:
    for cells in head.table.rows[: head.row - 1]:
        for label, cell in pairwise(cells):
            if _plain(label) in {word.casefold() for word in ACCOUNT}:
                try:
                    return reference(cell)
                except ValueError:
                    return ""
    return ""


def _answers(head: Head, terms: Terms) -> dict[Dimension, str]:
    found: dict[Dimension, tuple[int, str]] = {}
    problems: list[Problem] = []

    def complain(row: int, column: str, value: str, wanted: Phrase) -> None:
        problems.append(
            Problem(
                source=head.table.source,
                row=row,
                column=column,
                value=value[:SHOWN],
                expected=wanted,
            )
        )

    for row, cells in enumerate(head.table.rows[head.row :], head.row + 1):
        if not any(shown(cell) for cell in cells):
            continue
        for place, cell in enumerate(cells):
            if place not in head.places.values() and shown(cell):
                wanted = Phrase("nothing beyond the named columns")
                where = Phrase("column {number}", number=place + 1)
                complain(row, where, shown(cell), wanted)
        typed = _at(head, cells, DIMENSION)
        dimension = terms.get(_plain(typed))
        if dimension is None:
            wanted = Phrase("one of the dimensions: {names}", names=list(Dimension))
            complain(row, _title(head, DIMENSION), shown(typed), wanted)
        elif dimension in found:
            wanted = Phrase(
                "each only once; it already stands in row {row}",
                row=found[dimension][0],
            )
            complain(row, _title(head, DIMENSION), shown(typed), wanted)
        else:
            cell = _at(head, cells, ANSWER)
            text = as_kept(passage(cell))
            if len(text) > LONGEST_ANSWER or text in SPREADSHEET_ERRORS:
                wanted = Phrase(
                    "text of at most {limit} characters", limit=LONGEST_ANSWER
                )
                complain(row, _title(head, ANSWER), text, wanted)
            found[dimension] = (row, text)
    if problems:
        raise BadFile(problems)
    return {dimension: text for dimension, (_, text) in found.items() if text}


def passage(cell: Cell) -> str:
    """A cell of any length with its lines; one line where it holds no text."""
    return cell if isinstance(cell, str) else shown(cell)


def _at(head: Head, cells: Sequence[Cell], column: tuple[str, str]) -> Cell:
    place = head.places[column]
    return cells[place] if place < len(cells) else None


def _title(head: Head, column: tuple[str, str]) -> str:
    """What the file itself calls this column."""
    return shown(head.table.rows[head.row - 1][head.places[column]])


def _plain(cell: Cell) -> str:
    return " ".join(passage(cell).split()).casefold()


def terms_for(
    spoken: Iterable[tuple[Dimension, Sequence[str]]],
) -> dict[str, Dimension]:
    """By code, by either title, and by both titles together, as a row shows them."""
    return {
        name.casefold(): dimension
        for dimension, titles in spoken
        for name in (dimension.value, *titles, " ".join(titles))
    }
