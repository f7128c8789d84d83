"""Heartbeats and findings on a real database: each finding once, until it has cleared."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from kam_flows.domain.house_watch import HouseCheck, HouseFinding
from kam_flows.domain.tickets import Action
from kam_flows.persistence.house import Heartbeat, Known
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account
from tests.portfolio import change, opened, store, use_policy

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
DISK = HouseFinding(check=HouseCheck.DISK, subject="var", values={"free": "0.5"})
QUEUE = HouseFinding(check=HouseCheck.QUEUE, subject="outbox")


def found(*findings: HouseFinding, at: datetime = NOW) -> list[Known]:
    with unit_of_work() as uow:
        return uow.house.add(findings, at)


def test_a_heartbeat_is_the_last_one():
    for minutes, place in ((0, None), (10, "here")):
        with unit_of_work() as uow:
            uow.house.beat("backup", NOW + timedelta(minutes=minutes), place)

    with unit_of_work(read_only=True) as uow:
        beats = uow.house.heartbeats()
    assert beats == {"backup": Heartbeat(NOW + timedelta(minutes=10), "here")}


def test_a_finding_is_new_once_and_again_after_it_has_cleared():
    assert [known.finding for known in found(DISK, QUEUE)] == [DISK, QUEUE]
    assert found(DISK) == []

    with unit_of_work() as uow:
        [cleared] = uow.house.clear([DISK.key, "disk:elsewhere"], NOW)
    assert (cleared.finding, cleared.found_at) == (DISK, NOW)
    with unit_of_work() as uow:
        assert uow.house.clear([DISK.key], NOW) == []
        assert [known.finding for known in uow.house.open_findings()] == [QUEUE]

    assert [known.finding for known in found(DISK)] == [DISK]


def test_of_several_watchers_at_once_one_finds_it_and_one_clears_it():
    def clear(_: int) -> list[Known]:
        with unit_of_work() as uow:
            return uow.house.clear([DISK.key], NOW)

    with ThreadPoolExecutor(4) as watchers:
        assert sum(map(len, watchers.map(lambda _: found(DISK), range(8)))) == 1
        assert sum(map(len, watchers.map(clear, range(8)))) == 1


def test_open_tickets_are_walked_through_a_share_at_a_time():
    use_policy()
    store([a_person("mara")], [an_account(lead="mara")])
    numbers = [opened("2026-10-12 10:00") for _ in range(3)]
    change("2026-10-12 10:10", numbers[1], Action.RESOLVE)

    with unit_of_work(read_only=True) as uow:
        assert uow.house.open_tickets() == 2
        first, place = uow.house.next_tickets(None, 1)
        rest, end = uow.house.next_tickets(place, 2)
    assert (first, rest, end) == ([numbers[0]], [numbers[2]], None)
