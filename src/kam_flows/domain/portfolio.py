"""The portfolio: everybody we serve and everybody who serves, and how files change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from kam_flows.domain.accounts import Account, Contact, TeamMember
from kam_flows.domain.cells import Cell, written_absences, written_quiet_hours
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.people import Absence, Directory, QuietHours, Staff
from kam_flows.domain.portfolio_columns import COLUMNS, Kind

Record = Staff | Account | Contact


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells as a file holds them; the first filled one names the columns."""

    source: str
    """The file's name, and the sheet's if it has several."""
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in a file, and where; row 1 is the first line of the sheet."""

    source: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        return str(self.told())

    def told(self) -> Phrase:
        return Phrase(
            "{source}, row {row}, {column}: '{value}'; expected {expected}",
            source=self.source,
            row=self.row,
            column=self.column,
            value=self.value,
            expected=self.expected,
        )


class BadFile(UserError):
    """A file that cannot be imported; nothing of it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first, more = self.problems[0].told(), len(self.problems) - 1
        if more:
            super().__init__(
                "Nothing was imported: {problem} (and {more} more).",
                problem=first,
                more=more,
            )
        else:
            super().__init__("Nothing was imported: {problem}.", problem=first)


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """All of it at one moment, by code; teams are part of the accounts."""

    staff: Directory = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    erased: Mapping[str, tuple[str, date]] = field(default_factory=dict)
    """Contacts who were erased on request: alias and day, by code in small letters."""

    def of(self, kind: Kind) -> Mapping[str, Record]:
        """The records of one kind; a team is found under its account."""
        if kind is Kind.STAFF:
            return self.staff
        return self.contacts if kind is Kind.CONTACTS else self.accounts

    def with_records(self, kind: Kind, records: Mapping[str, Any]) -> "Portfolio":
        if kind is Kind.STAFF:
            return replace(self, staff={**self.staff, **records})
        if kind is Kind.CONTACTS:
            return replace(self, contacts={**self.contacts, **records})
        return replace(self, accounts={**self.accounts, **records})


class Action(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One record that an import adds or changes; for a team, one member of it."""

    kind: Kind
    action: Action
    code: str
    name: str
    fields: Mapping[str, tuple[str, str]]
    """Field to old and new value; an added record has only what was filled in."""


def compare(kind: Kind, old: Record | None, new: Any) -> Change | None:
    """What importing `new` over `old` changes; `None` if nothing."""
    if old == new:
        return None
    fields = {}
    for column in COLUMNS[kind]:
        before = written(getattr(old, column.field)) if old else ""
        after = written(getattr(new, column.field))
        if before != after:
            fields[column.field] = (before, after)
    action = Action.CHANGED if old else Action.ADDED
    return Change(kind=kind, action=action, code=new.code, name=new.name, fields=fields)


def compare_teams(old: Account, new: Account) -> list[Change]:
    """Members who come and go; a mere change of order is one change of the account."""

    def change(action: Action, fields: Mapping[str, tuple[str, str]]) -> Change:
        return Change(
            kind=Kind.TEAMS,
            action=action,
            code=new.code,
            name=new.name,
            fields=fields,
        )

    come = [m for m in new.team if m not in old.team]
    gone = [m for m in old.team if m not in new.team]
    changes = [change(Action.ADDED, {m.role.value: ("", m.staff)}) for m in come]
    changes += [change(Action.REMOVED, {m.role.value: (m.staff, "")}) for m in gone]
    if not changes and old.team != new.team:
        order = (written_team(old.team), written_team(new.team))
        changes.append(change(Action.CHANGED, {"order": order}))
    return changes


def left_behind(old: Directory, new: Portfolio) -> dict[str, list[str]]:
    """Who left with this import, and the active accounts that need somebody else."""
    leavers = [
        code
        for code, person in new.staff.items()
        if not person.active and code in old and old[code].active
    ]
    return {
        code: sorted(
            account.code
            for account in new.accounts.values()
            if account.active and any(m.staff == code for m in account.team)
        )
        for code in leavers
    }


def written(value: Any) -> str:
    """A value as files, tables and the audit trail show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, QuietHours):
        return written_quiet_hours(value)
    if isinstance(value, tuple):
        return written_absences(a for a in value if isinstance(a, Absence))
    return str(value)


def written_team(team: Sequence[TeamMember]) -> str:
    return ", ".join(f"{member.role} {member.staff}" for member in team)
