"""Which talking points the facts call for, and which they do not."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kam_flows.domain.account_pages import Promised
from kam_flows.domain.talking_points import TalkingPoints, talking_points
from kam_flows.domain.visit_briefs import Brief, Trend
from kam_flows.rendering.account_samples import account_page
from kam_flows.rendering.visit_samples import brief, empty_brief

FULL = brief("en")
LAST = FULL.past[0]


def points(**fields: Any) -> TalkingPoints:
    """Of a brief with nothing to talk about but this."""
    bare: Brief = empty_brief("en").brief
    decider = replace(FULL.contacts[0], name="Lin Xue")
    assert LAST.outcome
    met = replace(
        LAST,
        outcome=replace(
            LAST.outcome, present="Lin Xue", satisfaction=None, next_step=""
        ),
    )
    return talking_points(
        replace(bare, **{"contacts": (decider,), "past": (met,)} | fields)
    )


def rated(*figures: int) -> dict[str, Any]:
    """Touchpoints with the decision maker, the newest last."""
    assert LAST.outcome
    outcomes = (
        replace(LAST.outcome, satisfaction=n, present="Lin Xue", next_step="")
        for n in figures
    )
    return {"past": tuple(replace(LAST, outcome=o) for o in outcomes)[::-1]}


def test_nothing_calls_for_nothing():
    assert points() == TalkingPoints()


def test_promises_are_late_or_due_within_two_weeks_after_the_visit():
    (late,) = account_page("en").promises
    soon = Promised(
        entry=replace(late.entry, due_on=date(2026, 11, 4)), owner="", is_late=False
    )
    far = replace(soon, entry=replace(soon.entry, due_on=date(2026, 11, 5)))
    found = points(promises=(late, soon, far))

    assert found.late_promises == (late,)
    assert found.promises == (soon,)


def test_a_ticket_is_one_once_any_promise_of_it_has_passed_unmet():
    overdue, on_time = FULL.tickets
    unanswered = replace(on_time, respond_by=overdue.resolve_by)

    assert points(tickets=(on_time,)).late_tickets == ()
    assert points(tickets=(overdue, unanswered)).late_tickets == (overdue, unanswered)
    assert points(tickets=(replace(unanswered, responded=True),)).late_tickets == ()


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ((5, 4), (5, 4)),
        ((3, 5, 4), (5, 4)),
        ((4, 4), ()),
        ((2, 3), ()),
        ((4,), ()),
        ((2,), (2,)),
        ((1, 2), (1, 2)),
    ],
)
def test_satisfaction_is_one_if_it_fell_or_is_bad(figures, told):
    assert points(**rated(*figures)).satisfaction == told


def test_a_last_touchpoint_without_a_record_or_with_a_next_step_is_one():
    missed = replace(LAST, outcome=None)

    assert points(past=(missed, LAST)).missed == missed
    assert points(past=(LAST, missed)).missed is None
    assert points(past=(LAST,)).agreed == LAST


def test_a_contract_is_one_within_six_months_of_its_end_and_after_it():
    (contract,) = FULL.contracts
    ends = {
        day: replace(contract, ends_on=date.fromisoformat(day))
        for day in ("2026-10-01", "2027-04-21", "2027-04-22")
    }
    found = points(contracts=tuple(ends.values())).contracts

    assert found == (ends["2026-10-01"], ends["2027-04-21"])


def test_turnover_is_one_if_it_fell_by_more_than_a_fifth():
    def trend(now: int, before: int) -> Trend:
        return Trend(currency="CNY", now=Fraction(now), before=Fraction(before))

    assert points(trends=(trend(79, 100), trend(80, 100))).fallen == (trend(79, 100),)
    assert points(trends=(trend(5, 0),)).fallen == ()


def test_who_decides_is_asked_for_if_nobody_knows_or_they_were_not_there():
    decider = FULL.contacts[0]
    other = replace(decider, is_decision_maker=False)

    assert points(contacts=(other,)).nobody_decides
    assert points(past=()).decide == (decider,)
    assert points(past=(LAST,)).decide == (decider,)
    assert not points(past=(LAST,)).nobody_decides


def test_gaps_signals_and_near_dates_are_ones():
    found = points(gaps=FULL.gaps, signals=FULL.signals, dates=FULL.dates)

    assert found.gaps == FULL.gaps
    assert found.signals == FULL.signals
    assert found.dates == FULL.dates
