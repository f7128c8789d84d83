"""What the rows of a portfolio file must be to each other and to what is stored."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from kam_flows.domain.choices import nearest
from kam_flows.domain.cycles import cycles
from kam_flows.domain.errors import Phrase
from kam_flows.domain.people import Staff
from kam_flows.domain.portfolio import Portfolio, Problem, Record, Table
from kam_flows.domain.portfolio_columns import COLUMNS, Kind
from kam_flows.domain.portfolio_headers import Header
from kam_flows.domain.portfolio_lines import Line, problem

HINTS = 5
"""After so many unknown codes, looking for what was meant costs more than it helps."""
REFERENCES = {
    Kind.STAFF: {
        "supervisor": Kind.STAFF,
        "department_head": Kind.STAFF,
        "deputy": Kind.STAFF,
    },
    Kind.ACCOUNTS: {},
    Kind.CONTACTS: {"account": Kind.ACCOUNTS},
    Kind.TEAMS: {"account": Kind.ACCOUNTS, "staff": Kind.STAFF},
}


def repeated(header: Header, table: Table, lines: Sequence[Line]) -> list[Problem]:
    keys = ("account", "staff", "role") if header.kind is Kind.TEAMS else ("code",)
    first: dict[tuple[Any, ...], int] = {}
    problems = []
    for line in lines:
        key = tuple(str(line.values[k]).casefold() for k in keys)
        if key in first:
            value = " ".join(line.typed[k] for k in keys)
            wanted = Phrase(
                "each only once; it already stands in row {row}", row=first[key]
            )
            title = header.title(keys[0])
            problems.append(problem(table, line.row, title, value, wanted))
        first.setdefault(key, line.row)
    return problems


def dangling(
    header: Header,
    table: Table,
    lines: Sequence[Line],
    portfolio: Portfolio,
    named: Mapping[Kind, set[str]],
) -> list[Problem]:
    problems: list[Problem] = []
    for name, other in REFERENCES[header.kind].items():
        known = named[other].union(portfolio.of(other))
        names = [(r.code, r.name) for r in portfolio.of(other).values()]
        expected = next(c.expected for c in COLUMNS[header.kind] if c.field == name)
        for line in lines:
            code = line.values.get(name)
            if code is None or code in known:
                continue
            near = nearest(code, names, 1) if len(problems) < HINTS else []
            wanted = (
                Phrase(
                    "{expected}; did you mean {near}?", expected=expected, near=near[0]
                )
                if near
                else expected
            )
            title, typed = header.title(name), line.typed[name]
            problems.append(problem(table, line.row, title, typed, wanted))
    return problems


def misspelt(
    header: Header, table: Table, lines: Sequence[Line], stored: Mapping[str, Record]
) -> Iterable[Problem]:
    # A second record that differs in capitals alone is never meant.
    twins = {code.casefold(): code for code in stored}
    for line in lines:
        code = line.values["code"]
        twin = twins.get(code.casefold())
        if twin and code not in stored:
            wanted = Phrase("{code}, as it is written in the portfolio", code=twin)
            yield problem(table, line.row, header.title("code"), code, wanted)


def erased(
    header: Header, table: Table, lines: Sequence[Line], portfolio: Portfolio
) -> Iterable[Problem]:
    """People who asked not to be on record: no old file brings them back."""
    for line in lines:
        code = line.values["code"]
        if code in portfolio.contacts or code.casefold() not in portfolio.erased:
            continue
        alias, day = portfolio.erased[code.casefold()]
        wanted = Phrase(
            "nobody who was erased on request ({alias}, {day}); take the row out, or "
            "give a new code to somebody who wants to be on record again",
            alias=alias,
            day=day,
        )
        yield problem(table, line.row, header.title("code"), code, wanted)


def strange_calendars(
    header: Header, table: Table, lines: Sequence[Line], calendars: Collection[str]
) -> Iterable[Problem]:
    """Calendars that the policy in force lacks: due times could not be told by them."""
    wanted = Phrase(
        "{calendars}, or empty for the usual one", calendars=sorted(calendars)
    )
    for line in lines:
        name = line.values.get("calendar")
        if name and name not in calendars:
            title = header.title("calendar")
            yield problem(table, line.row, title, line.typed["calendar"], wanted)


def deputy_cycles(
    header: Header, table: Table, lines: Sequence[Line], everybody: Mapping[str, Staff]
) -> Iterable[Problem]:
    rows = {line.values["code"]: line for line in lines}
    for cycle in cycles({code: p.deputy for code, p in everybody.items()}):
        line = next((rows[code] for code in cycle if code in rows), None)
        if line is None:
            continue
        names = " → ".join(everybody[code].name for code in [*cycle, cycle[0]])
        wanted = Phrase(
            "a deputy who does not lead back to the person: {names}", names=names
        )
        yield problem(
            table,
            line.row,
            header.title("deputy"),
            line.typed.get("deputy", ""),
            wanted,
        )


def shared_addresses(
    header: Header, table: Table, lines: Sequence[Line], everybody: Mapping[str, Staff]
) -> Iterable[Problem]:
    used = Counter(person.email.casefold() for person in everybody.values())
    for line in lines:
        address = line.values["email"]
        if used[address.casefold()] > 1:
            others = [
                p.code
                for p in everybody.values()
                if p.email.casefold() == address.casefold()
                and p.code != line.values["code"]
            ]
            wanted = Phrase(
                "an address of the person's own; {others} has this one", others=others
            )
            yield problem(table, line.row, header.title("email"), address, wanted)
