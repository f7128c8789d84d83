"""A day of care beside 100,000 occasions: with 300 due, and with none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from statistics import median

from kam_flows.domain.accounts import Contact, TeamMember, Tier
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.care import prepare_due
from tasks.occasions import refresh
from tests.bench.databases import Databases
from tests.bench.results import Result, at_most
from tests.bench.timing import counted, seconds
from tests.bench.world import NOW, account
from tests.builders import a_person
from tests.portfolio import store, use_policy

ACCOUNTS, CONTACTS, DUE = 20_000, 100_000, 300
OF_ONE = 100
ROUNDS, IDLE_ROUNDS = 3, 11
SECONDS, IDLE_SECONDS = 2.0, 0.2
MORNING = NOW.replace(hour=6, minute=10)
THE_DAY_BEFORE = MORNING - timedelta(days=1)
SOON = (MORNING.date() + timedelta(days=7)).replace(year=1980)
"""Its preparation begins on that morning."""


def portfolio() -> None:
    """A birthday of every contact: few soon, the others months away."""
    use_policy("default")
    codes = [f"mara{n}" for n in range(ACCOUNTS // OF_ONE)]
    leads = [TeamMember(staff=c, role=TeamRole.LEAD_MANAGER) for c in codes]
    accounts = [
        replace(account(n, leads[n % len(leads)]), tier=Tier.CORE)
        for n in range(ACCOUNTS)
    ]
    store([a_person(code) for code in codes], accounts)
    contacts = [
        Contact(
            code=f"K{n}",
            account=accounts[n % ACCOUNTS].code,
            name=f"王{n}",
            title="采购经理",
            email=f"k{n}@example.com",
            birthday=SOON if n < DUE else SOON + timedelta(days=60 + n % 240),
        )
        for n in range(CONTACTS)
    ]
    with unit_of_work() as uow:
        uow.accounts.save_contacts(contacts)
    refresh(THE_DAY_BEFORE)


def prepare() -> None:
    done = prepare_due.fn(MORNING, allow_mails=DUE)
    assert len(done.cares) == len(done.mails) == DUE, len(done.cares)
    assert not done.troubled, done.troubled[0].trouble


def nothing() -> None:
    assert not prepare_due.fn(THE_DAY_BEFORE).cares


def rows(databases: list[Databases]) -> Iterator[Result]:
    for database in databases:
        times, idle, statements = [], [], 0
        for _ in range(ROUNDS):
            with database.fresh("occasions", portfolio):
                nothing()
                idle += [seconds(nothing) for _ in range(IDLE_ROUNDS)]
                with counted() as count:
                    times.append(seconds(prepare))
                statements = count.statements
        yield at_most(
            "care",
            f"a day with {DUE} of {CONTACTS:,} occasions due, {database.name}",
            median(times),
            "s",
            SECONDS,
            f"{DUE / median(times):,.0f} cares and mails/s; {statements} statements",
        )
        yield at_most(
            "care",
            f"a day with none of {CONTACTS:,} due, {database.name}",
            median(idle),
            "s",
            IDLE_SECONDS,
        )
