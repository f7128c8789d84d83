"""The audit trail as lines of a terminal and rows of a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kam_flows.domain.audit_search import Entry
from kam_flows.rendering.answers import local
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.words import spoken

HEADS = (
    ("时间", "When"),
    ("操作人", "Who"),
    ("事项", "What"),
    ("对象", "About"),
    ("详情", "Details"),
)


def rows(
    entries: Iterable[Entry], language: str, timezone: str
) -> Iterator[Sequence[str]]:
    """For a spreadsheet: the heads, then a row an entry. What was done is a fixed term
    of the trail, the same in every language."""
    yield [head[spoken(language)] for head in HEADS]
    for entry in entries:
        yield [
            local(entry.at, timezone),
            one_line(entry.actor),
            one_line(entry.action),
            one_line(entry.subject),
            one_line(told(entry.detail)),
        ]


def table_rows(
    entries: Iterable[Entry], language: str, timezone: str
) -> list[dict[str, str]]:
    heads, *lines = rows(entries, language, timezone)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def lines(entries: Iterable[Entry], language: str, timezone: str) -> Iterator[str]:
    """For a terminal: one line an entry, without the heads."""
    for at, *rest in list(rows(entries, language, timezone))[1:]:
        yield "  ".join(filter(None, [at, *rest]))


def told(detail: Mapping[str, Any]) -> str:
    """`name: value; name: old → new`; what is empty is left out."""
    return "; ".join(
        f"{name}: {_value(value)}"
        for name, value in detail.items()
        if value not in ("", None, [])
    )


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(map(_value, value)) or "-"
    if isinstance(value, dict):
        return f"({told(value)})"
    return str(value)
