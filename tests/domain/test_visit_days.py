"""The days that a visit can have: absences, deputies, full days and peak seasons."""

from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.domain.touchpoints import (
    Reason,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_days import NoRoom
from kam_flows.domain.visit_house import Agenda
from kam_flows.domain.visit_plans import Act
from kam_flows.domain.visit_rules import Peak
from tests.builders import a_person, an_account, away
from tests.plans import (
    Book,
    day,
    monthly,
    some_rules,
    weekly,
    whys,
)

PLANNED, MERGED = TouchpointState.PLANNED, TouchpointState.MERGED
CREDITED, MISSED = TouchpointState.CREDITED, TouchpointState.MISSED
DONE, CANCELLED = TouchpointState.DONE, TouchpointState.CANCELLED
VISIT, CALL, MEETING = (
    TouchpointKind.VISIT,
    TouchpointKind.CALL,
    TouchpointKind.MEETING,
)


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


def test_a_day_that_leaves_too_long_a_gap_before_it_is_too_far():
    book = Book(rules=some_rules(weekly()))
    book.plan("09-20")
    book.change("sync", "2026-W39", on=day("09-23"), pinned=True)
    book.change("sync", "2026-W40", pinned=False, nominal=day("09-30"))
    book.plan("09-21")

    # 10-08 would be the fifteenth day after 09-23.
    assert book.at("sync", "2026-W40").on == day("09-30")


def test_a_day_that_leaves_too_long_a_gap_behind_it_is_too_far():
    book = Book(rules=some_rules(monthly()))
    book.plan("10-01")
    long = away("2026-10-09", "2026-10-22")
    book.people["mara"] = a_person("mara", deputy="dai", absences=long)
    book.people["dai"] = a_person("dai")
    book.plan("10-02")

    # She is there on 10-08, but from there to 11-16 are 39 days.
    assert book.at("visit", "2026-10").owner == "dai"


def test_no_slot_moves_to_the_day_of_the_one_before_it_or_past_it():
    people = {"mara": a_person("mara", absences=away("2026-11-06", "2026-11-19"))}
    book = Book(rules=some_rules(weekly()), people=people)
    book.plan("11-01")

    assert book.at("sync", "2026-W45").on == day("11-05")
    assert book.at("sync", "2026-W46").on == day("11-20")


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


def test_an_agenda_keeps_of_a_failed_account_nothing_and_of_others_all():
    agenda, on = Agenda(), day("10-15").toordinal()
    with agenda.whole_or_not():
        agenda.take("mara", on, time(9))
    with suppress(NoRoom), agenda.whole_or_not():
        agenda.take("mara", on, time(10))
        agenda.give_back("mara", on, time(9))
        raise NoRoom("mara", on)

    assert list(agenda.on("mara", on)) == [time(9)]


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


@pytest.mark.parametrize(("on", "then"), [(10, "11-10"), (8, "11-09")])
def test_what_need_not_keep_out_of_the_peak_season_does_not(on, then):
    rules = replace(some_rules(monthly(day=on, outside_peak=False)), peaks=RETAIL)
    book = Book(rules=rules, account=an_account(industry="零售"))
    book.plan("10-20")

    assert book.at("visit", "2026-11").on == day(then)
