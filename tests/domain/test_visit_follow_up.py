"""When a visit is asked for and given up, and when a promise is brought to mind."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from kam_flows.domain.durations import Duration
from kam_flows.domain.touchpoints import StepKind, TouchpointState
from kam_flows.domain.visit_follow_up import (
    WEEKS,
    Moment,
    OpenPromise,
    PromiseStepKind,
    Unrecorded,
    ended_at,
)
from kam_flows.domain.visit_rules import VisitRules
from kam_flows.policies.load import load_preset
from tests.builders import at, std
from tests.visits import a_touchpoint

STD, RULES = std(), load_preset("retention").visits
AHEAD, LATE, CLIMB = PromiseStepKind
REMINDER, MISSED = StepKind.REMINDER, StepKind.MISSED
THURSDAY = "2026-10-15"  # 10:00 to 11:30


def visit(on: str = THURSDAY, **fields: bool) -> Unrecorded:
    return Unrecorded(
        id=1,
        calendar="",
        on=date.fromisoformat(on),
        starts=time(10),
        minutes=90,
        moves=0,
        is_asked=fields.get("is_asked", False),
    )


def moment(now: str, rules: VisitRules = RULES) -> Moment:
    return Moment(STD, rules, at(now))


@pytest.mark.parametrize(
    ("now", "steps"),
    [
        ("2026-10-15 17:00", ()),
        ("2026-10-16 11:29", ()),
        ("2026-10-16 11:30", (REMINDER,)),
        ("2026-10-16 19:00", ()),  # closed: it waits for Monday
        ("2026-10-17 12:00", ()),  # Saturday
        ("2026-10-19 09:00", (REMINDER,)),
        ("2026-10-20 11:29", (REMINDER,)),
        ("2026-10-20 11:30", (REMINDER, MISSED)),
    ],
)
def test_a_visit_is_asked_for_a_working_day_later_and_given_up_after_three(now, steps):
    assert moment(now).visit_steps(visit()) == steps


def test_before_a_holiday_the_working_days_after_it_count():
    before = visit("2026-09-30", is_asked=True)

    assert moment("2026-10-08 11:30").visit_steps(visit("2026-09-30")) == (REMINDER,)
    # 10-10 is a make-up Saturday.
    assert moment("2026-10-10 11:29").visit_steps(before) == ()
    assert moment("2026-10-10 11:30").visit_steps(before) == (MISSED,)


def test_who_was_asked_is_not_asked_again():
    asked = visit(is_asked=True)

    assert moment("2026-10-19 09:00").visit_steps(asked) == ()
    assert moment("2026-10-20 12:00").visit_steps(asked) == (MISSED,)


@pytest.mark.parametrize("state", TouchpointState)
def test_what_was_recorded_or_moved_meanwhile_is_left_alone(state):
    there = a_touchpoint(THURSDAY, state=state)

    assert visit().is_still(there) == (state is TouchpointState.PLANNED)
    assert not visit().is_still(replace(there, moves=1))


def test_no_visit_of_a_later_day_than_the_last_one_is_due():
    """The bounds that the database is asked with, beside the rule itself."""
    now = at("2026-09-28 09:00")
    while now < at("2026-10-20 18:00"):
        here = Moment(STD, RULES, now)
        for after, last in (
            (RULES.remind_after, here.asked_until),
            (RULES.missed_after, here.missed_until),
        ):
            for days in range(-3, 12):
                on, starts, minutes = last + timedelta(days), time(10), 90
                is_due = STD.add(ended_at(on, starts, minutes, STD), after) <= now
                assert here.has_passed(on, starts, minutes, after) == is_due
                assert not is_due or on <= last
        now += timedelta(hours=7)


def test_times_around_the_clock_are_counted_from_the_end_too():
    rules = replace(RULES, remind_after=Duration.parse("24h"))
    here = moment("2026-10-16 11:30", rules)

    assert here.visit_steps(visit()) == (REMINDER,)
    assert here.asked_until == date(2026, 10, 15)


def promise(*told, due: str = "2026-10-15", made: str = "2026-10-01 10:00"):
    return OpenPromise(
        id=1,
        account="ACME",
        calendar="",
        owner="mara",
        due_on=date.fromisoformat(due),
        recorded_at=at(made),
        told=frozenset(told),
    )


def steps(one: OpenPromise, now: str):
    return moment(now).promise_steps(one)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-10-13 09:00", ((AHEAD, 0),)),
        ("2026-10-13 08:59", ()),
        ("2026-10-15 17:00", ((AHEAD, 0),)),
        ("2026-10-16 09:00", ((LATE, 0),)),
        ("2026-10-17 12:00", ()),  # Saturday
        ("2026-10-22 09:00", ((LATE, 0),)),
        ("2026-10-23 09:00", ((LATE, 1), (CLIMB, 0))),
        ("2026-11-05 09:00", ((LATE, 2), (CLIMB, 0))),
        ("2027-10-15 09:00", ((LATE, WEEKS), (CLIMB, 0))),
    ],
)
def test_a_promise_is_brought_to_mind_ahead_when_late_and_weekly(now, told):
    assert steps(promise(), now) == told


def test_what_was_told_of_a_promise_is_not_told_again():
    assert steps(promise((AHEAD, 0)), "2026-10-14 09:00") == ()
    assert steps(promise((LATE, 0)), "2026-10-22 17:00") == ()
    assert steps(promise((LATE, 1)), "2026-10-23 09:00") == ((CLIMB, 0),)
    assert steps(promise((LATE, WEEKS), (CLIMB, 0)), "2027-12-01 09:00") == ()


def test_what_is_not_near_yet_waits_and_who_made_it_today_knows():
    assert steps(promise(), "2026-10-12 09:00") == ()
    assert steps(promise(made="2026-10-14 09:30"), "2026-10-14 10:00") == ()
    assert steps(promise(made="2026-10-14 09:30"), "2026-10-15 09:00") == ((AHEAD, 0),)
