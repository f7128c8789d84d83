"""Events on a real database: planned once, told once, moved and cancelled for everybody."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.domain.event_mails import EventPlan
from kam_flows.domain.events import Event, EventAct, EventChange
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.event_pages import event_markdown
from tasks.event_pages import event_page
from tasks.events import EventDone, cancel_event, complete_step, move_event, plan_event
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

NOW = at("2026-09-28 09:00")
SUMMIT = date(2026, 12, 10)


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("default")
    people = [
        a_person("mara", name="张敏", supervisor="sun"),
        a_person("dai", name="戴维", supervisor="sun", deputy="lin"),
        a_person("lin", name="林夕", language="en"),
        a_person("sun", name="孙莉", role=StaffRole.SUPERVISOR),
        a_person("gone", active=False),
    ]
    store(people, [an_account()])
    with unit_of_work() as uow:
        uow.forms.remember(
            {name: f"id-{name}" for name in ("complete-an-event-step", "show-an-event")}
        )


def plan(**changes: Any) -> EventDone:
    good: dict[str, Any] = {
        "kind": "summit",
        "name": "2026 客户峰会",
        "on": SUMMIT,
        "organiser": "",
        "by": "mara",
        "now": NOW,
        "starts": "9:30",
        "minutes": 420,
        "place": "上海国际会议中心",
        "owners": "Book the venue: dai",
    }
    return plan_event.fn(**good | changes)


def stored(event: Event) -> Event:
    with unit_of_work(read_only=True) as uow:
        found = uow.events.get(event.id)
    assert found is not None
    return found


def planned(done: EventDone) -> dict[str, EventPlan]:
    return {
        mail.mail.recipient: mail.mail
        for mail in done.told.mails
        if isinstance(mail.mail, EventPlan)
    }


def test_an_event_is_planned_backward_and_each_owner_gets_one_mail_with_theirs():
    done = plan()
    mails = planned(done)

    assert stored(done.event) == done.event
    assert [step.owner for step in done.event.steps].count("mara") == 7
    assert set(mails) == {"mara", "dai"}
    [venue] = mails["dai"].mine
    assert (venue.title, venue.due_on) == ("预订场地", date(2026, 10, 22))
    assert venue.complete is not None
    assert "id-complete-an-event-step" in venue.complete
    assert mails["dai"].links.move is None
    assert len(mails["mara"].mine) == 7
    assert not done.late


def test_the_same_event_again_says_so_and_changes_nothing():
    first = plan()
    again = plan(by="sun", name="2026 客户峰会 ")

    assert again.is_known
    assert again.event == first.event
    assert again.told.mails == ()
    assert not plan(name="2026 代理商大会").is_known


def test_two_who_plan_it_at_once_plan_it_once():
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda by: plan(by=by), ["mara", "sun"]))

    assert sorted(done.is_known for done in both) == [False, True]
    assert len({done.event.id for done in both}) == 1


def test_a_dry_run_keeps_nothing():
    assert len(plan(dry_run=True).told.mails) == 2
    assert not plan().is_known


def test_a_late_start_makes_a_shorter_plan_and_says_so():
    done = plan(now=at("2026-12-10 08:00"))

    assert done.late
    assert done.left_out == ("彩排",)
    assert {step.due_on for step in done.event.steps} == {SUMMIT}
    assert planned(done)["mara"].left_out == ("彩排",)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "birthday"}, "no kind of event 'birthday'"),
        ({"owners": "Catering: dai"}, "No step of this event is called 'Catering'"),
        ({"owners": "support: gone"}, "Gone has left"),
        ({"organiser": "gone"}, "Gone has left"),
        ({"on": date(2026, 9, 1)}, "begun already"),
        ({"by": "nobody"}, "no person 'nobody'"),
    ],
)
def test_what_cannot_be_planned_is_one_sentence(changed: dict[str, Any], said: str):
    with pytest.raises(UserError, match=said):
        plan(**changed)
    with unit_of_work(read_only=True) as uow:
        assert uow.events.choices() == []


def test_a_role_is_somebodys_by_name_and_a_step_goes_first():
    done = plan(owners="Support: lin\n预订场地：dai")
    owners = {step.code: step.owner for step in done.event.steps}

    assert owners["summit_venue"] == "dai"
    assert owners["summit_materials"] == "lin"


def test_the_owner_their_deputy_and_the_organiser_settle_a_step_and_nobody_else():
    event = plan().event.number
    with pytest.raises(UserError, match="does not organise"):
        complete_step.fn(event=event, step="summit_theme", by="lin", now=NOW)
    done = complete_step.fn(
        event=event, step="预订场地", by="lin", now=NOW, text="定金已付"
    )
    venue = next(s for s in done.event.steps if s.code == "summit_venue")

    assert (venue.state, venue.settled_by) == (ItemState.DONE, "lin")
    assert stored(done.event) == done.event
    with pytest.raises(UserError, match=r"'预订场地' is settled already"):
        complete_step.fn(event=event, step="summit_venue", by="dai", now=NOW)


def test_letting_a_step_off_takes_somebody_above_and_a_reason():
    event = plan().event.number
    step: dict[str, Any] = {"event": event, "step": "summit_speakers", "now": NOW}
    with pytest.raises(UserError, match="is your own"):
        complete_step.fn(**step, by="mara", waive=True, text="不需要")
    with pytest.raises(UserError, match="Say in the note why"):
        complete_step.fn(**step, by="sun", waive=True)
    done = complete_step.fn(**step, by="sun", waive=True, text="今年没有嘉宾")

    assert len(done.event.open_steps) == 7


def test_moving_dates_steps_anew_and_tells_everybody_who_has_a_part():
    event = plan().event
    done = move_event.fn(
        event=event.number,
        on=date(2026, 12, 17),
        reason="场地",
        by="mara",
        now=at("2026-10-12 09:00"),
    )
    mails = planned(done)

    assert (done.event.starts, done.event.sequence) == (time(9, 30), 1)
    assert stored(done.event) == done.event
    assert {mail.change for mail in mails.values()} == {EventChange.MOVED}
    assert mails["dai"].mine[0].due_on == date(2026, 10, 29)
    with pytest.raises(UserError, match="does not organise"):
        move_event.fn(event=event.number, on=SUMMIT, reason="x", by="dai", now=NOW)
    assert plan().is_known


def test_a_cancelled_event_is_told_and_can_be_planned_again():
    event = plan().event
    done = cancel_event.fn(event=event.number, reason="延期", by="sun", now=NOW)

    assert {m.change for m in planned(done).values()} == {EventChange.CANCELLED}
    with pytest.raises(UserError, match="is cancelled"):
        complete_step.fn(event=event.number, step="summit_venue", by="dai", now=NOW)
    again = plan()
    assert not again.is_known
    assert again.event.id != event.id


def test_the_page_shows_steps_and_who_did_what():
    event = plan().event
    complete_step.fn(
        event=event.number, step="summit_theme", by="mara", now=NOW, text="主题|已定"
    )
    page = event_page.fn(event.number, at("2026-10-26 09:00"))

    assert [one.act for one in page.trail] == [EventAct.PLANNED, EventAct.SETTLED]
    for language in ("zh_CN", "en"):
        shown = event_markdown(page, language, "Asia/Shanghai")
        assert "主题\\|已定" in shown
        assert "戴维" in shown
    assert "逾期 4 天" in event_markdown(page, "zh_CN", "Asia/Shanghai")
    assert replace(page, guests=()) == page
