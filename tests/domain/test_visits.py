"""Plans by the rule: scenarios V1 to V5 and what else happens to them."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from kam_flows.domain.accounts import TeamMember, Tier
from kam_flows.domain.cadences import Anchor, Mode, Roll, Unit
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import (
    Reason,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_rules import Peak
from kam_flows.domain.visits import Act
from tests.builders import a_person, an_account, away
from tests.plans import Book, a_rhythm, day, monthly, some_rules, weekly, whys

PLANNED, MERGED = TouchpointState.PLANNED, TouchpointState.MERGED
CREDITED, MISSED = TouchpointState.CREDITED, TouchpointState.MISSED
DONE, CANCELLED = TouchpointState.DONE, TouchpointState.CANCELLED
VISIT, CALL, MEETING = (
    TouchpointKind.VISIT,
    TouchpointKind.CALL,
    TouchpointKind.MEETING,
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


# V3: another tier has another rhythm.

POTENTIAL = a_rhythm(
    "call",
    2,
    Unit.WEEKS,
    mode=Mode.ROLLING,
    kind=CALL,
    minutes=20,
    tiers=(Tier.POTENTIAL,),
)


def strategic() -> Book:
    """A weekly sync on Thursdays, done up to 10-08."""
    book = Book(
        rules=some_rules(weekly(tiers=(Tier.STRATEGIC,)), POTENTIAL),
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
    book = Book(rules=some_rules(weekly(), monthly(), POTENTIAL))
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
        rules=some_rules(weekly(tiers=(Tier.STRATEGIC,)), POTENTIAL, horizon=14),
        account=an_account(tier=Tier.POTENTIAL),
    )
    book.plan("09-01")
    book.become(Tier.STRATEGIC)
    book.plan("11-03")

    assert MISSED not in book.slots("sync").values()


# Rolling rhythms.


def rolling(**fields: Any) -> Book:
    return Book(rules=some_rules(replace(POTENTIAL, tiers=(), **fields)))


def test_a_rolling_rhythm_counts_from_the_last_real_touchpoint():
    book = rolling()
    book.add("10-08", CALL)
    book.plan("10-09")
    assert book.days("call")[:3] == ["10-22", "11-05", "11-19"]

    book.done("call", "r0001", "10-26")
    book.plan("10-27")
    assert book.days("call")[:2] == ["11-09", "11-23"]

    book.add("11-02", CALL)
    book.plan("11-03")
    assert book.days("call")[:2] == ["11-16", "11-30"]
    assert book.plan("11-03") == []


def test_another_kind_does_not_put_a_rolling_rhythm_off():
    book = rolling()
    book.add("10-08", CALL)
    book.plan("10-09")
    book.add("10-12", VISIT)
    book.plan("10-13")

    assert book.days("call")[0] == "10-22"


def test_a_missed_or_cancelled_slot_of_a_rolling_rhythm_counts_from_its_own_day():
    book = rolling()
    book.add("10-08", CALL)
    book.plan("10-09")
    book.change("call", "r0001", state=MISSED, concluded_on=day("10-27"))
    by_hand = Reason(why=Why.BY_HAND, note="they are moving")
    book.change("call", "r0002", state=CANCELLED, why=(by_hand,))
    book.plan("10-28")

    assert book.days("call")[0] == "11-19"


def test_what_follows_a_rolling_slot_that_a_person_moved_counts_from_there():
    book = rolling()
    book.add("10-08", CALL)
    book.plan("10-09")
    book.change("call", "r0001", on=day("10-26"), pinned=True)
    book.plan("10-10")

    assert book.days("call")[:3] == ["10-26", "11-09", "11-23"]


def test_a_new_account_is_called_a_period_after_it_signed():
    book = rolling()
    book.account = an_account(signed_on=day("10-12"))
    book.plan("10-14")

    assert book.days("call")[0] == "10-26"
    assert book.plan("10-15") == []


def test_an_old_account_of_which_nothing_is_known_is_called_a_period_from_now():
    book = rolling()
    book.account = an_account(signed_on=day("2024-10-12"))
    book.plan("10-14")

    assert book.days("call")[0] == "10-28"
    assert book.plan("10-20") == []


def test_a_rolling_rhythm_longer_than_what_is_planned_ahead_has_its_next_slot():
    book = rolling(every=6, unit=Unit.MONTHS)
    book.add("10-08", VISIT)
    book.plan("10-09")
    book.add("11-12", VISIT)
    book.plan("11-13")

    assert book.days("call") == ["04-08"]


def test_an_outage_of_months_names_every_call_that_was_missed():
    book = rolling()
    book.rules = replace(book.rules, horizon=14)
    book.add("08-31", CALL)
    book.plan("09-01")
    book.done("call", "r0001")  # 09-14
    book.plan("11-03")

    assert (
        book.slots("call")
        == {
            "r0001": DONE,
            "r0002": MISSED,  # 09-28
            "r0003": MISSED,  # 10-12
            "r0004": MISSED,  # 10-26
            "r0005": PLANNED,  # 11-09
        }
        | {}
    )
    assert book.days("call") == ["11-09"]


# Absences, full days, peak seasons.


def test_an_absent_owner_goes_on_another_day_within_the_tolerance():
    people = {"mara": a_person("mara", absences=away("2026-10-14", "2026-10-16"))}
    book = Book(rules=some_rules(monthly()), people=people)
    book.plan("10-01")

    october = book.at("visit", "2026-10")
    assert (october.on, october.owner) == (day("10-13"), "mara")
    assert whys(october) == [Why.SLOT, Why.ABSENT]


def test_the_deputy_goes_if_no_day_within_the_tolerance_is_left():
    people = {
        "mara": a_person(
            "mara", deputy="dai", absences=away("2026-10-06", "2026-10-30")
        ),
        "dai": a_person("dai"),
    }
    book = Book(rules=some_rules(monthly()), people=people)
    book.plan("10-01")

    october = book.at("visit", "2026-10")
    assert (october.on, october.owner) == (day("10-15"), "dai")
    assert whys(october) == [Why.SLOT, Why.ABSENT, Why.DEPUTY]

    book.people["mara"] = a_person("mara", deputy="dai")
    [change] = book.plan("10-02")
    assert change.act is Act.PASSED_ON
    assert book.at("visit", "2026-10").owner == "mara"


@pytest.mark.parametrize("deputy", [None, "dai", "gone"])
def test_without_a_deputy_who_is_there_it_moves_beyond_and_says_so(deputy):
    long = away("2026-10-06", "2026-10-30")
    people = {
        "mara": a_person("mara", deputy=deputy, absences=long),
        "dai": a_person("dai", absences=long),
        "gone": a_person("gone", active=False),
    }
    book = Book(rules=some_rules(monthly()), people=people)
    book.plan("10-01")

    october = book.at("visit", "2026-10")
    assert (october.on, october.owner) == (day("11-02"), "mara")
    assert whys(october) == [Why.SLOT, Why.ABSENT, Why.BEYOND]
    assert book.plan("10-02") == []

    book.people["mara"] = a_person("mara")
    book.plan("10-03")
    assert book.at("visit", "2026-10").on == day("10-15")


def test_somebody_away_after_the_plan_was_made_moves_what_lies_ahead():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    book.people["mara"] = a_person("mara", absences=away("2026-10-15", "2026-10-15"))
    [change] = book.plan("10-02")

    assert (change.act, change.why) == (
        Act.MOVED,
        Reason(why=Why.ABSENT, what="mara"),
    )
    assert (change.after.on, change.after.moves) == (day("10-16"), 1)


def test_a_full_day_gives_way_to_the_nearest_with_room_the_later_first():
    busy = [("mara", day("10-15"), time(n)) for n in range(9, 13)]
    book = Book(rules=some_rules(monthly()), others=busy)
    book.plan("10-01")

    october = book.at("visit", "2026-10")
    assert (october.on, whys(october)) == (day("10-16"), [Why.SLOT, Why.FULL])

    busy += [("mara", day("10-16"), time(n)) for n in range(9, 13)]
    book = Book(rules=some_rules(monthly()), others=busy)
    book.plan("10-01")
    assert book.at("visit", "2026-10").on == day("10-14")


def test_the_limit_holds_even_if_no_day_within_the_tolerance_has_room():
    busy = [("mara", day("10-08") + timedelta(n), time(9)) for n in range(15)]
    book = Book(rules=some_rules(monthly(), per_day=1), others=busy)
    book.plan("10-01")

    october = book.at("visit", "2026-10")
    assert (october.on, whys(october)) == (
        day("10-23"),
        [Why.SLOT, Why.FULL, Why.BEYOND],
    )
    assert book.plan("10-02") == []


def test_an_owner_without_any_room_leaves_the_account_undecided():
    busy = [("mara", day("10-01") + timedelta(n), time(9)) for n in range(800)]
    book = Book(rules=some_rules(monthly(), per_day=1), others=busy)

    with pytest.raises(UserError, match="mara has no room"):
        book.plan("10-01")
    assert book.touchpoints == {}


def test_what_takes_no_time_needs_no_room():
    busy = [("mara", day("10-15"), time(9))]
    book = Book(rules=some_rules(monthly(minutes=0), per_day=1), others=busy)
    book.plan("10-01")

    assert book.at("visit", "2026-10").on == day("10-15")


def test_touchpoints_of_a_day_begin_at_the_free_times_of_the_policy():
    busy = [("mara", day("10-15"), time(10)), ("mara", day("10-15"), time(15, 30))]
    book = Book(rules=some_rules(monthly()), others=busy)
    book.plan("10-01")

    assert book.at("visit", "2026-10").starts == time(14)


RETAIL = {"零售": (Peak(first=(11, 1), last=(11, 12)),)}


def test_the_peak_season_is_left_for_a_day_within_the_tolerance():
    rules = replace(some_rules(monthly(day=10)), peaks=RETAIL)
    book = Book(rules=rules, account=an_account(industry="零售"))
    book.plan("10-20")

    november = book.at("visit", "2026-11")
    assert (november.on, whys(november)) == (day("11-13"), [Why.SLOT, Why.PEAK])


def test_a_peak_season_longer_than_the_tolerance_is_waited_out():
    peaks = {"零售": (Peak(first=(11, 1), last=(11, 30)),)}
    rules = replace(some_rules(monthly()), peaks=peaks)
    book = Book(rules=rules, account=an_account(industry="零售"))
    book.plan("10-20")

    november = book.at("visit", "2026-11")
    assert november.on == day("12-01")
    assert whys(november) == [Why.SLOT, Why.DAY_OFF, Why.PEAK, Why.BEYOND]
    assert book.plan("10-21") == []


def test_a_peak_season_all_year_long_is_no_reason_not_to_go():
    peaks = {"零售": (Peak(first=(1, 1), last=(12, 31)),)}
    rules = replace(some_rules(monthly()), peaks=peaks)
    book = Book(rules=rules, account=an_account(industry="零售"))
    book.plan("10-01")

    october = book.at("visit", "2026-10")
    assert (october.on, whys(october)) == (day("10-15"), [Why.SLOT, Why.PEAK])
    assert book.plan("10-02") == []


def test_what_need_not_keep_out_of_the_peak_season_does_not():
    rules = replace(some_rules(monthly(day=10, outside_peak=False)), peaks=RETAIL)
    book = Book(rules=rules, account=an_account(industry="零售"))
    book.plan("10-20")

    assert book.at("visit", "2026-11").on == day("11-10")


# What people do, and what changes around a plan.


def test_what_a_person_moved_stays_where_it_is():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    book.change("visit", "2026-10", on=day("10-24"), pinned=True)  # a Saturday
    assert book.plan("10-02") == []

    book.people["mara"] = a_person("mara", absences=away("2026-10-24", "2026-10-24"))
    assert book.plan("10-03") == []


def test_what_a_person_cancelled_is_not_planned_again():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    by_hand = Reason(why=Why.BY_HAND, note="they asked us not to")
    book.change("visit", "2026-10", state=CANCELLED, why=(by_hand,))

    assert book.plan("10-02") == []


def test_a_new_owner_goes_on_the_same_day():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    book.people["lin"] = a_person("lin")
    book.account = an_account(lead="lin")
    changes = book.plan("10-02")

    assert {one.act for one in changes} == {Act.PASSED_ON}
    october = book.at("visit", "2026-10")
    assert (october.on, october.owner, october.moves) == (day("10-15"), "lin", 1)
    assert october.why[-1] == Reason(why=Why.OWNER, what="lin")


def test_a_new_owner_whose_day_is_full_moves_it_after_all():
    book = Book(rules=some_rules(monthly(), per_day=1))
    book.plan("10-01")
    book.people["lin"] = a_person("lin")
    book.others = [("lin", day("10-15"), time(10))]
    book.account = an_account(lead="lin")
    book.plan("10-02")

    assert book.at("visit", "2026-10").on == day("10-16")


def test_whoever_has_left_is_followed_by_the_next_of_the_role():
    team = (
        TeamMember(staff="gone", role=TeamRole.EXECUTIVE_SPONSOR),
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
    )
    people = {"mara": a_person("mara"), "gone": a_person("gone", active=False)}
    book = Book(
        rules=some_rules(monthly(owner=TeamRole.EXECUTIVE_SPONSOR)),
        account=an_account(team=team),
        people=people,
    )
    book.plan("10-01")

    assert book.at("visit", "2026-10").owner == "mara"


def test_an_account_without_anybody_has_its_plan_all_the_same():
    book = Book(rules=some_rules(monthly()), account=an_account(team=()))
    book.plan("10-01")

    assert book.at("visit", "2026-10").owner is None


def test_another_calendar_moves_what_is_on_its_days_off():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    windows = book.calendar.week[0]
    book.calendar = WorkCalendar(
        name="closed on Thursdays",
        timezone="Asia/Shanghai",
        week={weekday: () if weekday == 3 else windows for weekday in range(7)},
    )
    changes = book.plan("10-02")

    assert [(one.act, f"{one.after.on:%m-%d}") for one in changes] == [
        (Act.MOVED, "10-16")
    ]


def test_a_calendar_that_never_opens_leaves_the_account_undecided():
    never = WorkCalendar(name="never", timezone="Asia/Shanghai", week={})
    book = Book(rules=some_rules(monthly()), calendar=never)

    with pytest.raises(UserError, match="'never' has no working time"):
        book.plan("10-01")


def test_an_account_that_is_served_no_more_has_nothing_ahead():
    book = Book(rules=some_rules(weekly(), POTENTIAL))
    book.plan("10-08")
    book.done("sync", "2026-W41")
    book.account = replace(book.account, active=False)
    book.plan("10-12")

    assert set(book.slots("sync").values()) == {DONE, CANCELLED}
    assert book.at("sync", "2026-W42").why[-1] == Reason(why=Why.INACTIVE)

    book.account = replace(book.account, active=True)
    book.plan("10-20")
    assert book.days("sync")[0] == "10-22"


def test_a_policy_with_another_day_moves_what_lies_ahead():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    book.rules = some_rules(monthly(day=20))
    book.policy = "ours"
    changes = book.plan("10-02")

    assert {one.why for one in changes} == {Reason(why=Why.POLICY, what="ours")}
    assert book.days("visit") == ["10-20", "11-20", "12-21"]
    assert book.plan("10-02") == []


def test_a_policy_without_a_cadence_cancels_what_it_had_planned():
    book = Book(rules=some_rules(monthly(), weekly()))
    book.plan("10-01")
    book.rules = some_rules(monthly())
    book.plan("10-02")

    assert set(book.slots("sync").values()) == {CANCELLED}


def test_a_lower_limit_spreads_what_stood_on_one_day():
    book = Book(
        rules=some_rules(monthly(), per_day=2), others=[("mara", day("10-15"), time(9))]
    )
    book.plan("10-01")
    assert book.at("visit", "2026-10").on == day("10-15")

    book.rules = replace(book.rules, per_day=1)
    [change] = book.plan("10-02")
    assert (change.act, change.after.on) == (Act.MOVED, day("10-16"))


def test_life_stages_follow_one_another():
    rules = some_rules(
        monthly("brief", anchor=Anchor.SIGNING, minutes=0, until_month=3),
        a_rhythm(
            "workshop",
            3,
            Unit.MONTHS,
            anchor=Anchor.SIGNING,
            from_month=3,
            until_month=12,
            tolerance=14,
        ),
        horizon=400,
    )
    book = Book(rules=rules, account=an_account(signed_on=day("01-12")))
    book.plan("01-12")

    assert book.days("brief") == ["02-12", "03-12", "04-13"]
    assert book.days("workshop") == ["07-13", "10-12", "01-12"]


def test_a_signing_in_the_future_is_planned_from_then_on():
    book = Book(
        rules=some_rules(weekly()), account=an_account(signed_on=date(2026, 11, 5))
    )
    book.plan("10-08")

    assert book.days("sync")[:2] == ["11-12", "11-19"]


def test_a_signing_put_right_moves_what_counts_from_it():
    rules = some_rules(monthly(anchor=Anchor.SIGNING))
    book = Book(rules=rules, account=an_account(signed_on=day("06-12")))
    book.plan("10-01")
    book.account = an_account(signed_on=day("06-20"))
    book.plan("10-02")

    assert book.days("visit") == ["10-20", "11-20", "12-21"]
    assert set(book.slots("visit")) == {"2026-10", "2026-11", "2026-12"}


def test_what_was_to_be_served_by_a_missed_touchpoint_was_missed_too():
    book = Book(rules=some_rules(weekly(), monthly()))
    book.plan("10-10")
    book.change("sync", "2026-W42", state=MISSED, concluded_on=day("10-20"))
    book.plan("10-21")

    assert book.at("visit", "2026-10").state is MISSED


def test_the_first_day_to_look_again_is_when_the_horizon_meets_the_next_slot():
    book = Book(rules=some_rules(monthly(), horizon=30))
    book.plan("10-01")  # until 10-31; then 11-15

    assert book.plan("10-15") == []
    assert [one.act for one in book.plan("10-16")] == [Act.PLANNED]
