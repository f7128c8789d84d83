"""Clocks that jump, sweeps that stay away, and rules and people that change midway."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.faults import day, hands, truth
from tests.faults.conftest import Faults, all_well
from tests.faults.databases import rows
from tests.faults.test_kills import RECLOCKED, promises
from tests.faults.truth import Office, Promise
from tests.faults.world import OFFICE_HOURS, World

HOUR = timedelta(hours=1)
LEFT = "s01@example.com"


@pytest.mark.one_database
def test_after_three_days_without_a_sweep_one_mail_each_and_only_the_highest_rung(
    faults: Faults,
):
    tally = faults.tally("no sweep for three days, then one")
    later = day.NOW + timedelta(days=3)
    with faults.world("brought") as world:
        world.normal_run(later)
        tally.add(world.verdict(later))
        told = rows(
            world.url,
            "SELECT ticket_id, episode FROM escalations WHERE outcome = 'told' "
            "GROUP BY ticket_id, episode HAVING count(*) > 1",
        )
        readers = rows(
            world.url,
            "SELECT recipient, count(*) FROM outbox GROUP BY recipient",
        )

    all_well(tally)
    assert told == []
    assert {count for _, count in readers} == {1}


@pytest.mark.one_database
def test_a_clock_set_back_an_hour_and_forward_a_day_doubles_nothing(faults: Faults):
    tally = faults.tally("clock set back an hour, then forward a day")
    end = day.NOW + 24 * HOUR
    with faults.world("brought") as world:
        for moment in (day.NOW, day.NOW - HOUR, day.NOW - HOUR / 2, end, day.NOW):
            world.run(hands.sweep, moment)
            world.run(hands.dispatch, moment)
        world.normal_run(end)
        tally.add(world.verdict(end))

    all_well(tally)
    assert tally.allowed == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("after", "opened", "due"),
    [
        # Summer time ends on 2026-11-01 in New York: 16:00 + 2bh is Monday 10:00.
        ("2bh", "2026-10-16 16:00-04:00", "2026-10-19 10:00-04:00"),
        ("2bh", "2026-10-30 16:00-04:00", "2026-11-02 10:00-05:00"),
        # Elapsed hours do not care: the night of the change has 25 hours.
        ("48h", "2026-10-31 12:00-04:00", "2026-11-02 11:00-05:00"),
    ],
)
def test_daylight_saving_in_a_contract_calendar(
    faults: Faults, after: str, opened: str, due: str
):
    tally = faults.tally("daylight saving in a contract calendar")
    start, end = (
        datetime.fromisoformat(text).astimezone(UTC) for text in (opened, due)
    )
    with faults.world("furnished") as world:
        world.run(hands.use_new_york, day.OPENING, after)
        number = world.run(hands.open_one, start, "Cannot log in")
        early = world.run(hands.sweep, end - day.MINUTE)
        late = world.run(hands.sweep, end)
        again = world.run(hands.sweep, end + day.MINUTE)
        found = rows(
            world.url,
            "SELECT t.number, count(e.id) FROM tickets t "
            "JOIN escalations e ON e.ticket_id = t.id GROUP BY t.number",
        )
    tally.tried += 1

    assert (early, late, again) == (0, 1, 0)
    assert found == [(number, 1)]


@pytest.mark.one_database
def test_a_day_of_tickets_over_the_end_of_summer_time_in_a_contract_calendar(
    faults: Faults,
):
    """Opened on the last Friday of summer time in New York, due from then on."""
    tally = faults.tally("daylight saving in a contract calendar")
    later, end = timedelta(days=18), datetime(2026, 11, 4, 22, tzinfo=UTC)
    office = Office("America/New_York", time(9), time(17))
    log = faults.prepared.folder / "autumn.csv"
    day.write_log(log, faults.prepared.tickets, later)
    with faults.world("furnished") as world:
        world.later, world.office = later, office
        first, second = (f"{hours}bh" for hours in OFFICE_HOURS)
        world.run(hands.use_new_york, day.OPENING, first, second)
        world.run(hands.bring, log, end)
        moments = [end - 3 * HOUR * n for n in range(40)]
        world.run(hands.sweeps, moments[::-1])
        world.normal_run(end)
        tally.add(world.verdict(end))

    all_well(tally)
    assert tally.allowed == 0
    assert world.arrived


def reclock(world: World) -> dict[str, Promise]:
    hand = world.start(hands.sweep, day.NOW)
    other = world.start(hands.reclock, day.QUICK, day.NOW)
    assert (hand.outcome(), other.outcome()) == (None, None)
    return promises(world)


def accounts(world: World, **changed: str) -> Path:
    """A file that changes every third account."""
    file = world.prepared.folder / "accounts.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        fields = {"tier": "core"} | changed
        writer.writerow(["code", "name", *fields])
        for code in day.ACCOUNTS[::3]:
            writer.writerow([code, code, *fields.values()])
    return file


def change_accounts(
    world: World, hours: tuple[int, int], **changed: str
) -> dict[str, Promise]:
    hand = world.start(hands.sweep, day.NOW)
    other = world.start(hands.take_in, accounts(world, **changed), day.NOW)
    assert (hand.outcome(), other.outcome()) == (None, None)
    moved = {
        event.ticket for event in world.events if event.account in day.ACCOUNTS[::3]
    }
    return {
        ticket: Promise(day.NOW, hours) for ticket in promises(world).keys() & moved
    }


def tier(world: World) -> dict[str, Promise]:
    return change_accounts(world, (12, 36), tier="strategic")


def calendar(world: World) -> dict[str, Promise]:
    return change_accounts(world, truth.HOURS, calendar="office")


@pytest.mark.one_database
@pytest.mark.parametrize("change", [reclock, tier, calendar])
def test_what_is_changed_while_a_sweep_runs_holds_from_then_on(
    faults: Faults, change: Callable[[World], dict[str, Promise]]
):
    tally = faults.tally(
        {
            "reclock": "policy changed while a sweep runs",
            "tier": "tier changed while a sweep runs",
            "calendar": "calendar changed while a sweep runs",
        }[change.__name__]
    )
    for _ in range(10 if faults.full else 1):
        with faults.world("brought") as world:
            promised = change(world)
            world.normal_run(RECLOCKED)
            tally.add(world.verdict(RECLOCKED, promises=promised))

    all_well(tally)
    assert tally.allowed == 0


@pytest.mark.parametrize("when", ["decided", "queued", "put off"])
def test_who_left_between_decision_and_delivery_is_not_told_but_somebody_else_is(
    faults: Faults, when: str
):
    tally = faults.tally(f"a person left between decision and delivery: {when}")
    with faults.world("brought") as world:
        world.run(hands.climb, day.NOW)
        if when != "decided":
            world.run(hands.digests, day.NOW)
        if when == "put off":
            # The server was away, and the mail waits to be tried again.
            world.run(hands.dispatch, day.NOW, KAM_SMTP_PORT="1")
        world.run(hands.leave, "s01")
        world.run(hands.dispatch, day.NOW)
        world.normal_run()
        # The head of a mail that was built before may still name them as a copy.
        tally.add(world.verdict(refused=[LEFT]))
        left = [to for to, _ in world.arrived if LEFT in to]
        meant = rows(
            world.url,
            "SELECT count(*) FROM escalations WHERE outcome = 'told' "
            "AND recipient = 's01'",
        )

    all_well(tally)
    assert left == []
    assert meant == [(0,)]
