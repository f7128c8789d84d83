"""Plans of 10,000 accounts for 90 days: from nothing, with nothing changed, in how much.

Their recurrences are arithmetic on dates: how much faster than a rule that is walked.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from statistics import median
from timeit import repeat

from dateutil.rrule import WEEKLY, rrule

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.cadences import Cadence, Unit, fixed_slots
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import TouchpointKind
from tasks.visits import Planned, plan_due
from tests.bench.databases import Databases
from tests.bench.results import Result, at_least, at_most
from tests.bench.timing import Took, counted, of_own_time, took
from tests.bench.world import NOW, account
from tests.builders import a_person
from tests.portfolio import store, use_policy

ACCOUNTS, OF_ONE = 10_000, 20
ROUNDS = 3
GOAL, TIMES_FASTER, MEGABYTES = 2_000, 10, 300
TIMES_AS_FAST_AS_WALKED, SERIES, IN_ONE = 50, 5, 20
MORNING = NOW.replace(hour=5, minute=30)
# `ru_maxrss` begins with what the parent had when it forked.
CHILD = """
from pathlib import Path
from tests.bench.visits import plan
plan()
status = Path("/proc/self/status").read_text()
[most] = [line.split()[1] for line in status.splitlines() if "VmHWM" in line]
print(most)
"""


def portfolio() -> None:
    """All tiers alike, twenty accounts of each manager."""
    use_policy("default")
    codes = [f"mara{n}" for n in range(ACCOUNTS // OF_ONE)]
    leads = [TeamMember(staff=c, role=TeamRole.LEAD_MANAGER) for c in codes]
    accounts = [account(n, leads[n % len(leads)]) for n in range(ACCOUNTS)]
    store([a_person(code) for code in codes], accounts)


def plan() -> Planned:
    planned = plan_due.fn(MORNING)
    assert not planned.set_aside, planned.set_aside[:3]
    return planned


def from_nothing() -> None:
    planned = plan()
    assert planned.looked_at == ACCOUNTS, planned.looked_at


def with_nothing_changed() -> None:
    assert not plan().looked_at


def megabytes() -> float:
    """The most that a process of its own takes for it."""
    said = subprocess.check_output([sys.executable, "-c", CHILD], env=os.environ)
    return int(said) / 1024


def walked_beside_ours() -> tuple[float, float]:
    """Seconds for the fortnights of 90 days, ten years after the rule began."""
    fortnightly = Cadence(
        code="call",
        titles={},
        kind=TouchpointKind.CALL,
        every=2,
        unit=Unit.WEEKS,
        day=4,
    )
    first, last = date(2026, 1, 1), date(2026, 4, 1)
    begin = date(2026, 1, 8) - timedelta(weeks=520)
    rule = rrule(WEEKLY, interval=2, dtstart=datetime.combine(begin, time()))
    after, before = (datetime.combine(day, time()) for day in (first, last))

    def walked() -> list[date]:
        return [moment.date() for moment in rule.between(after, before, inc=True)]

    def ours() -> list[date]:
        return [day for _, day in fixed_slots(fortnightly, first, last)]

    assert walked() == ours()
    by_rule, by_arithmetic = (
        min(repeat(way, number=IN_ONE, repeat=SERIES)) / IN_ONE
        for way in (walked, ours)
    )
    return by_rule, by_arithmetic


def rows(databases: list[Databases]) -> Iterator[Result]:
    by_rule, by_arithmetic = walked_beside_ours()
    yield at_least(
        "visits",
        "fortnights of 90 days by arithmetic, the rule begun ten years before",
        by_rule / by_arithmetic,
        "times faster",
        TIMES_AS_FAST_AS_WALKED,
        f"{by_arithmetic * 1e6:,.1f} µs; dateutil walks for {by_rule * 1e6:,.0f} µs",
    )
    for database in databases:
        first: list[Took] = []
        again: list[Took] = []
        statements = 0
        for _ in range(ROUNDS):
            with database.fresh("to be planned", portfolio):
                with counted() as count:
                    first.append(took(from_nothing))
                statements = count.statements
                again.append(took(with_nothing_changed))
        wall, wall_again = (median(o.wall for o in all_) for all_ in (first, again))
        yield at_least(
            "visits",
            f"plan {ACCOUNTS:,} accounts for 90 days from nothing, {database.name}",
            ACCOUNTS / wall,
            "accounts/s",
            GOAL,
            f"{of_own_time(ACCOUNTS, first)}; {statements} statements",
        )
        yield at_least(
            "visits",
            f"the same with nothing changed, {database.name}",
            wall / wall_again,
            "times faster",
            TIMES_FASTER,
            f"{wall_again * 1000:,.0f} ms",
        )
        with database.fresh("to be planned", portfolio):
            yield at_most(
                "visits",
                f"memory of a process that plans them, {database.name}",
                megabytes(),
                "MB",
                MEGABYTES,
            )
