"""`make faults`: the full form, and its table as Markdown and JSON."""

import json
import os
import platform
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.faults import day
from tests.faults.conftest import FULL
from tests.postgres import version

COLUMNS = ("fault", "database", "tried", "lost", "doubled", "allowed doubles")
ROOT = Path(__file__).parents[2]
TARGET = ROOT / "var" / "faults.json"
EVERYTHING = {"tests/faults", "tests/flows/test_red_runs.py"}
"""What `make faults` asks for; a run of less is not complete."""
BEGAN = time.monotonic()


def pytest_configure(config: pytest.Config) -> None:
    config.option.faults_in_full = True
    if not hasattr(config, "workerinput"):
        # A run that is killed leaves no table, rather than that of an earlier one.
        TARGET.unlink(missing_ok=True)


def pytest_terminal_summary(
    terminalreporter: Any, exitstatus: int, config: pytest.Config
) -> None:
    stats = terminalreporter.stats
    found = sorted(_rows(stats), key=lambda row: (row["fault"], row["database"]))
    missing = list(_missing(stats, exitstatus, config))
    machine = _machine()
    write = terminalreporter.write_line
    write("")
    write("INCOMPLETE: " + "; ".join(missing) if missing else f"Complete: {machine}.")
    write("")
    write(f"| {' | '.join(COLUMNS)} |")
    write(f"| {' | '.join(['---', '---', *['---:'] * 4])} |")
    for row in found:
        write(f"| {' | '.join(str(row[name]) for name in COLUMNS)} |")
    kept = {
        "complete": not missing,
        "missing": missing,
        "machine": machine,
        "rows": found,
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    write("")
    write(f"Written to {TARGET.relative_to(ROOT)}.")


def _missing(
    stats: dict[str, list[Any]], exitstatus: int, config: pytest.Config
) -> Iterator[str]:
    """Why this is not one whole run in which everything held."""
    option = config.option
    if set(config.args) != EVERYTHING or option.keyword or option.markexpr:
        yield "only a part was asked for"
    if exitstatus in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}:
        yield "it was interrupted"
    if bad := len(stats.get("failed", [])) + len(stats.get("error", [])):
        yield f"{bad} tests failed"
    yield from sorted({f"not tried: {r.longrepr[2]}" for r in stats.get("skipped", [])})
    if not stats.get("passed"):
        yield "nothing was tried"


def _machine() -> str:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    minutes = (time.monotonic() - BEGAN) / 60
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {gigabytes:.0f} GiB, "
        f"Python {platform.python_version()}, {version()}; "
        f"{FULL:,} tickets with {day.patterns():,} histories; {minutes:.0f} minutes"
    )


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
