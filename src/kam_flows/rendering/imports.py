"""What an import of the portfolio changed, or why not, as the rows of a table."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kam_flows.domain.accounts import Tier
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.portfolio import Action, Change, Problem
from kam_flows.domain.portfolio_columns import COLUMNS, Kind
from kam_flows.rendering.answers import headings, say, told
from kam_flows.rendering.words import spoken, word

TERMS: Mapping[tuple[Kind, str], type[StrEnum]] = {
    (Kind.ACCOUNTS, "tier"): Tier,
    (Kind.STAFF, "role"): StaffRole,
}
CODED = frozenset({"active", "is_decision_maker", "language"})
"""Fields whose few values have words of their own."""


def problem_rows(problems: Iterable[Problem], language: str) -> list[dict[str, object]]:
    head = headings(language)
    return [
        {
            head("file"): told(problem.source, language),
            head("row"): problem.row,
            head("column"): told(problem.column, language),
            head("value"): problem.value,
            head("expected"): told(problem.expected, language),
        }
        for problem in problems
    ]


def change_rows(changes: Iterable[Change], language: str) -> list[dict[str, str]]:
    head = headings(language)
    return [
        {
            head("what"): say(change.kind.value, language),
            head("done"): say(change.action.value, language),
            head("code"): change.code,
            head("name"): change.name,
            head("fields"): "; ".join(_fields(change, language)),
        }
        for change in changes
    ]


def change_lines(changes: Iterable[Change], language: str) -> list[str]:
    """For a terminal: a line per field that changes; one for what is added or removed."""
    lines = []
    for change in changes:
        head = f"{change.code} {say(change.action.value, language)}"
        fields = list(_fields(change, language))
        each = fields if change.action is Action.CHANGED else ["; ".join(fields)]
        lines += [f"{head}: {field}" for field in each]
    return lines


def _fields(change: Change, language: str) -> Iterable[str]:
    for name, pair in change.fields.items():
        old, new = (_value(change.kind, name, value, language) for value in pair)
        field = _field(change.kind, name, language)
        if old:
            yield say("{field}: {old} → {new}", language, field=field, old=old, new=new)
        else:
            yield say("{field}: {new}", language, field=field, new=new)


def _field(kind: Kind, name: str, language: str) -> str:
    """As the file's own column is called; a team's field is the role in it."""
    if spoken(language):
        return name
    if kind is Kind.TEAMS:
        return (
            say(name, language) if name == "order" else word(TeamRole(name), language)
        )
    return next(column.words[0] for column in COLUMNS[kind] if column.field == name)


def _value(kind: Kind, name: str, value: str, language: str) -> str:
    if spoken(language) or not value:
        return value
    if term := TERMS.get((kind, name)):
        return word(term(value), language)
    return say(value, language) if name in CODED else value
