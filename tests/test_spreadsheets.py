"""Spreadsheets as staff's programs write them: encodings, delimiters, formulas, damage."""

import csv
import io
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import UserError
from kam_flows.spreadsheets import neutralise, read, restore, write_csv, write_xlsx

ROWS = [["编号", "名称"], ["A-1", "华东某某科技"]]


def rows_of(name: str, content: bytes) -> list[list[Cell]]:
    (table,) = read(name, content)
    return [list(row) for row in table.rows]


def workbook(**sheets: list[list[Cell]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_that_staff_have(encoding: str):
    content = "编号,名称\r\nA-1,华东某某科技\r\n".encode(encoding)

    assert rows_of("accounts.csv", content) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_may_be_parted_by_commas_semicolons_or_tabs(delimiter: str):
    content = f"编号{delimiter}名称\nA-1{delimiter}华东某某科技\n".encode()

    assert rows_of("accounts.csv", content) == ROWS


def test_empty_rows_keep_the_numbers_of_those_after_them():
    assert len(rows_of("a.csv", b"code,name\n\nA,x\n,\n\n")) == 3


def test_an_xlsx_gives_a_table_per_filled_sheet_with_typed_cells():
    day = datetime(2026, 10, 1)  # noqa: DTZ001
    content = workbook(客户=[["编号", "日期"], [1001, day]], 空=[])

    (table,) = read("p.xlsx", content)

    assert table.source == "p.xlsx, sheet 客户"
    assert table.rows == (("编号", "日期"), (1001, day))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xls", b"x", "neither CSV nor XLSX"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n , \n", "is empty"),
        ("a.csv", b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
        ("a.xlsx", b"not a zip file", "cannot be read as XLSX"),
        ("a.xlsx", workbook(x=[["code"]])[:-400], "cannot be read as XLSX"),
        ("a.csv", b"x" * 50_000_001, "larger than 50 MB"),
        ("a.csv", b'"' + b"x" * 200_000 + b'"', "cannot be read at line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    name: str, content: bytes, says: str
):
    with pytest.raises(UserError, match=says):
        read(name, content)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_what_a_spreadsheet_would_run_is_neutralised(sign: str):
    dangerous = f"{sign}HYPERLINK(1)"

    assert neutralise(dangerous) == f"'{dangerous}"
    assert restore(f"'{dangerous}") == dangerous


def test_an_apostrophe_before_ordinary_text_stays():
    assert neutralise("'t Hooft") == "'t Hooft"
    assert restore("'t Hooft") == "'t Hooft"


@given(st.text())
def test_neutralised_text_never_starts_a_formula_and_comes_back_as_it_was(text: str):
    shown = neutralise(text)

    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert restore(shown) == text


# XML cannot carry control characters, and the import refuses them everywhere.
plain = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))


@given(st.lists(st.lists(plain, min_size=2, max_size=2), min_size=1))
def test_a_written_csv_is_read_back_as_it_was(rows: list[list[str]]):
    rows = [["编号", "名称"], *rows, ["end", "end"]]

    assert rows_of("a.csv", write_csv(rows)) == rows


def test_a_written_xlsx_holds_text_alone_and_is_read_back_as_it_was():
    rows = [["编号", "名称"], ["0012", "=1+1"], ["'=x", "_x0041_ & <b>"]]

    content = write_xlsx({"客户": rows})

    cells = [c for row in load_workbook(io.BytesIO(content))["客户"].rows for c in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert rows_of("a.xlsx", content) == rows


def test_a_written_csv_opens_in_excel_with_chinese_as_it_is():
    content = write_csv(ROWS)

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(content.decode("utf-8-sig").splitlines())) == ROWS
