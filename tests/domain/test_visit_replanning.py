"""What people do to a plan, and what changes around it: only what must be moves."""

from dataclasses import replace
from datetime import date, time

import pytest

from kam_flows.domain.accounts import TeamMember, Tier
from kam_flows.domain.cadences import Anchor, Unit
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import (
    Reason,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_plans import Act
from tests.builders import a_person, an_account, away
from tests.plans import Book, a_rhythm, day, fortnightly, monthly, some_rules, weekly

PLANNED, MERGED = TouchpointState.PLANNED, TouchpointState.MERGED
CREDITED, MISSED = TouchpointState.CREDITED, TouchpointState.MISSED
DONE, CANCELLED = TouchpointState.DONE, TouchpointState.CANCELLED
VISIT, CALL, MEETING = (
    TouchpointKind.VISIT,
    TouchpointKind.CALL,
    TouchpointKind.MEETING,
)


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
    book = Book(rules=some_rules(weekly(), fortnightly(tiers=(Tier.POTENTIAL,))))
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


def test_a_shorter_horizon_takes_nothing_back():
    book = Book(rules=some_rules(monthly(), horizon=90))
    book.plan("10-01")
    book.rules = some_rules(monthly(), horizon=14)

    assert book.plan("10-02") == []


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
    changes = book.plan("10-02")

    assert {one.why.why for one in changes} == {Why.SLOT}
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


def test_a_visit_that_a_leaver_planned_goes_to_the_lead_manager():
    book = Book(rules=some_rules(monthly()))
    book.people["gone"] = a_person("gone")
    book.add("10-14", MEETING, state=PLANNED, owner="gone")
    book.plan("10-01")
    book.people["gone"] = a_person("gone", active=False)
    [change] = book.plan("10-02")

    assert (change.act, change.after.owner) == (Act.PASSED_ON, "mara")
    assert change.after.on == day("10-14")
    assert book.plan("10-02") == []


def test_another_policy_that_leaves_a_plan_as_it_is_moves_nothing():
    book = Book(rules=some_rules(weekly(), monthly()))
    before = book.plan("10-01")
    book.policy_id = 2
    changes = book.plan("10-01")

    assert len(changes) == len(before)
    assert {one.act for one in changes} == {Act.RENEWED}
    assert {one.after.moves for one in changes} == {0}


def test_a_signing_put_right_takes_back_what_no_longer_counts_from_it():
    rules = some_rules(
        a_rhythm("workshop", 3, Unit.MONTHS, anchor=Anchor.SIGNING, tolerance=14)
    )
    book = Book(rules=rules, account=an_account(signed_on=day("07-12")))
    book.plan("10-01")
    book.account = an_account(signed_on=day("08-12"))
    book.plan("10-02")

    assert book.at("workshop", "2026-10").why[-1].why is Why.STAGE
    assert book.days("workshop") == ["11-12"]
