"""A house of a million accounts: a few records as the product makes them, then many alike.

Filled by the database itself, a statement a table. Foreign keys are not looked up
meanwhile (`session_replication_role`): every row names one that is there.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg

from kam_flows.domain.accounts import Contact, TeamMember
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.models import Row
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.escalation import climb_due, write_digests
from tasks.occasions import refresh
from tests.bench.timing import seconds
from tests.bench.world import NOW, account, tickets_due
from tests.builders import a_person
from tests.portfolio import store, use_policy
from tests.visits import planned, took_place

PATTERNS = 40
"""Tickets that the others are made like: of every tier and priority."""
ACCOUNTS_ALIKE = 8
MANAGERS = 500
DAY = 86_400
LEADERS = 20
TODAY = NOW.date()
UNHURRIED = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "16GB"}
"""Only while it is filled: what is lost then is filled again."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many of each; `due` of the open tickets have a rung within the first day."""

    accounts: int
    tickets: int
    open: int
    due: int


def fill(size: Size) -> Mapping[str, float]:
    """Seconds for each table."""
    patterns()
    with there() as cursor:
        for setting, value in UNHURRIED.items():
            cursor.execute(f"ALTER SYSTEM SET {setting} = '{value}'")
        cursor.execute("SELECT pg_reload_conf()")
    took = {name: seconds(partial(run, sql)) for name, sql in statements(size).items()}
    took["statistics"] = seconds(settle)
    return took


def patterns() -> None:
    """One of each kind, made by the product."""
    use_policy("default")
    leaders = [a_person("head")] + [
        a_person(f"lead{n}", supervisor="head", department_head="head")
        for n in range(LEADERS)
    ]
    managers = [
        a_person(f"mara{n}", supervisor=f"lead{n % LEADERS}", department_head="head")
        for n in range(MANAGERS)
    ]
    leads = [
        TeamMember(staff=f"mara{n}", role=TeamRole.LEAD_MANAGER)
        for n in range(ACCOUNTS_ALIKE)
    ]
    store([*leaders, *managers], [account(n, lead) for n, lead in enumerate(leads)])
    tickets_due(PATTERNS, accounts=ACCOUNTS_ALIKE, two_rungs=False)
    ahead = (TODAY + timedelta(days=14)).isoformat()
    planned(ahead, account="K0001", owner="mara1")
    took_place((TODAY - timedelta(days=30)).isoformat(), NOW, account="K0001")
    birthday = (TODAY + timedelta(days=40)).replace(year=1980)
    with unit_of_work() as uow:
        uow.accounts.save_contacts(
            [Contact(code="K", account="K0001", name="王", birthday=birthday)]
        )
    refresh(NOW - timedelta(days=1))
    # A rung in the ledger, its line, and the mail it stands in.
    climb_due.fn(NOW)
    write_digests.fn(NOW, PATTERNS)


def statements(size: Size) -> Mapping[str, str]:
    shift = f"""{NOW.timestamp()} - (p.armed -> 0 ->> 1)::float8
                + CASE WHEN n <= {size.due} THEN n::float8 * {DAY} / {size.due}
                ELSE 2 * {DAY} + n % (28 * {DAY}) END"""
    is_open = f"n <= {size.open}"
    of_account = f"{ACCOUNTS_ALIKE} + 1 + (n::bigint * 7919) % {size.accounts}"
    later = f"make_interval(secs => {shift})"
    moments = ("opened_at", "episode_started_at", "respond_by", "plan_by", "resolve_by")
    return {
        "accounts": like(
            "accounts",
            f"p.id = 1 + n % {ACCOUNTS_ALIKE}",
            size.accounts,
            id=f"{ACCOUNTS_ALIKE} + n",
            code="'A-' || lpad(n::text, 7, '0')",
        ),
        "team_members": f"""
            INSERT INTO team_members (account_id, staff_id, role)
            SELECT {ACCOUNTS_ALIKE} + n, s.id, 'lead_manager'
            FROM generate_series(1, {size.accounts}) AS n
            JOIN staff AS s ON s.code = 'mara' || n % {MANAGERS}""",
        "tickets": like(
            "tickets",
            f"p.id = 1 + n % {PATTERNS}",
            size.tickets,
            id=f"{PATTERNS} + n",
            number="'N-' || n",
            account_id=of_account,
            owner=f"'mara' || (1 + (n::bigint * 7919) % {size.accounts}) % {MANAGERS}",
            state=f"CASE WHEN {is_open} THEN p.state ELSE 'confirmed' END",
            armed=f"""CASE WHEN {is_open} THEN (
                SELECT json_agg(json_build_array(one -> 0, (one ->> 1)::float8 + {shift}))
                FROM json_array_elements(p.armed) AS one) ELSE '[]' END""",
            **{name: f"p.{name} + {later}" for name in moments},
        ),
        "looks": f"""
            INSERT INTO looks (id, at)
            SELECT t.id, CASE WHEN {is_open} THEN to_timestamp((t.armed -> 0 ->> 1)::float8)
            END
            FROM tickets AS t, LATERAL (SELECT t.id - {PATTERNS} AS n) AS numbered
            WHERE t.id > {PATTERNS}""",
        "ticket_events": like(
            "ticket_events", "p.ticket_id = 1", size.open, ticket_id=f"{PATTERNS} + n"
        ),
        "escalations": like(
            "escalations",
            "p.id = (SELECT min(id) FROM escalations)",
            size.open,
            ticket_id=f"{PATTERNS} + {size.open} + n",
            decided_at="p.decided_at - interval '30 days'",
        ),
        "outbox": like(
            "outbox",
            "p.id = (SELECT min(id) FROM outbox)",
            size.due,
            dedup_key="'old ' || n",
            fate="'sent'",
        ),
        "notices": f"""
            INSERT INTO notices (escalation_id, recipient, kind, owed_from, mail_id)
            SELECT e.id, 'mara1', 'alert', e.decided_at,
              (SELECT min(id) FROM outbox) + e.id % {size.due}
            FROM escalations AS e WHERE e.ticket_id > {PATTERNS}""",
        "touchpoints": like(
            "touchpoints",
            "p.id IN (1, 2)",
            size.accounts,
            account_id=f"{ACCOUNTS_ALIKE} + n",
            on='p."on" + n % 60',
            in_calendars="'yes'",
        ),
        "occasions": like(
            "occasions",
            "p.id = (SELECT min(id) FROM occasions WHERE next_on IS NOT NULL)",
            size.accounts,
            account_id=f"{ACCOUNTS_ALIKE} + n",
            key="'o' || n",
            next_on=f"date '{TODAY}' + 30 + n % 300",
        ),
    }


def like(table: str, pattern: str, count: int, **differs: str) -> str:
    """So many rows like those of the pattern; `n` counts them."""
    columns = [c.name for c in Row.metadata.tables[table].c]
    columns = [name for name in columns if name != "id" or name in differs]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(differs.get(name, f'p."{name}"') for name in columns)
    return f"""
        INSERT INTO {table} ({names}) SELECT {values}
        FROM generate_series(1, {count}) AS n JOIN {table} AS p ON {pattern}"""


def run(sql: str) -> None:
    with there() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("RESET session_replication_role")


def settle() -> None:
    """What was added by hand counts on from there, and plans know how much there is."""
    with there() as cursor:
        for table in ("accounts", "tickets"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) "
                f"FROM {table}"
            )
        cursor.execute("VACUUM looks")
        cursor.execute("ANALYZE")
        for setting in UNHURRIED:
            cursor.execute(f"ALTER SYSTEM RESET {setting}")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("CHECKPOINT")


@contextmanager
def there() -> Iterator[Any]:
    """The database's own words, each its own transaction."""
    with psycopg.connect(settings().database, autocommit=True) as connection:
        yield connection.cursor()
