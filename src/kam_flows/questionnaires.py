"""The questionnaire of the needs survey as a workbook, for interviews away from a desk.

Only the answers can be edited. `domain.questionnaire` reads it back.
"""

import io
from collections.abc import Sequence
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kam_flows.domain.questionnaire import ACCOUNT, COLUMNS
from kam_flows.rendering.answers import say
from kam_flows.rendering.words import spoken
from kam_flows.spreadsheets import neutralise

LONGEST_CELL = 32_767
"""UTF-16 units, the most that a cell of Excel takes; what is longer damages the file."""
WIDTHS = (24, 44, 44, 13, 64)
HEAD_ROW = 7
ANSWER_HEIGHT = 96
"""Points: room for six lines; rows may be made higher."""

FONT = "Microsoft YaHei"
PLAIN = Font(name=FONT, size=10)
SOFT = Font(name=FONT, size=9, color="6B7280")
STRONG = Font(name=FONT, size=10, bold=True)
TITLE = Font(name=FONT, size=16, bold=True, color="1F2937")
HEAD = Font(name=FONT, size=10, bold=True, color="FFFFFF")
HEAD_FILL = PatternFill("solid", fgColor="2454D6")
ANSWER_FILL = PatternFill("solid", fgColor="FFF9E5")
EDGE = Side(style="thin", color="D1D5DB")
FRAME = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
WRAPPED = Alignment(wrap_text=True, vertical="top")


class Line(NamedTuple):
    """One dimension: its titles, what to ask, and what is known about it since when."""

    titles: tuple[str, str]
    question: str
    known: str = ""
    since: str = ""


def questionnaire(code: str, name: str, lines: Sequence[Line], language: str) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = say("Needs survey", language)
    _write_head(sheet, code, name, language)
    for row, line in enumerate(lines, HEAD_ROW + 1):
        _write_line(sheet, row, line)
    _set_up(sheet, HEAD_ROW + len(lines))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_head(sheet: Worksheet, code: str, name: str, language: str) -> None:
    _put(sheet, 1, 1, say("Needs survey: {name}", language, name=name), TITLE)
    _put(sheet, 2, 1, ACCOUNT[spoken(language)], STRONG)
    _put(sheet, 2, 2, code, PLAIN)
    advice = (
        say("Write into the yellow cells only, as many lines as you like.", language),
        say("An empty cell erases nothing: what is known already stays.", language),
        say(
            "Bring it back with the form “Import questionnaire”, or with `kam "
            "onboarding import FILE`.",
            language,
        ),
    )
    for row, sentence in enumerate(advice, 3):
        _put(sheet, row, 1, sentence, SOFT)
    for place, column in enumerate(COLUMNS, 1):
        cell = _put(sheet, HEAD_ROW, place, column[spoken(language)], HEAD)
        cell.fill, cell.border, cell.alignment = HEAD_FILL, FRAME, WRAPPED
    sheet.row_dimensions[1].height = 30


def _write_line(sheet: Worksheet, row: int, line: Line) -> None:
    texts = ("\n".join(line.titles), line.question, line.known, line.since, "")
    for place, text in enumerate(texts, 1):
        cell = _put(sheet, row, place, text, STRONG if place == 1 else PLAIN)
        cell.border, cell.alignment = FRAME, WRAPPED
    # As text: what begins with a sign stays what was typed, not a formula gone wrong.
    cell.number_format, cell.fill = "@", ANSWER_FILL
    cell.protection = Protection(locked=False)
    sheet.row_dimensions[row].height = ANSWER_HEIGHT


def _put(sheet: Worksheet, row: int, place: int, text: str, font: Font) -> Cell:
    cell = sheet.cell(row=row, column=place, value=fitting(neutralise(text)) or None)
    cell.font = font
    return cell


def _set_up(sheet: Worksheet, last: int) -> None:
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDE"[place]].width = width
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.sheet_view.showGridLines = False
    # Against slips, not against people: there is no password. `False` permits.
    sheet.protection.sheet = True
    sheet.protection.formatRows = False
    sheet.protection.formatColumns = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.print_area = f"A1:E{last}"


def fitting(text: str) -> str:
    """What a cell can hold of it, the last a … if some had to be cut."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", errors="ignore") + "…"
