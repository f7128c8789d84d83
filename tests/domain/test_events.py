"""Events: the backward plan, who may change it, when owners are reminded, who is invited."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from kam_flows.domain.care_plans import Plan, event_steps
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.errors import UserError
from kam_flows.domain.events import (
    Event,
    EventStep,
    Guest,
    Reminder,
    Reply,
    Setting,
    cancelled,
    check_event,
    check_organises,
    climbs,
    due_reminders,
    guest_named,
    is_elsewhere,
    kind_named,
    kinds_of_events,
    lateness,
    moved,
    named_owners,
    new_guests,
    replied,
    replies,
    settled,
    standing,
    step_named,
    steps_of,
    typed_line,
)
from kam_flows.domain.mails import Fate
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.policies.load import load_preset
from tests.builders import a_person, at

POLICY = load_preset("default")
SUMMIT = date(2026, 12, 10)
NOW = at("2026-09-28 09:00")
TODAY = NOW.date()


def rules() -> CareRules:
    return POLICY.care


def plan_for(on: date = SUMMIT, today: date = TODAY) -> Plan:
    kind = kind_named(rules(), "summit")
    return event_steps(kind, on, today, rules(), POLICY.calendar(""))


def a_summit(**changes: Any) -> Event:
    plain = Event(
        id=3,
        kind="summit",
        name="2026 客户峰会",
        on=SUMMIT,
        first_on=SUMMIT,
        starts=time(9, 30),
        minutes=420,
        zone="Asia/Shanghai",
        place="上海国际会议中心",
        organiser="mara",
        policy_id=1,
        planned_at=NOW,
        planned_by="mara",
        steps=steps_of(plan_for(), "mara", {"summit_venue": "dai"}),
    )
    return replace(plain, **changes)


def a_step(due_on: str, **changes: Any) -> EventStep:
    plain = EventStep(
        code="summit_venue",
        role=TeamRole.SUPPORT,
        owner="dai",
        due_on=date.fromisoformat(due_on),
    )
    return replace(plain, **changes)


def a_guest(contact: str = "C1", **changes: Any) -> Guest:
    plain = Guest(
        contact=contact,
        name="张伟",
        title="采购总监",
        account="ACME",
        account_name="华东精密科技",
        address=f"{contact.lower()}@example.com",
        language="zh_CN",
    )
    return replace(plain, **changes)


def by_code(steps: Iterable[EventStep]) -> dict[str, EventStep]:
    return {step.code: step for step in steps}


def test_kinds_with_steps_are_events_and_are_named_by_code_or_title():
    assert [kind.kind for kind in kinds_of_events(rules())] == ["summit"]
    for text in ("summit", "年度客户峰会", "yearly summit", "summit · 年度客户峰会"):
        assert kind_named(rules(), text).kind == "summit"
    with pytest.raises(UserError, match="no kind of event 'birthday'"):
        kind_named(rules(), "birthday")


def test_a_plan_two_months_ahead_has_every_step_on_a_working_day():
    steps = a_summit().steps

    assert [step.code for step in steps] == [
        "summit_theme",
        "summit_venue",
        "summit_speakers",
        "summit_invitations",
        "summit_replies",
        "summit_materials",
        "summit_rehearsal",
        "summit_day",
    ]
    assert all(POLICY.calendar("").is_working_day(step.due_on) for step in steps)
    assert steps[-1].due_on == SUMMIT


def test_the_organiser_owns_what_is_nobody_elses_by_name():
    owners = {step.code: step.owner for step in a_summit().steps}

    assert owners["summit_venue"] == "dai"
    assert set(owners.values()) == {"mara", "dai"}
    assert a_summit().owners == ("mara", "dai")


def test_owners_are_typed_one_a_line_in_either_colon():
    assert named_owners("Support: dai\n\n产品经理：孙莉\n") == [
        ("Support", "dai"),
        ("产品经理", "孙莉"),
    ]
    for line in ("dai", "Support:", ": dai"):
        with pytest.raises(UserError, match="names no owner"):
            named_owners(line)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Give the event a name"),
        ({"minutes": 0}, "lasts from 1 to"),
        ({"on": date(2026, 9, 28), "starts": time(9)}, "begun already"),
        ({"on": date(2029, 1, 1)}, "two years ahead"),
    ],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, Any], said: str):
    check_event(a_summit(), NOW)
    with pytest.raises(UserError, match=said):
        check_event(a_summit(**changed), NOW)


def test_a_name_is_one_line_of_sensible_length():
    assert typed_line(" 2026\n客户 峰会 ") == "2026 客户 峰会"
    with pytest.raises(UserError, match="has 121 letters"):
        typed_line("x" * 121)


def test_the_same_event_is_known_by_kind_name_and_either_of_its_days():
    moved_on = a_summit(on=date(2026, 12, 17), name="Summit")

    for on in (SUMMIT, date(2026, 12, 17)):
        assert standing([moved_on], "summit", "summit", on) is moved_on
    assert standing([moved_on], "summit", "other", SUMMIT) is None
    gone = replace(moved_on, cancelled_at=NOW)
    assert standing([gone], "summit", "Summit", SUMMIT) is None


def test_a_step_is_named_by_code_or_title_and_settled_once():
    event = a_summit()
    titles = {step.code: ("预订场地", "Book the venue") for step in event.steps[1:2]}
    venue = step_named(event, titles, "book the venue")
    done = settled(
        event, venue, ItemState.DONE, title="", by="dai", at=NOW, note="已付定金"
    )

    assert by_code(done.steps)["summit_venue"].note == "已付定金"
    assert len(done.open_steps) == len(event.open_steps) - 1
    with pytest.raises(UserError, match="settled already"):
        settled(
            done,
            by_code(done.steps)["summit_venue"],
            ItemState.WAIVED,
            title="",
            by="dai",
            at=NOW,
            note="",
        )


def test_only_organiser_owner_and_steering_people_may_change_an_event():
    event = a_summit()
    check_organises(a_person("mara"), event)
    check_organises(a_person("dai"), event, "dai")
    check_organises(a_person("ops", role=StaffRole.OPERATIONS), event)
    with pytest.raises(UserError, match="does not organise"):
        check_organises(a_person("dai"), event)


def test_moving_dates_open_steps_anew_and_leaves_settled_ones():
    event = a_summit()
    theme = event.steps[0]
    event = settled(event, theme, ItemState.DONE, title="", by="mara", at=NOW, note="")
    event = replace(event, steps=tuple(replace(one, reminded=1) for one in event.steps))
    later = date(2026, 12, 17)
    to = Setting(later, time(14), "外滩", "mara")
    after = moved(event, to, "场地", plan_for(later, date(2026, 11, 2)), NOW)

    steps = by_code(after.steps)
    assert (after.on, after.first_on, after.sequence) == (later, SUMMIT, 1)
    assert steps["summit_theme"] == by_code(event.steps)["summit_theme"]
    assert steps["summit_day"].due_on == later
    assert steps["summit_venue"].owner == "dai"
    assert {one.reminded for one in after.open_steps} == {None}
    with pytest.raises(UserError, match="already"):
        moved(after, to, "", plan_for(later), NOW)


def test_moved_so_near_that_the_rehearsal_no_longer_fits_it_falls_away():
    near = date(2026, 10, 12)
    plan = plan_for(near, date(2026, 10, 12))
    to = Setting(near, time(9, 30), "", "mara")
    after = moved(a_summit(), to, "", plan, at("2026-10-12 08:00"))

    assert plan.late
    assert "summit_rehearsal" not in by_code(after.steps)
    assert {step.due_on for step in after.open_steps} == {near}


def test_another_time_on_the_same_day_moves_no_step():
    event = a_summit()
    to = Setting(SUMMIT, time(14), event.place, "mara")
    after = moved(event, to, "", plan_for(), NOW)

    assert after.steps == event.steps
    assert is_elsewhere(event, after)


def test_another_organiser_does_what_the_first_was_to_do_and_guests_need_not_know():
    event = a_summit()
    to = Setting(SUMMIT, event.starts, event.place, "lin")
    after = moved(event, to, "", plan_for(), NOW)

    assert after.owners == ("lin", "dai")
    assert not is_elsewhere(event, after)


def test_a_cancelled_event_is_left_alone():
    gone = cancelled(a_summit(), "展会延期", NOW)

    assert (gone.cancelled_at, gone.sequence) == (NOW, 1)
    with pytest.raises(UserError, match="is cancelled"):
        cancelled(gone, "", NOW)
    with pytest.raises(UserError, match="is over"):
        cancelled(a_summit(), "", at("2026-12-11 09:00"))
    assert due_reminders([gone], SUMMIT, SUMMIT) == []


@pytest.mark.parametrize(
    ("due_on", "late"),
    [
        ("2026-11-13", None),
        ("2026-11-12", 0),
        ("2026-11-10", 0),
        ("2026-11-09", 1),
        ("2026-11-08", 1),
        ("2026-11-07", 2),
        ("2026-11-01", 2),
        ("2026-10-31", 3),
        ("2026-01-01", 13),
    ],
)
def test_a_step_is_brought_to_mind_ahead_once_late_and_weekly_from_then_on(
    due_on: str, late: int | None
):
    today, until = date(2026, 11, 10), date(2026, 11, 12)

    assert lateness(date.fromisoformat(due_on), until, today) == late


def test_each_lateness_is_told_once_and_climbs_after_two_days():
    today, until = date(2026, 11, 10), date(2026, 11, 12)
    soon, late, told = (
        a_step("2026-11-12", code="a"),
        a_step("2026-11-07", code="b", reminded=1),
        a_step("2026-11-09", code="c", reminded=1),
    )
    event = a_summit(steps=(soon, late, told))
    found = due_reminders([event], until, today)

    assert found == [Reminder(event, soon, 0), Reminder(event, late, 2)]
    assert climbs(found)
    assert not climbs(found[:1])


def test_nobody_is_invited_twice_and_whose_mail_was_dropped_may_be_again():
    held, dropped = (
        a_guest("C1", fate=Fate.HELD, mails=1),
        a_guest("C2", fate=Fate.CANCELLED, mails=1),
    )
    wanted = [a_guest("C1"), a_guest("C2"), a_guest("C3"), a_guest("C3")]
    fresh, again = new_guests(wanted, [held, dropped])

    assert [(one.contact, one.mails) for one in fresh] == [("C2", 1), ("C3", 0)]
    assert again == [held]


def test_a_guest_replies_once_invited_and_the_last_word_counts():
    waiting, sent = a_guest("C1", fate=Fate.HELD), a_guest("C2", fate=Fate.SENT)
    with pytest.raises(UserError, match="was not invited yet"):
        replied(waiting, Reply.YES, note="", by="mara", at=NOW)
    yes = replied(sent, Reply.YES, note="两位", by="mara", at=NOW)
    no = replied(yes, Reply.NO, note="", by="mara", at=NOW)

    assert replies([waiting, sent, yes, no]) == {None: 1, Reply.YES: 1, Reply.NO: 1}


def test_a_guest_is_named_by_code_name_or_address():
    guests = [a_guest("C1"), a_guest("C2", name="李娜")]

    for text in ("c1", "C1 · 张伟", "张伟", "c1@example.com"):
        assert guest_named(guests, text).contact == "C1"
    with pytest.raises(UserError, match="no guest '王'"):
        guest_named(guests, "王")
    with pytest.raises(UserError, match="more than one guest"):
        guest_named([*guests, a_guest("C3")], "张伟")
