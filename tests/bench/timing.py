"""Rounds, medians, and how many statements a piece of work takes."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import event

from kam_flows.persistence.database import engine
from kam_flows.serving.run import spare_the_collector


class Took(NamedTuple):
    """Seconds on the wall, and those of them in which this process was at work."""

    wall: float
    own: float


def took(work: Callable[[], object]) -> Took:
    """How long it takes once, in a process prepared as `serving.run` prepares a run."""
    gc.collect()
    spare_the_collector()
    wall, own = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - own)


def seconds(work: Callable[[], object]) -> float:
    return took(work).wall


def typical(work: Callable[[], object], rounds: int) -> float:
    return median(seconds(work) for _ in range(rounds))


def of_own_time(count: int, rounds: list[Took]) -> str:
    """The rate a process would have that never waits for others of this machine."""
    return f"{count / median(one.own for one in rounds):,.0f}/s of its own time"


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
