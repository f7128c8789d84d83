"""Clocks read off histories: scenarios S6 to S12 and what follows from their rules."""

from datetime import timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.accounts import Tier
from kam_flows.domain.clocks import Breach
from kam_flows.domain.policy import Anchor, Target, Until
from kam_flows.domain.tickets import (
    REOPENS,
    Happening,
    TicketEvent,
    TicketState,
)
from kam_flows.policies.load import load_preset
from tests.builders import a_policy, a_rung, at, clock, happened, targets

H = Happening
EIGHT_HOURS = a_policy({None: targets(resolve="8bh")})
LADDER = (
    a_rung(1, "24h"),
    a_rung(2, "48h", until=Until.RESOLVED),
)


def test_s7_waiting_for_the_customer_stops_the_clock():
    opened = happened("2026-10-12 10:00", H.OPENED)
    waiting = happened("2026-10-12 11:00", H.WAITING)
    resumed = happened("2026-10-13 15:00", H.RESUMED)

    assert clock(EIGHT_HOURS, opened, waiting).resolve_by is None
    assert clock(EIGHT_HOURS, opened, waiting, resumed).resolve_by == at(
        "2026-10-14 13:00"
    )


def test_s8_a_reopened_ticket_goes_on_with_the_time_it_had_left():
    policy = a_policy(
        {None: targets(resolve="8bh")},
        (a_rung(1, "0h", anchor=Anchor.RESOLVE_BY, until=Until.RESOLVED),),
    )

    read = clock(
        policy,
        happened("2026-10-12 10:00", H.OPENED),
        happened("2026-10-12 12:00", H.RESOLVED),
        happened("2026-10-14 10:00", H.REOPENED),
    )

    assert read.resolve_by == at("2026-10-14 16:00")
    assert read.episode == 2
    assert read.state is TicketState.PENDING
    assert [rung.due_at for rung in read.armed] == [at("2026-10-14 16:00")]


def test_who_refuses_a_solution_is_answered_anew_and_no_rung_looks_back():
    policy = a_policy(
        {None: targets(respond="2bh", resolve="8bh")},
        (a_rung(1, "0h", anchor=Anchor.RESPOND_BY), a_rung(2, "24h")),
    )

    read = clock(
        policy,
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-12 12:00", H.TAKEN_UP),
        happened("2026-10-12 14:00", H.RESOLVED),
        happened("2026-10-14 10:00", H.REOPENED),
    )

    assert read.responded_at is None
    assert read.respond_by == at("2026-10-14 12:00")
    assert [rung.due_at for rung in read.armed] == [
        at("2026-10-14 12:00"),
        at("2026-10-15 10:00"),
    ]
    [breach] = read.breaches
    assert (breach.episode, breach.target) == (1, Target.RESPOND)


def test_a_ticket_reopened_after_its_time_ran_out_keeps_the_grace():
    read = clock(
        EIGHT_HOURS,
        happened("2026-10-12 10:00", H.OPENED),
        happened("2026-10-14 12:00", H.RESOLVED),
        happened("2026-10-15 10:00", H.REOPENED),
    )

    assert read.resolve_by == at("2026-10-15 12:00")
    assert [b.target for b in read.breaches] == [Target.RESOLVE]


def test_s9_a_changed_tier_is_never_a_breach_in_the_past():
    policy = a_policy(
        {Tier.STRATEGIC: targets(resolve="2bh"), Tier.CORE: targets(resolve="4bh")}
    )
    opened = happened("2026-10-12 09:00", H.OPENED)
    raised = happened("2026-10-12 12:00", H.TIER_CHANGED, "strategic")

    assert clock(policy, opened).resolve_by == at("2026-10-12 13:00")
    changed = clock(policy, opened, raised)
    assert changed.resolve_by == at("2026-10-12 12:30")
    assert changed.tier is Tier.STRATEGIC
    assert changed.breaches == ()


def test_s9_a_reclocking_judges_nothing_that_was_over_before_it():
    read = clock(
        a_policy({None: targets(respond="2bh")}, LADDER),
        happened("2026-10-12 09:00", H.OPENED),
        # In time by what was promised then, and late by the policy of today.
        happened("2026-10-13 10:00", H.TAKEN_UP),
        happened("2026-10-13 11:00", H.RECLOCKED),
    )

    assert read.breaches == ()
    assert not any(rung.was_late for rung in read.passed)
    assert [rung.number for rung in read.armed] == [2]


def test_a_change_that_promises_the_same_gives_no_grace():
    policy = a_policy({None: targets(resolve="4bh")})

    read = clock(
        policy,
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-12 12:50", H.TIER_CHANGED, "strategic"),
    )

    assert read.resolve_by == at("2026-10-12 13:00")


def test_another_tier_heals_no_breach_that_was_there_before():
    policy = a_policy(
        {Tier.STRATEGIC: targets(resolve="2bh"), Tier.CORE: targets(resolve="4bh")}
    )

    read = clock(
        policy,
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-12 14:00", H.TIER_CHANGED, "strategic"),
        happened("2026-10-12 14:10", H.RESOLVED),
    )

    assert read.resolve_by == at("2026-10-12 14:30")
    assert read.breaches == (
        Breach(1, Target.RESOLVE, at("2026-10-12 13:00"), at("2026-10-12 14:10")),
    )


def test_a_rung_that_another_tier_is_told_in_another_way_keeps_its_moment():
    # Both tiers have the 24 and 48 hours of the scheme, one of them at any hour.
    policy = load_preset("retention")

    read = clock(
        policy,
        happened("2026-10-16 15:00", H.OPENED),
        happened("2026-10-17 12:00", H.TIER_CHANGED, "strategic"),
    )

    assert read.ladder == "strategic"
    assert [rung.due_at for rung in read.armed] == [
        at("2026-10-17 15:00"),
        at("2026-10-18 15:00"),
    ]


def test_what_happens_on_the_very_limit_is_in_time():
    read = clock(
        a_policy({None: targets(respond="24h")}, LADDER),
        happened("2026-10-12 10:00", H.OPENED),
        happened("2026-10-13 10:00", H.TAKEN_UP),
    )

    assert read.breaches == ()
    assert [(rung.number, rung.was_late) for rung in read.passed] == [(1, False)]


@pytest.mark.parametrize("kind", [H.ACKNOWLEDGED, H.NOTE])
def test_s10_neither_an_automatic_reply_nor_a_note_is_a_first_response(kind):
    read = clock(
        a_policy({None: targets(respond="2bh")}),
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-12 09:01", kind),
    )

    assert read.responded_at is None
    assert read.respond_by == at("2026-10-12 11:00")


def test_s10_a_ticket_opened_while_waiting_has_no_running_clock():
    policy = a_policy({None: targets(respond="2bh", resolve="8bh")}, LADDER)
    opened = happened("2026-10-12 09:00", H.OPENED)
    waiting = happened("2026-10-12 09:00", H.WAITING)
    resumed = happened("2026-10-13 09:00", H.RESUMED)

    still = clock(policy, opened, waiting)
    assert (still.respond_by, still.resolve_by, still.armed) == (None, None, ())
    running = clock(policy, opened, waiting, resumed)
    assert running.respond_by == at("2026-10-13 11:00")
    assert [rung.due_at for rung in running.armed] == [
        at("2026-10-14 09:00"),
        at("2026-10-15 09:00"),
    ]


def test_s10_a_ticket_closed_as_duplicate_has_no_clock_left():
    read = clock(
        a_policy({None: targets(respond="2bh", resolve="8bh")}, LADDER),
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-12 10:00", H.RESOLVED, "duplicate"),
    )

    assert read.state is TicketState.RESOLVED
    assert read.armed == ()
    assert read.breaches == ()


def test_s11_a_deadline_in_a_year_without_official_list_is_provisional():
    opened = happened("2026-12-31 17:00", H.OPENED)

    read = clock(EIGHT_HOURS, opened)

    # Nobody has said yet that 1 January 2027 is off: a Friday like any other.
    assert read.resolve_by == at("2027-01-01 16:00")
    assert read.provisional
    assert not clock(EIGHT_HOURS, happened("2026-12-30 09:00", H.OPENED)).provisional


def test_s12_events_may_be_recorded_in_any_order():
    history = [
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-12 10:00", H.RESOLVED),
        happened("2026-10-12 11:00", H.REOPENED),
        happened("2026-10-12 11:30", H.WAITING),
        happened("2026-10-12 14:00", H.RESUMED),
    ]
    policy = a_policy({None: targets(resolve="8bh")}, LADDER)
    in_order = clock(policy, *history)

    assert in_order.resolve_by == at("2026-10-13 11:30")
    for shuffled in permutations(history):
        assert clock(policy, *shuffled) == in_order


def test_s12_work_on_a_ticket_that_was_over_reopens_it_in_any_order():
    resolved = happened("2026-10-12 10:00", H.RESOLVED)
    taken_up = happened("2026-10-12 11:00", H.TAKEN_UP, REOPENS)
    opened = happened("2026-10-12 09:00", H.OPENED)

    early, late = (
        clock(EIGHT_HOURS, opened, resolved, taken_up),
        clock(EIGHT_HOURS, opened, taken_up, resolved),
    )

    assert early == late
    assert early.episode == 2
    assert early.state is TicketState.IN_PROGRESS


def test_taking_up_meets_the_response_and_a_late_one_is_a_breach():
    policy = a_policy({None: targets(respond="2bh")})
    opened = happened("2026-10-12 09:00", H.OPENED)

    in_time = clock(policy, opened, happened("2026-10-12 11:00", H.TAKEN_UP))
    late = clock(policy, opened, happened("2026-10-12 11:02", H.TAKEN_UP))

    assert in_time.breaches == ()
    [breach] = late.breaches
    assert breach.met_at - breach.due_at == timedelta(minutes=2)


def test_a_rung_stopped_after_its_time_is_passed_late_and_the_next_stays_armed():
    read = clock(
        a_policy(rungs=LADDER),
        happened("2026-10-12 09:00", H.OPENED),
        happened("2026-10-13 09:02", H.TAKEN_UP),
    )

    [passed] = read.passed
    assert passed.was_late
    assert passed.stopped_at - passed.due_at == timedelta(minutes=2)
    assert [rung.number for rung in read.armed] == [2]


def test_a_share_of_a_target_warns_before_the_breach():
    warning = a_rung(
        1,
        None,
        anchor=Anchor.RESOLVE_BY,
        share=Fraction(3, 4),
        until=Until.RESOLVED,
    )
    read = clock(
        a_policy({None: targets(resolve="8bh")}, (warning,)),
        happened("2026-10-12 09:00", H.OPENED),
    )

    assert read.armed[0].due_at == at("2026-10-12 15:00")


def test_a_rung_that_waits_for_the_confirmation_runs_on_after_the_solution():
    confirm = a_rung(1, "72h", until=Until.CONFIRMED)
    policy = a_policy(rungs=(confirm,))
    opened = happened("2026-10-12 09:00", H.OPENED)
    resolved = happened("2026-10-12 10:00", H.RESOLVED)
    confirmed = happened("2026-10-13 10:00", H.CONFIRMED)

    assert clock(policy, opened, resolved).armed[0].due_at == at("2026-10-15 09:00")
    assert clock(policy, opened, resolved, confirmed).armed == ()


kinds = st.sampled_from(
    [H.TAKEN_UP, H.WAITING, H.RESUMED, H.RESOLVED, H.CONFIRMED, H.REOPENED, H.NOTE]
)
histories = st.lists(st.tuples(st.integers(1, 20_000), kinds), max_size=12)


@given(histories)
def test_no_history_arms_a_rung_that_a_reopening_makes_overdue(steps):
    start = at("2026-10-12 09:00")
    events = [
        TicketEvent(at=start, kind=H.OPENED),
        *(TicketEvent(at=start + timedelta(minutes=m), kind=k) for m, k in steps),
    ]
    last = max(event.at for event in events)
    rungs = (
        *LADDER,
        a_rung(3, "0h", anchor=Anchor.RESPOND_BY),
        a_rung(4, "1h", anchor=Anchor.RESOLVE_BY, until=Until.RESOLVED),
    )
    policy = a_policy({None: targets(respond="2h", resolve="8h")}, rungs)
    reopened = TicketEvent(at=last + timedelta(minutes=1), kind=H.REOPENED)

    before, after = clock(policy, *events), clock(policy, *events, reopened)

    if before.state in {TicketState.RESOLVED, TicketState.CONFIRMED}:
        assert after.episode == before.episode + 1
        assert all(rung.due_at > reopened.at for rung in after.armed)
        assert after.resolve_by is not None
        assert after.resolve_by > reopened.at
    else:
        assert after == before


@given(histories)
def test_what_was_met_late_is_late_by_its_own_times(steps):
    start = at("2026-10-12 09:00")
    events = [
        TicketEvent(at=start, kind=H.OPENED),
        *(TicketEvent(at=start + timedelta(minutes=m), kind=k) for m, k in steps),
    ]
    read = clock(a_policy({None: targets("2h", "4h", "8h")}, LADDER), *events)

    assert all(breach.due_at < breach.met_at for breach in read.breaches)
    assert {breach.episode for breach in read.breaches} <= set(
        range(1, read.episode + 1)
    )
    over = read.state in {TicketState.RESOLVED, TicketState.CONFIRMED}
    assert (read.resolved_at is not None) == over
