"""`make faults`: the full form, and its table as Markdown and JSON."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

COLUMNS = ("fault", "database", "tried", "lost", "doubled", "allowed doubles")
TARGET = Path(__file__).parents[2] / "var" / "faults.json"


def pytest_configure(config: pytest.Config) -> None:
    config.option.faults_in_full = True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    found = list(_rows(terminalreporter.stats))
    if not found:
        return
    found.sort(key=lambda row: (row["fault"], row["database"]))
    write = terminalreporter.write_line
    write("")
    write(f"| {' | '.join(COLUMNS)} |")
    write(f"| {' | '.join(['---', '---', *['---:'] * 4])} |")
    for row in found:
        write(f"| {' | '.join(str(row[name]) for name in COLUMNS)} |")
    for reason in _untried(terminalreporter.stats):
        write(f"Not tried: {reason}")
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    write(f"Written to {TARGET.relative_to(TARGET.parents[1])}.")


def _rows(stats: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """One for each fault and database, however many tests tried it."""
    summed: dict[tuple[str, str], Counter[str]] = {}
    # What a test came to is known when it is torn down; such reports have no category.
    over = [report for report in stats.get("", ()) if report.when == "teardown"]
    for report in over:
        for name, value in report.user_properties:
            if name == "fault":
                key = (value["fault"], value["database"])
                summed.setdefault(key, Counter()).update(
                    {column: value[column] for column in COLUMNS[2:]}
                )
    for (fault, database), counts in summed.items():
        yield {"fault": fault, "database": database} | {
            column: counts[column] for column in COLUMNS[2:]
        }


def _untried(stats: dict[str, list[Any]]) -> set[str]:
    return {report.longrepr[2] for report in stats.get("skipped", [])}
