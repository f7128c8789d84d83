"""From due tickets to sent mail, where every ticket is told to somebody else."""

import asyncio
from collections.abc import Iterator
from statistics import median

from kam_flows.domain.accounts import Account, TeamMember
from kam_flows.domain.people import TeamRole
from tasks.escalation import climb_due, write_digests
from tests.bench.databases import Databases
from tests.bench.dispatch import dispatch
from tests.bench.results import Result, at_least
from tests.bench.sink import a_sink
from tests.bench.sweep import warm_up
from tests.bench.timing import of_own_time, took
from tests.bench.world import NOW, account, tickets_due
from tests.builders import a_person
from tests.portfolio import store, use_policy

TICKETS = 1_000
ROUNDS = 3
GOAL = 800
TOGETHER = 100


def fill() -> None:
    """Everybody has an account, and the next one as supervisor."""
    use_policy()
    people = [
        a_person(f"mara{n}", supervisor=f"mara{(n + 1) % TICKETS}")
        for n in range(TICKETS)
    ]
    store(people, [_account(n) for n in range(TICKETS)])
    tickets_due(TICKETS, accounts=TICKETS, two_rungs=False)


def _account(n: int) -> Account:
    lead = TeamMember(staff=f"mara{n}", role=TeamRole.LEAD_MANAGER)
    return account(n, lead)


def whole(port: int) -> None:
    assert climb_due.fn(NOW).looked_at == TICKETS
    assert len(write_digests.fn(NOW, TICKETS).mails) == TICKETS
    asyncio.run(dispatch(port, TOGETHER, NOW))


def rows(databases: list[Databases]) -> Iterator[Result]:
    with a_sink() as port:
        for database in databases:
            parts = []
            for _ in range(ROUNDS):
                with database.fresh("rings", fill):
                    warm_up()
                    parts.append(took(lambda: whole(port)))
            yield at_least(
                "through",
                f"{TICKETS:,} due tickets to sent mail, one each, {database.name}",
                TICKETS / median(one.wall for one in parts),
                "tickets/s",
                GOAL,
                f"{of_own_time(TICKETS, parts)}; fates committed per {TOGETHER}",
            )
