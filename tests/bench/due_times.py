"""Due times a second, and whether they are those of a clock that ticks every minute."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from kam_flows.domain.durations import Duration
from tests.bench.databases import Databases
from tests.bench.results import Result, at_least, at_most
from tests.bench.timing import typical
from tests.builders import SHANGHAI, std

GOAL = 500_000
TIMES = 100_000
CHECKED = 400
SEED = 20261122

# State Council, days off and make-up working days of 2026, typed in by hand.
OFF = [
    (date(2026, 1, 1), 3),
    (date(2026, 2, 15), 9),
    (date(2026, 4, 4), 3),
    (date(2026, 5, 1), 5),
    (date(2026, 6, 19), 3),
    (date(2026, 9, 25), 3),
    (date(2026, 10, 1), 7),
]
MADE_UP = {
    date(2026, month, day)
    for month, day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
}
DAYS_OFF = {first + timedelta(days=n) for first, days in OFF for n in range(days)}


def ticking(start: datetime, minutes: int) -> datetime:
    """The slow way: a minute passes, and counts if the office was open in it."""
    wall = start.astimezone(SHANGHAI)
    while minutes:
        day = wall.date()
        works = day in MADE_UP or (day.weekday() < 5 and day not in DAYS_OFF)
        minutes -= works and 9 <= wall.hour < 18
        wall += timedelta(minutes=1)
    return wall.astimezone(UTC)


def rows(_databases: list[Databases]) -> Iterator[Result]:
    chance, calendar = random.Random(SEED), std()
    year = datetime(2026, 1, 2, tzinfo=UTC)
    starts = [
        year + timedelta(minutes=chance.randrange(340 * 24 * 60)) for _ in range(TIMES)
    ]
    promise = Duration.parse("8bh")
    calendar.add(starts[0], promise)
    add = calendar.add
    took = typical(lambda: [add(start, promise) for start in starts], 5)
    slow = starts[:CHECKED]
    minutes = 8 * 60
    ticked = typical(lambda: [ticking(start, minutes) for start in slow], 1)
    yield at_least(
        "due_times",
        "due times of 8 business hours, moment to moment",
        TIMES / took,
        "/s",
        GOAL,
        f"minute by minute {CHECKED / ticked:,.0f}/s",
    )
    wrong = sum(add(start, promise) != ticking(start, minutes) for start in slow)
    yield at_most("due_times", f"of {CHECKED} that were checked, wrong", wrong, "", 0)
