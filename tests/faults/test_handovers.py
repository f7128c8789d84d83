"""`kill -9` of a handover at moments chosen at random: all of it moved, or nothing."""

import time
from typing import Any

import pytest

from tests.faults import day, hands
from tests.faults.checker import Verdict
from tests.faults.conftest import all_well
from tests.faults.databases import rows
from tests.faults.test_kills import FEW, MOMENTS
from tests.faults.world import World

pytestmark = pytest.mark.one_database

ACCOUNT, LEAVING, SUCCESSOR = "A01", "k01", "k02"
LEFT, MOVED = {LEAVING}, {SUCCESSOR}
WORK = (hands.pass_on, ACCOUNT, LEAVING, SUCCESSOR, day.NOW)

OF_THE_ACCOUNT = "account_id = (SELECT id FROM accounts WHERE code = 'A01')"
TEAM = f"""
    SELECT staff.code FROM team_members
    JOIN staff ON staff.id = team_members.staff_id WHERE {OF_THE_ACCOUNT}
"""
TICKETS = f"""
    SELECT owner FROM tickets
    WHERE {OF_THE_ACCOUNT} AND state NOT IN ('resolved', 'confirmed')
"""
PROMISES = f"SELECT owner FROM file_entries WHERE {OF_THE_ACCOUNT}"
ASSIGNED = """
    SELECT count(*) FROM ticket_events WHERE kind = 'assigned' AND value = 'k02'
    AND ticket_id IN (SELECT id FROM tickets WHERE account_id =
    (SELECT id FROM accounts WHERE code = 'A01'))
"""
BRIEFS = """
    SELECT count(*) FROM outbox WHERE template = 'onboarding/handover_brief'
"""
RECORDED = "SELECT count(*) FROM audit WHERE action = 'handed over'"


def test_a_handover_killed_at_any_moment_moved_everything_or_nothing(faults):
    tally = faults.tally("kill -9 of a handover")
    with faults.world("brought") as world:
        furnished(world)
        began = time.monotonic()
        world.run(*WORK)
        lasted = time.monotonic() - began
        mails = whole(world)
    for _ in range(MOMENTS if faults.full else FEW):
        moment = faults.random.uniform(0, lasted)
        with faults.world("brought") as world:
            furnished(world)
            world.start(*WORK).killed_after(moment)
            verdict = Verdict()
            happened = state(world)
            if len(happened) > 1:
                verdict.untrue.append("only some of it moved")
            # Once more: refused where all has moved, done where nothing has.
            refused = world.try_to(*WORK)
            if bool(refused) is not (happened == {True}):
                verdict.untrue.append(f"moved: {happened}, then: {refused}")
            again = whole(world)
            verdict.lost += ["a brief"] * max(mails - again, 0)
            verdict.doubled += ["a brief"] * max(again - mails, 0)
            tally.add(verdict, f"{moment:.3f} of {lasted:.3f} s")

    all_well(tally)


def furnished(world: World) -> None:
    world.run(hands.owe, ACCOUNT, LEAVING, day.NOW)
    assert ones(world, TICKETS) == LEFT


def state(world: World) -> set[bool]:
    """Of everything that moves, whether it did; one value alone where all agrees."""
    owners = [ones(world, statement) for statement in (TEAM, TICKETS, PROMISES)]
    counts = [
        ones(world, statement) != {0}
        for statement in (
            "SELECT count(*) FROM handovers",
            "SELECT count(*) FROM handover_items",
            ASSIGNED,
            BRIEFS,
            RECORDED,
        )
    ]
    assert all(one in (LEFT, MOVED) for one in owners), owners
    return {*(one == MOVED for one in owners), *counts}


def whole(world: World) -> int:
    """How many briefs there are, once all has moved exactly once."""
    assert state(world) == {True}
    assert ones(world, "SELECT count(*) FROM handovers") == {1}
    assert ones(world, RECORDED) == {1}
    assert ones(world, ASSIGNED) == {len(rows(world.url, TICKETS))}
    briefs: int
    [briefs] = ones(world, BRIEFS)
    return briefs


def ones(world: World, statement: str) -> set[Any]:
    return {one for (one,) in rows(world.url, statement)}
