"""Promises as people type them into one field: a line each, with who and by when."""

import re
from dataclasses import dataclass
from datetime import date

from kam_flows.domain import cells
from kam_flows.domain.choices import in_a_list
from kam_flows.domain.errors import UserError
from kam_flows.domain.survey import LONGEST_ANSWER
from kam_flows.domain.texts import as_kept

MOST = 20
"""Of one touchpoint; more are a text pasted into the wrong field."""
PARTS = re.compile("[;；]")
BULLET = re.compile(r"\s*(?:[-*]\s+|[•·]|\d{1,2}[.)]\s+|\d{1,2}[、）])\s*")


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """A promise as typed; no `owner`: whoever records it."""

    text: str
    owner: str
    due_on: date


def promise_lines(typed: str, made_on: date) -> tuple[PromiseLine, ...]:
    """One promise a line: `what; who; 2026-12-01`, in which `who` may be left out."""
    lines = [line for line in text_of(typed).splitlines() if line.strip()]
    if len(lines) > MOST:
        raise UserError(
            "{count} promises are too many for one touchpoint; write at most {limit}, "
            "one in each line.",
            count=len(lines),
            limit=MOST,
        )
    return tuple(
        _promise(number, line, made_on) for number, line in enumerate(lines, 1)
    )


def _promise(number: int, line: str, made_on: date) -> PromiseLine:
    parts = [
        part.strip()
        for part in PARTS.split(
            BULLET.sub("", line, count=1) if BULLET.match(line) else line
        )
    ]
    *said, last = [part for part in parts if part] or [""]
    day = _day(last)
    if day is None or not 1 <= len(said) <= len(("what", "who")):
        raise UserError(
            "Promise {number}, '{text}', is not clear; write it as: what; who; "
            "2026-12-01 (who may be left out).",
            number=number,
            text=in_a_list(line),
        )
    if day < made_on:
        raise UserError(
            "Promise {number} is due on {day}, before it was made on {made}; choose a "
            "later day.",
            number=number,
            day=day,
            made=made_on,
        )
    return PromiseLine(text=said[0], owner="".join(said[1:]), due_on=day)


def _day(text: str) -> date | None:
    try:
        return cells.day(text)
    except ValueError:
        return None


def text_of(typed: str) -> str:
    """As it is kept. Raises UserError for one that is too long."""
    text = as_kept(typed)
    if len(text) > LONGEST_ANSWER:
        raise UserError(
            "A text of {length} characters is too long; keep each below {limit}.",
            length=len(text),
            limit=LONGEST_ANSWER,
        )
    return text
