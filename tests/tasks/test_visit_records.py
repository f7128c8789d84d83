"""What came of a touchpoint is recorded once, corrected, or taken back whole."""

from datetime import date
from typing import Any

import pytest

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.touchpoints import (
    Outcome,
    Reason,
    SignalKind,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_records import Given, Recording, Satisfaction
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.account_files import keep_promise
from tasks.onboarding import start_onboarding
from tasks.touchpoints import plan_visit
from tasks.visit_records import VisitRecorded, record_visit
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy
from tests.tasks.test_touchpoints import HOSTILE, at_once
from tests.visits import planned, touchpoint

NOW = at("2026-10-16 17:00")  # Friday
DONE, MERGED, PLANNED, MISSED = (
    TouchpointState.DONE,
    TouchpointState.MERGED,
    TouchpointState.PLANNED,
    TouchpointState.MISSED,
)
FULL = Given(
    present="王总、李工",
    learned="明年扩产",
    promises="借用设备；tom；2026-12-01\n送样品；2026-11-01",
    satisfaction=Satisfaction.HAPPY,
    next_step="两周后回访",
    signals=(SignalKind.COMPETITOR,),
    signal_note="某某公司来过",
    needs={Dimension.RED_LINES: "交期零容忍", Dimension.GOALS: " "},
)


@pytest.fixture
def house(database: str) -> None:
    use_policy("retention")
    people = [
        a_person("mara"),
        a_person("tom", role=StaffRole.TECHNICAL),
        a_person("xi"),
        a_person("gone", active=False),
    ]
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="tom", role=TeamRole.TECHNICAL),
    )
    store(people, [an_account(team=team)])


pytestmark = pytest.mark.usefixtures("house")


def record(
    number: int = 1, given: Given | None = None, by: str = "mara", **changed: Any
) -> VisitRecorded:
    return record_visit.fn(
        touchpoint=f"V-{number}",
        given=given or Given(),
        by=by,
        **{"now": NOW} | changed,
    )


def correct(given: Given, **changed: Any) -> VisitRecorded:
    return record(given=given, mode=Recording.CORRECT, **changed)


def take_back(**changed: Any) -> VisitRecorded:
    return record(mode=Recording.TAKE_BACK, **changed)


def outcome(number: int = 1) -> Outcome | None:
    with unit_of_work(read_only=True) as uow:
        return uow.touchpoints.outcomes([number]).get(number)


def entries(kind: EntryKind) -> list[FileEntry]:
    with unit_of_work(read_only=True) as uow:
        found = uow.files.entries(uow.accounts.ids()["ACME"])
    return sorted((e for e in found if e.kind is kind), key=lambda e: e.id)


def everything() -> tuple[object, ...]:
    """All that a record writes, but for the audit trail."""
    with unit_of_work(read_only=True) as uow:
        id_ = uow.accounts.ids()["ACME"]
        return (
            uow.touchpoints.of([id_], date(2026, 1, 1), date(2027, 12, 31)),
            uow.touchpoints.outcomes(range(9)),
            uow.touchpoints.signals([id_]),
            uow.files.entries(id_),
            uow.surveys.history(id_),
        )


def audited(number: int = 1) -> list[tuple[str, dict[str, Any]]]:
    with unit_of_work(read_only=True) as uow:
        return [(r.action, r.detail) for r in uow.audit.about(f"touchpoint V-{number}")]


def test_a_word_is_enough_and_the_planned_day_is_taken():
    planned("2026-10-15")

    recorded = record()

    assert recorded.touchpoint == touchpoint(1)
    after = touchpoint(1)
    assert (after.state, after.concluded_on) == (DONE, date(2026, 10, 15))
    kept = outcome()
    assert kept is not None
    assert (kept.recorded_by, kept.recorded_at) == ("mara", NOW)
    [said] = entries(EntryKind.COMMUNICATION)
    assert (said.text, said.at) == ("V-1 月度拜访（或视频）", at("2026-10-15 10:00"))


def test_everything_that_was_said_goes_where_it_belongs():
    planned("2026-10-15")

    recorded = record(given=FULL)

    assert recorded.needs == (Dimension.RED_LINES,)
    borrowed, sample = entries(EntryKind.PROMISE)
    assert recorded.promises == (borrowed, sample)
    assert (borrowed.owner, borrowed.due_on) == ("tom", date(2026, 12, 1))
    assert (sample.owner, sample.due_on) == ("mara", date(2026, 11, 1))
    [said] = entries(EntryKind.COMMUNICATION)
    assert said.text.splitlines() == [
        "V-1 月度拜访（或视频）",
        "在场：王总、李工",
        "了解到：明年扩产",
        "满意度：4 满意",
        "下一步：两周后回访",
    ]
    with unit_of_work(read_only=True) as uow:
        id_ = uow.accounts.ids()["ACME"]
        [signal] = uow.touchpoints.signals([id_])
        [answer] = uow.surveys.history(id_)
    assert (signal.kind, signal.text, signal.touchpoint) == (
        SignalKind.COMPETITOR,
        "某某公司来过",
        1,
    )
    assert (answer.text, answer.source) == ("交期零容忍", "V-1")
    kept = outcome()
    assert kept is not None
    assert (kept.satisfaction, kept.next_step) == (4, "两周后回访")
    assert kept.entries == (said.id, borrowed.id, sample.id)


def test_what_was_merged_into_it_is_settled_with_it():
    head = planned("2026-10-15")
    partner = planned(
        "2026-10-15", cadence="service_plan", state=MERGED, merged_into=head.id
    )

    recorded = record(partner.id)

    assert recorded.touchpoint.id == head.id
    assert [one.id for one in recorded.served] == [partner.id]
    after = touchpoint(partner.id)
    assert (after.state, after.concluded_on) == (MERGED, date(2026, 10, 15))


def test_a_missed_one_that_took_place_after_all_settles_what_it_let_down():
    head = planned("2026-10-12", state=MISSED, concluded_on=date(2026, 10, 15))
    let_down = Reason(why=Why.MERGED, what=head.number)
    partner = planned("2026-10-12", cadence="plan", state=MISSED, why=(let_down,))

    recorded = record(head.id)

    assert recorded.touchpoint.concluded_on == date(2026, 10, 12)
    after = touchpoint(partner.id)
    assert (after.state, after.merged_into, after.why) == (MERGED, head.id, ())


def test_an_unplanned_one_counts_for_its_slot_once_it_is_recorded():
    slot = planned("2026-10-15")
    made = plan_visit.fn(
        account="ACME",
        kind=TouchpointKind.VISIT,
        on=date(2026, 10, 13),
        by="mara",
        now=at("2026-10-12 10:00"),
    ).touchpoint

    recorded = record(made.id)

    assert recorded.credited is not None
    assert touchpoint(slot.id).state is TouchpointState.CREDITED
    with pytest.raises(UserError, match=f"is settled by {made.number}; record that"):
        record(slot.id)


def test_one_that_counted_when_it_was_planned_does_not_count_twice():
    planned("2026-10-15")
    other = planned("2026-10-18", slot="2026-10-b")
    made = plan_visit.fn(
        account="ACME",
        kind=TouchpointKind.VISIT,
        on=date(2026, 10, 14),
        by="mara",
        now=NOW,
    ).touchpoint

    assert record(made.id).credited is None
    assert touchpoint(other.id).state is PLANNED


def test_recorded_again_it_is_said_who_recorded_it_when():
    planned("2026-10-15")
    record(by="tom")
    before = everything()

    said = r"V-1 was recorded by Tom at 2026-10-16 17:00; nothing was changed"
    with pytest.raises(UserError, match=said):
        record(given=FULL, now=at("2026-10-17 09:00"))

    assert everything() == before


def test_recorded_twice_at_once_it_is_recorded_once():
    planned("2026-10-15")

    outcomes = at_once(lambda: record(given=FULL), lambda: record(given=FULL, by="tom"))

    assert outcomes[1] == "done"
    assert "V-1 was recorded by" in outcomes[0]
    assert len(entries(EntryKind.PROMISE)) == 2
    assert len(entries(EntryKind.COMMUNICATION)) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Given(on=date(2026, 10, 17)), "cannot have taken place on 2026-10-17"),
        (Given(on=date(2025, 10, 15)), "2025-10-15 is too far from 2026-10-15"),
        (Given(promises="x"), "Promise 1, 'x', is not clear"),
        (Given(promises="x; nobody; 2026-12-01"), "There is no person 'nobody'"),
        (Given(promises="x; gone; 2026-12-01"), "Gone has left"),
        (Given(promises="x; 2026-10-14"), "before it was made on 2026-10-15"),
        (Given(learned="长" * 50_001), "50001 characters"),
        (Given(signal_note="x"), "Say what kind of signal"),
        (Given(needs={Dimension.GOALS: "长" * 50_001}), "50001 characters"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_writes_nothing(given: Given, said: str):
    planned("2026-10-15")
    before = everything()

    with pytest.raises(UserError, match=said):
        record(given=given)

    assert everything() == before
    assert audited() == []


def test_one_that_lies_ahead_needs_its_day():
    planned("2026-11-15")

    with pytest.raises(UserError, match="say in `on` when it did"):
        record()
    on = date(2026, 10, 16)
    assert record(given=Given(on=on)).touchpoint.concluded_on == on


def test_strangers_do_not_record_and_cancelled_ones_are_not_recorded():
    planned("2026-10-15", state=TouchpointState.CANCELLED)

    with pytest.raises(UserError, match=r"Xi \(xi\) is not on the team"):
        record(by="xi")
    with pytest.raises(UserError, match=r"is closed \(cancelled, 2026-10-15\)"):
        record()


def test_a_dry_run_keeps_nothing():
    planned("2026-10-15")
    before = everything()

    assert len(record(given=FULL, dry_run=True).promises) == 2

    assert everything() == before
    assert audited() == []


@pytest.mark.parametrize("text", [HOSTILE, "长" * 20_000], ids=["hostile", "long"])
def test_whatever_people_type_is_kept_as_typed(text: str):
    planned("2026-10-15")

    record(given=Given(present=text, learned=text, next_step=text))

    kept = outcome()
    assert kept is not None
    assert {kept.present, kept.learned, kept.next_step} == {text}


def test_a_correction_replaces_what_is_filled_in_and_leaves_the_rest():
    planned("2026-10-15")
    record(given=FULL)
    [_, sample] = entries(EntryKind.PROMISE)

    later = at("2026-10-16 18:00")
    given = Given(
        learned="后年扩产",
        promises="送样品；mara；2026-11-01\n报价；2026-11-02",
        signals=(SignalKind.COMPLAINT,),
    )
    correct(given, by="tom", now=later)

    kept = outcome()
    assert kept is not None
    assert (kept.learned, kept.present) == ("后年扩产", "王总、李工")
    assert (kept.recorded_by, kept.recorded_at) == ("mara", NOW)
    assert entries(EntryKind.PROMISE)[0] == sample
    assert [e.text for e in entries(EntryKind.PROMISE)] == ["送样品", "报价"]
    [said] = entries(EntryKind.COMMUNICATION)
    assert "了解到：后年扩产" in said.text
    assert "在场：王总、李工" in said.text
    with unit_of_work(read_only=True) as uow:
        [signal] = uow.touchpoints.signals([uow.accounts.ids()["ACME"]])
    assert signal.kind is SignalKind.COMPLAINT
    [_, (action, detail)] = audited()
    assert action == "visit record corrected"
    assert detail["before"]["outcome"]["learned"] == "明年扩产"


def test_a_promise_that_is_kept_already_survives_a_correction():
    planned("2026-10-15")
    record(given=FULL)
    [borrowed, _] = entries(EntryKind.PROMISE)
    keep_promise.fn(promise=f"P-{borrowed.id}", by="tom", now=NOW)

    correct(Given(promises="报价；2026-11-02"))

    assert [e.text for e in entries(EntryKind.PROMISE)] == ["借用设备", "报价"]


def test_a_corrected_day_counts_for_the_slot_it_is_near_to():
    october, september = planned("2026-10-15"), planned("2026-09-15")
    made = plan_visit.fn(
        account="ACME",
        kind=TouchpointKind.VISIT,
        on=date(2026, 10, 13),
        by="mara",
        now=NOW,
    ).touchpoint
    record(made.id)

    correct(Given(on=date(2026, 9, 16)), number=made.id)

    assert touchpoint(october.id).state is PLANNED
    assert touchpoint(september.id).state is TouchpointState.CREDITED


def test_there_must_be_something_to_correct():
    planned("2026-10-15")

    with pytest.raises(UserError, match="V-1 is not recorded yet"):
        correct(FULL)
    record()
    with pytest.raises(UserError, match="Fill in what was recorded wrongly"):
        correct(Given(learned=" "))


def test_what_was_recorded_of_the_wrong_touchpoint_is_taken_back_whole():
    planned("2026-10-15")
    partner = planned("2026-10-15", cadence="plan", state=MERGED, merged_into=1)
    before = everything()
    record(given=FULL)

    taken = take_back()

    assert taken.touchpoint.state is PLANNED
    assert everything() == before
    assert touchpoint(partner.id).concluded_on is None
    action, detail = audited()[-1]
    assert action == "visit record taken back"
    assert detail["before"]["outcome"]["learned"] == "明年扩产"
    assert detail["before"]["needs"] == {"red_lines": "交期零容忍"}
    with pytest.raises(UserError, match="there is nothing to take back"):
        take_back()
    assert record().touchpoint.state is DONE


def test_taken_back_it_counts_for_no_slot_any_more_and_kept_promises_stay():
    slot = planned("2026-10-15")
    made = plan_visit.fn(
        account="ACME",
        kind=TouchpointKind.VISIT,
        on=date(2026, 10, 13),
        by="mara",
        now=NOW,
    ).touchpoint
    record(made.id, FULL)
    [borrowed, _] = entries(EntryKind.PROMISE)
    keep_promise.fn(promise=f"P-{borrowed.id}", by="tom", now=NOW)

    taken = take_back(number=made.id)

    assert touchpoint(slot.id) == slot
    assert [one.text for one in taken.kept] == ["借用设备"]
    assert [one.text for one in entries(EntryKind.PROMISE)] == ["借用设备"]


def test_what_is_recorded_ticks_off_the_checklist_of_a_new_account():
    start_onboarding.fn(account="ACME", by="mara", now=at("2026-10-14 10:00"))
    planned("2026-10-15")

    record(given=Given(needs=dict.fromkeys(Dimension, "问过")))

    with unit_of_work(read_only=True) as uow:
        [running] = uow.onboardings.running([uow.accounts.ids()["ACME"]])
    [survey] = [item for item in running.items if item.code == "survey"]
    assert survey.settled_at == NOW
