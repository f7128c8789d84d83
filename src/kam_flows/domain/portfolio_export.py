"""Writes the portfolio as rows that the import takes back unchanged."""

from typing import Any

from kam_flows.domain import cells
from kam_flows.domain.accounts import Tier
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.portfolio import Portfolio, written
from kam_flows.domain.portfolio_columns import COLUMNS, Kind

TITLES = {
    Kind.STAFF: "员工",
    Kind.ACCOUNTS: "客户",
    Kind.CONTACTS: "联系人",
    Kind.TEAMS: "服务小组",
}


def title(kind: Kind, language: str) -> str:
    """What a workbook calls the sheet of this kind."""
    return TITLES[kind] if language == "zh_CN" else kind.value


def rows(kind: Kind, portfolio: Portfolio, language: str) -> list[list[str]]:
    """The header and one row per record, by code; teams one per member, in order."""
    chinese = language == "zh_CN"
    header = [c.words[0] if chinese else c.field for c in COLUMNS[kind]]
    return [header, *(_row(values, chinese) for values in _values(kind, portfolio))]


def _values(kind: Kind, portfolio: Portfolio) -> list[list[Any]]:
    if kind is Kind.TEAMS:
        return [
            [code, member.staff, member.role]
            for code, account in sorted(portfolio.accounts.items())
            for member in account.team
        ]
    return [
        [getattr(record, column.field) for column in COLUMNS[kind]]
        for _, record in sorted(portfolio.of(kind).items())
    ]


def _row(values: list[Any], chinese: bool) -> list[str]:
    return [_in_chinese(v) if chinese else written(v) for v in values]


def _in_chinese(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Tier):
        return cells.TIERS[value][0]
    if isinstance(value, StaffRole):
        return cells.STAFF_ROLES[value][0]
    if isinstance(value, TeamRole):
        return cells.TEAM_ROLES[value][0]
    return written(value)
