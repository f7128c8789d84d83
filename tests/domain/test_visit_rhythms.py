"""Rhythms that roll on from what took place, and those that belong to an age."""

from dataclasses import replace
from typing import Any

from kam_flows.domain.cadences import Unit
from kam_flows.domain.touchpoints import (
    Reason,
    TouchpointKind,
    TouchpointState,
    Why,
)
from tests.builders import an_account
from tests.plans import Book, day, fortnightly, some_rules

PLANNED, MERGED = TouchpointState.PLANNED, TouchpointState.MERGED
CREDITED, MISSED = TouchpointState.CREDITED, TouchpointState.MISSED
DONE, CANCELLED = TouchpointState.DONE, TouchpointState.CANCELLED
VISIT, CALL, MEETING = (
    TouchpointKind.VISIT,
    TouchpointKind.CALL,
    TouchpointKind.MEETING,
)


def rolling(**fields: Any) -> Book:
    return Book(rules=some_rules(replace(fortnightly(), **fields)))


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


def test_a_call_before_the_rhythm_began_does_not_pull_it_forward():
    book = rolling()
    book.add("10-08", CALL)
    book.add("10-12", VISIT)
    book.plan("10-13")
    assert book.days("call")[0] == "10-26"

    assert book.plan("10-14") == []


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
