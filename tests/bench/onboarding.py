"""The watch over onboardings: nothing due beside 10,000 running, and 2,000 due at once."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.escalation import Reach
from kam_flows.domain.onboarding import Onboarding, draw, next_look
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import sample
from tasks.checklists import case_of
from tasks.onboarding_watch import is_anything_due, watch_due
from tests.bench.databases import Databases
from tests.bench.results import Result, at_least, at_most
from tests.bench.timing import of_own_time, seconds, took
from tests.bench.world import MANAGERS, NOW, account, company
from tests.portfolio import store

FEW, MANY, DUE = 10, 10_000, 2_000
ROUNDS = 3
LOOKS = 41
TIMES = 1.5
GOAL = 1_000
SIGNED = NOW - timedelta(hours=1)
REMINDED = SIGNED + timedelta(hours=24)


def running(count: int) -> None:
    """Onboardings that began an hour ago: the first reminder is a day away."""
    company()
    teams = [
        TeamMember(staff=f"mara{n % MANAGERS}", role=TeamRole.LEAD_MANAGER)
        for n in range(count)
    ]
    store([], [account(n, lead) for n, lead in enumerate(teams)])
    with unit_of_work() as uow:
        ids, accounts = uow.accounts.ids(), uow.accounts.by_code()
        policy, policy_id = uow.policies.current(NOW), uow.policies.current_id(NOW)
        people = uow.people.directory()
        for n in range(count):
            served = accounts[f"K{n:04d}"]
            drawn = Onboarding(
                id=0,
                account=served.code,
                tier=served.tier,
                signed_at=SIGNED,
                started_at=SIGNED,
                started_by="mara0",
                predecessor=None,
                policy_id=policy_id,
                calendar="",
                items=draw(policy.onboarding, served.tier, None),
                progressed_at=SIGNED,
            )
            case = case_of(drawn, served, policy, people)
            look_at = next_look(case, Reach(people, SIGNED))
            assert uow.onboardings.add(ids[served.code], drawn, look_at)


def nothing_due() -> None:
    assert not is_anything_due(NOW)


def looks(database: Databases, count: int) -> float:
    """Milliseconds of a watch that finds nothing."""
    with database.lasting(f"running {count}", lambda: running(count)):
        nothing_due()
        return median(seconds(nothing_due) for _ in range(LOOKS)) * 1000


def watch() -> None:
    watched = watch_due.fn(REMINDED, allow_mails=DUE)
    assert watched.looked_at == DUE, watched.looked_at
    assert watched.mails
    assert not watched.set_aside, watched.set_aside[:3]


def rows(databases: list[Databases]) -> Iterator[Result]:
    render(sample("onboarding/still_open", "zh_CN"))
    for database in databases:
        pairs = [(looks(database, FEW), looks(database, MANY)) for _ in range(3)]
        few, many = (median(times) for times in zip(*pairs, strict=True))
        yield at_most(
            "onboarding",
            f"watch with nothing due, {MANY:,} running beside {FEW}, {database.name}",
            many / few,
            "times",
            TIMES,
            f"{many:.2f} ms beside {few:.2f} ms",
        )
        times = []
        for _ in range(ROUNDS):
            with database.fresh(f"due {DUE}", lambda: running(DUE)):
                times.append(took(watch))
        yield at_least(
            "onboarding",
            f"watch of {DUE:,} due onboardings, {database.name}",
            DUE / median(one.wall for one in times),
            "a second",
            GOAL,
            of_own_time(DUE, times),
        )
