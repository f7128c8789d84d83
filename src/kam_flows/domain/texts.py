"""What people type, as it is kept."""

import re

# What no database and no spreadsheet takes: control characters but for tab and line
# break, halves of surrogate pairs, and two code points that are no characters.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def as_kept(text: str) -> str:
    """As typed, its lines kept, without what nobody can see or store."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return NOT_TEXT.sub("", lines).strip()
