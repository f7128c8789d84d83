"""What people typed, made safe to stand in a line of a mail or a cell of a table."""

import re
from typing import TypeVar

from kam_flows.domain.deep import changed

T = TypeVar("T")

# Directional marks, which could turn the words around them, and invisible characters.
HIDDEN = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
# Control characters, line and paragraph separators, halves of surrogate pairs.
BREAKS = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
UNSAFE = re.compile(f"[{HIDDEN}{BREAKS}]")
DROPPED = re.compile(f"[{HIDDEN}]")
PARTED = re.compile(rf"[\s{BREAKS}]+")
# The classic interface shows HTML entities as they are written; both know the backslash.
MARKDOWN = str.maketrans({c: f"\\{c}" for c in "&<>|[]()*_`~#!\\:@.$"})


def one_line(text: str) -> str:
    """The same words on one line, without characters that change how others are shown."""
    if UNSAFE.search(text) is None:
        return text
    return PARTED.sub(" ", DROPPED.sub("", text)).strip()


def cleaned(value: T) -> T:
    """A dataclass with every string in it, however deep, on one line.

    Codes of the domain and links of ours are types of their own: nobody typed them.
    """
    return changed(value, str, one_line)


def clipped(text: str, length: int) -> str:
    """At most so many characters, the last a … if some were cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def cell(text: str) -> str:
    """Text in a Markdown table: shown as typed, never as markup, a link or a new cell."""
    return " ".join(one_line(text).split()).translate(MARKDOWN)
