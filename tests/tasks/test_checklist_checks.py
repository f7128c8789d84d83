"""Onboardings that a sweep would pass over are found; those at work and on hold are not."""

import pytest
from sqlalchemy import text

from kam_flows.domain.accounts import Tier
from kam_flows.domain.survey import Dimension
from kam_flows.persistence.database import engine
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.checklist_changes import hold_onboarding
from tasks.checklist_checks import compare_checklists
from tasks.onboarding_watch import watch_due
from tests.builders import a_person, an_account, at
from tests.onboardings import answered, started
from tests.portfolio import store, use_policy


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("enterprise")
    people = [
        a_person("mara", supervisor="sun", department_head="hu"),
        a_person("sun", role="supervisor"),
        a_person("hu", role="department_head"),
    ]
    store(people, [an_account(tier=Tier.POTENTIAL)])
    started("2026-10-12 10:00")


def found(when: str) -> list[str]:
    return [finding.subject for finding in compare_checklists(at(when))]


def test_at_no_moment_of_its_life_a_checklist_is_found_that_a_sweep_looks_at():
    assert found("2026-10-12 10:10") == []
    answered("2026-10-12 11:00", Dimension.GOALS)
    for when in ("2026-10-13 20:00", "2026-10-14 10:30", "2026-10-17 12:00"):
        assert found(when) == []
        watch_due.fn(at(when))
        assert found(when) == []


def test_one_that_no_sweep_looks_at_in_time_is_found_and_mended_by_any_record():
    with engine().begin() as connection:
        connection.execute(text("UPDATE onboardings SET next_look_at = NULL"))
    assert found("2026-10-12 10:10") == ["ACME"]

    answered("2026-10-12 11:00", Dimension.GOALS)

    assert found("2026-10-12 11:10") == []


def test_one_on_hold_has_no_next_step():
    hold_onboarding.fn(
        account="ACME", reason="waiting", by="mara", at=at("2026-10-12 11:00")
    )

    with unit_of_work(read_only=True) as uow:
        assert set(uow.house.checklist_looks().values()) == {None}
    assert found("2026-10-12 12:00") == []
