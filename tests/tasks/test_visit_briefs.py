"""Briefs on a real database: to whom, when, once, and with all that is on record."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from kam_flows.domain.account_file import Transaction, TransactionKind
from kam_flows.domain.accounts import Contact
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import DUTY
from kam_flows.domain.people import QuietHours, Staff
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.domain.touchpoints import (
    Signal,
    SignalKind,
    Touchpoint,
    TouchpointKind,
    TouchpointState,
)
from kam_flows.domain.visit_mails import VisitBrief
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.persistence.visit_models import TouchpointStepRow
from tasks.visit_briefs import Briefed, briefs_due, send_briefs
from tests.builders import a_person, an_account, at, away
from tests.portfolio import opened, store, use_policy, watching
from tests.visits import planned, promised, took_place, touchpoint

THURSDAY = at("2026-11-12 07:30")
"""Two working days before Monday the 16th."""


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("default")
    store(people(), [an_account()])


def people(**mara: object) -> list[Staff]:
    return [
        a_person("mara", supervisor="sun", deputy="dai", **mara),
        a_person("dai", supervisor="sun"),
        a_person("sun"),
    ]


def visit(on: str = "2026-11-16", **fields: Any) -> int:
    """Its id."""
    return planned(on, **fields).id


def send(now: datetime = THURSDAY, *, dry_run: bool = False) -> list[VisitBrief]:
    briefed: Briefed = send_briefs.fn(briefs_due(now), now, dry_run=dry_run)
    assert briefed.set_aside == []
    return [m.mail for m in briefed.mails if isinstance(m.mail, VisitBrief)]


def test_the_owner_is_briefed_two_working_days_ahead_and_once():
    visit()
    early, due = send(at("2026-11-11 07:30")), send()

    assert early == []
    assert [mail.recipient for mail in due] == ["mara"]
    assert due[0].skips == ()
    assert send() == []
    assert send(at("2026-11-13 07:30")) == []
    assert not briefs_due(THURSDAY)


def test_the_ledger_names_reader_and_mail():
    id_ = visit()
    send()

    with watching() as session:
        (step,) = session.scalars(select(TouchpointStepRow))
        (mail,) = session.scalars(select(OutboxRow))
    assert (step.touchpoint_id, step.kind, step.number) == (id_, "brief", 0)
    assert (step.recipient, step.mail_id) == ("mara", mail.id)


def test_a_dry_run_shows_it_and_keeps_nothing():
    visit()

    assert len(send(dry_run=True)) == 1
    assert len(send()) == 1


def test_after_an_outage_what_still_lies_ahead_is_briefed():
    visit()
    visit("2026-11-13", slot="x")
    late = at("2026-11-16 07:30")

    assert [mail.brief.on for mail in send(late)] == [date(2026, 11, 16)]


def test_no_brief_comes_on_a_day_off_of_the_accounts_calendar():
    visit()

    assert send(at("2026-11-14 07:30")) == []
    assert len(send(at("2026-11-16 07:30"))) == 1


def test_two_runs_at_once_write_one_brief():
    visit()
    due = briefs_due(THURSDAY)
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(send_briefs.fn, due, THURSDAY) for _ in range(2)]
        written = sum(len(run.result().mails) for run in runs)

    assert written == 1


def moved(id_: int, on: str, **fields: object) -> None:
    found = touchpoint(id_)
    with unit_of_work() as uow:
        day = date.fromisoformat(on)
        changed: Touchpoint = replace(
            found,
            on=day,
            moves=found.moves + 1,
            **fields,  # type: ignore[arg-type]
        )
        uow.touchpoints.keep(changed)


def test_a_visit_that_was_moved_since_is_briefed_again_in_time():
    id_ = visit()
    (first,) = send()
    moved(id_, "2026-11-18", owner="dai")

    assert send(at("2026-11-13 07:30")) == []
    (second,) = send(at("2026-11-16 07:30"))
    assert (first.brief.again, second.brief.again) == (False, True)
    assert second.recipient == "dai"


def test_who_is_away_on_the_day_is_stood_in_for_by_the_deputy():
    store(people(absences=away("2026-11-16", "2026-11-20")), [])
    visit()
    (mail,) = send()

    assert mail.recipient == "dai"
    assert [skip.name for skip in mail.skips] == ["Mara"]


def test_who_is_back_on_the_day_is_briefed_and_the_deputy_knows_meanwhile():
    store(people(absences=away("2026-11-10", "2026-11-13")), [])
    visit()
    (mail,) = send()

    assert mail.recipient == "mara"
    assert mail.copies == ("dai@example.com",)


def test_whom_nobody_goes_for_is_told_to_whoever_is_above_and_at_last_to_duty():
    store([a_person("mara", active=False), a_person("sun", active=False)], [])
    visit(owner=None)

    assert [mail.recipient for mail in send()] == [DUTY]


def test_nobody_is_written_to_in_quiet_hours():
    quiet = QuietHours(start=time(22), end=time(8, 30))
    store(people(quiet_hours=quiet), [])
    visit()
    send()

    with watching() as session:
        (mail,) = session.scalars(select(OutboxRow))
    assert mail.not_before == at("2026-11-12 08:30")


def test_who_has_no_address_stays_owed_and_the_others_are_told():
    store(people(email="mara@"), [])
    visit()
    visit(slot="x", owner="dai", cadence="")
    briefed = send_briefs.fn(briefs_due(THURSDAY), THURSDAY)

    assert [mail.mail.recipient for mail in briefed.mails] == ["dai"]
    assert list(briefed.unaddressed) == ["mara"]
    store(people(), [])
    assert [mail.recipient for mail in send()] == ["mara"]


def test_more_mails_than_the_guard_allows_are_not_written():
    visit()
    visit(slot="x")

    with pytest.raises(UserError, match="would write 2 mails, more than the 1"):
        send_briefs.fn(briefs_due(THURSDAY), THURSDAY, 1)
    assert len(send()) == 2


def test_a_trip_that_serves_two_slots_is_one_brief_that_names_both():
    id_ = visit()
    other = visit(
        cadence="needs_workshop",
        kind=TouchpointKind.WORKSHOP,
        state=TouchpointState.MERGED,
        merged_into=id_,
    )
    (mail,) = send()

    assert [(one.number, one.title) for one in mail.brief.served] == [
        (f"V-{other}", "需求诊断工作坊")
    ]


def test_links_open_the_forms_filled_in():
    id_ = visit()
    with unit_of_work() as uow:
        uow.forms.remember(
            {"record-a-visit": "r", "reschedule-a-visit": "m", "show-an-account": "s"}
        )
    links = send()[0].links

    shown = f"V-{id_} · 2026-11-16 华东精密科技"
    assert f'{{"touchpoint": "{shown}", "by": "mara · Mara ~' in unquote(
        links.record or ""
    )
    assert "/deployment/m/run" in (links.reschedule or "")
    assert '"account": "ACME · 华东精密科技"' in unquote(links.page or "")


def test_all_that_is_on_record_stands_in_it():
    visit()
    past = took_place("2026-10-15", THURSDAY, present="林雪", satisfaction=4)
    with unit_of_work() as uow:
        missed = replace(
            uow.touchpoints.these([past])[0],
            id=0,
            slot="missed",
            on=date(2026, 11, 2),
            state=TouchpointState.MISSED,
        )
        account_id = uow.accounts.ids()["ACME"]
        uow.touchpoints.add(account_id, missed)
        uow.accounts.save_contacts(
            [
                Contact(
                    code="C1", account="ACME", name="林雪", birthday=date(1980, 11, 20)
                )
            ]
        )
        answer = Answer(
            dimension=Dimension.RED_LINES, text="零容忍", at=THURSDAY, by="mara"
        )
        uow.surveys.add(account_id, [answer])
        seen = Signal(
            account="ACME",
            kind=SignalKind.COMPETITOR,
            text="展会",
            at=at("2026-10-15 09:00"),
            by="mara",
        )
        old = replace(seen, at=at("2026-08-01 09:00"))
        uow.touchpoints.see(account_id, [seen, old])
        uow.files.save_transactions(
            {"ACME": account_id}, [*dealings(), contract("2026-12-31")]
        )
    promised("备用设备", "2026-12-01", THURSDAY)
    promised("检验报告", "2026-11-10", THURSDAY)
    number = opened("2026-11-11 10:00")
    (mail,) = send()
    brief = mail.brief

    assert [one.outcome is None for one in brief.past] == [True, False]
    assert brief.satisfaction == (4,)
    assert [contact.name for contact in brief.contacts] == ["林雪"]
    assert [near.on for near in brief.dates] == [date(2026, 11, 20)]
    assert brief.red_lines
    assert brief.red_lines.text == "零容忍"
    assert Dimension.RED_LINES not in brief.gaps
    assert [(one.by, one.text) for one in brief.signals] == [("Mara", "展会")]
    assert [(one.entry.text, one.is_late) for one in brief.promises] == [
        ("检验报告", True),
        ("备用设备", False),
    ]
    assert [ticket.number for ticket in brief.tickets] == [number]
    assert [one.ends_on for one in brief.contracts] == [date(2026, 12, 31)]
    (trend,) = brief.trends
    assert (trend.now, trend.before) == (Fraction(60), Fraction(200))
    assert brief.title == "月度拜访"


def dealings() -> list[Transaction]:
    kinds = TransactionKind.ORDER, TransactionKind.RETURN, TransactionKind.ORDER
    days = date(2025, 11, 13), date(2026, 11, 12), date(2025, 11, 12)
    return [
        Transaction(
            account="ACME",
            reference=str(day),
            kind=kind,
            on=day,
            amount=Fraction(amount),
        )
        for kind, day, amount in zip(kinds, days, (100, 40, 200), strict=True)
    ]


def contract(ends: str) -> Transaction:
    return Transaction(
        account="ACME",
        reference="HT-1",
        kind=TransactionKind.CONTRACT,
        on=date(2024, 1, 1),
        amount=Fraction(1),
        ends_on=date.fromisoformat(ends),
    )


def test_a_promise_stands_in_every_brief_until_it_is_kept():
    visit()
    visit("2026-12-15", slot="2026-12")
    entry = promised("备用设备", "2026-11-30", THURSDAY)
    (first,) = send()
    (second,) = send(at("2026-12-11 07:30"))
    with unit_of_work() as uow:
        uow.files.keep(entry, at("2026-12-12 09:00"), "mara")
    visit("2026-12-18", slot="x")
    (third,) = send(at("2026-12-16 07:30"))

    assert [p.is_late for p in first.brief.promises] == [False]
    assert [p.is_late for p in second.brief.promises] == [True]
    assert third.brief.promises == ()
