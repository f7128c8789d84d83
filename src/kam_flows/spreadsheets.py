"""Reads and writes the spreadsheets that staff keep: CSV in any usual encoding, and XLSX.

Bytes in, rows out; what the rows mean is decided in the domain.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.portfolio import Table

LARGEST = 50_000_000
"""Bytes; a portfolio of 50,000 accounts has about 10 million."""
DELIMITERS = ",;\t"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,  # the XML parser's ParseError is one
    OSError,
    EOFError,
)

# Signs that make a spreadsheet run a cell as a formula (OWASP, "CSV injection").
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def read(name: str, content: bytes) -> list[Table]:
    """The tables of a file: one of a CSV, one per filled sheet of an XLSX."""
    if len(content) > LARGEST:
        raise UserError(
            "{name} is larger than 50 MB; split it into smaller files.", name=name
        )
    lower = name.lower()
    if lower.endswith(".csv"):
        tables = [Table(source=name, rows=_csv_rows(name, content))]
    elif lower.endswith(".xlsx"):
        tables = _sheets(name, content)
    else:
        raise UserError(
            "{name} is neither CSV nor XLSX; save it as one of the two.", name=name
        )
    filled = [table for table in tables if table.rows]
    if not filled:
        raise UserError(
            "{name} is empty; its first row must name the columns.", name=name
        )
    return filled


def write_csv(rows: Iterable[Sequence[str | float]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel shows Chinese as it is."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_plain(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode()


def write_xlsx(sheets: Mapping[str, Iterable[Sequence[str | float]]]) -> bytes:
    """One workbook; a cell is plain text or a number, never a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_plain(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: str | float) -> str | float:
    return neutralise(cell) if isinstance(cell, str) else cell


def neutralise(cell: str) -> str:
    """Put `'` before what a spreadsheet would run; `restore` takes it away again.

    Text that already looks neutralised gets one more, so nothing is lost on the way.
    """
    return f"'{cell}" if FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    return cell[1:] if NEUTRALISED.match(cell) else cell


def _csv_rows(name: str, content: bytes) -> tuple[tuple[Cell, ...], ...]:
    written = _decode(name, content)
    first = written.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
    try:
        rows = [_restored(row) for row in reader]
    except csv.Error as error:
        raise UserError(
            "{name} cannot be read at line {line} ({why}); save it again as CSV.",
            name=name,
            line=reader.line_num,
            why=error,
        ) from error
    return _filled(rows)


def _decode(name: str, content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        # GB18030 is what Excel writes in Chinese Windows; it takes almost any bytes,
        # so UTF-8, which does not, comes first.
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(
        "{name} is neither UTF-8 nor GB18030; save it as CSV UTF-8.", name=name
    )


def _sheets(name: str, content: bytes) -> list[Table]:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and charts, not about cells
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            tables = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some programs write wrong ones
                rows = [_restored(row) for row in sheet.iter_rows(values_only=True)]
                source = Phrase("{name}, sheet {sheet}", name=name, sheet=sheet.title)
                tables.append(Table(source=source, rows=_filled(rows)))
            book.close()
    except DAMAGE as error:
        raise UserError(
            "{name} cannot be read as XLSX; open it in a spreadsheet and save it "
            "again.",
            name=name,
        ) from error
    return tables


def _restored(row: Iterable[object]) -> tuple[Cell, ...]:
    return tuple(
        restore(cell) if isinstance(cell, str) else cell  # type: ignore[misc]
        for cell in row
    )


def _filled(rows: list[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Without the empty rows at the end; those in between keep the numbers right."""
    while rows and not any(cell is not None and str(cell).strip() for cell in rows[-1]):
        rows.pop()
    return tuple(rows)
