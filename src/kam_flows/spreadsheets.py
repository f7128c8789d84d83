"""Reads and writes the spreadsheets that staff keep: CSV in any usual encoding, and XLSX.

Bytes in, rows out; what the rows mean is decided in the domain.
"""

import codecs
import csv
import io
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence

from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.portfolio import Table
from kam_flows.files import DAMAGE, check_office_file, check_size

Rows = tuple[tuple[Cell, ...], ...]

LARGEST = 50
"""MB; a portfolio of 50,000 accounts has about 10."""
MOST_ROWS = 500_000
MOST_COLUMNS = 200
MOST_CELLS = 10_000_000
"""Empty ones count, for they take room as well."""
LONGEST_CELL = 32_767
"""Characters, as many as Excel takes."""
SKIPPED = 1_048_576
"""Rows of a sheet in Excel; a file that leaves out more means nothing by it."""
DELIMITERS = ",;\t"

# Signs that make a spreadsheet run a cell as a formula (OWASP, "CSV injection").
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NEUTRALISED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


def read(name: str, content: bytes) -> list[Table]:
    """The tables of a file: one of a CSV, one per filled sheet of an XLSX."""
    check_size(name, content, LARGEST)
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


def _csv_rows(name: str, content: bytes) -> Rows:
    written = _decode(name, content)
    first = written.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
    try:
        return _filled(name, reader)
    except csv.Error as error:
        raise UserError(
            "{name} cannot be read at line {line} ({why}); save it again as CSV.",
            name=name,
            line=reader.line_num,
            why=error,
        ) from error


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
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        check_office_file(name, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and charts, not about cells
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            tables = []
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # some programs write wrong ones
                source = Phrase("{name}, sheet {sheet}", name=name, sheet=sheet.title)
                rows = _filled(source, sheet.iter_rows(values_only=True))
                tables.append(Table(source=source, rows=rows))
            book.close()
    except (*DAMAGE, InvalidFileException) as error:
        raise UserError(
            "{name} cannot be read as XLSX; open it in a spreadsheet and save it "
            "again.",
            name=name,
        ) from error
    return tables


def _filled(source: str, rows: Iterable[Sequence[object]]) -> Rows:
    """Without the empty rows at the end; those in between keep the numbers right.

    Row by row, so that what is too much is refused before it fills the memory.
    """
    found: list[tuple[Cell, ...]] = []
    last, room = 0, MOST_CELLS
    for number, row in enumerate(rows, 1):
        room -= len(row)
        found.append(_restored(source, number, row))
        if any(cell is not None and str(cell).strip() for cell in row):
            last = number
        if last > MOST_ROWS:
            raise _too_much(source, Phrase("{count} rows", count=f"{MOST_ROWS:,}"))
        if room < 0 or number > SKIPPED:
            raise _too_much(source, Phrase("{count} cells", count=f"{MOST_CELLS:,}"))
    return tuple(found[:last])


def _restored(source: str, number: int, row: Sequence[object]) -> tuple[Cell, ...]:
    """Without the empty cells at the end that a sheet's other rows ask for."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    if width > MOST_COLUMNS and any(map(str.strip, map(str, row[MOST_COLUMNS:width]))):
        raise _too_much(source, Phrase("{count} columns", count=MOST_COLUMNS))
    cells: list[Cell] = []
    for cell in row[:width]:
        if not isinstance(cell, str):
            cells.append(cell)  # type: ignore[arg-type]
        elif len(cell) <= LONGEST_CELL:
            cells.append(restore(cell))
        else:
            raise UserError(
                "{source}, row {row}: a cell has more than {most} characters; shorten it.",
                source=source,
                row=number,
                most=LONGEST_CELL,
            )
    return tuple(cells)


def _too_much(source: str, most: Phrase) -> UserError:
    return UserError(
        "{source} has more than {most}; split it into smaller files, or delete what lies "
        "beside the table.",
        source=source,
        most=most,
    )
