"""A sweep that finds nothing due, however many tickets are open."""

from collections.abc import Iterator
from statistics import median

from tasks.escalation import is_anything_due
from tests.bench.databases import Databases
from tests.bench.results import Result, at_most
from tests.bench.timing import seconds
from tests.bench.world import NOW, many_open

FEW, MANY = 1_000, 1_000_000
ROUNDS = 41
MILLISECONDS = 2.0
TIMES = 1.5


def sweep() -> None:
    assert not is_anything_due(NOW)


def one(database: Databases, count: int) -> float:
    with database.lasting(f"open {count}", lambda: many_open(count)):
        sweep()
        return median(seconds(sweep) for _ in range(ROUNDS)) * 1000


def rows(databases: list[Databases]) -> Iterator[Result]:
    for database in databases:
        # In turns, so that a busy moment of the machine hits both.
        pairs = [(one(database, FEW), one(database, MANY)) for _ in range(3)]
        few, many = (median(times) for times in zip(*pairs, strict=True))
        yield at_most(
            "idle",
            f"sweep with nothing due, {MANY:,} open, {database.name}",
            many,
            "ms",
            MILLISECONDS,
            f"{few:.2f} ms with {FEW:,} open",
        )
        yield at_most(
            "idle",
            f"the same beside {FEW:,} open, {database.name}",
            many / few,
            "times",
            TIMES,
        )
