"""What importing an account's dealings would do, decided before anything is written."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kam_flows.domain import cells
from kam_flows.domain.account_file import Transaction, TransactionKind
from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import Phrase
from kam_flows.domain.portfolio import BadFile, Problem, Table
from kam_flows.domain.portfolio_columns import ACCOUNT, CODE, DATE, TEXT, Column
from kam_flows.domain.portfolio_headers import Headline, headline
from kam_flows.domain.portfolio_lines import Line, problem, read_lines, strangers

CENTS = 100
LARGEST = 10**12
AMOUNT = re.compile(r"[+-]?\d{1,20}(\.\d{0,20})?")
"""Without exponents: 1e999999999 is a number of a billion digits."""
KINDS = {
    TransactionKind.CONTRACT: ("合同",),
    TransactionKind.ORDER: ("订单", "采购"),
    TransactionKind.PAYMENT: ("付款", "回款"),
    TransactionKind.RETURN: ("退货", "退款"),
}
CURRENCY_LETTERS = 3


def kind(cell: Cell) -> TransactionKind:
    return cells.word(cell, KINDS)


def amount(cell: Cell) -> Fraction:
    """To the hundredth; thousands may be set apart by commas, ¥ and blanks are dropped."""
    written = cells.text(cell).replace(",", "").replace("，", "").strip("¥￥ ")
    if not AMOUNT.fullmatch(written):
        raise ValueError(written)
    found = Fraction(written)
    if abs(found) > LARGEST or (found * CENTS).denominator != 1:
        raise ValueError(written)
    return found


def currency(cell: Cell) -> str:
    written = cells.text(cell).upper()
    if len(written) != CURRENCY_LETTERS or not (
        written.isascii() and written.isalpha()
    ):
        raise ValueError(written)
    return written


COLUMNS: Sequence[Column] = (
    Column(
        field="account",
        words=("客户编号", "客户代码", "客户"),
        english=("account_code",),
        parse=cells.reference,
        expected=ACCOUNT,
        required=True,
    ),
    Column(
        field="reference",
        words=("单号", "合同编号", "订单号", "编号"),
        english=("number", "no", "contract", "order"),
        parse=cells.code,
        expected=CODE,
        required=True,
    ),
    Column(
        field="kind",
        words=("类型", "交易类型"),
        english=("type",),
        parse=kind,
        expected=cells.accepted(KINDS),
        default=TransactionKind.ORDER,
    ),
    Column(
        field="on",
        words=("日期", "交易日期", "签订日期"),
        english=("date",),
        parse=cells.day,
        expected=DATE,
        required=True,
    ),
    Column(
        field="amount",
        words=("金额", "合同金额"),
        english=("sum", "value"),
        parse=amount,
        expected=Phrase("an amount such as 12800.50"),
        required=True,
    ),
    Column(
        field="currency",
        words=("币种", "货币"),
        parse=currency,
        expected=Phrase("a currency such as CNY"),
        default="CNY",
    ),
    Column(
        field="text",
        words=("说明", "内容", "备注"),
        english=("description", "note"),
        parse=cells.text,
        expected=TEXT,
        default="",
    ),
    Column(
        field="ends_on",
        words=("到期日期", "到期日", "合同到期"),
        english=("ends", "end"),
        parse=cells.day,
        expected=DATE,
    ),
)


@dataclass(frozen=True, kw_only=True)
class TransactionPlan:
    """What a file changes; lines that are known already change nothing."""

    added: tuple[Transaction, ...]
    changed: tuple[Transaction, ...]
    unchanged: int


Known = Mapping[tuple[str, str], Transaction]
"""By account code and reference."""


def read_transactions(
    tables: Sequence[Table], accounts: Mapping[str, str]
) -> list[Transaction]:
    """The lines of all sheets; `accounts` are code and name of everybody known.

    Raises BadFile, which names everything that is wrong with them.
    """
    problems: list[Problem] = []
    found: list[Transaction] = []
    places: dict[tuple[str, str], int] = {}
    for table in tables:
        header = headline(table, COLUMNS, "transactions")
        problems += header.problems
        if header.problems:
            continue
        lines, bad = read_lines(header, table)
        problems += bad
        problems += strangers(header, table, lines, accounts)
        problems += _repeated(header, table, lines, places)
        problems += _backwards(header, table, lines)
        found += [Transaction(**line.values) for line in lines]
    if problems:
        raise BadFile(problems)
    return found


def plan_transactions(given: Collection[Transaction], known: Known) -> TransactionPlan:
    """What is new, what differs from what is stored, and how many say nothing new."""
    pairs = [(one, known.get((one.account, one.reference))) for one in given]
    return TransactionPlan(
        added=tuple(one for one, old in pairs if old is None),
        changed=tuple(one for one, old in pairs if old is not None and old != one),
        unchanged=sum(old == one for one, old in pairs),
    )


def _repeated(
    header: Headline,
    table: Table,
    lines: Sequence[Line],
    places: dict[tuple[str, str], int],
) -> list[Problem]:
    problems = []
    for line in lines:
        key = (line.values["account"], line.values["reference"])
        if key in places:
            wanted = Phrase(
                "each only once; it already stands in row {row}", row=places[key]
            )
            title, typed = header.title("reference"), line.typed["reference"]
            problems.append(problem(table, line.row, title, typed, wanted))
        places.setdefault(key, line.row)
    return problems


def _backwards(header: Headline, table: Table, lines: Sequence[Line]) -> list[Problem]:
    return [
        problem(
            table,
            line.row,
            header.title("ends_on"),
            line.typed["ends_on"],
            Phrase("a day after {day}", day=line.values["on"]),
        )
        for line in lines
        if line.values.get("ends_on") and line.values["ends_on"] < line.values["on"]
    ]
