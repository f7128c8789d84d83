"""A Word document on record with other words, and nothing else of it changed."""

import io
import re
from collections.abc import Callable
from html import escape, unescape
from zipfile import BadZipFile, ZipFile

WORDS = re.compile(r">([^<]+)<")


def rewritten(document: bytes, change: Callable[[str], str]) -> bytes | None:
    """`None` if it says the same then, or is no Word document.

    Word keeps what a field was filled with in one piece.
    """
    out, changed = io.BytesIO(), False

    def words(match: re.Match[str]) -> str:
        return f">{escape(change(unescape(match[1])), quote=False)}<"

    try:
        with ZipFile(io.BytesIO(document)) as old, ZipFile(out, "w") as new:
            for part in old.infolist():
                content = old.read(part)
                if part.filename.endswith(".xml"):
                    said = content.decode("utf-8")
                    told = WORDS.sub(words, said)
                    changed |= unescape(told) != unescape(said)
                    content = told.encode("utf-8")
                new.writestr(part, content)
    except BadZipFile:
        return None
    return out.getvalue() if changed else None
