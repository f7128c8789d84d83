"""Reads what staff write into the cells of a spreadsheet, in Chinese or English."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from kam_flows.domain.accounts import Tier
from kam_flows.domain.choices import code_in
from kam_flows.domain.people import Absence, QuietHours, StaffRole, TeamRole

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""A cell as a file holds it; CSV files hold text alone."""

Word = TypeVar("Word", bound=StrEnum)

LONGEST = 500
CODE = re.compile(r"\w[\w./-]{0,39}")
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?([T ]0?0:00(:00)?)?")
SPAN = re.compile(r"\.{2,}|…|~|～|至|到|\bto\b")
CLOCKS = re.compile(r"(\d{1,2}:\d{2})\s*(?:-|–|—|~|～|至|\.\.)\s*(\d{1,2}:\d{2})")
SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}
)
EXCEL_DAY_ZERO = date(1899, 12, 30)
YEARS = range(1900, 2200)
EXCEL_DAYS = range(366, 109_575)

TIERS = {
    Tier.STRATEGIC: ("战略级", "战略", "战略客户"),
    Tier.CORE: ("核心级", "核心", "核心客户"),
    Tier.POTENTIAL: ("潜力级", "潜力", "潜力客户"),
    Tier.GROWTH: ("成长级", "成长", "成长客户"),
    Tier.BASIC: ("基础级", "基础", "基础客户"),
    Tier.OPPORTUNITY: ("机会级", "机会", "机会客户"),
    Tier.NEW: ("新客户", "新"),
}
STAFF_ROLES = {
    StaffRole.ACCOUNT_MANAGER: ("客户经理",),
    StaffRole.TECHNICAL: ("技术",),
    StaffRole.DELIVERY: ("交付",),
    StaffRole.AFTER_SALES: ("售后",),
    StaffRole.SUPPORT: ("支持",),
    StaffRole.INDUSTRY_EXPERT: ("行业专家",),
    StaffRole.PRODUCT_MANAGER: ("产品经理",),
    StaffRole.SUPERVISOR: ("主管",),
    StaffRole.DEPARTMENT_HEAD: ("部门负责人", "部门经理"),
    StaffRole.EXECUTIVE: ("高管", "高层"),
    StaffRole.OPERATIONS: ("运营",),
    StaffRole.READ_ONLY: ("只读",),
}
TEAM_ROLES = {
    TeamRole.LEAD_MANAGER: ("主客户经理", "客户经理"),
    TeamRole.TECHNICAL: ("技术",),
    TeamRole.DELIVERY: ("交付",),
    TeamRole.AFTER_SALES: ("售后",),
    TeamRole.SUPPORT: ("支持",),
    TeamRole.EXECUTIVE_SPONSOR: ("高层", "高管"),
    TeamRole.INDUSTRY_EXPERT: ("行业专家",),
    TeamRole.PRODUCT_MANAGER: ("产品经理",),
}
LANGUAGES = {
    "zh_CN": ("中文", "简体中文", "zh", "zh-cn", "chinese"),
    "en": ("英文", "英语", "english"),
}
YES = frozenset({"是", "yes", "y", "1", "true", "在职", "合作中", "active"})
NO = frozenset({"否", "no", "n", "0", "false", "离职", "已离职", "终止", "left"})


def text(cell: Cell) -> str:
    """One line; runs of blanks and line breaks become one space. '' for an empty cell.

    Numbers lose the `.0` that spreadsheets give to codes and telephone numbers.
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    written = " ".join(str(cell).split()) if cell is not None else ""
    control = any(unicodedata.category(sign) in ("Cc", "Cs") for sign in written)
    if control or len(written) > LONGEST or written in SPREADSHEET_ERRORS:
        raise ValueError(written)
    return written


def code(cell: Cell) -> str:
    written = text(cell)
    if not CODE.fullmatch(written):
        raise ValueError(written)
    return written


def reference(cell: Cell) -> str:
    """The code of somebody or something else, also as lists show it."""
    return code(code_in(text(cell)))


def email(cell: Cell) -> str:
    written = text(cell)
    if not EMAIL.fullmatch(written):
        raise ValueError(written)
    return written


def day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and EXCEL_DAYS.start <= cell < EXCEL_DAYS.stop:
        return EXCEL_DAY_ZERO + timedelta(days=int(cell))
    match = DATE.fullmatch(text(cell))
    if match is None or int(match[1]) not in YEARS:
        raise ValueError(cell)
    return date(int(match[1]), int(match[2]), int(match[3]))


def yes_or_no(cell: Cell) -> bool:
    written = text(cell).casefold()
    if written not in YES | NO:
        raise ValueError(written)
    return written in YES


def tier(cell: Cell) -> Tier:
    return word(cell, TIERS)


def staff_role(cell: Cell) -> StaffRole:
    return word(cell, STAFF_ROLES)


def team_role(cell: Cell) -> TeamRole:
    return word(cell, TEAM_ROLES)


def language(cell: Cell) -> str:
    written = text(cell)
    for name, words in LANGUAGES.items():
        if written.casefold() in (name.casefold(), *words):
            return name
    raise ValueError(written)


def timezone(cell: Cell) -> str:
    written = text(cell)
    try:
        return ZoneInfo(written).key
    except (KeyError, OSError) as error:
        raise ValueError(written) from error


def quiet_hours(cell: Cell) -> QuietHours:
    """`22:00-08:00`; an end of 24:00 is midnight."""
    match = CLOCKS.fullmatch(text(cell).replace("：", ":"))
    if match is None:
        raise ValueError(cell)
    start, end = (_clock(part) for part in match.groups())
    if start == end:
        raise ValueError(cell)
    return QuietHours(start=start, end=end)


def absences(cell: Cell) -> tuple[Absence, ...]:
    """`2026-10-01..2026-10-07; 2026-12-24`, earliest first, each once."""
    if isinstance(cell, date):
        return (Absence(first=day(cell), last=day(cell)),)
    parts = [p.strip() for p in re.split(r"[;；,，]", text(cell)) if p.strip()]
    spans = {_span(part) for part in parts}
    return tuple(Absence(first=first, last=last) for first, last in sorted(spans))


def accepted(words: Mapping[Word, tuple[str, ...]]) -> str:
    """What may stand in such a cell: `战略级/strategic, 核心级/core, …`."""
    return ", ".join(f"{chinese[0]}/{code}" for code, chinese in words.items())


def written_absences(spans: Iterable[Absence]) -> str:
    return "; ".join(f"{span.first}..{span.last}" for span in spans)


def written_quiet_hours(hours: QuietHours) -> str:
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def word(cell: Cell, words: Mapping[Word, tuple[str, ...]]) -> Word:
    """The member that a cell names by its code or by one of its Chinese words."""
    written = text(cell).casefold()
    plain = re.sub(r"[\s-]+", "_", written)
    for member, chinese in words.items():
        if plain == member.value or written in chinese:
            return member
    raise ValueError(written)


def _span(part: str) -> tuple[date, date]:
    first, *rest = (day(piece.strip()) for piece in SPAN.split(part))
    last = rest[0] if rest else first
    if len(rest) > 1 or last < first:
        raise ValueError(part)
    return first, last


def _clock(written: str) -> time:
    hour, minute = (int(part) for part in written.split(":"))
    return time(0 if (hour, minute) == (24, 0) else hour, minute)
