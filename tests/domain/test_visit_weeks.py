"""On which morning a week is told, and when the briefs of its visits come."""

from datetime import date

import pytest

from kam_flows.domain.durations import Duration
from kam_flows.domain.visit_briefs import ahead_until
from kam_flows.domain.visit_weeks import Week, below, brief_day, is_told_on
from tests.builders import a_person, std
from tests.visits import a_touchpoint


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("today", "told", "is_due"),
    [
        ("2026-11-16", False, True),  # a Monday
        ("2026-11-16", True, True),  # again: who was told is passed over
        ("2026-11-17", True, False),
        ("2026-11-17", False, True),  # Monday's run did not come
        ("2026-11-21", False, False),  # a Saturday
        ("2026-10-05", False, False),  # the national holiday ends on the 7th
        ("2026-10-08", False, True),  # a Thursday
        ("2026-02-14", False, True),  # a Saturday made up for, nothing told that week
    ],
)
def test_a_week_is_told_on_its_first_working_day_or_the_next(today, told, is_due):
    assert is_told_on(day(today), std(), told=told) is is_due


def test_a_week_is_named_as_calendars_number_it():
    assert Week.of(day("2026-11-22")) == (day("2026-11-16"), day("2026-11-22"))
    assert Week.of(day("2026-11-16")).code == "2026-W47"
    assert Week.of(day("2027-01-01")).code == "2026-W53"
    assert Week.of(day("2026-11-16")).before.first == day("2026-11-09")


@pytest.mark.parametrize("on", ["2026-11-16", "2026-11-20", "2026-10-08", "2026-10-09"])
@pytest.mark.parametrize("ahead", ["2bd", "3d", "48h", "0bd"])
def test_the_day_of_a_brief_is_the_first_on_which_it_is_due(on, ahead):
    calendar, length = std(), Duration.parse(ahead)
    found = brief_day(calendar, length, day(on))
    due = [
        one
        for n in range(30)
        if calendar.is_working_day(one := day(on).fromordinal(day(on).toordinal() - n))
        and ahead_until(calendar, length, one) >= day(on)
    ]

    assert found == min(due)


def test_everybody_above_an_owner_sees_their_week():
    people = {
        one.code: one
        for one in (
            a_person("mara", supervisor="sun"),
            a_person("dai", supervisor="sun"),
            a_person("sun", supervisor="hu"),
            a_person("hu"),
        )
    }
    owners = [a_touchpoint("2026-11-16", owner=code) for code in ("mara", "dai", "sun")]

    assert below([*owners, a_touchpoint("2026-11-16", owner=None)], people) == {
        "sun": {"mara", "dai"},
        "hu": {"mara", "dai", "sun"},
    }
