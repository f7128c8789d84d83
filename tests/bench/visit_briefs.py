"""The briefs of a morning: 200 visits of accounts about which much is on record."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from statistics import median

from kam_flows.domain.account_file import Transaction, TransactionKind
from kam_flows.domain.accounts import Contact
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.touchpoints import Signal, SignalKind
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import sample
from tasks.visit_briefs import briefs_due, send_briefs
from tests.bench.databases import Databases
from tests.bench.results import Result, at_most
from tests.bench.timing import counted, took
from tests.bench.world import MANAGERS, NOW, company, tickets_due
from tests.visits import planned, promised, took_place

VISITS = 200
ROUNDS = 5
MILLISECONDS = 5
MORNING = NOW.replace(hour=7, minute=30)


def a_morning() -> None:
    """Each account with contacts, a survey, promises, dealings, signals and a past."""
    company()
    tickets_due(2 * VISITS, accounts=VISITS)
    today = NOW.date()
    for n in range(VISITS):
        code = f"K{n:04d}"
        for weeks in (4, 8, 12):
            then = (today - timedelta(weeks=weeks)).isoformat()
            took_place(
                then,
                NOW,
                account=code,
                present="王总",
                learned="新产线十一月投产，担心交期。",
                satisfaction=4,
            )
        planned(
            (today + timedelta(days=2)).isoformat(),
            account=code,
            owner=f"mara{n % MANAGERS}",
        )
        for days in (-3, 20):
            due = (today + timedelta(days=days)).isoformat()
            promised("提供备用检测设备", due, NOW, code)
    with unit_of_work() as uow:
        ids = uow.accounts.ids()
        codes = [f"K{n:04d}" for n in range(VISITS)]
        uow.accounts.save_contacts(
            Contact(
                code=f"{code}-{n}",
                account=code,
                name=f"联系人 {n}",
                title="采购经理",
                birthday=today + timedelta(days=n),
                is_decision_maker=n == 0,
            )
            for code in codes
            for n in range(4)
        )
        for code in codes:
            answers = [
                Answer(dimension=dimension, text="交期零容忍", at=NOW, by="mara0")
                for dimension in list(Dimension)[:8]
            ]
            uow.surveys.add(ids[code], answers)
            seen = Signal(
                account=code,
                kind=SignalKind.COMPETITOR,
                text="展会上与友商洽谈",
                at=NOW,
                by="mara0",
            )
            uow.touchpoints.see(ids[code], [seen])
            uow.files.save_transactions(ids, dealings(code))


def dealings(code: str) -> Iterator[Transaction]:
    for n in range(12):
        yield Transaction(
            account=code,
            reference=f"PO-{n}",
            kind=TransactionKind.ORDER if n else TransactionKind.CONTRACT,
            on=NOW.date() - timedelta(days=30 * n),
            amount=Fraction(100_000 * n),
            ends_on=None if n else NOW.date() + timedelta(days=90),
        )


def brief() -> None:
    briefed = send_briefs.fn(briefs_due(MORNING), MORNING, VISITS)
    assert len(briefed.mails) == VISITS, len(briefed.mails)


def rows(databases: list[Databases]) -> Iterator[Result]:
    render(sample("visits/brief", "zh_CN"))
    for database in databases:
        times = []
        for _ in range(ROUNDS):
            with (
                database.fresh("a morning", a_morning),
                counted() as count,
            ):
                times.append(took(brief))
        own = median(one.own for one in times) * 1000 / VISITS
        yield at_most(
            "visit_briefs",
            f"a visit brief of {VISITS}, its queries, words and bytes, {database.name}",
            median(one.wall for one in times) * 1000 / VISITS,
            "ms",
            MILLISECONDS,
            f"{own:.2f} ms of its own time; {count.statements} statements in all",
        )
