"""Occasions that people enter, in a form or line by line in a file: one set of rules."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from kam_flows.domain import cells
from kam_flows.domain.accounts import Contact
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.cells import Cell
from kam_flows.domain.choices import ambiguous, code_in
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.lunar_dates import FIRST_DAY, MONTHS
from kam_flows.domain.lunar_text import LunarDay, lunar_day
from kam_flows.domain.occasions import (
    LEAP_YEAR,
    LunarYearly,
    Occasion,
    Once,
    Rule,
    Yearly,
    check_rule,
)
from kam_flows.domain.portfolio_columns import ACCOUNT, DATE, NAME, TEXT, YES_NO, Column

MONTH_AND_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
DAY = Phrase("a day such as 2026-05-20 or 05-20")
LUNAR_DAY = Phrase("a lunar day such as 八月十五, 闰六月初一 or 8-15")


class TypedDay(NamedTuple):
    """A day of our calendar; without a year where only month and day were typed."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An occasion as it was typed."""

    account: str
    kind: str
    contact: str = ""
    """Code or name."""
    day: TypedDay | None = None
    lunar: LunarDay | None = None
    since: date | None = None
    once: bool = False
    about: str = ""


def typed_day(cell: Cell) -> TypedDay:
    written = "" if isinstance(cell, date) else cells.text(cell)
    if match := MONTH_AND_DAY.fullmatch(written):
        month, day = int(match[1]), int(match[2])
        if month not in MONTHS or not 1 <= day <= monthrange(LEAP_YEAR, month)[1]:
            raise ValueError(written)
        return TypedDay(month, day)
    found = cells.day(cell)
    return TypedDay(found.month, found.day, found.year)


def typed_lunar(cell: Cell) -> LunarDay:
    """A spreadsheet makes a date of our calendar of what is typed as 8-15."""
    if isinstance(cell, date):
        return LunarDay(cell.month, cell.day)
    return lunar_day(cells.text(cell))


def typed_kind(rules: CareRules, cell: Cell) -> str:
    """By its code, or by its title in any language."""
    wanted = code_in(cells.text(cell)).casefold()
    for kind in rules.of_accounts:
        names = (kind.kind, *kind.titles.values())
        if wanted in (name.casefold() for name in names):
            return kind.kind
    raise ValueError(wanted)


ACCOUNT_COLUMN = Column(
    field="account",
    words=("客户代码", "客户编号", "客户"),
    english=("account_code",),
    parse=cells.reference,
    expected=ACCOUNT,
    required=True,
    default="",
)
CONTACT_COLUMN = Column(
    field="contact",
    words=("联系人", "姓名"),
    english=("contact_code", "name"),
    parse=cells.text,
    expected=NAME,
    default="",
)
DAY_COLUMN = Column(
    field="day",
    words=("日期", "公历"),
    english=("date", "on"),
    parse=typed_day,
    expected=DAY,
)
LUNAR_COLUMN = Column(
    field="lunar",
    words=("农历", "阴历", "农历日期"),
    english=("lunar_day", "lunar_date"),
    parse=typed_lunar,
    expected=LUNAR_DAY,
)
SINCE_COLUMN = Column(
    field="since",
    words=("起始", "起始日期", "始于"),
    english=("first", "from"),
    parse=cells.day,
    expected=DATE,
)
ONCE_COLUMN = Column(
    field="once",
    words=("仅一次", "一次"),
    english=("only_once",),
    parse=cells.yes_or_no,
    expected=YES_NO,
    default=False,
)
ABOUT_COLUMN = Column(
    field="about",
    words=("说明", "备注"),
    english=("note", "description"),
    parse=cells.text,
    expected=TEXT,
    default="",
)


def kind_column(rules: CareRules) -> Column:
    kinds = (f"{one.titles.get('zh_CN')}/{one.kind}" for one in rules.of_accounts)
    return Column(
        field="kind",
        words=("类型", "类别"),
        english=("type", "occasion"),
        parse=partial(typed_kind, rules),
        expected=", ".join(kinds),
        required=True,
        default="",
    )


def columns(rules: CareRules) -> tuple[Column, ...]:
    """Of a file, in the order in which people read them."""
    return (
        ACCOUNT_COLUMN,
        CONTACT_COLUMN,
        kind_column(rules),
        DAY_COLUMN,
        LUNAR_COLUMN,
        SINCE_COLUMN,
        ONCE_COLUMN,
        ABOUT_COLUMN,
    )


def entry_of(typed: Mapping[str, Cell], rules: CareRules) -> Entry:
    """What a form holds, by column; raises UserError, naming the field."""
    values: dict[str, Any] = {}
    for column in columns(rules):
        cell = typed.get(column.field)
        if cell is None or cell == "":
            values[column.field] = column.default
            continue
        try:
            values[column.field] = column.parse(cell)
        except ValueError:
            raise refused(column, column.expected) from None
    if not values["kind"]:
        column = kind_column(rules)
        raise refused(column, column.expected)
    return Entry(**values)


def mistakes(entry: Entry, today: date) -> Iterator[tuple[Column, Phrase]]:
    """What does not go together, each with what should stand there."""
    day, since = entry.day, entry.since
    if day and entry.lunar:
        yield LUNAR_COLUMN, Phrase("empty where {column} is filled", column=DAY_COLUMN)
    elif not (day or entry.lunar or since):
        yield DAY_COLUMN, Phrase("{day}, or else {lunar}", day=DAY, lunar=LUNAR_DAY)
    elif entry.once:
        yield from _of_once(entry, today)
    elif since:
        yield from _of_since(entry, since, today)


def rule_of(entry: Entry) -> Rule:
    """When it comes; the day from which years count is the day itself if none is given."""
    since, lunar = entry.since, entry.lunar
    day = entry.day or (TypedDay(since.month, since.day) if since else None)
    rule: Rule
    if lunar:
        rule = LunarYearly(
            month=lunar.month, day=lunar.day, leap=lunar.leap, since=since
        )
    elif day is None:
        raise refused(DAY_COLUMN, DAY)
    elif entry.once and day.year:
        rule = Once(on=date(day.year, day.month, day.day))
    else:
        rule = Yearly(month=day.month, day=day.day, since=since)
    check_rule(rule)
    return rule


def entered(entry: Entry, contacts: Sequence[Contact], today: date) -> Occasion:
    """The occasion of these words, new as of today. A name that is not among the
    contacts is kept: the person may be congratulated, though not written to."""
    name, code = person_of(entry.contact, contacts)
    return Occasion(
        id=0,
        account=entry.account,
        contact=name,
        contact_code=code,
        kind=entry.kind,
        about=entry.about,
        rule=rule_of(entry),
        added_on=today,
    )


def refused(column: Column, expected: str) -> UserError:
    return UserError(
        "{field} must be {expected}; nothing was kept.", field=column, expected=expected
    )


def _of_once(entry: Entry, today: date) -> Iterator[tuple[Column, Phrase]]:
    day = entry.day
    if entry.lunar:
        yield ONCE_COLUMN, Phrase("empty with a lunar day, which comes every year")
    elif day is None or day.year is None:
        yield DAY_COLUMN, Phrase("a day with its year, as it comes only once")
    elif date(day.year, day.month, day.day) < today:
        yield DAY_COLUMN, Phrase("{today} or later, as it comes only once", today=today)
    elif entry.since:
        yield SINCE_COLUMN, Phrase("empty, as it comes only once")


def _of_since(
    entry: Entry, since: date, today: date
) -> Iterator[tuple[Column, Phrase]]:
    day = entry.day
    if since > today:
        yield SINCE_COLUMN, Phrase("a day until {today}", today=today)
    elif entry.lunar and since < FIRST_DAY:
        yield SINCE_COLUMN, Phrase("a day from {first} on", first=FIRST_DAY)
    elif day and (since.month, since.day) != day[:2]:
        yield (
            SINCE_COLUMN,
            Phrase(
                "the first of its days, on {month}-{day} of a year",
                month=f"{day.month:02}",
                day=f"{day.day:02}",
            ),
        )


def person_of(text: str, contacts: Sequence[Contact]) -> tuple[str, str]:
    """Name and code of a contact, named by either or as a list shows it."""
    wanted = code_in(text).casefold()
    by_code = [one for one in contacts if one.code.casefold() == wanted]
    found = by_code or [one for one in contacts if one.name.casefold() == wanted]
    if len(found) > 1:
        raise ambiguous("contact", text, [one.code for one in found])
    return (found[0].name, found[0].code) if found else (text, "")
