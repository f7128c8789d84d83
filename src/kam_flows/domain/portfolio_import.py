"""What importing a file would do, decided before anything is written."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kam_flows.domain import portfolio_headers
from kam_flows.domain import portfolio_rules as rules
from kam_flows.domain.accounts import Account, Contact, TeamMember
from kam_flows.domain.errors import Phrase
from kam_flows.domain.people import Staff
from kam_flows.domain.portfolio import (
    Action,
    BadFile,
    Change,
    Portfolio,
    Problem,
    Record,
    Table,
    compare,
    compare_teams,
    left_behind,
)
from kam_flows.domain.portfolio_columns import Kind
from kam_flows.domain.portfolio_headers import Header, shown
from kam_flows.domain.portfolio_lines import Line, problem, read_lines

KINDS = list(Kind)
MAKERS: dict[Kind, Callable[..., Record]] = {
    Kind.STAFF: Staff,
    Kind.ACCOUNTS: Account,
    Kind.CONTACTS: Contact,
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a file changes: records to write by kind, and what to tell about it."""

    records: Mapping[Kind, Mapping[str, Any]] = field(default_factory=dict)
    """By kind, the added or changed records; under teams, accounts with their team."""
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    left: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Who left with this file, and the accounts that now need somebody else."""

    def count(self, action: Action) -> int:
        return sum(change.action is action for change in self.changes)


def kinds(tables: Iterable[Table]) -> list[Kind]:
    """What the sheets of a file hold, in import order; `BadFile` if it cannot be told."""
    return [header.kind for header, _ in _sorted(tables)]


def plan(
    tables: Sequence[Table], portfolio: Portfolio, calendars: Collection[str]
) -> Plan:
    """Read all sheets of one file; `BadFile` names everything that is wrong with them.

    `calendars` are the names that the policy in force has.
    """
    now, problems = portfolio, list[Problem]()
    records: dict[Kind, Mapping[str, Any]] = {}
    changes: list[Change] = []
    unchanged = 0
    # Rows that could not be read still name people whom other rows may refer to.
    named = {kind: set[str]() for kind in Kind}
    for header, table in _sorted(tables):
        lines, bad = read_lines(header, table)
        named[header.kind] = _codes(header, table)
        fresh, worse = _records(header, table, lines, now, named)
        if header.kind is Kind.ACCOUNTS:
            worse += rules.strange_calendars(header, table, lines, calendars)
        if header.kind is Kind.CONTACTS:
            worse += rules.erased(header, table, lines, now)
        problems += sorted([*bad, *worse], key=lambda problem: problem.row)
        old, now = now, now.with_records(header.kind, fresh)
        records[header.kind] = {
            code: record
            for code, record in fresh.items()
            if record != old.of(header.kind).get(code)
        }
        made = list(_changes(header.kind, old, fresh))
        changes += made
        touched = sum(change.action is not Action.REMOVED for change in made)
        unchanged += max(len(lines) - touched, 0)
    if problems:
        raise BadFile(problems)
    return Plan(
        records=records,
        changes=tuple(changes),
        unchanged=unchanged,
        left=left_behind(portfolio.staff, now),
    )


def _sorted(tables: Iterable[Table]) -> list[tuple[Header, Table]]:
    found: list[tuple[Header, Table]] = []
    problems: list[Problem] = []
    for table in tables:
        header = portfolio_headers.recognise(table)
        problems += header.problems
        twin = next((t for h, t in found if h.kind is header.kind), None)
        if twin and not header.problems:
            wanted = Phrase(
                "one sheet of {kind}; put it together with {other}",
                kind=header.kind.value,
                other=twin.source,
            )
            sheet = Phrase("sheet")
            problems.append(problem(table, header.row, sheet, table.source, wanted))
        found.append((header, table))
    if problems:
        raise BadFile(problems)
    return sorted(found, key=lambda pair: KINDS.index(pair[0].kind))


def _records(
    header: Header,
    table: Table,
    lines: Sequence[Line],
    portfolio: Portfolio,
    named: Mapping[Kind, set[str]],
) -> tuple[dict[str, Any], list[Problem]]:
    """The records as they will stand; columns the file does not have stay as they are."""
    kind = header.kind
    problems = rules.repeated(header, table, lines)
    problems += rules.dangling(header, table, lines, portfolio, named)
    if kind is Kind.TEAMS:
        return _teams(lines, portfolio), problems
    stored = portfolio.of(kind)
    problems += rules.misspelt(header, table, lines, stored)
    fresh: dict[str, Any] = {}
    for line in lines:
        code = line.values["code"]
        old: Any = stored.get(code)
        fresh[code] = (
            replace(old, **line.values) if old else MAKERS[kind](**line.values)
        )
    if kind is Kind.STAFF:
        everybody = dict(portfolio.staff) | fresh
        problems += rules.deputy_cycles(header, table, lines, everybody)
        problems += rules.shared_addresses(header, table, lines, everybody)
    return fresh, problems


def _teams(lines: Sequence[Line], portfolio: Portfolio) -> dict[str, Account]:
    teams: dict[str, list[TeamMember]] = {}
    for line in lines:
        member = TeamMember(staff=line.values["staff"], role=line.values["role"])
        teams.setdefault(line.values["account"], []).append(member)
    return {
        code: replace(portfolio.accounts[code], team=tuple(team))
        for code, team in teams.items()
        if code in portfolio.accounts
    }


def _changes(kind: Kind, old: Portfolio, fresh: Mapping[str, Any]) -> Iterable[Change]:
    for code, record in fresh.items():
        if kind is Kind.TEAMS:
            yield from compare_teams(old.accounts[code], record)
        elif change := compare(kind, old.of(kind).get(code), record):
            yield change


def _codes(header: Header, table: Table) -> set[str]:
    places = [i for i, column in header.columns.items() if column.field == "code"]
    rows = table.rows[header.row :]
    return {shown(cells[i]) for i in places for cells in rows if i < len(cells)}
