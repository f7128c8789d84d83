"""Plans by the rule: scenarios V1 to V5 and what else happens to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kam_flows.domain.accounts import TeamMember, Tier
from kam_flows.domain.cadences import Roll
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import (
    Reason,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_plans import Act
from kam_flows.policies.load import load_preset
from tests.builders import a_person, an_account
from tests.plans import Book, day, fortnightly, monthly, some_rules, weekly, whys

PLANNED, MERGED = TouchpointState.PLANNED, TouchpointState.MERGED
CREDITED, MISSED = TouchpointState.CREDITED, TouchpointState.MISSED
DONE, CANCELLED = TouchpointState.DONE, TouchpointState.CANCELLED
VISIT, CALL, MEETING, VIDEO = (
    TouchpointKind.VISIT,
    TouchpointKind.CALL,
    TouchpointKind.MEETING,
    TouchpointKind.VIDEO,
)


# V1: a holiday rolls a slot onto the day of another.


def test_v1_a_weekly_sync_of_a_holiday_and_the_visit_of_the_next_week_are_one_visit():
    book = Book(rules=some_rules(weekly()))
    book.plan("09-20")

    holiday, week_after = book.at("sync", "2026-W40"), book.at("sync", "2026-W41")
    assert (holiday.nominal, holiday.on) == (day("10-01"), day("10-08"))
    assert (holiday.state, holiday.merged_into) == (MERGED, week_after.id)
    assert (week_after.state, week_after.on) == (PLANNED, day("10-08"))
    assert whys(holiday) == [Why.SLOT, Why.DAY_OFF, Why.MERGED]
    assert week_after.minutes == 60


def test_v1_a_day_off_outside_the_tolerance_on_one_side_goes_to_the_other():
    book = Book(rules=some_rules(weekly(tolerance=6)))
    book.plan("09-20")

    assert book.at("sync", "2026-W40").on == day("09-30")
    assert book.at("sync", "2026-W40").state is PLANNED


def test_v1_two_kinds_on_one_day_are_one_trip_with_the_people_and_time_of_both():
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="tech", role=TeamRole.TECHNICAL),
    )
    book = Book(
        rules=some_rules(
            weekly(minutes=60),
            monthly(minutes=90, participants=(TeamRole.TECHNICAL,)),
        ),
        account=an_account(team=team),
        people={code: a_person(code) for code in ("mara", "tech")},
    )
    book.plan("10-10")

    sync, visit = book.at("sync", "2026-W42"), book.at("visit", "2026-10")
    assert sync.on == visit.on == day("10-15")
    assert (visit.state, visit.merged_into) == (MERGED, sync.id)
    assert (sync.minutes, sync.participants) == (150, ("tech",))
    assert visit.starts == sync.starts


def test_what_takes_no_time_is_not_merged():
    book = Book(rules=some_rules(weekly(), monthly("brief", minutes=0)))
    book.plan("10-10")

    assert book.at("brief", "2026-10").on == book.at("sync", "2026-W42").on
    assert book.at("brief", "2026-10").state is PLANNED


def test_a_merged_pair_comes_apart_if_one_moves():
    book = Book(rules=some_rules(weekly(), monthly()))
    book.plan("10-10")
    book.change("sync", "2026-W42", on=day("10-16"), pinned=True)

    [change, other] = book.plan("10-11")

    assert {change.act, other.act} == {Act.PARTED, Act.ADJUSTED}
    visit = book.at("visit", "2026-10")
    assert (visit.state, visit.on, visit.merged_into) == (PLANNED, day("10-15"), None)
    assert book.at("sync", "2026-W42").minutes == 60
    assert book.plan("10-11") == []


def test_what_a_person_took_apart_no_longer_says_that_it_was_merged():
    book = Book(rules=some_rules(weekly(), monthly()))
    book.plan("10-10")
    book.change("sync", "2026-W42", on=day("10-16"), pinned=True)
    book.change("visit", "2026-10", state=PLANNED, merged_into=None)
    book.plan("10-11")

    assert whys(book.at("visit", "2026-10")) == [Why.SLOT]


def test_a_merged_pair_counts_once_against_the_limit():
    book = Book(rules=some_rules(weekly(), monthly(), per_day=1))
    book.plan("10-10")

    assert book.at("visit", "2026-10").on == day("10-15")
    assert book.at("visit", "2026-10").state is MERGED


# V2: what nobody planned counts, once.


def test_v2_an_unplanned_visit_within_the_tolerance_counts_for_the_month():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    unplanned = book.add("10-09", VISIT)

    [change] = book.plan("10-10")

    october = book.at("visit", "2026-10")
    assert change.act is Act.CREDITED
    assert (october.state, october.concluded_on) == (CREDITED, day("10-09"))
    assert october.why[-1] == Reason(why=Why.CREDITED, what=unplanned.number)
    assert book.at("visit", "2026-11").nominal == day("11-15")
    assert book.at("visit", "2026-11").on == day("11-16")
    assert book.plan("10-11") == []


@pytest.mark.parametrize(
    ("on", "state"),
    [("10-08", CREDITED), ("10-07", PLANNED), ("10-22", CREDITED), ("10-23", PLANNED)],
)
def test_v2_the_tolerance_is_counted_in_days_on_both_sides(on, state):
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    book.add(on, VISIT)
    book.plan("10-24" if on > "10-15" else "10-10")

    assert book.at("visit", "2026-10").state is state


def test_v2_before_it_was_ever_planned_a_visit_counts_as_well():
    book = Book(rules=some_rules(monthly()))
    book.add("10-09", VISIT)
    book.plan("10-12")

    assert book.slots("visit") == {
        "2026-10": CREDITED,
        "2026-11": PLANNED,
        "2026-12": PLANNED,
    }


def test_an_unplanned_visit_counts_for_one_slot_and_only_of_its_kind():
    book = Book(
        rules=some_rules(
            monthly(), monthly("tour", day=12), monthly("talk", kind=MEETING, day=11)
        )
    )
    book.plan("10-01")
    book.add("10-09", VISIT)
    book.plan("10-10")

    assert book.at("tour", "2026-10").state is CREDITED
    assert book.at("visit", "2026-10").state is PLANNED
    assert book.at("talk", "2026-10").state is PLANNED


@pytest.mark.parametrize(
    ("scheme", "tier", "kind", "code", "state"),
    [
        # "one visit or video call a month"
        ("retention", Tier.CORE, VIDEO, "monthly_visit", CREDITED),
        ("retention", Tier.CORE, CALL, "monthly_visit", PLANNED),
        # "follow-up every month" names no way of it, "a call every two weeks" does
        ("value-tiers", Tier.GROWTH, VISIT, "follow_up", CREDITED),
        ("care", Tier.NEW, VISIT, "follow_up", CREDITED),
        ("retention", Tier.POTENTIAL, VISIT, "fortnightly_call", PLANNED),
    ],
)
def test_v2_what_counts_is_what_the_scheme_asks_for(scheme, tier, kind, code, state):
    book = Book(rules=load_preset(scheme).visits, account=an_account(tier=tier))
    book.plan("10-01")
    [october, *_] = (one for one in book.touchpoints.values() if one.cadence == code)
    book.add(f"{october.nominal:%m-%d}", kind)
    book.plan("10-17")

    assert book.at(code, october.slot).state is state


def test_what_a_cadence_takes_as_well_counts_first_for_one_of_its_own_kind():
    talk = monthly("talk", kind=CALL, day=9, also=(VISIT,))
    book = Book(rules=some_rules(talk, monthly(day=12)))
    book.plan("10-01")
    book.add("10-09", VISIT)
    book.plan("10-10")
    assert book.at("visit", "2026-10").state is CREDITED
    assert book.at("talk", "2026-10").state is PLANNED

    book.add("10-10", VISIT)
    book.plan("10-11")
    assert book.at("talk", "2026-10").state is CREDITED


def test_two_unplanned_meetings_count_for_two_weeks():
    book = Book(rules=some_rules(weekly()))
    book.plan("10-08")
    book.done("sync", "2026-W41")
    book.add("10-14", MEETING)
    book.add("10-16", MEETING)
    book.plan("10-17")

    assert book.at("sync", "2026-W42").state is CREDITED
    assert book.at("sync", "2026-W43").state is CREDITED
    assert book.at("sync", "2026-W44").state is PLANNED


def test_what_a_person_has_planned_serves_the_slot_until_it_falls_through():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    by_hand = book.add("10-12", VISIT, state=PLANNED)
    book.plan("10-02")

    october = book.at("visit", "2026-10")
    assert (october.state, october.merged_into) == (MERGED, by_hand.id)
    assert october.on == day("10-12")
    assert book.plan("10-03") == []

    book.touchpoints[by_hand.id] = replace(by_hand, state=CANCELLED)
    book.plan("10-05")

    assert book.at("visit", "2026-10").state is PLANNED
    assert book.at("visit", "2026-10").on == day("10-15")
    assert whys(book.at("visit", "2026-10")) == [Why.SLOT]


def test_a_slot_that_was_missed_counts_after_all_if_something_took_place():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    book.change("visit", "2026-10", state=MISSED, concluded_on=day("10-20"))
    book.add("10-17", VISIT)
    book.plan("10-21")

    assert book.at("visit", "2026-10").state is CREDITED


def test_what_counted_for_a_week_counts_for_no_other_later_on():
    book = Book(rules=some_rules(weekly()))
    book.plan("10-12")
    book.add("10-15", MEETING)
    book.plan("10-16")
    book.plan("10-17")

    assert book.at("sync", "2026-W42").state is CREDITED
    assert book.at("sync", "2026-W43").state is PLANNED


def test_what_took_place_for_a_slot_as_planned_by_hand_counts_for_no_other():
    book = Book(rules=some_rules(weekly()))
    book.plan("10-12")
    by_hand = book.add("10-15", MEETING, state=PLANNED)
    book.plan("10-13")
    assert book.at("sync", "2026-W42").merged_into == by_hand.id

    done = replace(by_hand, state=DONE, concluded_on=day("10-15"))
    book.touchpoints[by_hand.id] = done
    book.plan("10-16")

    assert book.at("sync", "2026-W42").state is MERGED
    assert book.at("sync", "2026-W43").state is PLANNED


# V3: another tier has another rhythm.


def strategic() -> Book:
    """A weekly sync on Thursdays, done up to 10-08."""
    book = Book(
        rules=some_rules(
            weekly(tiers=(Tier.STRATEGIC,)), fortnightly(tiers=(Tier.POTENTIAL,))
        ),
        account=an_account(tier=Tier.STRATEGIC),
    )
    book.plan("10-08")
    book.done("sync", "2026-W41")
    return book


def test_v3_a_fallen_tier_cancels_the_sync_and_counts_from_the_last_real_touch():
    book = strategic()
    book.become(Tier.POTENTIAL)
    changes = book.plan("10-14")

    sync = book.at("sync", "2026-W42")
    assert (sync.state, sync.concluded_on) == (CANCELLED, day("10-14"))
    assert sync.why[-1] == Reason(why=Why.TIER, what="potential")
    assert book.days("sync") == []
    assert book.days("call")[:3] == ["10-22", "11-05", "11-19"]
    assert {one.act for one in changes} == {Act.CANCELLED, Act.PLANNED}


def test_v3_a_raised_tier_gets_the_closer_rhythm_from_that_day_on():
    book = strategic()
    book.become(Tier.POTENTIAL)
    book.plan("10-14")
    book.become(Tier.STRATEGIC)
    book.plan("10-20")

    assert book.days("call") == []
    assert book.days("sync")[:2] == ["10-22", "10-29"]
    assert book.at("sync", "2026-W42").state is CANCELLED
    assert book.plan("10-21") == []


def test_v3_a_tier_that_falls_and_rises_on_one_day_leaves_no_trace_of_it():
    book = strategic()
    book.become(Tier.POTENTIAL)
    book.plan("10-14")
    book.become(Tier.STRATEGIC)
    book.plan("10-14")

    assert book.at("sync", "2026-W42").state is PLANNED
    assert book.at("sync", "2026-W42").concluded_on is None
    assert book.days("call") == []


def test_v3_a_last_touch_long_ago_makes_the_new_rhythm_due_today():
    book = strategic()
    book.become(Tier.POTENTIAL)
    book.plan("11-02")

    assert book.days("call")[:2] == ["11-02", "11-16"]


def test_a_rhythm_that_begins_anew_does_not_count_from_its_former_life():
    book = strategic()
    book.become(Tier.POTENTIAL)
    book.plan("10-14")
    book.done("call", "r0001", "10-22")
    book.become(Tier.STRATEGIC)
    book.plan("10-23")
    book.done("sync", "2026-W44", "10-29")
    book.become(Tier.POTENTIAL)
    book.plan("11-04")

    assert book.days("call")[:2] == ["11-12", "11-26"]
    assert book.plan("11-05") == []


# V4: the 31st.


def test_v4_monthly_on_the_31st_never_drifts():
    rules = some_rules(monthly(day=31, roll=Roll.FOLLOWING_ELSE_PRECEDING), horizon=400)
    book = Book(rules=rules)
    book.plan("01-01")

    assert book.days("visit")[:12] == [
        "01-30",
        "02-28",
        "03-31",
        "04-30",
        "05-29",
        "06-30",
        "07-31",
        "08-31",
        "09-30",
        "10-30",
        "11-30",
        "12-31",
    ]


@pytest.mark.parametrize(
    ("roll", "on"), [(Roll.FOLLOWING, "11-16"), (Roll.PRECEDING, "11-13")]
)
def test_a_day_off_is_left_to_the_side_of_the_rule(roll, on):
    book = Book(rules=some_rules(monthly(roll=roll)))
    book.plan("11-01")

    assert book.at("visit", "2026-11").on == day(on)


def test_a_make_up_working_day_is_a_working_day():
    book = Book(rules=some_rules(monthly(day=10)))
    book.plan("10-08")

    assert book.at("visit", "2026-10").on == day("10-10")  # a Saturday


def test_a_preceding_working_day_that_is_past_is_no_choice():
    book = Book(rules=some_rules(monthly(roll=Roll.PRECEDING)))
    book.plan("11-14")

    assert book.at("visit", "2026-11").on == day("11-16")


# V5: twice, or not at all.


def test_v5_planning_twice_changes_nothing():
    book = Book(
        rules=some_rules(weekly(), monthly(), fortnightly(tiers=(Tier.POTENTIAL,)))
    )
    assert book.plan("10-08")

    assert book.plan("10-08") == []


def test_v5_after_four_days_without_planning_nothing_is_doubled_or_skipped():
    rules = some_rules(weekly(), monthly(), horizon=30)
    daily, with_gap = Book(rules=rules), Book(rules=rules)
    for book, days_off in ((daily, ()), (with_gap, (3, 4, 5, 6))):
        for number in range(20):
            on = day("10-08") + timedelta(number)
            if number not in days_off:
                book.plan(on)

    assert [o.on for o in daily.touchpoints.values()] == [
        o.on for o in with_gap.touchpoints.values()
    ]
    assert daily.slots("sync") == with_gap.slots("sync")


def test_an_outage_of_months_owes_what_is_within_the_tolerance_and_names_the_rest():
    book = Book(rules=some_rules(weekly(), horizon=14))
    book.plan("09-01")  # until 09-15
    book.all_done("09-15")
    book.plan("11-03")

    assert book.slots("sync") == {
        "2026-W36": DONE,
        "2026-W37": DONE,
        **{f"2026-W{week}": MISSED for week in range(38, 44)},
        "2026-W44": PLANNED,  # 10-29
        "2026-W45": PLANNED,
        "2026-W46": PLANNED,
    }
    assert whys(book.at("sync", "2026-W38")) == [Why.SLOT, Why.LATE]
    late = book.at("sync", "2026-W44")
    assert (late.on, whys(late)) == (day("11-03"), [Why.SLOT, Why.LATE])
    assert book.plan("11-03") == []


def test_what_was_not_promised_before_the_first_plan_was_not_missed():
    book = Book(rules=some_rules(weekly()))
    book.plan("11-03")

    assert MISSED not in book.slots("sync").values()
    assert book.days("sync")[0] == "11-05"


def test_a_rhythm_that_began_during_an_outage_owes_nothing_of_it():
    book = Book(
        rules=some_rules(
            weekly(tiers=(Tier.STRATEGIC,)),
            fortnightly(tiers=(Tier.POTENTIAL,)),
            horizon=14,
        ),
        account=an_account(tier=Tier.POTENTIAL),
    )
    book.plan("09-01")
    book.become(Tier.STRATEGIC)
    book.plan("11-03")

    assert MISSED not in book.slots("sync").values()
