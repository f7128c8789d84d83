"""What a file of occasions says, and what importing it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kam_flows.domain.accounts import Contact
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.occasion_entries import (
    ACCOUNT_COLUMN,
    CONTACT_COLUMN,
    DAY_COLUMN,
    Entry,
    columns,
    entered,
    mistakes,
)
from kam_flows.domain.occasions import Occasion
from kam_flows.domain.portfolio import BadFile, Problem, Table
from kam_flows.domain.portfolio_columns import Column
from kam_flows.domain.portfolio_headers import Headline, headline
from kam_flows.domain.portfolio_lines import Line, problem, read_lines, strangers


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the lines of a file may name."""

    accounts: Mapping[str, str]
    """Code and name of everybody."""
    contacts: Mapping[str, Sequence[Contact]]
    """By account code."""
    today: date


def read_occasions(
    tables: Sequence[Table], known: Known, rules: CareRules
) -> list[Occasion]:
    """The lines of all sheets; raises BadFile, which names all that is wrong with them."""
    problems: list[Problem] = []
    found: list[Occasion] = []
    places: dict[tuple[str, ...], int] = {}
    for table in tables:
        header = headline(table, columns(rules), "occasions")
        problems += header.problems
        if header.problems:
            continue
        lines, bad = read_lines(header, table)
        strange = strangers(header, table, lines, known.accounts)
        problems += [*bad, *strange]
        rows = {one.row for one in strange}
        for line in lines:
            if line.row in rows:
                continue
            try:
                found.append(_occasion(line, known, places))
            except Wrong as wrong:
                problems.append(_problem(header, table, line, wrong))
    if problems:
        raise BadFile(problems)
    return found


class Wrong(Exception):
    """A line that does not go together: the column, and what should stand there."""

    def __init__(self, column: Column, expected: Phrase) -> None:
        super().__init__(expected)
        self.column, self.expected = column, expected


def _occasion(line: Line, known: Known, places: dict[tuple[str, ...], int]) -> Occasion:
    entry = Entry(**line.values)
    for column, expected in mistakes(entry, known.today):
        raise Wrong(column, expected)
    try:
        occasion = entered(entry, known.contacts.get(entry.account, ()), known.today)
    except UserError as error:
        # Two people of one name: only a code tells them apart.
        raise Wrong(CONTACT_COLUMN, Phrase(error.sentence, **error.values)) from error
    who = occasion.contact_code or occasion.contact
    key = (entry.account, entry.kind, who, entry.about)
    if key in places:
        raise Wrong(
            ACCOUNT_COLUMN,
            Phrase("each only once; it already stands in row {row}", row=places[key]),
        )
    places[key] = line.row
    return occasion


def _problem(header: Headline, table: Table, line: Line, wrong: Wrong) -> Problem:
    """In its column, or where the file has none of it, in that of the day."""
    field = wrong.column.field
    if field not in line.typed:
        field = DAY_COLUMN.field
    typed = line.typed.get(field, "")
    return problem(table, line.row, header.title(field), typed, wrong.expected)
