"""What people hand in is measured before it is opened: bombs end in one sentence."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from kam_flows import files, spreadsheets
from kam_flows.domain.errors import UserError
from kam_flows.rendering.agreements import document
from kam_flows.rendering.answers import refusal
from kam_flows.spreadsheets import read

SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OPENED = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["code", "name"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes, packed: int = 8) -> bytes:
    """The same Office file with this part in it, in place of one of that name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part, compress_type=packed)
    return out.getvalue()


def sheet(rows: str, before: str = "") -> bytes:
    text = f"{before}{OPENED}<sheetData>{rows}</sheetData></worksheet>"
    return with_part(workbook(), SHEET, text.encode())


def lying(content: bytes, name: str) -> bytes:
    """The same, but its directory says that this part has but ten bytes."""
    entry = content.rindex(name.encode()) - 46
    assert content[entry : entry + 4] == files.ENTRY
    place = entry + 24
    return content[:place] + struct.pack("<L", 10) + content[place + 4 :]


def refused(name: str, content: bytes) -> str:
    with pytest.raises(UserError) as error:
        read(name, content)
    assert "\n" not in str(error.value)
    assert refusal(error.value, "zh_CN") != str(error.value)
    return str(error.value)


def test_a_part_that_grows_a_thousandfold_is_not_opened():
    bomb = with_part(workbook(), SHEET, b" " * 20_000_000)

    assert "unpacks to far more" in refused("a.xlsx", bomb)


def test_nor_is_one_whose_directory_hides_it():
    bomb = lying(with_part(workbook(), SHEET, b" " * 20_000_000), SHEET)

    assert "cannot be read as XLSX" in refused("a.xlsx", bomb)


def test_nor_are_many_parts_that_are_large_together(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 3_000_000)
    bomb = workbook()
    for number in range(4):
        bomb = with_part(bomb, f"xl/{number}.xml", b" " * 1_000_000)

    assert "unpacks to far more" in refused("a.xlsx", bomb)


def test_nor_is_one_of_too_many_parts():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(files.MOST_PARTS + 1):
            packed.writestr(str(number), b"")

    assert "unpacks to far more" in refused("a.xlsx", out.getvalue())


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_packed_as_no_office_program_does_is_refused(packed):
    strange = with_part(workbook(), SHEET, b"<x/>", packed)

    assert "cannot be read as XLSX" in refused("a.xlsx", strange)


@pytest.mark.parametrize(
    "part",
    [
        f"{LAUGHS}<x>&b;</x>".encode(),
        f"<!--{'x' * 200_000}-->{LAUGHS}<x>&b;</x>".encode(),
        f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<x>&b;</x>'.encode("utf-16"),
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    ],
)
@pytest.mark.parametrize("name", [SHEET, "xl/hidden.bin"])
def test_a_part_that_declares_entities_is_refused(part, name):
    assert "declares entities" in refused("a.xlsx", with_part(workbook(), name, part))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('<row r="900000000000"><c r="A900000000000"><v>1</v></c></row>', "cells"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "more than 200 columns"),
        (f'<row r="1"><c r="A1"><v>{"9" * 5000}</v></c></row>', "cannot be read"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "cannot be read"),
        (
            f'<row><c t="inlineStr"><is><t>{"x" * 32_768}</t></is></c></row>',
            "a cell has more than 32767 characters",
        ),
    ],
)
def test_a_sheet_that_means_no_table_is_refused(rows, says):
    assert says in refused("a.xlsx", sheet(rows))


def test_too_many_rows_or_cells_are_refused(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    monkeypatch.setattr(spreadsheets, "MOST_CELLS", 20)

    assert "more than 3 rows" in refused("a.csv", b"x\n" * 4)
    assert "more than 20 cells" in refused("a.csv", b"x" + b"," * 20)
    assert "more than 200 columns" in refused("a.csv", b"," * 200 + b"x")
    assert "more than 32767 characters" in refused("a.csv", b"x" * 32_768)
    assert len(read("a.csv", b"x\n" * 3 + b"\n" * 5)[0].rows) == 3


def test_no_more_of_a_file_is_read_than_it_may_have(tmp_path: Path):
    path = tmp_path / "log.csv"
    with path.open("wb") as file:
        file.truncate(10**12)

    with pytest.raises(UserError, match=r"log\.csv is larger than 50 MB"):
        files.contents(path, spreadsheets.LARGEST)


@pytest.mark.parametrize("part", [b" " * 20_000_000, f"{LAUGHS}<x>&b;</x>".encode()])
def test_a_template_of_word_is_measured_too(part, tmp_path: Path):
    out, path = io.BytesIO(), tmp_path / "ours.docx"
    Document().save(out)
    path.write_bytes(with_part(out.getvalue(), "word/document.xml", part))

    with pytest.raises(UserError, match=r"ours\.docx (unpacks|declares)"):
        document(path, {})
