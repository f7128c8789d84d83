"""The run after visits: each step once, one mail a person, whatever happens meanwhile."""

import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import DUTY
from kam_flows.domain.people import QuietHours, Staff
from kam_flows.domain.touchpoints import (
    StepKind,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
)
from kam_flows.domain.visit_follow_up import PromiseStepKind
from kam_flows.domain.visit_follow_up_mails import VisitFollowUp
from kam_flows.domain.visit_records import Given, Recording
from kam_flows.mail.mime import read
from kam_flows.persistence.follow_ups import Days
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.persistence.visit_models import PromiseStepRow, TouchpointStepRow
from tasks.account_files import keep_promise
from tasks.touchpoints import reschedule_visit
from tasks.visit_follow_up import FollowedUp, follow_up, is_anything_due
from tasks.visit_follow_up_mails import SHOWN
from tasks.visit_records import record_visit
from tests.builders import a_person, an_account, at, away
from tests.explained import explained
from tests.portfolio import store, use_policy
from tests.tasks.test_touchpoints import HOSTILE
from tests.visits import a_touchpoint, planned, promised, stored_all, touchpoint

HOURS = ("00:30", "09:00", "11:00", "11:30", "12:00", "17:30", "20:00")
REMINDER, MISSED = StepKind.REMINDER, StepKind.MISSED
ASKED, GIVEN_UP = "2026-10-16 12:00", "2026-10-20 12:00"
MADE = at("2026-10-01 10:00")


def people(**changes: dict[str, Any]) -> list[Staff]:
    """Mara leads, Sun supervises, Dai stands in for Sun, Hu heads the department."""
    everybody: dict[str, dict[str, Any]] = {
        "mara": {"supervisor": "sun", "department_head": "hu"},
        "sun": {"supervisor": "hu", "deputy": "dai", "role": "supervisor"},
        "hu": {"role": "department_head"},
        "dai": {},
    }
    for code, change in changes.items():
        everybody[code] = everybody.get(code, {}) | change
    return [a_person(code, **fields) for code, fields in everybody.items()]


@pytest.fixture
def house(database: str) -> None:
    use_policy("retention")
    store(people(), [an_account(), an_account("BETA", name="北辰")])


pytestmark = pytest.mark.usefixtures("house")


def change(**changes: dict[str, Any]) -> None:
    with unit_of_work() as uow:
        uow.people.save(people(**changes))


def run(when: str | datetime, **options: Any) -> FollowedUp:
    now = at(when) if isinstance(when, str) else when
    followed = follow_up.fn(now, **options)
    assert followed.set_aside == []
    return followed


def told(when: str | datetime) -> list[str]:
    """Who was mailed."""
    return sorted(mail.mail.recipient for mail in run(when).mails)


def runs(first: str, last: str) -> list[tuple[str, str]]:
    """Runs at any time of these days; (Shanghai time, recipient) of every mail."""
    day, end, found = date.fromisoformat(first), date.fromisoformat(last), []
    while day <= end:
        for hour in HOURS:
            now = at(f"{day} {hour}")
            if is_anything_due(now):
                found += [(f"{now:%m-%d %H:%M}", reader) for reader in told(now)]
        day += timedelta(days=1)
    return found


def mail_of(followed: FollowedUp) -> VisitFollowUp:
    [rendered] = followed.mails
    assert isinstance(rendered.mail, VisitFollowUp)
    return rendered.mail


def ledger() -> Counter[tuple[int, str, int]]:
    """Every step ever told, of touchpoints and of promises."""
    with unit_of_work(read_only=True) as uow:
        visits = uow.session.execute(
            select(
                TouchpointStepRow.touchpoint_id,
                TouchpointStepRow.kind,
                TouchpointStepRow.number,
            )
        )
        promises = uow.session.execute(
            select(PromiseStepRow.entry_id, PromiseStepRow.kind, PromiseStepRow.number)
        )
        return Counter(tuple(row) for row in (*visits, *promises))


def outbox() -> list[OutboxRow]:
    with unit_of_work(read_only=True) as uow:
        rows = list(uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))
        for row in rows:
            assert row.content
        uow.session.expunge_all()
        return rows


def test_the_owner_is_asked_once_and_then_the_supervisor_hears_of_it():
    made = planned("2026-10-15")

    assert runs("2026-10-15", "2026-10-21") == [
        ("10-16 11:30", "mara"),
        ("10-20 11:30", "sun"),
    ]
    after = touchpoint(made.id)
    assert (after.state, after.concluded_on) == (
        TouchpointState.MISSED,
        date(2026, 10, 20),
    )
    with unit_of_work(read_only=True) as uow:
        [row] = uow.audit.about("touchpoint V-1")
    assert (row.actor, row.action) == ("follow up visits", "visit missed")


def test_what_is_recorded_in_time_is_not_asked_for():
    planned("2026-10-15")
    record_visit.fn(
        touchpoint="V-1", given=Given(), by="mara", now=at("2026-10-15 17:00")
    )

    assert runs("2026-10-16", "2026-10-21") == []


def test_the_mail_opens_the_record_form_filled_in():
    with unit_of_work() as uow:
        uow.forms.remember({"record-a-visit": "form-1", "show-a-visit": "form-2"})
    planned("2026-10-15")

    [visit] = mail_of(run(ASKED)).unrecorded

    assert visit.record is not None
    assert "form-1" in visit.record
    filled = unquote(visit.record)
    assert '"touchpoint": "V-1 · 2026-10-15 华东精密科技"' in filled
    assert '"by": "mara · Mara ~' in filled
    assert visit.missed_at == at("2026-10-20 11:30")


def test_one_mail_lists_all_that_a_person_has_not_recorded():
    for number, account in enumerate(("ACME", "BETA", "ACME")):
        planned("2026-10-15", account=account, slot=f"s{number}")

    followed = run(ASKED)

    assert [one.number for one in mail_of(followed).unrecorded] == ["V-1", "V-2", "V-3"]
    assert followed.mails[0].subject == "3 次触达请登记结果：华东精密科技等"


def test_a_hundred_of_them_are_counted_and_the_mail_stays_small():
    stored_all(
        a_touchpoint("2026-10-15", slot=f"s{number}", title=f"{HOSTILE}{number}")
        for number in range(100)
    )
    for _ in range(100):
        promised("长" * 2000, "2026-10-15", MADE)

    followed = run(ASKED)

    mail = mail_of(followed)
    assert (len(mail.unrecorded), mail.more[:2]) == (SHOWN, (100 - SHOWN, 100 - SHOWN))
    assert len(followed.mails[0].html.encode()) < 100_000
    assert followed.mails[0].subject == "100 次触达请登记结果；100 项承诺请兑现"
    assert len(ledger()) == 200


def test_who_is_away_is_stood_in_for_and_it_says_so():
    change(
        mara={"absences": away("2026-10-16", "2026-10-30"), "deputy": "dai"},
        sun={"absences": away("2026-10-16", "2026-10-30")},
    )
    planned("2026-10-15")

    [visit] = mail_of(run(ASKED)).unrecorded
    assert [skip.staff for skip in visit.skips] == ["mara"]
    [missed] = mail_of(run(GIVEN_UP)).missed
    assert [skip.staff for skip in missed.skips] == ["sun"]
    assert [row.recipient for row in outbox()] == ["dai", "dai"]


def test_when_nobody_can_be_told_the_duty_mailbox_is():
    change(
        mara={"active": False},
        sun={"active": False, "deputy": None},
        hu={"active": False},
    )
    planned("2026-10-15")

    assert told(ASKED) == [DUTY]


def test_nobody_is_written_to_in_their_quiet_hours():
    change(mara={"quiet_hours": QuietHours(start=time(11), end=time(14))})
    planned("2026-10-15")

    run(ASKED)

    [row] = outbox()
    assert row.not_before == at("2026-10-16 14:00")


def test_a_visit_that_moved_is_asked_for_anew():
    made = planned("2026-10-15")
    run(ASKED)
    reschedule_visit.fn(
        touchpoint=made.number,
        on=date(2026, 10, 19),
        reason="出差",
        by="mara",
        now=at("2026-10-16 14:00"),
    )

    assert runs("2026-10-17", "2026-10-22") == [
        ("10-20 11:30", "mara"),
        ("10-22 11:30", "sun"),
    ]


def test_after_an_outage_owner_and_supervisor_hear_of_it_once():
    planned("2026-10-15")
    due = promised("送样品", "2026-10-15", MADE)

    assert told("2026-11-03 10:00") == ["mara", "sun"]

    assert told("2026-11-03 10:30") == []
    assert ledger() == Counter(
        {
            (1, REMINDER, 0): 1,
            (1, MISSED, 0): 1,
            (due, PromiseStepKind.LATE, 2): 1,
            (due, PromiseStepKind.CLIMB, 0): 1,
        }
    )


def test_what_a_missed_visit_was_to_settle_is_looked_at_by_planning():
    head = planned("2026-10-15")
    partner = planned(
        "2026-10-15",
        cadence="service_plan",
        kind=TouchpointKind.PLAN,
        state=TouchpointState.MERGED,
        merged_into=head.id,
    )

    run(GIVEN_UP)

    assert touchpoint(head.id).state is TouchpointState.MISSED
    assert touchpoint(partner.id).merged_into == head.id


def test_a_record_that_is_taken_back_is_missed_without_a_second_word():
    planned("2026-10-15")
    told(GIVEN_UP)
    now = at("2026-10-21 10:00")
    record_visit.fn(touchpoint="V-1", given=Given(), by="mara", now=now)
    record_visit.fn(
        touchpoint="V-1",
        given=Given(),
        by="mara",
        mode=Recording.TAKE_BACK,
        now=now,
    )

    assert is_anything_due(now)
    assert told(now) == []
    assert touchpoint(1).state is TouchpointState.MISSED
    assert not is_anything_due(now)


def test_promises_come_to_mind_ahead_when_late_weekly_and_at_last_above():
    promised("送样品", "2026-10-15", MADE)

    assert runs("2026-10-12", "2026-11-06") == [
        ("10-13 09:00", "mara"),
        ("10-16 09:00", "mara"),
        ("10-23 09:00", "mara"),
        ("10-23 09:00", "sun"),
        ("10-30 09:00", "mara"),
        ("11-06 09:00", "mara"),
    ]


def test_a_promise_that_is_kept_is_not_brought_to_mind_again():
    number = promised("送样品", "2026-10-15", MADE)
    told("2026-10-13 09:00")
    keep_promise.fn(promise=f"P-{number}", by="mara", now=at("2026-10-14 09:00"))

    assert runs("2026-10-15", "2026-10-24") == []


def test_visits_and_promises_come_in_one_mail():
    planned("2026-10-15")
    promised("送样品", "2026-10-15", MADE)

    followed = run(ASKED)

    mail = mail_of(followed)
    assert (len(mail.unrecorded), len(mail.promises)) == (1, 1)
    assert mail.promises[0].days_late == 1
    assert followed.mails[0].subject == "1 次触达请登记结果；1 项承诺请兑现"


def test_two_runs_at_once_tell_each_step_once():
    for number in range(20):
        planned("2026-10-15", slot=f"s{number}")
        promised(f"送样品{number}", "2026-10-15", MADE)

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(run, [GIVEN_UP, GIVEN_UP]))

    assert sum(len(one.mails) for one in both) == 2
    assert set(ledger().values()) == {1}
    assert len(outbox()) == 2


def test_recorded_and_given_up_at_once_it_is_recorded_or_told_as_missed():
    planned("2026-10-15")

    def record(now: datetime) -> Touchpoint:
        done = record_visit.fn(touchpoint="V-1", given=Given(), by="mara", now=now)
        return done.touchpoint

    with ThreadPoolExecutor(2) as pool:
        pool.submit(run, GIVEN_UP)
        recorded = pool.submit(record, at(GIVEN_UP))

    assert recorded.result().state is TouchpointState.DONE
    assert touchpoint(1).state is TouchpointState.DONE


def test_more_mails_than_the_guard_allows_are_none_at_all():
    planned("2026-10-15")

    with pytest.raises(UserError, match="would write 2 mails, more than the 1 allowed"):
        run(GIVEN_UP, allow_mails=1)

    assert (ledger(), outbox()) == (Counter(), [])
    assert touchpoint(1).state is TouchpointState.PLANNED
    assert told(GIVEN_UP) == ["mara", "sun"]


def test_a_dry_run_keeps_nothing():
    planned("2026-10-15")

    assert len(run(GIVEN_UP, dry_run=True).mails) == 2

    assert (ledger(), outbox()) == (Counter(), [])
    assert touchpoint(1).state is TouchpointState.PLANNED


def test_who_has_no_address_is_named_and_stays_to_be_told():
    change(sun={"email": "nowhere"})
    made = planned("2026-10-15")

    followed = run(GIVEN_UP)

    assert list(followed.unaddressed) == ["sun"]
    assert [mail.mail.recipient for mail in followed.mails] == ["mara"]
    assert touchpoint(made.id).state is TouchpointState.PLANNED
    change(sun={"email": "sun@example.com"})
    assert told("2026-10-20 12:30") == ["sun"]


def test_one_that_cannot_be_decided_keeps_no_other_from_being_told():
    """The calendars answer from 1970 on."""
    planned("2026-10-15")
    odd = planned("1960-01-01")

    followed = follow_up.fn(at(ASKED))

    assert [number for number, _ in followed.set_aside] == [odd.number]
    assert [mail.mail.recipient for mail in followed.mails] == ["mara"]


def test_what_may_be_due_is_found_by_an_index():
    day = date(2026, 10, 15)
    visits, promises = (
        explained(work)
        for work in (
            lambda uow: uow.follow_ups.unrecorded({}, Days(day, day)),
            lambda uow: uow.follow_ups.open_promises(day),
        )
    )

    assert "ix_touchpoints_planned" in visits[0]
    assert "ix_file_entries_promised" in promises[0]


def test_where_nobody_leads_and_nobody_goes_the_duty_mailbox_is_asked():
    with unit_of_work() as uow:
        uow.accounts.replace_teams({"BETA": []})
    planned("2026-10-15", account="BETA", owner=None)

    assert told(ASKED) == [DUTY]


def test_nothing_is_due_at_night():
    planned("2026-10-15")

    assert not is_anything_due(at("2026-10-19 20:00"))
    assert is_anything_due(at("2026-10-19 10:00"))


def test_whatever_people_typed_is_text_in_the_mail():
    planned("2026-10-15", title=HOSTILE)
    promised(HOSTILE, "2026-10-15", MADE)

    run(ASKED)

    [row] = outbox()
    mail = read(row.content)
    assert "<script>" not in mail.html
    assert "\u202e" not in mail.text
    assert "🎉" in mail.text


KILLED = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import event
from sqlalchemy.orm import Session
from tasks.visit_follow_up import follow_up

when = sys.argv[2]
event.listen(Session, when, lambda session: os.kill(os.getpid(), signal.SIGKILL))
follow_up.fn(datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("when", "kept"), [("before_commit", False), ("after_commit", True)]
)
def test_a_run_that_is_killed_has_told_all_of_it_or_nothing(when: str, kept: bool):
    planned("2026-10-15")
    promised("送样品", "2026-10-15", MADE)

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, at(GIVEN_UP).isoformat(), when], check=False
    )

    assert killed.returncode == -signal.SIGKILL
    assert len(ledger()) == (3 if kept else 0)
    assert told(GIVEN_UP) == ([] if kept else ["mara", "sun"])
    assert len(outbox()) == 2
    assert set(ledger().values()) == {1}
