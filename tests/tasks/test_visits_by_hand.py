"""What people change by hand, planning leaves so, or makes the best of."""

from datetime import date
from typing import Any

import pytest

from kam_flows.domain.touchpoints import Touchpoint, TouchpointKind, TouchpointState
from kam_flows.domain.visit_records import Given, Recording
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.touchpoints import cancel_visit, plan_visit, reschedule_visit
from tasks.visit_follow_up import follow_up
from tasks.visit_records import record_visit
from tasks.visits import plan_due
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

TENTH = "2026-10-01 10:00"


@pytest.fixture
def house(database: str) -> None:
    """A core account: visits on the 15th, service plans on October 8, by `retention`."""
    use_policy("retention")
    store([a_person("mara", supervisor="sun"), a_person("sun")], [an_account()])
    plan("2026-10-01 05:30")


pytestmark = pytest.mark.usefixtures("house")


def plan(when: str) -> list[Touchpoint]:
    """Plan, and read all there is."""
    assert plan_due.fn(at(when)).set_aside == []
    with unit_of_work(read_only=True) as uow:
        ids = list(uow.accounts.ids().values())
        return uow.touchpoints.of(ids, date(2026, 1, 1), date(2027, 12, 31))


def visit(month: str, now: str = "2026-10-02 05:30") -> Touchpoint:
    """The monthly visit of that month after planning."""
    [found] = [
        one for one in plan(now) if (one.cadence, one.slot) == ("monthly_visit", month)
    ]
    return found


def by_hand(on: str, now: str = TENTH, **fields: Any) -> Touchpoint:
    return plan_visit.fn(
        account="ACME",
        kind=TouchpointKind.VISIT,
        on=date.fromisoformat(on),
        by="mara",
        now=at(now),
        **fields,
    ).touchpoint


def test_a_visit_that_a_person_moved_stays_where_it_is():
    number = visit("2026-10").number
    reschedule_visit.fn(
        touchpoint=number,
        on=date(2026, 10, 24),  # a Saturday, beyond the tolerance
        reason="客户要求",
        by="mara",
        now=at(TENTH),
    )

    assert visit("2026-10").on == date(2026, 10, 24)


def test_a_visit_that_a_person_cancelled_is_not_planned_again():
    cancel_visit.fn(
        touchpoint=visit("2026-10").number, reason="停产", by="mara", now=at(TENTH)
    )

    assert visit("2026-10").state is TouchpointState.CANCELLED


def test_a_visit_beside_the_rhythm_serves_the_slot_it_is_near_to():
    made = by_hand("2026-10-13")

    served = visit("2026-10")
    assert (served.state, served.merged_into) == (TouchpointState.MERGED, made.id)
    record_visit.fn(
        touchpoint=made.number, given=Given(), by="mara", now=at("2026-10-13 18:00")
    )
    served = visit("2026-10", "2026-10-14 05:30")
    assert (served.state, served.concluded_on) == (
        TouchpointState.MERGED,
        date(2026, 10, 13),
    )


def test_a_slot_comes_back_when_what_served_it_is_cancelled():
    made = by_hand("2026-10-13")
    visit("2026-10")

    cancel_visit.fn(
        touchpoint=made.number, reason="停产", by="mara", now=at("2026-10-12 10:00")
    )

    assert visit("2026-10", "2026-10-13 05:30").state is TouchpointState.PLANNED


def test_october_is_credited_and_taken_back_it_is_wanted_again():
    """Scenario V2, whoever comes first: the form or planning."""
    made = by_hand("2026-10-09", now="2026-10-09 18:00", starts="09:00")

    assert visit("2026-10", "2026-10-10 05:30").state is TouchpointState.CREDITED
    record_visit.fn(
        touchpoint=made.number,
        given=Given(),
        by="mara",
        mode=Recording.TAKE_BACK,
        now=at("2026-10-10 10:00"),
    )
    assert visit("2026-10", "2026-10-11 05:30").state is TouchpointState.PLANNED


def test_what_a_missed_visit_was_to_serve_is_missed_or_planned_again():
    made = by_hand("2026-10-13")
    visit("2026-10")

    follow_up.fn(at("2026-10-16 12:00"))

    after = {one.id: one for one in plan("2026-10-17 05:30")}
    assert after[made.id].state is TouchpointState.MISSED
    assert visit("2026-10", "2026-10-18 05:30").state is TouchpointState.MISSED


def test_nothing_that_people_do_makes_planning_double_a_slot():
    by_hand("2026-10-13")
    by_hand("2026-11-10", title="展会")
    reschedule_visit.fn(
        touchpoint=visit("2026-12").number,
        on=date(2026, 12, 20),
        reason="x",
        by="mara",
        now=at(TENTH),
    )

    found = [(one.cadence, one.slot) for one in plan("2026-10-03 05:30")]

    assert len(found) == len(set(found))
