"""What people do to touchpoints by hand: plan, move and cancel them, once each."""

import threading
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import func, select

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.touchpoints import TouchpointKind, TouchpointState, Why
from kam_flows.persistence.models import AuditRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.persistence.visit_models import TouchpointRow, VisitPlanRow
from tasks.touchpoints import VisitChanged, cancel_visit, plan_visit, reschedule_visit
from tests.builders import a_person, an_account, at, away
from tests.portfolio import store, use_policy
from tests.visits import planned, touchpoint

NOW = at("2026-10-12 10:00")  # Monday
HOSTILE = "<script>alert(1)</script> =cmd|' /C calc'!A0 | \u202egnp.exe 🎉"
DONE, CREDITED, PLANNED, MERGED = (
    TouchpointState.DONE,
    TouchpointState.CREDITED,
    TouchpointState.PLANNED,
    TouchpointState.MERGED,
)


@pytest.fixture
def house(database: str) -> None:
    """Mara leads ACME and is away on 10-20; Xi has no part in it."""
    use_policy("retention")
    people = [
        a_person("mara", absences=away("2026-10-20", "2026-10-20")),
        a_person("tom", role=StaffRole.TECHNICAL),
        a_person("xi"),
        a_person("sun", role=StaffRole.SUPERVISOR),
        a_person("gone", active=False),
    ]
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="tom", role=TeamRole.TECHNICAL),
    )
    store(
        people,
        [
            an_account(team=team),
            an_account("BETA", name="北辰"),
            an_account("OLD", name="旧友", active=False),
        ],
    )


pytestmark = pytest.mark.usefixtures("house")


def plan(on: str, **changed: Any) -> VisitChanged:
    given: dict[str, Any] = {
        "account": "ACME",
        "kind": TouchpointKind.VISIT,
        "by": "mara",
        "now": NOW,
    }
    return plan_visit.fn(on=date.fromisoformat(on), **given | changed)


def move(number: int, on: str, **changed: Any) -> VisitChanged:
    given: dict[str, Any] = {"reason": "客户出差", "by": "mara", "now": NOW}
    return reschedule_visit.fn(
        touchpoint=f"V-{number}", on=date.fromisoformat(on), **given | changed
    )


def cancel(number: int, **changed: Any) -> VisitChanged:
    given: dict[str, Any] = {"reason": "客户停产", "by": "mara", "now": NOW}
    return cancel_visit.fn(touchpoint=f"V-{number}", **given | changed)


def count(row: type) -> int:
    with unit_of_work(read_only=True) as uow:
        return uow.session.scalar(select(func.count()).select_from(row)) or 0


def audited(number: int) -> list[tuple[str, str, dict[str, Any]]]:
    with unit_of_work(read_only=True) as uow:
        rows = uow.audit.about(f"touchpoint V-{number}")
        return [(row.actor, row.action, row.detail) for row in rows]


def said(changed: VisitChanged) -> str:
    return "; ".join(changed.remarks)


def at_once(*works: Callable[[], object]) -> list[str]:
    """All in the same moment; what came of each."""
    ready, outcomes = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        ready.wait()
        try:
            work()
            outcomes.append("done")
        except UserError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_a_visit_ahead_is_planned_and_pinned_at_the_next_free_time():
    planned("2026-10-15", account="BETA")

    made = plan("2026-10-15", title="新品演示").touchpoint

    assert made == touchpoint(made.id)
    assert (made.state, made.pinned, made.owner) == (PLANNED, True, "mara")
    assert (made.starts, made.minutes) == (time(14), 90)
    assert [step.why for step in made.why] == [Why.BY_HAND]
    [(actor, action, detail)] = audited(made.id)
    assert (actor, action, detail["account"]) == ("mara", "visit planned", "ACME")


def test_a_visit_of_the_past_took_place_and_counts_for_the_slot_near_it():
    """Scenario V2: 10-09 is within seven days of the 15th."""
    october, november = planned("2026-10-15"), planned("2026-11-15")

    made = plan("2026-10-09")

    assert (made.touchpoint.state, made.touchpoint.concluded_on) == (
        DONE,
        date(2026, 10, 9),
    )
    assert made.credited is not None
    slot = touchpoint(october.id)
    assert (slot.state, slot.concluded_on) == (CREDITED, date(2026, 10, 9))
    assert slot.why[-1].why is Why.CREDITED
    assert slot.why[-1].what == made.touchpoint.number
    assert touchpoint(november.id).state is PLANNED


def test_a_visit_ahead_says_for_which_slot_it_will_count():
    october = planned("2026-10-15")

    made = plan("2026-10-13")

    assert made.credited is not None
    assert made.credited.id == october.id
    assert touchpoint(october.id) == october


def test_only_a_slot_of_the_same_kind_within_its_tolerance_is_credited():
    far = planned("2026-10-15")
    call = planned("2026-10-08", cadence="fortnightly_call", kind=TouchpointKind.CALL)

    assert plan("2026-10-07").credited is None
    assert {touchpoint(one.id).state for one in (far, call)} == {PLANNED}


def test_a_missed_slot_is_credited_when_it_comes_to_light_that_somebody_was_there():
    missed = planned("2026-10-08", state=TouchpointState.MISSED)

    plan("2026-10-09")

    assert touchpoint(missed.id).state is CREDITED


def test_what_was_merged_into_a_credited_slot_stands_by_itself_again():
    head = planned("2026-10-15")
    partner = planned(
        "2026-10-15",
        cadence="service_plan",
        kind=TouchpointKind.PLAN,
        state=MERGED,
        merged_into=head.id,
    )

    made = plan("2026-10-10")

    assert made.credited is not None
    assert touchpoint(head.id).state is CREDITED
    after = touchpoint(partner.id)
    assert (after.state, after.merged_into) == (PLANNED, None)


@pytest.mark.parametrize(
    ("starts", "state"), [("09:30", DONE), ("15:00", PLANNED), ("", PLANNED)]
)
def test_of_today_what_has_begun_took_place(starts: str, state: TouchpointState):
    assert plan("2026-10-12", starts=starts).touchpoint.state is state


def test_a_day_that_does_not_suit_is_said_and_taken_all_the_same():
    for hour in (9, 10, 11, 12):
        planned("2026-10-24", account="BETA", slot=f"s{hour}", starts=time(hour))
    off = plan("2026-10-24", starts="10:00")  # Saturday
    gone = plan("2026-10-20")

    assert "2026-10-24 is a day off" in said(off)
    assert "Mara has 4 touchpoints on 2026-10-24 already" in said(off)
    assert "Mara has another one at 10:00" in said(off)
    assert said(gone) == "Mara is away on 2026-10-20"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"on": "2028-12-01"}, "more than two years ahead"),
        ({"account": "ACNE"}, "did you mean ACME"),
        ({"account": "OLD"}, "is not served any more"),
        (
            {"by": "xi"},
            r"Xi \(xi\) is not on the team of [^;]*; let somebody of its team",
        ),
        ({"by": "gone"}, "type your own staff code"),
        ({"owner": "gone"}, "has left; choose somebody"),
        ({"owner": "nobody"}, "There is no person"),
        ({"starts": "noon"}, "'noon' is no time of day"),
        ({"starts": "25:00"}, "is no time of day"),
        ({"title": "长" * 20_000}, "20000 characters"),
    ],
)
def test_what_cannot_be_planned_is_one_sentence_and_writes_nothing(changed, sentence):
    before = count(AuditRow)

    with pytest.raises(UserError, match=sentence):
        plan(**{"on": "2026-10-15", "by": "sun"} | changed)

    assert (count(TouchpointRow), count(AuditRow)) == (0, before)


def test_a_supervisor_may_plan_and_a_deputy_who_goes_may_move():
    made = plan("2026-10-15", by="sun", owner="xi").touchpoint

    assert move(made.id, "2026-10-16", by="xi").touchpoint.owner == "xi"


def test_a_form_submitted_twice_plans_once():
    first = plan("2026-10-15").touchpoint

    with pytest.raises(
        UserError, match=rf"{first.number} stands on 2026-10-15 already"
    ):
        plan("2026-10-15")
    assert plan("2026-10-15", title="第二次").touchpoint.id != first.id


def test_two_tabs_at_once_plan_once():
    outcomes = at_once(lambda: plan("2026-10-15"), lambda: plan("2026-10-15"))

    assert outcomes[1] == "done"
    assert "stands on 2026-10-15 already" in outcomes[0]
    assert count(TouchpointRow) == 1


def test_two_different_ones_at_once_are_both_planned():
    works = [
        lambda kind=kind: plan("2026-10-15", kind=kind)
        for kind in (TouchpointKind.VISIT, TouchpointKind.CALL)
    ]

    assert at_once(*works) == ["done", "done"]
    with unit_of_work(read_only=True) as uow:
        slots = uow.session.scalars(select(TouchpointRow.slot)).all()
    assert sorted(slots) == ["u0001", "u0002"]


def test_a_touchpoint_moves_stays_there_and_tells_why():
    made = planned("2026-10-15")

    after = move(made.id, "2026-10-16", starts="9：30").touchpoint

    assert after == touchpoint(made.id)
    assert (after.on, after.starts) == (date(2026, 10, 16), time(9, 30))
    assert (after.pinned, after.moves, after.nominal) == (True, 1, made.nominal)
    assert after.why[-1].note == "客户出差"
    [(actor, action, detail)] = audited(made.id)
    assert (actor, action, detail["reason"]) == ("mara", "visit moved", "客户出差")
    assert detail["before"] == "2026-10-15 10:00"


def test_beyond_the_tolerance_is_said():
    made = planned("2026-10-15")

    assert "it is 8 days from the day of its rhythm" in said(
        move(made.id, "2026-10-23")
    )


def test_an_unrecorded_one_of_the_past_can_be_moved_ahead():
    made = planned("2026-10-08")

    assert move(made.id, "2026-10-14").touchpoint.on == date(2026, 10, 14)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"on": "2026-10-11"}, "2026-10-11 is past; choose 2026-10-12"),
        ({"on": "2026-10-15"}, "is on 2026-10-15 at 10:00 already"),
        ({"on": "2029-10-15"}, "more than two years ahead"),
        ({"reason": " \n"}, "Say why"),
        ({"reason": "长" * 20_000}, "20000 characters"),
        ({"by": "xi"}, "is not on the team"),
        ({"starts": "1"}, "is no time of day"),
    ],
)
def test_a_move_that_cannot_be_is_one_sentence_and_changes_nothing(changed, sentence):
    made = planned("2026-10-15")

    with pytest.raises(UserError, match=sentence):
        move(made.id, **{"on": "2026-10-16"} | changed)

    assert touchpoint(made.id) == made
    assert audited(made.id) == []


@pytest.mark.parametrize("typed", ["", "V-", "V-999", "V-99999999999", "Ｖ-１", "x"])
def test_a_touchpoint_nobody_planned_is_one_sentence(typed: str):
    with pytest.raises(UserError, match="touchpoint"):
        cancel_visit.fn(touchpoint=typed, reason="x", by="mara", now=NOW)


def test_a_merged_one_that_moves_comes_apart():
    head = planned("2026-10-15")
    partner = planned(
        "2026-10-15", cadence="service_plan", state=MERGED, merged_into=head.id
    )

    after = move(partner.id, "2026-10-16").touchpoint

    assert (after.state, after.merged_into) == (PLANNED, None)
    assert touchpoint(head.id) == head


def test_what_was_merged_into_one_that_is_cancelled_stands_by_itself_again():
    head = planned("2026-10-15")
    partner = planned(
        "2026-10-15", cadence="service_plan", state=MERGED, merged_into=head.id
    )

    done = cancel(head.id)

    assert [one.id for one in done.parted] == [partner.id]
    assert touchpoint(partner.id).state is PLANNED
    after = touchpoint(head.id)
    assert (after.state, after.concluded_on) == (
        TouchpointState.CANCELLED,
        date(2026, 10, 12),
    )
    assert after.why[-1].note == "客户停产"


def test_what_is_closed_is_neither_moved_nor_cancelled_again():
    made = planned("2026-10-15")
    cancel(made.id)

    with pytest.raises(UserError, match=r"is closed \(cancelled, 2026-10-12\)"):
        cancel(made.id)
    with pytest.raises(UserError, match=r"is closed \(cancelled, 2026-10-12\)"):
        move(made.id, "2026-10-16")
    assert len(audited(made.id)) == 1


def test_moved_and_cancelled_at_once_happen_one_after_the_other():
    made = planned("2026-10-15")

    outcomes = at_once(lambda: cancel(made.id), lambda: move(made.id, "2026-10-16"))

    after = touchpoint(made.id)
    assert after.state is TouchpointState.CANCELLED
    assert outcomes in (
        ["done", "done"],
        ["V-1 is closed (cancelled, 2026-10-12); nothing was changed.", "done"],
    )
    assert after.moves == outcomes.count("done") - 1


def test_a_dry_run_keeps_nothing():
    slot = planned("2026-10-15")

    assert plan("2026-10-10", dry_run=True).credited is not None
    move(slot.id, "2026-10-16", dry_run=True)
    cancel(slot.id, dry_run=True)

    assert touchpoint(slot.id) == slot
    assert (count(TouchpointRow), audited(slot.id)) == (1, [])


def test_whatever_people_type_is_kept_as_typed():
    made = plan("2026-10-15", title=HOSTILE).touchpoint
    after = move(made.id, "2026-10-16", reason=HOSTILE).touchpoint

    assert after.title == HOSTILE
    assert after.why[-1].note == HOSTILE


@pytest.mark.parametrize("change", ["plan", "move", "cancel"])
def test_after_every_change_planning_looks_at_the_account_again(change: str):
    made = planned("2026-10-15")
    with unit_of_work() as uow:
        uow.session.add(
            VisitPlanRow(
                account_id=uow.accounts.ids()["ACME"],
                made_from="digest",
                planned_until=date(2027, 1, 10),
                served=["monthly_visit"],
                next_slot_on=None,
            )
        )
    changes: dict[str, Callable[[], object]] = {
        "plan": lambda: plan("2026-10-20"),
        "move": lambda: move(made.id, "2026-10-16"),
        "cancel": lambda: cancel(made.id),
    }

    changes[change]()

    with unit_of_work(read_only=True) as uow:
        assert uow.session.scalars(select(VisitPlanRow.made_from)).all() == [""]
