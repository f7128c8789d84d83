"""Many at once: sweeps, dispatchers, a hundred people, and the same form twice."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from kam_flows.domain.tickets import Action
from tests.faults import day, hands, truth
from tests.faults.conftest import Faults, all_well
from tests.faults.databases import rows
from tests.faults.truth import RawEvent
from tests.faults.world import World

pytestmark = pytest.mark.one_database

ACTIVITY = {Action.TAKE_UP: truth.TAKE_UP, Action.RESOLVE: "Resolve ticket"}


def test_two_sweeps_at_once_climb_each_rung_once(faults: Faults):
    tally = faults.tally("two sweeps at once")
    for _ in range(10 if faults.full else 1):
        with faults.world("brought") as world:
            both = [world.start(hands.sweep, day.NOW) for _ in range(2)]
            assert [hand.outcome() for hand in both] == [None, None]
            world.normal_run()
            tally.add(world.verdict())

    all_well(tally)
    assert tally.allowed == 0


def test_two_dispatchers_at_once_send_each_mail_once(faults: Faults):
    tally = faults.tally("two dispatchers at once")
    for _ in range(10 if faults.full else 1):
        with faults.world("swept") as world:
            both = [world.start(hands.dispatch, day.NOW) for _ in range(2)]
            assert [hand.outcome() for hand in both] == [None, None]
            world.mail()
            tally.add(world.verdict(day.NOW))

    all_well(tally)
    assert tally.allowed == 0


def changes_of(
    faults: Faults, world: World, count: int
) -> list[tuple[str, Action, datetime]]:
    """What a hundred people do to tickets that are open, a second apart."""
    open_tickets = [
        ticket
        for ticket, state in world.states().items()
        if state not in {"resolved", "confirmed"}
    ]
    chosen = faults.random.sample(open_tickets, min(count, len(open_tickets)))
    return [
        (
            ticket,
            faults.random.choice(list(ACTIVITY)),
            day.NOW + timedelta(seconds=n),
        )
        for n, ticket in enumerate(chosen)
    ]


def test_a_hundred_people_at_work_during_a_sweep_and_a_dispatch(faults: Faults):
    tally = faults.tally("a sweep, a dispatch and a hundred people at once")
    for _ in range(10 if faults.full else 1):
        with faults.world("brought") as world:
            changes = changes_of(faults, world, 100)
            world.extra += [
                RawEvent(ticket, ACTIVITY[action], "ops", at, "")
                for ticket, action, at in changes
            ]
            sweep = world.start(hands.sweep, day.NOW)
            people = [
                world.start(hands.crowd, changes[part::4], 25) for part in range(4)
            ]
            dispatch = world.start(hands.dispatch, day.NOW)
            assert [hand.result() for hand in people] == [[], [], [], []]
            assert (sweep.outcome(), dispatch.outcome()) == (None, None)
            world.normal_run()
            tally.add(world.verdict())

    all_well(tally)
    assert tally.allowed == 0


def test_the_same_change_twice_at_once_counts_once(faults: Faults):
    tally = faults.tally("the same form submitted twice: resolve, assign")
    with faults.world("brought") as world:
        ticket, _, at = changes_of(faults, world, 1)[0]
        world.extra.append(RawEvent(ticket, ACTIVITY[Action.RESOLVE], "ops", at, ""))
        other = changes_of(faults, world, 1)[0][0]
        [(account,)] = {(e.account,) for e in world.events if e.ticket == other}
        reader = day.OWNERS[day.ACCOUNTS.index(account) - 1]
        for number, action, value in (
            (other, Action.ASSIGN, reader),
            (ticket, Action.RESOLVE, ""),
        ):
            both = [
                world.start(
                    hands.change, number, action, at + n * day.MINUTE / 60, value
                )
                for n in range(2)
            ]
            said = [hand.outcome() for hand in both]
            assert said.count(None) >= 1
            assert all(text is None or "UserError" in text for text in said)
        world.normal_run()
        tally.add(world.verdict())
        told = [to for to, mail in world.arrived if to == (f"{reader}@example.com",)]
        events = rows(
            world.url,
            "SELECT e.kind, count(*) FROM ticket_events e "
            "JOIN tickets t ON t.id = e.ticket_id WHERE e.by = 'ops' "
            "AND e.source_key IS NULL GROUP BY e.kind",
        )

    all_well(tally)
    assert len(told) == 1
    assert dict(events) == {"assigned": 1, "resolved": 1}


def test_the_same_log_imported_twice_at_once_is_there_once(faults: Faults):
    tally = faults.tally("the same form submitted twice: import")
    for _ in range(3 if faults.full else 1):
        with faults.world("furnished") as world:
            both = [world.start(hands.bring, faults.prepared.log) for _ in range(2)]
            brought = sorted(hand.result() for hand in both)
            assert brought[0][0] == 0
            assert brought[1][0] == world.prepared.tickets
            world.normal_run()
            tally.add(world.verdict())

    all_well(tally)


def test_the_same_accounts_imported_twice_at_once_are_there_once(faults: Faults):
    tally = faults.tally("the same form submitted twice: import accounts")
    new = faults.prepared.folder / "new.csv"
    lines = [f"N{n:03},N{n:03},core" for n in range(500)]
    new.write_text("\n".join(["code,name,tier", *lines]), encoding="utf-8")
    for _ in range(3 if faults.full else 1):
        with faults.world("brought") as world:
            both = [world.start(hands.take_in, new, day.NOW) for _ in range(2)]
            said = sorted(hand.result() for hand in both)
            assert said == [
                "new.csv: 0 added, 0 changed, 500 unchanged",
                "new.csv: 500 added, 0 changed, 0 unchanged",
            ]
            world.normal_run()
            tally.add(world.verdict())

    all_well(tally)


def test_two_people_opening_tickets_at_once_both_get_one(faults: Faults):
    tally = faults.tally("tickets opened at the same moment")
    with faults.world("brought") as world:
        opening = [world.start(hands.open_one, day.NOW, f"第 {n} 张") for n in range(6)]
        numbers = [hand.result() for hand in opening]
        world.normal_run()
        tally.add(world.verdict())

    all_well(tally)
    assert len(set(numbers)) == 6


def test_a_form_to_open_a_ticket_submitted_twice_opens_one(faults: Faults):
    tally = faults.tally("the same form submitted twice: open a ticket")
    with faults.world("brought") as world:
        both = [world.start(hands.open_one, day.NOW, "无法登录") for _ in range(2)]
        said = [hand.outcome() for hand in both]
        world.normal_run()
        tally.add(world.verdict())
        found = rows(world.url, "SELECT title FROM tickets WHERE number LIKE 'T-%'")
        told = Counter(to for to, _ in world.arrived)[("k01@example.com",)]

    all_well(tally)
    assert said.count(None) == 1
    assert len(found) == 1
    assert told == 1
