"""Cares: scenarios A2 to A4, backward plans, what is too late, and who gets nothing."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.care_days import (
    delivery_day,
    first_after,
    next_preparation,
    preparation_day,
    upcoming,
)
from kam_flows.domain.care_plans import (
    CareState,
    NewCare,
    Plan,
    Skip,
    check_move,
    due_cares,
    event_steps,
)
from kam_flows.domain.care_rules import Action, CareRules
from kam_flows.domain.errors import UserError
from kam_flows.domain.occasions import Occasion, Once, Yearly, occurrences
from kam_flows.domain.visit_rules import Peak
from kam_flows.policies.load import load_preset
from tests.domain.test_occasions import an_occasion

POLICY = load_preset("default")
OFFICE = POLICY.calendar("office")
ANNIVERSARY = "cooperation_anniversary"
DAY = timedelta(days=1)


def signed(month: int, day: int, **fields: Any) -> Occasion:
    rule = Yearly(month=month, day=day, since=date(2020, month, day))
    return an_occasion(rule, kind=ANNIVERSARY, **fields)


def due(
    occasion: Occasion,
    today: date,
    known: Collection[tuple[int, int]] = (),
    tier: Tier | None = Tier.CORE,
    rules: CareRules = POLICY.care,
    ahead: int = 120,
) -> list[NewCare]:
    last = today + ahead * DAY
    met = occurrences(occasion, today - 60 * DAY, last, rules.lunar)
    return due_cares(met, known, tier=tier, today=today, rules=rules, calendar=OFFICE)


def begins(on: date, kind: str = ANNIVERSARY) -> date:
    rules = POLICY.care.of(kind)
    assert rules
    return preparation_day(on, rules, POLICY.care, OFFICE)


def delivered(on: date, kind: str = ANNIVERSARY) -> date:
    rules = POLICY.care.of(kind)
    assert rules
    return delivery_day(on, rules, OFFICE)


def dated(plan: Plan) -> dict[str, str]:
    return {step.code: f"{step.due_on:%m-%d}" for step in plan.steps}


def test_a2_a_preparation_day_in_spring_festival_is_the_working_day_before():
    assert begins(date(2026, 2, 28)) == date(2026, 2, 14)  # a Saturday made up for
    assert delivered(date(2026, 2, 28)) == date(2026, 2, 28)  # another


def test_a3_the_day_stays_and_letter_and_preparation_come_before():
    assert begins(date(2026, 10, 1)) == date(2026, 9, 24)
    assert delivered(date(2026, 10, 1)) == date(2026, 9, 30)

    [care] = due(signed(10, 1), date(2026, 9, 24))

    assert care.occurrence.on == date(2026, 10, 1)
    assert care.plan.deliver_on == date(2026, 9, 30)
    assert not care.plan.late


def test_a4_what_four_days_of_outage_delayed_is_begun_once_and_late():
    occasion = signed(10, 1)
    days = [date(2026, 9, 20) + n * DAY for n in range(20)]
    ran = [day for day in days if not date(2026, 9, 24) <= day <= date(2026, 9, 27)]
    known: set[tuple[int, int]] = set()
    made = []
    for today in (*ran[:6], *ran):  # some of them twice
        for care in due(occasion, today, known):
            known.add(care.key)
            made.append((today, care))

    [(today, care)] = made
    assert today == date(2026, 9, 28)
    assert care.state is CareState.PREPARED
    assert care.plan.late
    assert care.plan.left_out == ("gift_order", "gift_handover")
    assert care.actions == (Action.LETTER, Action.CALL)
    assert dated(care.plan) == {
        "letter_draft": "09-28",
        "letter_approval": "09-28",
        "call": "09-30",
    }


def test_steps_are_dated_backward_from_the_delivery():
    [care] = due(signed(10, 20), date(2026, 10, 13))

    assert dated(care.plan) == {
        "letter_draft": "10-15",
        "gift_order": "10-15",
        "letter_approval": "10-16",  # two days before is a Sunday
        "gift_handover": "10-20",
        "call": "10-20",
    }
    assert care.plan.left_out == ()


@pytest.mark.parametrize(
    ("day", "leaves", "preparation"),
    [
        ("2026-10-08", "2026-10-08", "2026-09-30"),  # seven days before is a holiday
        ("2026-10-05", "2026-09-30", "2026-09-28"),  # seven days before, no earlier
        ("2026-10-06", "2026-09-30", "2026-09-29"),
        ("2026-02-24", "2026-02-24", "2026-02-14"),  # Spring Festival, as in A2
        ("2026-02-20", "2026-02-14", "2026-02-13"),  # both Saturdays made up for
        ("2026-05-09", "2026-05-09", "2026-04-30"),
        ("2026-09-27", "2026-09-24", "2026-09-20"),  # a Sunday made up for
        ("2026-01-04", "2026-01-04", "2025-12-26"),
    ],
)
def test_a_week_ahead_is_a_week_before_the_day_or_the_working_day_before_that(
    day, leaves, preparation
):
    on = date.fromisoformat(day)

    assert delivered(on) == date.fromisoformat(leaves)
    assert begins(on) == date.fromisoformat(preparation)


def test_a_holiday_leaves_a_working_day_to_prepare_in():
    assert delivered(date(2026, 10, 7)) == date(2026, 9, 30)
    assert begins(date(2026, 10, 7)) == date(2026, 9, 29)  # not on the same day
    assert begins(date(2026, 2, 18)) == date(2026, 2, 11)
    assert begins(date(2026, 2, 23)) == date(2026, 2, 13)


def test_what_is_found_within_the_grace_is_honoured_on_the_next_working_day():
    [care] = due(signed(10, 16), date(2026, 10, 17))

    assert care.state is CareState.PREPARED
    assert care.plan.deliver_on == date(2026, 10, 19)
    assert dated(care.plan) == {
        "letter_draft": "10-19",
        "letter_approval": "10-19",
        "call": "10-19",
    }


def test_on_a_holiday_after_its_delivery_the_letter_goes_on_the_day_itself():
    [care] = due(signed(10, 3), date(2026, 10, 1))

    assert care.plan.deliver_on == date(2026, 10, 3)


def test_what_is_found_after_the_grace_is_skipped_with_its_reason():
    [care] = due(signed(10, 16), date(2026, 10, 20))

    assert (care.state, care.skip) == (CareState.SKIPPED, Skip.TOO_LATE)


def test_what_is_added_after_its_day_is_skipped_with_its_reason():
    occasion = signed(10, 16, added_on=date(2026, 10, 17))

    [care] = due(occasion, date(2026, 10, 17))

    assert (care.state, care.skip) == (CareState.SKIPPED, Skip.ADDED_LATE)


def test_what_is_on_record_is_not_begun_again_whatever_became_of_it():
    assert due(signed(10, 16), date(2026, 10, 12), {(1, 2026)}) == []
    assert len(due(signed(10, 16), date(2026, 10, 12), {(1, 2025), (2, 2026)})) == 1


def test_nothing_is_due_before_its_preparation_day():
    assert due(signed(10, 16), date(2026, 10, 8)) == []
    assert len(due(signed(10, 16), date(2026, 10, 9))) == 1


def test_a_tier_without_care_and_a_kind_without_a_place_get_none():
    birthday = an_occasion(Yearly(month=10, day=16), kind="birthday")
    unknown = an_occasion(Yearly(month=10, day=16), kind="moving_house")

    assert due(birthday, date(2026, 10, 12), tier=Tier.BASIC) == []
    assert len(due(birthday, date(2026, 10, 12), tier=Tier.CORE)) == 1
    assert due(unknown, date(2026, 10, 12)) == []
    assert next_preparation(unknown, date(2026, 1, 1), POLICY.care, OFFICE) is None


def test_a_summit_is_planned_two_months_ahead_by_the_same_steps():
    summit = POLICY.care.of("summit")
    assert summit

    plan = event_steps(
        summit, date(2026, 12, 10), date(2026, 10, 10), POLICY.care, OFFICE
    )

    assert plan.prepare_on == date(2026, 10, 10)  # a Saturday made up for
    assert not plan.late
    assert dated(plan)["summit_invitations"] == "11-05"
    assert dated(plan)["summit_day"] == "12-10"

    late = event_steps(
        summit, date(2026, 12, 10), date(2026, 12, 9), POLICY.care, OFFICE
    )
    assert late.left_out == ("summit_rehearsal",)
    assert dated(late)["summit_invitations"] == "12-09"


def test_the_next_preparation_is_that_of_the_first_day_not_seen_to():
    occasion = signed(10, 1)

    def after(day: date) -> date | None:
        return next_preparation(occasion, day, POLICY.care, OFFICE)

    assert after(date(2026, 9, 30)) == date(2026, 9, 24)  # gone by unseen
    assert after(date(2026, 10, 1)) == date(2027, 9, 24)
    assert after(date(1990, 1, 1)) == begins(date(2021, 10, 1))


def test_what_happens_once_has_no_next_preparation_when_it_is_over():
    launch = an_occasion(Once(on=date(2030, 3, 5)), kind="product_launch")

    assert next_preparation(launch, date(2026, 1, 1), POLICY.care, OFFICE) == begins(
        date(2030, 3, 5)
    )
    assert next_preparation(launch, date(2030, 3, 5), POLICY.care, OFFICE) is None


def test_a_blackout_of_half_a_year_moves_the_preparation_before_it():
    kind = replace(
        POLICY.care.occasions[0], blackout=(Peak(first=(4, 1), last=(9, 30)),)
    )
    rules = replace(POLICY.care, occasions=(kind,))
    occasion = signed(9, 30)

    begins_on = next_preparation(occasion, date(2026, 1, 1), rules, OFFICE)

    assert begins_on == date(2026, 3, 30)
    assert len(upcoming(occasion, date(2026, 1, 1), begins_on, rules, OFFICE)) == 1
    [care] = due(occasion, date(2026, 3, 30), rules=rules, ahead=200)
    assert care.plan.deliver_on == date(2026, 3, 31)


def test_a_new_occasion_looks_back_a_week():
    occasion = signed(10, 16, added_on=date(2026, 10, 20))
    after = first_after(occasion, date(2026, 10, 25))

    found = upcoming(occasion, after, date(2026, 10, 25), POLICY.care, OFFICE)

    assert [one.on for one in found] == [date(2026, 10, 16)]
    assert (
        upcoming(
            signed(10, 12, added_on=date(2026, 10, 20)),
            after,
            date(2026, 10, 25),
            POLICY.care,
            OFFICE,
        )
        == []
    )


def test_a_care_that_has_ended_stays_as_it_is():
    with pytest.raises(UserError, match="is sent and cannot become held any more"):
        check_move(CareState.SENT, CareState.HELD)
    with pytest.raises(UserError, match="is dropped and cannot become sent"):
        check_move(CareState.DROPPED, CareState.SENT)
    check_move(CareState.HELD, CareState.APPROVED)
