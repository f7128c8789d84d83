"""Hostile texts and files, and what they may end in."""

import csv
import io
import os
import zipfile
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from kam_flows.domain.errors import UserError
from kam_flows.rendering.answers import refusal
from kam_flows.spreadsheets import write_xlsx

EXAMPLES = int(os.environ.get("KAM_FUZZ", "0"))
LONGEST_SENTENCE = 4000
NASTY = (
    "", " ", "\x00", "\r\nBcc: all@example.com", "\u2028", "\u202e", "\ufeff", "🦄" * 9,
    "=1+1", "'", '"', "#N/A", "-1", "0", "1e999999999", "9" * 5000, "0.1" + "0" * 400,
    "٣", "½", "²", "一" * 5000, "亿" * 600, "NaN", "inf", "1/3", "1_0", "0x10", "99:99",
    "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+23:59", "24:00",
    "9999-12-31T23:59:59-23:59", "../../etc/passwd", "/", "Asia", "Asia/Shanghai\x00",
    "~nobody/x", "a" * 300, "长" * 40_000, "{", "}", "{x}", "%s", "%(x)s", "{{ x }}",
    "{% for a in b %}", "<b>", "A-1 · x", " · ", "是", "yes", "~", "null", "<script>",
    "\ud800", "_xD800_", "_x0000_", "M01", "HUAYUE", "战略级", "!!bool maybe", "&a [*a]",
)  # fmt: skip


def tried(cost: int = 1) -> settings:
    """How many examples: a fraction where one example costs more."""
    return settings(
        max_examples=max(EXAMPLES // cost, 1) if EXAMPLES else max(24 // cost, 3),
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def ends_well(call: Callable[..., object], *given: object) -> bool:
    """Whether it gave a result; if not, it said so in one sentence in each language."""
    try:
        call(*given)
    except UserError as error:
        for said in (str(error), refusal(error, "zh_CN"), refusal(error, "en")):
            assert said.strip()
            assert len(said) <= LONGEST_SENTENCE, said[:200]
        return False
    return True


def texts(longest: int = 40) -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(NASTY),
        st.text(max_size=longest),
        st.lists(st.sampled_from(NASTY), max_size=3).map("".join),
    )


@st.composite
def tables(draw: st.DrawFn, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """A good table in which something is not good any more."""
    table = [list(row) for row in rows]
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.sampled_from(table))
        if row:
            row[draw(st.integers(0, len(row) - 1))] = draw(texts())
    if draw(st.booleans()):
        table.insert(
            draw(st.integers(0, len(table))), draw(st.lists(texts(), max_size=9))
        )
    if draw(st.booleans()):
        table.append(list(draw(st.sampled_from(table))))
    return table


def as_csv(draw: st.DrawFn, table: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=draw(st.sampled_from(",;\t"))).writerows(table)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    return out.getvalue().encode(encoding, errors="replace")


def as_xlsx(draw: st.DrawFn, table: Sequence[Sequence[str]]) -> bytes:
    """A workbook; now and then one of its parts is damaged inside a sound zip."""
    kept = [
        ["".join(c for c in cell if c.isprintable()) for cell in row] for row in table
    ]
    content = write_xlsx({"a": kept})
    if draw(st.booleans()):
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        hurt = draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, damaged(draw, part) if name == hurt else part)
    return out.getvalue()


XML = (
    b"", b'<row r="1048577">', b'<c r="ZZZ9" t="s"><v>999</v></c>', b"</sheetData>",
    b'<c t="d"><v>9999-99-99</v></c>', b'<c t="n"><v>1e999</v></c>', b"&#0;", b"<a>" * 999,
    b'<c t="inlineStr"><is><t>_xD800_</t></is></c>', b'<c s="999"><v>1</v></c>', b"\xff",
    b'<c t="e"><v>#N/A</v></c>', b'<c t="b"><v>7</v></c>', b'<c><v>-1e300</v></c>',
)  # fmt: skip


def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 3))):
        # In thousandths: a workbook names the time at which it was made.
        start = len(content) * draw(st.integers(0, 1000)) // 1000
        end = min(len(content), start + draw(st.integers(0, 40)))
        put = draw(st.one_of(st.binary(max_size=20), st.sampled_from(XML)))
        content = content[:start] + put + content[end:]
    return content


@st.composite
def files(draw: st.DrawFn, rows: Sequence[Sequence[str]]) -> tuple[str, bytes]:
    """The name and the bytes of a table as somebody might hand it in."""
    table = draw(tables(rows))
    if draw(st.booleans()):
        name, content = "file.xlsx", as_xlsx(draw, table)
    else:
        name, content = "file.csv", as_csv(draw, table)
    if draw(st.integers(0, 3)) == 0:
        content = damaged(draw, content)
    return name, content
