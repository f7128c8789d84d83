"""A link acts once, whoever asks first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import at

pytestmark = pytest.mark.usefixtures("database")
NOW = at("2026-10-12 10:00")


def use(run: str, now: datetime = NOW) -> datetime | None:
    with unit_of_work() as uow:
        return uow.used_links.use("signature", run, now)


def test_the_first_run_acts_and_another_one_hears_when_that_was():
    later = NOW + timedelta(minutes=5)

    assert use("first") is None
    assert use("second", later) == NOW


def test_a_run_that_is_tried_again_goes_on():
    use("first")

    assert use("first", NOW + timedelta(minutes=5)) is None
    with unit_of_work(read_only=True) as uow:
        assert uow.used_links.is_by_link("first")
        assert not uow.used_links.is_by_link("second")


def test_a_link_that_was_given_back_acts():
    use("first")
    with unit_of_work() as uow:
        uow.used_links.give_back("signature", "second")
        uow.used_links.give_back("signature", "first")

    assert use("second") is None


def test_of_many_at_once_one_acts():
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda n: use(f"run {n}"), range(8)))

    assert answers.count(None) == 1
    assert answers.count(NOW) == 7
