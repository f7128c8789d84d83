"""The ledger of gifts as tables: for a page, for a terminal, and for a spreadsheet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from kam_flows.domain.cares import PREFIX
from kam_flows.domain.gift_ledger import Ledger, Sum
from kam_flows.domain.gifts import Gift
from kam_flows.rendering.cleaning import cell, one_line
from kam_flows.rendering.pages import table
from kam_flows.rendering.words import LANGUAGES, spoken

Value = str | int | float
Row = Sequence[Value]
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "title": "礼品登记",
        "days": "{first} 至 {last}：{count} 件，共 {value} {currency}",
        "none": "{first} 至 {last} 没有登记礼品。",
        "gifts": "礼品明细",
        "accounts": "按客户",
        "recipients": "按收礼人",
        "gift_heads": "日期|客户代码|客户|收礼人|姓名|礼品|金额|关怀|登记人|超限说明",
        "sum_heads": "代码|名称|件数|金额|全年金额|全年还剩",
        "person_heads": "代码|姓名|客户|件数|金额|全年金额|全年还剩",
    },
    "en": {
        "title": "Gifts",
        "days": "{first} to {last}: {count} gifts for {value} {currency}",
        "none": "No gift is on record from {first} to {last}.",
        "gifts": "Gifts",
        "accounts": "By account",
        "recipients": "By recipient",
        "gift_heads": "Day|Account code|Account|Recipient|Name|Gift|Value|Care|By|Reason",
        "sum_heads": "Code|Name|Gifts|Value|In the year|Left of the year",
        "person_heads": "Code|Name|Account|Gifts|Value|In the year|Left of the year",
    },
}


def rows(found: Ledger, language: str) -> list[Row]:
    """One row a gift, its value a number to go on with."""
    heads = _words(language)["gift_heads"].split("|")
    return [heads, *map(_row, found.gifts)]


def _row(gift: Gift) -> Row:
    return [
        gift.on.isoformat(),
        gift.account,
        one_line(gift.account_name),
        one_line(gift.recipient),
        one_line(gift.recipient_name),
        one_line(gift.item),
        float(gift.value),
        f"{PREFIX}{gift.care}" if gift.care else "",
        gift.by,
        one_line(gift.reason),
    ]


def sheets(found: Ledger, language: str) -> Mapping[str, list[Row]]:
    say = _words(language)
    return {
        say["gifts"]: rows(found, language),
        say["accounts"]: [
            say["sum_heads"].split("|"),
            *([*_names(one), *map(_plain, _figures(one))] for one in found.accounts),
        ],
        say["recipients"]: [
            say["person_heads"].split("|"),
            *(
                [*_names(one), one_line(one.account_name), *map(_plain, _figures(one))]
                for one in found.recipients
            ),
        ],
    }


def headline(found: Ledger, language: str) -> str:
    say = _words(language)
    return say["days" if found.gifts else "none"].format(
        first=found.first,
        last=found.last,
        count=len(found.gifts),
        value=f"{found.value:,.2f}",
        currency=found.currency,
    )


def gift_page(found: Ledger, language: str) -> str:
    """In Markdown; whatever people typed is shown as typed, never as markup."""
    return "\n".join(_lines(found, language, cell))


def gift_text(found: Ledger, language: str) -> str:
    """The same for a terminal."""
    return "\n".join(_lines(found, language, one_line))


def _lines(found: Ledger, language: str, typed: Callable[[str], str]) -> Iterator[str]:
    say = _words(language)
    yield f"# {say['title']}"
    yield ""
    yield headline(found, language)
    if not found.gifts:
        return
    yield from ("", f"## {say['accounts']}", "")
    yield from table(
        say["sum_heads"].split("|"),
        (
            [*map(typed, _names(one)), *map(_shown, _figures(one))]
            for one in found.accounts
        ),
    )
    yield from ("", f"## {say['recipients']}", "")
    yield from table(
        say["person_heads"].split("|"),
        (
            [
                *map(typed, (*_names(one), one.account_name)),
                *map(_shown, _figures(one)),
            ]
            for one in found.recipients
        ),
    )


def _words(language: str) -> Mapping[str, str]:
    return WORDS[LANGUAGES[spoken(language)]]


def _names(one: Sum) -> tuple[str, str]:
    return one_line(one.code), one_line(one.name)


def _figures(one: Sum) -> tuple[int | Decimal, ...]:
    return one.count, one.value, one.in_year, one.left


def _plain(figure: int | Decimal) -> Value:
    return figure if isinstance(figure, int) else float(figure)


def _shown(figure: int | Decimal) -> str:
    return str(figure) if isinstance(figure, int) else f"{figure:,.2f}"
