"""Steps of events on a real database: brought to mind once each, climbing after two days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.domain.event_mails import EventDue
from kam_flows.domain.events import Event
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.event_watch import is_anything_due, remind
from tasks.events import complete_step, move_event, plan_event
from tests.builders import a_person, an_account, at, away
from tests.portfolio import store, use_policy

NOW = at("2026-09-28 09:00")
VENUE_SOON = at("2026-10-20 06:30")
"""Two working days before Thursday the 22nd, when the venue is due."""


@pytest.fixture(autouse=True)
def event(database: str) -> Event:
    use_policy("default")
    house()
    event = plan_event.fn(
        kind="summit",
        name="2026 客户峰会",
        on=date(2026, 12, 10),
        organiser="mara",
        by="mara",
        now=NOW,
        minutes=420,
        owners="预订场地：dai",
    ).event
    with unit_of_work() as uow:
        uow.forms.remember({"complete-an-event-step": "id"})
    complete_step.fn(event=event.number, step="summit_theme", by="mara", now=NOW)
    return event


def house(**dai: Any) -> None:
    people = [
        a_person("mara", name="张敏", supervisor="sun"),
        a_person("dai", name="戴维", deputy="lin", **dai),
        a_person("lin"),
        a_person("sun", name="孙莉"),
    ]
    store(people, [an_account()])


def told(now: datetime, **how: Any) -> list[EventDue]:
    mails = remind.fn(now, **how).mails
    return [mail.mail for mail in mails if isinstance(mail.mail, EventDue)]


def test_a_step_is_brought_to_mind_two_working_days_ahead_and_once():
    assert not is_anything_due(at("2026-10-19 06:30"))
    assert is_anything_due(VENUE_SOON)
    assert len(told(VENUE_SOON, dry_run=True)) == 1
    [mail] = told(VENUE_SOON)

    assert (mail.recipient, mail.copies) == ("dai", ())
    assert [step.title for _, steps in mail.events for step in steps] == ["预订场地"]
    assert told(VENUE_SOON) == []
    assert not is_anything_due(at("2026-10-21 06:30"))


def test_late_it_is_told_again_then_copied_to_the_organisers_supervisor_then_weekly(
    event: Event,
):
    for step in ("summit_speakers", "summit_invitations"):
        complete_step.fn(event=event.number, step=step, by="mara", now=NOW)
    told(VENUE_SOON)
    [late] = told(at("2026-10-23 06:30"))
    weekend = told(at("2026-10-25 06:30"))
    [climbed] = told(at("2026-10-26 06:30"))
    quiet = told(at("2026-10-30 06:30"))
    [week] = told(at("2026-11-02 06:30"))

    assert late.copies == ()
    assert weekend == quiet == []
    assert (climbed.copies, climbed.told) == (("sun@example.com",), "孙莉")
    assert climbed.events[0][1][0].days_late == 4
    assert "dai" in unquote(late.events[0][1][0].complete or "")
    assert '"by"' not in unquote(climbed.events[0][1][0].complete or '"by"')
    assert week.copies == ("sun@example.com",)


def test_a_deputy_is_told_while_the_owner_is_away():
    house(absences=away("2026-10-19", "2026-10-30"))
    [mail] = told(VENUE_SOON)

    assert mail.recipient == "lin"
    assert [skip.staff for skip in mail.skips] == ["dai"]
    [(_, [step])] = mail.events
    assert step.title == "预订场地"


def test_after_an_outage_one_mail_tells_all_that_is_late():
    [dai, mara] = sorted(told(at("2026-11-09 06:30")), key=lambda mail: mail.recipient)

    assert (dai.recipient, mara.recipient) == ("dai", "mara")
    assert len(mara.events[0][1]) == 2
    assert told(at("2026-11-09 06:31")) == []


def test_whoever_was_written_to_today_is_told_tomorrow(event: Event):
    told(VENUE_SOON)
    move_event.fn(
        event=event.number,
        on=date(2026, 12, 9),
        reason="x",
        by="mara",
        now=at("2026-10-20 09:00"),
    )
    same_day, next_day = told(at("2026-10-20 18:00")), told(at("2026-10-21 06:30"))

    assert same_day == []
    assert [mail.recipient for mail in next_day] == ["dai"]


def test_two_runs_at_once_tell_it_once():
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(told, [VENUE_SOON, VENUE_SOON]))

    assert sorted(map(len, both)) == [0, 1]
    with unit_of_work(read_only=True) as uow:
        keys = ["events.due:dai:2026-10-20"]
        assert len(uow.outbox.ids(keys)) == 1


def test_more_than_the_guard_allows_stays_due():
    with pytest.raises(UserError, match="more than the 0 allowed"):
        told(VENUE_SOON, allow_mails=0)
    assert len(told(VENUE_SOON)) == 1


def test_who_has_no_address_is_named_and_the_step_stays_due():
    house(email="dai@")
    watched = remind.fn(VENUE_SOON)

    assert list(watched.unaddressed) == ["dai"]
    house()
    assert len(told(VENUE_SOON)) == 1
