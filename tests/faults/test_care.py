"""`kill -9` of preparing and of delivering care: one care, one mail and one letter each."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.faults import day, hands
from tests.faults.checker import Verdict
from tests.faults.conftest import Faults, Tally, all_well
from tests.faults.databases import rows
from tests.faults.test_kills import FEW, MOMENTS
from tests.faults.world import World

pytestmark = pytest.mark.one_database

ON = day.NOW.date() + timedelta(days=6)
"""Of every account's anniversary."""
MORNING = day.NOW + timedelta(days=6)
CARES = "SELECT account_id, count(*) FROM cares GROUP BY account_id"
UNTOLD = """
    SELECT c.id FROM cares c WHERE NOT EXISTS
    (SELECT 1 FROM outbox m WHERE m.dedup_key = 'care.prepared:' || c.id)
"""
UNSENT = "SELECT id FROM cares WHERE mail_id IS NULL OR state NOT IN ('sent', 'done')"
LETTERS = """
    SELECT recipient, count(*) FROM outbox WHERE template = 'care/letter'
    GROUP BY recipient HAVING count(*) > 1
"""


def test_preparing_killed_at_any_moment_begins_every_care_once(faults):
    tally = faults.tally("kill -9 of preparing care")

    def ready(world: World) -> None:
        world.run(hands.befriend, ON)

    def after(world: World, tally: Tally) -> None:
        world.run(hands.prepare_care, day.NOW)
        verdict = Verdict()
        counts = [count for _, count in rows(world.url, CARES)]
        verdict.lost += ["a care"] * (len(day.ACCOUNTS) - len(counts))
        verdict.doubled += ["a care" for count in counts if count > 1]
        verdict.lost += [f"the mail about {id_}" for (id_,) in rows(world.url, UNTOLD)]
        tally.add(verdict)

    _kill(faults, tally, ready, hands.prepare_care, day.NOW, after)

    all_well(tally)


def test_delivering_killed_at_any_moment_sends_every_letter_once(faults):
    tally = faults.tally("kill -9 of delivering care")

    def ready(world: World) -> None:
        world.run(hands.befriend, ON)
        world.run(hands.prepare_care, day.NOW)
        world.run(hands.approve_all)

    def after(world: World, tally: Tally) -> None:
        world.run(hands.deliver_care, MORNING)
        verdict = Verdict()
        verdict.lost += [f"letter of {id_}" for (id_,) in rows(world.url, UNSENT)]
        verdict.doubled += [f"letter to {one}" for one, _ in rows(world.url, LETTERS)]
        tally.add(verdict)

    _kill(faults, tally, ready, hands.deliver_care, MORNING, after)

    all_well(tally)


def _kill(
    faults: Faults,
    tally: Tally,
    ready: Callable[[World], None],
    work: Callable[..., int],
    now: object,
    after: Callable[[World, Tally], None],
) -> None:
    with faults.world("furnished") as world:
        ready(world)
        began = time.monotonic()
        done = world.run(work, now)
        lasted = time.monotonic() - began
    assert done == len(day.ACCOUNTS)
    for _ in range(MOMENTS if faults.full else FEW):
        moment = faults.random.uniform(0, lasted)
        with faults.world("furnished") as world:
            ready(world)
            world.start(work, now).killed_after(moment)
            after(world, tally)
