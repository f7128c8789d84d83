"""Weeks on a real database: who hears what, once a week."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest

from kam_flows.domain.errors import UserError
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import TouchpointState
from kam_flows.domain.visit_mails import VisitWeek
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.visit_briefs import briefs_due, send_briefs
from tasks.visit_weeks import send_weeks
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy
from tests.visits import planned, promised

MONDAY = at("2026-11-16 07:00")


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("default")
    store(people(), [an_account()])


def people(**mara: Any) -> list[Staff]:
    return [
        a_person("mara", name="张敏", supervisor="sun", **mara),
        a_person("dai", name="戴维", supervisor="sun"),
        a_person("sun", name="孙婷", supervisor="hu"),
        a_person("hu", name="胡军"),
    ]


def visit(on: str, **fields: Any) -> int:
    return planned(on, **{"slot": on} | fields).id


def send(now: datetime = MONDAY, *, dry_run: bool = False) -> dict[str, VisitWeek]:
    """By reader."""
    weeks = send_weeks.fn(now, dry_run=dry_run)
    mails = [one.mail for one in weeks.mails if isinstance(one.mail, VisitWeek)]
    return {mail.recipient: mail for mail in mails}


def test_everybody_who_goes_hears_of_their_days_and_those_above_of_the_team():
    visit("2026-11-17", participants=("dai",))
    visit("2026-11-23")
    found = send()

    assert list(found) == ["dai", "hu", "mara", "sun"]
    assert [one.entry.on for one in found["mara"].visits] == [date(2026, 11, 17)]
    assert [one.owner for one in found["dai"].visits] == ["张敏"]
    assert found["mara"].team == ()
    for manager in ("sun", "hu"):
        assert found[manager].visits == ()
        assert [(m.name, m.visits) for m in found[manager].team] == [("张敏", 1)]


def test_it_comes_once_a_week_however_often_it_runs():
    visit("2026-11-20")
    first = send()
    visit("2026-11-19", owner="dai")

    assert list(first) == ["hu", "mara", "sun"]
    assert list(send()) == ["dai"]  # on that very day, whoever was not told
    assert send(at("2026-11-17 07:00")) == {}
    visit("2026-11-24")
    assert list(send(at("2026-11-23 07:00"))) == ["dai", "hu", "mara", "sun"]


def test_after_an_outage_it_comes_on_the_next_working_day():
    visit("2026-11-20")

    assert list(send(at("2026-11-18 07:00"))) == ["hu", "mara", "sun"]


def test_what_is_not_recorded_what_is_owed_and_what_was_missed_stands_in_it():
    unrecorded = visit("2026-11-12")
    visit(
        "2026-11-04",
        owner="dai",
        state=TouchpointState.MISSED,
        concluded_on=date(2026, 11, 10),
    )
    visit(
        "2026-10-28",
        owner="dai",
        state=TouchpointState.MISSED,
        concluded_on=date(2026, 11, 2),
    )
    promised("检验报告", "2026-11-13", MONDAY)
    promised("备用设备", "2026-11-22", MONDAY)
    promised("以后再说", "2026-11-23", MONDAY)
    with unit_of_work() as uow:
        uow.forms.remember({"record-a-visit": "r"})
    found = send()

    mine, above = found["mara"], found["sun"]
    assert [one.number for one in mine.unrecorded] == [f"V-{unrecorded}"]
    assert "/deployment/r/run" in (mine.unrecorded[0].record or "")
    assert [one.promise.entry.text for one in mine.promises] == ["检验报告", "备用设备"]
    assert [one.entry.on for one in above.missed] == [date(2026, 11, 4)]
    assert [(m.name, m.missed, m.unrecorded) for m in above.team] == [
        ("戴维", 1, 0),
        ("张敏", 0, 1),
    ]


def test_a_visit_says_when_its_brief_comes_or_that_it_came():
    visit("2026-11-18")
    visit("2026-11-20")
    visit("2026-11-19", minutes=0)
    send_briefs.fn(briefs_due(at("2026-11-16 06:30")), at("2026-11-16 06:30"))
    mine = send()["mara"].visits

    assert [(one.is_briefed, one.brief_on) for one in mine] == [
        (True, date(2026, 11, 16)),
        (False, None),
        (False, date(2026, 11, 18)),
    ]


def test_nobody_is_written_to_without_a_reason():
    assert send() == {}


def test_a_dry_run_keeps_nothing_and_two_runs_at_once_tell_once():
    visit("2026-11-17")

    assert len(send(dry_run=True)) == 3
    with ThreadPoolExecutor(2) as both:
        for run in [both.submit(send_weeks.fn, MONDAY) for _ in range(2)]:
            run.result()
    with unit_of_work(read_only=True) as uow:
        assert len(uow.outbox.about([], ["visits.week:2026-W47:"])) == 3


def test_who_has_no_address_is_named_and_who_left_is_passed_over():
    store(people(email="mara@"), [])
    store([a_person("hu", active=False)], [])
    visit("2026-11-17")
    weeks = send_weeks.fn(MONDAY)

    assert [one.code for one in weeks.unaddressed] == ["mara"]
    assert [mail.mail.recipient for mail in weeks.mails] == ["sun"]


def test_more_than_the_guard_allows_are_not_written():
    visit("2026-11-17")

    with pytest.raises(UserError, match="would write 3 mails, more than the 2"):
        send_weeks.fn(MONDAY, 2)
    assert len(send()) == 3
