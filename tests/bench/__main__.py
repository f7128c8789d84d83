"""`python -m tests.bench [row ...]`: the table on stdout, the figures in var/bench.json."""

import argparse
import logging
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import (
    care,
    dispatch,
    due_times,
    idle,
    mails,
    onboarding,
    runs,
    sweep,
    through,
    visit_briefs,
    visits,
)
from tests.bench.databases import Databases, both
from tests.bench.results import HEAD, RULE, Result, keep

ROWS: dict[str, Callable[[list[Databases]], Iterator[Result]]] = {
    "sweep": sweep.rows,
    "idle": idle.rows,
    "through": through.rows,
    "dispatch": dispatch.rows,
    "due_times": due_times.rows,
    "mails": mails.rows,
    "care": care.rows,
    "onboarding": onboarding.rows,
    "visit_briefs": visit_briefs.rows,
    "visits": visits.rows,
    "runs": runs.rows,
}
KEPT = Path("var") / "bench.json"
ADDITIONS = 5_000_000


def machine() -> str:
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    load = os.getloadavg()[0]
    return (
        f"{when}, {os.cpu_count()} cores {platform.machine()}, "
        f"Python {platform.python_version()}, load {load:.1f} at the start, "
        f"{ADDITIONS:,} additions in {loop():.2f} s"
    )


def loop() -> float:
    """Own time of a fixed loop: what one day's table has to be compared with another's."""
    begun, total = time.process_time(), 0
    for number in range(ADDITIONS):
        total += number
    return time.process_time() - begun


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("rows", nargs="*", help=f"any of {', '.join(ROWS)}; none: all")
    chosen = parser.parse_args().rows or list(ROWS)
    if unknown := set(chosen) - set(ROWS):
        parser.error(f"no row is called {', '.join(sorted(unknown))}")
    here = machine()
    show(f"{here}\n\n{HEAD}\n{RULE}")
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as var, both() as databases:
        os.environ["KAM_VAR"] = var
        logging.disable(logging.CRITICAL)  # a line per run of Prefect
        for row in chosen:
            for result in ROWS[row](databases):
                results.append(result)
                show(result.line)
    keep(results, here, KEPT)


if __name__ == "__main__":
    main()
