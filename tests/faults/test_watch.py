"""`kill -9` of the watch over onboardings: everybody is reminded once, of everything."""

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

REMINDED = """
    SELECT a.code, s.item, s.kind, s.number, s.recipient, m.recipient
    FROM checklist_steps s
    JOIN onboardings o ON o.id = s.onboarding_id
    JOIN accounts a ON a.id = o.account_id
    LEFT JOIN outbox m ON m.id = s.mail_id
    ORDER BY a.code, s.item, s.kind, s.number
"""
MAILS = """
    SELECT recipient, count(*) FROM outbox WHERE template = 'onboarding/still_open'
    GROUP BY recipient ORDER BY recipient
"""


def test_a_watch_killed_at_any_moment_reminds_of_everything_once(faults):
    tally = faults.tally("kill -9 of the watch over onboardings")
    with faults.world("signed") as world:
        began = time.monotonic()
        world.run(hands.watch, day.NOW)
        lasted = time.monotonic() - began
        steps, mails = told(world)
    assert {code for code, *_ in steps} == set(day.SIGNED)
    assert all(meant == got for *_, meant, got in steps)
    assert [count for _, count in mails] == [1] * len(day.SIGNED)
    for _ in range(MOMENTS if faults.full else FEW):
        moment = faults.random.uniform(0, lasted)
        with faults.world("signed") as world:
            world.start(hands.watch, day.NOW).killed_after(moment)
            verdict = Verdict()
            if told(world) not in (([], []), (steps, mails)):
                verdict.untrue.append(f"half of it is there: {told(world)}")
            world.run(hands.watch, day.NOW)
            now_steps, now_mails = told(world)
            verdict.lost += [str(one) for one in steps if one not in now_steps]
            verdict.doubled += [str(one) for one in now_steps if one not in steps]
            verdict.doubled += [str(one) for one in now_mails if one not in mails]
            tally.add(verdict, f"{moment:.3f} of {lasted:.3f} s")

    all_well(tally)


def told(world: World) -> tuple[list[Any], list[Any]]:
    """The ledger with what its mails say they are for, and the mails of each reader."""
    found = [rows(world.url, statement) for statement in (REMINDED, MAILS)]
    steps, mails = ([tuple(row) for row in one] for one in found)
    return steps, mails
