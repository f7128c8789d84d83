"""A company to measure with: 15 managers, 3 supervisors, a head, and many tickets."""

from datetime import datetime, timedelta

from sqlalchemy import text

from kam_flows.domain.accounts import Account, TeamMember, Tier
from kam_flows.domain.people import Staff, StaffRole, TeamRole
from kam_flows.domain.tickets import Happening, Priority, TicketEvent
from kam_flows.persistence.database import engine
from kam_flows.persistence.tickets import NewTicket
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.recording import Incoming, record_events
from tests.builders import a_person, at
from tests.portfolio import store, use_policy

MANAGERS = 15
SUPERVISORS = 3
ACCOUNTS = 300
NOW = at("2026-10-14 11:00")
"""A Wednesday in working time: nothing has to be held."""
ONE_RUNG_AGO = NOW - timedelta(hours=25)
TWO_RUNGS_AGO = NOW - timedelta(hours=50)


def company() -> None:
    """Who works here, and for whom; the recommended policy is in force."""
    use_policy()
    store([*_leaders(), *_managers()], [_account(n) for n in range(ACCOUNTS)])


def _leaders() -> list[Staff]:
    head = a_person("head", role=StaffRole.DEPARTMENT_HEAD)
    return [head] + [
        a_person(f"lead{n}", supervisor="head", department_head="head")
        for n in range(SUPERVISORS)
    ]


def _managers() -> list[Staff]:
    return [
        a_person(
            f"mara{n}", supervisor=f"lead{n % SUPERVISORS}", department_head="head"
        )
        for n in range(MANAGERS)
    ]


def account(n: int, lead: TeamMember) -> Account:
    tiers = list(Tier)
    return Account(
        code=f"K{n:04d}",
        name=f"华东精密科技 {n}",
        tier=tiers[n % len(tiers)],
        team=(lead,),
    )


def _account(n: int) -> Account:
    staff = f"mara{n % MANAGERS}"
    return account(n, TeamMember(staff=staff, role=TeamRole.LEAD_MANAGER))


def tickets_due(
    count: int, *, accounts: int = ACCOUNTS, two_rungs: bool = True
) -> None:
    """Tickets with one rung due, every tenth with two, as events leave them."""
    with unit_of_work() as uow:
        known, ids = uow.accounts.by_code(), uow.accounts.ids()
        policy_id = uow.policies.current_id(NOW)
        codes = [f"K{n % accounts:04d}" for n in range(count)]
        opened = [
            (ONE_RUNG_AGO if n % 10 or not two_rungs else TWO_RUNGS_AGO)
            + timedelta(seconds=n / 10)
            for n in range(count)
        ]
        records = uow.tickets.add(
            [
                NewTicket(
                    number=f"T-{n:07d}",
                    account_id=ids[code],
                    title="生产线数据无法同步",
                    scene="after_sales",
                    priority=list(Priority)[n % 4],
                    tier=known[code].tier,
                    policy_id=policy_id,
                    calendar="office",
                    opened_at=when,
                )
                for n, (code, when) in enumerate(zip(codes, opened, strict=True))
            ]
        )
        incoming = {
            f"T-{n:07d}": _history(when, known[code].team[0].staff)
            for n, (code, when) in enumerate(zip(codes, opened, strict=True))
        }
        record_events(uow, incoming, now=NOW, actor="bench", locked=records)


def _history(when: datetime, owner: str) -> list[Incoming]:
    kinds = (Happening.OPENED, ""), (Happening.ASSIGNED, owner)
    return [
        Incoming(TicketEvent(at=when, kind=kind, by=owner, value=value))
        for kind, value in kinds
    ]


def many_open(count: int) -> None:
    """So many open tickets, the first of which is due a day after `NOW`."""
    company()
    tickets_due(1)
    columns = _columns()
    kept = ", ".join(columns)
    moved = {
        "number": "'N-' || s.n",
        "account_id": f"1 + s.n % {ACCOUNTS}",
    }
    chosen = ", ".join(moved.get(name, f"t.{name}") for name in columns)
    on_postgres = engine().dialect.name == "postgresql"
    series = (
        f"generate_series(1, {count}) AS s(n)"
        if on_postgres
        else f"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
        f"WHERE n < {count}) SELECT n FROM c) AS s"
    )
    with engine().begin() as there:
        there.execute(
            text(
                f"INSERT INTO tickets ({kept}) SELECT {chosen} "
                f"FROM tickets AS t CROSS JOIN {series}"
            )
        )
        there.execute(text("UPDATE looks SET at = NULL"))
        there.execute(
            text(
                f"INSERT INTO looks (id, at) SELECT t.id, {_later()} "
                "FROM tickets AS t WHERE t.id > 1"
            )
        )
    with engine().connect() as there:
        there.execution_options(isolation_level="AUTOCOMMIT")
        there.execute(text("ANALYZE"))


def _columns() -> list[str]:
    from kam_flows.persistence.tickets import TICKETS

    return [column.name for column in TICKETS.c if column.name != "id"]


def _later() -> str:
    if engine().dialect.name == "postgresql":
        return "timestamptz '2026-10-15 03:00+00' + t.id * interval '1 second'"
    return "datetime('2026-10-15 03:00:00', t.id || ' seconds') || '.000000'"
