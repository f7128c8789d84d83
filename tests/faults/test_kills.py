"""`kill -9` at moments chosen at random: sweep, dispatch, import, re-clock and starts."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.faults import day, hands
from tests.faults.checker import Verdict
from tests.faults.conftest import Faults, Tally, all_well
from tests.faults.databases import rows
from tests.faults.truth import Promise
from tests.faults.world import World

pytestmark = pytest.mark.one_database

MOMENTS, FEW = 50, 1
RECLOCKED = day.NOW + timedelta(hours=13)
"""Whatever the new times leave of a rung, at least a quarter, has passed by then."""


@pytest.fixture
def kill(faults: Faults) -> Callable[..., None]:
    """Kill the work at random moments of its time, and look after each."""

    def kill(
        tally: Tally,
        start: str,
        work: Callable[..., object],
        *args: object,
        after: Callable[[World, Tally], None],
    ) -> None:
        with faults.world(start) as world:
            began = time.monotonic()
            world.run(work, *args)
            lasted = time.monotonic() - began
        for _ in range(MOMENTS if faults.full else FEW):
            moment = faults.random.uniform(0, lasted)
            with faults.world(start) as world:
                world.start(work, *args).killed_after(moment)
                after(world, tally)

    return kill


def test_a_sweep_killed_at_any_moment_is_finished_by_the_next(faults, kill):
    tally = faults.tally("kill -9 of a sweep")

    def after(world: World, tally: Tally) -> None:
        world.normal_run()
        tally.add(world.verdict())

    kill(tally, "brought", hands.sweep, day.NOW, after=after)

    all_well(tally)


def test_a_dispatch_killed_at_any_moment_repeats_what_it_had_in_hand_once(faults, kill):
    tally = faults.tally("kill -9 of a dispatch")

    def after(world: World, tally: Tally) -> None:
        world.mail()
        tally.add(world.verdict(day.NOW))

    kill(tally, "swept", hands.dispatch, day.NOW, after=after)

    all_well(tally)


def test_an_import_killed_at_any_moment_was_there_whole_or_not_at_all(faults, kill):
    tally = faults.tally("kill -9 of an import")

    def after(world: World, tally: Tally) -> None:
        [(tickets,)] = rows(world.url, "SELECT count(*) FROM tickets")
        whole = world.prepared.tickets
        brought = world.run(hands.bring, world.prepared.log)
        world.normal_run()
        verdict = world.verdict()
        if tickets not in {0, whole} or brought[0] != whole - tickets:
            verdict.untrue.append(f"{tickets} of {whole} tickets were there")
        tally.add(verdict)

    kill(
        tally,
        "furnished",
        hands.bring,
        faults.prepared.log,
        after=after,
    )

    all_well(tally)


def test_a_reclock_killed_at_any_moment_moved_every_ticket_or_none(faults, kill):
    tally = faults.tally("kill -9 of a re-clock")

    def after(world: World, tally: Tally) -> None:
        moved = rows(
            world.url,
            "SELECT count(DISTINCT policy_id) FROM tickets WHERE "
            "state NOT IN ('resolved', 'confirmed')",
        )
        world.run(hands.reclock, day.QUICK, day.NOW)
        world.normal_run(RECLOCKED)
        verdict = world.verdict(RECLOCKED, promises=promises(world))
        if moved != [(1,)]:
            verdict.untrue.append("only some tickets were re-clocked")
        tally.add(verdict)

    kill(tally, "brought", hands.reclock, day.QUICK, day.NOW, after=after)

    all_well(tally)


def test_starts_killed_at_any_moment_are_whole_or_not_there_and_none_is_made_twice(
    faults, kill
):
    tally = faults.tally("kill -9 of starting onboardings")

    def after(world: World, tally: Tally) -> None:
        verdict = Verdict()
        there = starts(world, verdict)
        again = world.run(hands.start_onboardings, day.NOW)
        if again != len(day.SIGNED) - len(there):
            verdict.doubled.append(f"{again} made new beside {len(there)}")
        verdict.lost += sorted(set(day.SIGNED) - starts(world, verdict))
        tally.add(verdict)

    kill(tally, "furnished", hands.start_onboardings, day.NOW, after=after)

    all_well(tally)


def starts(world: World, verdict: Verdict) -> set[str]:
    """Accounts whose start is there; each must have all of its parts, once."""
    found = rows(
        world.url,
        "SELECT a.code, "
        "(SELECT count(*) FROM checklist_items i WHERE i.onboarding_id = o.id), "
        "(SELECT count(*) FROM outbox m WHERE m.dedup_key LIKE "
        "'onboarding.begun:' || a.code || ':%'), "
        "(SELECT count(*) FROM audit d WHERE d.subject = 'account ' || a.code "
        "AND d.action = 'onboarding started') "
        "FROM onboardings o JOIN accounts a ON a.id = o.account_id",
    )
    codes = [code for code, *_ in found]
    verdict.doubled += sorted({code for code in codes if codes.count(code) > 1})
    # Survey, agreement, account file and team; one owner for all; one entry.
    verdict.untrue += [str(row) for row in found if tuple(row[1:]) != (4, 1, 1)]
    return set(codes)


def promises(world: World) -> dict[str, Promise]:
    """What re-clocking promises from now on to tickets that are open."""
    return {
        ticket: Promise(day.NOW, (12, 36))
        for ticket, state in world.states().items()
        if state not in {"resolved", "confirmed"}
    }
