"""Reading the table of an event log: every bad row by number, column and value."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kam_flows.domain import cells
from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import Phrase
from kam_flows.domain.event_log import LogLine
from kam_flows.domain.portfolio import BadFile, Problem, Table
from kam_flows.domain.portfolio_columns import TEXT
from kam_flows.domain.tickets import Priority

REQUIRED = ("ticket", "activity", "agent", "at")
OPTIONAL = ("account", "title", "scene", "priority")
MOST_PROBLEMS = 200
SHOWN = 80
"""Characters of a value that are repeated to the reader."""


def read_log(table: Table, timezone: str) -> list[LogLine]:
    """The lines of a log, in the order of the file.

    Raises BadFile naming each row, column and value that cannot be read.
    """
    header = [_text(cell).lower() for cell in table.rows[0]]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise BadFile(
            [
                Problem(
                    source=table.source,
                    row=1,
                    column=name,
                    value="",
                    expected=Phrase(
                        "a column named {name} (the log has: {there})",
                        name=name,
                        there=[title[:SHOWN] for title in header if title] or "-",
                    ),
                )
                for name in missing
            ]
        )
    places = {
        name: header.index(name) for name in (*REQUIRED, *OPTIONAL) if name in header
    }
    zone = ZoneInfo(timezone)
    problems: list[Problem] = []
    lines: list[LogLine] = []
    for number, row in enumerate(table.rows[1:], start=2):
        values = {n: _cell(row, place) for n, place in places.items()}
        if not any(values.values()):
            continue
        wrong = _problems(table.source, number, values)
        problems += wrong
        if wrong:
            continue
        at = _moment(values["at"], zone)
        assert at is not None
        lines.append(
            LogLine(
                number=number,
                ticket=_text(values["ticket"]),
                activity=_text(values["activity"]),
                agent=_text(values["agent"]),
                at=at,
                account=_text(values.get("account")),
                title=_text(values.get("title")),
                scene=_text(values.get("scene")),
                priority=_text(values.get("priority")),
            )
        )
    if problems:
        raise BadFile(problems[:MOST_PROBLEMS])
    return lines


def _problems(source: str, number: int, values: dict[str, Cell]) -> list[Problem]:
    wrong = {name: TEXT for name, cell in values.items() if not _is_plain(cell)}
    wrong |= {
        name: Phrase("something here")
        for name in ("ticket", "activity")
        if not _text(values[name])
    }
    if _moment(values["at"], ZoneInfo("UTC")) is None:
        wrong["at"] = Phrase("a moment like 2026-10-09 17:50:00")
    priority = _text(values.get("priority"))
    if priority and priority not in set(Priority):
        codes = [priority.value for priority in Priority]
        wrong["priority"] = Phrase("one of {codes}", codes=codes)
    return [
        Problem(
            source=source,
            row=number,
            column=column,
            value=_text(values[column])[:SHOWN],
            expected=expected,
        )
        for column, expected in wrong.items()
    ]


def _moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """A moment of the log's own clock, or with the zone it names itself."""
    if isinstance(cell, datetime):
        at = cell
    else:
        try:
            at = datetime.fromisoformat(_text(cell))
        except ValueError:
            return None
    if at.year not in cells.YEARS:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _cell(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else None


def _is_plain(cell: Cell) -> bool:
    try:
        cells.text(cell)
    except ValueError:
        return False
    return True


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()
