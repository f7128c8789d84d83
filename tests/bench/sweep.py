"""A sweep of 10,000 due tickets, beside the bare SQL that writes the same rows."""

from collections.abc import Iterator
from statistics import median

from sqlalchemy import text

from kam_flows.persistence.database import engine
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import digest
from tasks.escalation import climb_due, write_digests
from tests.bench.databases import Databases
from tests.bench.results import Result, at_least, at_most
from tests.bench.timing import counted, of_own_time, seconds, took
from tests.bench.world import NOW, TWO_RUNGS_AGO, company, tickets_due

TICKETS = 10_000
ROUNDS = 5
GOALS = {"SQLite": 20_000, "PostgreSQL": 10_000}
STATEMENTS = 0.02
LEDGER = """
INSERT INTO escalations
  (ticket_id, episode, rung, due_at, decided_at, outcome, deliver_at, recipient, skips)
SELECT tickets.id, episode, 1, at, :now, 'told', :now, owner, '[]'
FROM looks JOIN tickets ON tickets.id = looks.id WHERE at <= :now
"""
NOTICES = """
INSERT INTO notices (escalation_id, recipient, kind, owed_from)
SELECT id, recipient, 'alert', :now FROM escalations
"""
LOOK = """
UPDATE looks SET at = resolve_by
FROM tickets WHERE tickets.id = looks.id AND at <= :now
"""


def fill() -> None:
    company()
    tickets_due(TICKETS)


def sweep() -> None:
    climbed = climb_due.fn(NOW)
    mails = write_digests.fn(NOW).mails
    assert climbed.looked_at == TICKETS, climbed.looked_at
    assert not climbed.set_aside, climbed.set_aside[:3]
    assert mails


def in_bare_sql() -> None:
    """The ledger, the owed lines and the next look, in three statements."""
    with engine().begin() as there:
        for statement in (LEDGER, NOTICES, LOOK):
            there.execute(text(statement), {"now": NOW})


def warm_up() -> None:
    """What a run's process has behind it: policy read, templates compiled."""
    climb_due.fn(TWO_RUNGS_AGO)
    write_digests.fn(TWO_RUNGS_AGO)
    render(digest("zh_CN"))


def rows(databases: list[Databases]) -> Iterator[Result]:
    for database in databases:
        ours, bare, statements = [], [], 0
        for _ in range(ROUNDS):
            with database.fresh("due", fill):
                warm_up()
                with counted() as count:
                    ours.append(took(sweep))
                statements = count.statements
            with database.fresh("due", fill):
                warm_up()
                bare.append(seconds(in_bare_sql))
        rate, limit = TICKETS / median(one.wall for one in ours), TICKETS / median(bare)
        yield at_least(
            "sweep",
            f"sweep of {TICKETS:,} due tickets, {database.name}",
            rate,
            "tickets/s",
            GOALS[database.name],
            f"{of_own_time(TICKETS, ours)}; bare INSERT + INSERT + UPDATE "
            f"{limit:,.0f}/s: {rate / limit:.2f} of it",
        )
        yield at_most(
            "sweep",
            f"statements per ticket, {database.name}",
            statements / TICKETS,
            "",
            STATEMENTS,
            f"{statements} in all",
        )
