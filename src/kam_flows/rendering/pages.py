"""What pages share: rows of a table, and all of a page for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """In Markdown; the cells are written as they are."""
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cells)} |"


def for_programs(page: Any, **more: Any) -> str:
    """A dataclass with all that is in it: moments in ISO 8601, lengths of time in seconds, amounts as decimal text."""
    told = asdict(page) | more
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, Fraction):
        return f"{float(value):.2f}"
    raise TypeError(f"{value!r} has no form in JSON")
