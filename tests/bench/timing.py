"""Rounds, medians, and how many statements a piece of work takes."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from sqlalchemy import event

from kam_flows.persistence.database import engine


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once, in a process prepared as `serving.run` prepares a run."""
    gc.collect()
    gc.freeze()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def typical(work: Callable[[], object], rounds: int) -> float:
    return median(seconds(work) for _ in range(rounds))


class Count:
    statements = 0


@contextmanager
def counted() -> Iterator[Count]:
    """Statements sent to the database; one with many rows of values counts once."""
    count, watched = Count(), engine()

    def one_more(*_: Any) -> None:
        count.statements += 1

    event.listen(watched, "before_cursor_execute", one_more)
    try:
        yield count
    finally:
        event.remove(watched, "before_cursor_execute", one_more)
