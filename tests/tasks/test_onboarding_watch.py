"""The watch on a real database: O2, O4, and what a person must never be told twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Account, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import DUTY
from kam_flows.domain.onboarding import StepKind, StepOutcome
from kam_flows.domain.onboarding_mails import OpenChecklist, StillOpen
from kam_flows.domain.pauses import Pause
from kam_flows.domain.people import QuietHours, Staff
from kam_flows.domain.survey import Dimension
from kam_flows.mail.mime import read
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.onboarding_models import ChecklistStepRow, OnboardingRow
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.checklists import keep_checklist
from tasks.onboarding_digests import SHOWN
from tasks.onboarding_watch import Watched, is_anything_due, rehearse, watch_due
from tests.builders import a_person, an_account, at, away
from tests.onboardings import answered, filed, signed_sla, started
from tests.portfolio import store, use_policy, watching

QUARTER = timedelta(minutes=15)
TOLD, SUPERSEDED = StepOutcome.TOLD, StepOutcome.SUPERSEDED
REMINDER, CLIMB = StepKind.REMINDER, StepKind.CLIMB


def people(**changes: dict[str, object]) -> list[Staff]:
    """Mara leads, Sun supervises, Hu heads the department, Dai stands in for Sun."""
    everybody: dict[str, dict[str, object]] = {
        "mara": {"supervisor": "sun", "department_head": "hu"},
        "sun": {
            "supervisor": "hu",
            "department_head": "hu",
            "deputy": "dai",
            "role": "supervisor",
        },
        "hu": {"role": "department_head"},
        "dai": {},
    }
    for code, change in changes.items():
        everybody[code] = everybody.get(code, {}) | change
    return [a_person(code, **fields) for code, fields in everybody.items()]


def house(staff: list[Staff] | None = None, *accounts: Account) -> None:
    use_policy("enterprise")
    store(staff or people(), accounts or [an_account(tier=Tier.POTENTIAL)])


def sweep(when: str | datetime) -> list[str]:
    """One sweep; who was mailed."""
    watched = watch_due.fn(at(when) if isinstance(when, str) else when)
    assert watched.set_aside == []
    return [mail.mail.recipient for mail in watched.mails]


def sweep_from(first: str, last: str) -> list[tuple[str, str]]:
    """A sweep every quarter of an hour; (Shanghai time, recipient) of every mail."""
    now, end, told = at(first), at(last), []
    while now <= end:
        if is_anything_due(now):
            told += [(f"{now:%m-%d %H:%M}", reader) for reader in sweep(now)]
        now += QUARTER
    return told


def ledger(session: Session) -> list[tuple[str, StepKind, int, StepOutcome]]:
    columns = (
        ChecklistStepRow.item,
        ChecklistStepRow.kind,
        ChecklistStepRow.number,
        ChecklistStepRow.outcome,
    )
    statement = select(*columns).order_by(*columns[:3])
    return [tuple(row) for row in session.execute(statement)]


def told(watched: Watched) -> OpenChecklist:
    """The one account of the one mail."""
    [rendered] = watched.mails
    assert isinstance(rendered.mail, StillOpen)
    [checklist] = rendered.mail.checklists
    return checklist


@pytest.fixture
def session(database: str):
    with watching() as opened_session:
        yield opened_session


def test_owners_are_reminded_at_the_moments_of_the_policy_and_then_it_climbs(session):
    house()
    started("2026-10-12 09:00")

    assert sweep_from("2026-10-12 09:00", "2026-10-15 12:00") == [
        ("10-13 09:00", "mara"),
        ("10-14 09:00", "mara"),
        ("10-15 03:00", "mara"),
        ("10-15 09:00", "sun"),
    ]


def test_what_is_overdue_climbs_daily_and_at_most_as_often_as_the_policy_says(session):
    house()
    started("2026-10-12 09:00")
    sweep("2026-10-15 03:00")

    assert sweep_from("2026-10-15 03:15", "2026-11-02 12:00") == [
        ("10-15 09:00", "sun"),
        ("10-16 09:00", "hu"),
        ("10-19 09:00", "hu"),
        ("10-20 09:00", "hu"),
        ("10-21 09:00", "hu"),
    ]


def test_o2_only_the_missing_dimension_is_named_and_climbs(session):
    house()
    started("2026-10-12 09:00")
    answered("2026-10-12 10:00", Dimension.RED_LINES)
    signed_sla("2026-10-12 11:00")
    filed("2026-10-12 12:00")

    watched = watch_due.fn(at("2026-10-15 09:00"))

    checklist = told(watched)
    [item] = [one.item for one in checklist.told]
    assert item.lacking == (Dimension.RED_LINES,)
    assert [mail.mail.recipient for mail in watched.mails] == ["sun"]
    assert "红线与禁忌" in watched.mails[0].text
    assert "SLA" not in watched.mails[0].text
    assert {row[0] for row in ledger(session)} == {"survey"}


def test_o4_imported_three_weeks_late_it_is_told_once_and_without_a_burst(session):
    house()
    started("2026-09-21 09:00", start="2026-10-12 10:00")

    assert sweep_from("2026-10-12 10:00", "2026-10-13 09:45") == [
        ("10-12 10:00", "sun")
    ]
    assert Counter(row[1:] for row in ledger(session)) == {(CLIMB, 0, TOLD): 4}
    [mail] = session.scalars(select(OutboxRow))
    assert "已超期" in mail.subject
    assert "启动过晚" in read(mail.content).text


def test_after_an_outage_only_the_latest_step_of_each_item_is_told(session):
    house()
    started("2026-10-12 09:00")

    assert sweep("2026-10-14 10:00") == ["mara"]
    assert sweep("2026-10-14 10:00") == []

    assert Counter(row[1:] for row in ledger(session)) == {
        (REMINDER, 0, SUPERSEDED): 4,
        (REMINDER, 1, TOLD): 4,
    }


def test_what_is_done_while_quiet_hours_held_its_reminder_is_not_told(session):
    quiet = QuietHours(start=time(22), end=time(8))
    house(people(mara={"quiet_hours": quiet}))
    started("2026-10-12 23:00")
    assert sweep("2026-10-13 23:00") == []
    answered("2026-10-14 01:00")
    signed_sla("2026-10-14 02:00")
    filed("2026-10-14 03:00")
    with unit_of_work() as uow:
        team = uow.onboardings.running()
    assert team == []

    assert sweep_from("2026-10-14 07:00", "2026-10-14 09:00") == []
    assert ledger(session) == []


def test_what_quiet_hours_hold_is_told_when_they_end(session):
    house(people(mara={"quiet_hours": QuietHours(start=time(22), end=time(8))}))
    started("2026-10-12 23:00")

    assert sweep_from("2026-10-13 22:00", "2026-10-14 09:00") == [
        ("10-14 08:00", "mara")
    ]


def test_two_sweeps_at_once_write_each_step_and_each_mail_once(session):
    house(None, *[an_account(f"A{n}", tier=Tier.POTENTIAL) for n in range(20)])
    for n in range(20):
        started("2026-10-12 09:00", f"A{n}")

    with ThreadPoolExecutor(4) as hands:
        results = list(hands.map(watch_due.fn, [at("2026-10-13 09:00")] * 4))

    assert sum(result.looked_at for result in results) == 20
    rows = Counter(
        session.execute(select(ChecklistStepRow.onboarding_id, ChecklistStepRow.item))
    )
    assert len(rows) == 80
    assert set(rows.values()) == {1}
    assert len(session.scalars(select(OutboxRow)).all()) == 1


def test_on_hold_nothing_falls_due(session):
    house()
    begun = started("2026-10-12 09:00")
    held = replace(begun, pauses=(Pause(at("2026-10-12 10:00"), None),))
    with unit_of_work() as uow:
        now = at("2026-10-12 10:00")
        keep_checklist(
            uow, uow.accounts.get("ACME"), begun, held, now=now, actor="mara"
        )

    assert sweep_from("2026-10-12 10:00", "2026-10-20 10:00") == []
    assert ledger(session) == []


def test_a_reminder_and_what_is_overdue_stand_in_one_mail_the_overdue_first(session):
    house(
        None,
        an_account("NEW", "sun", tier=Tier.POTENTIAL),
        an_account("OLD", "mara", tier=Tier.POTENTIAL),
    )
    started("2026-10-12 09:00", "OLD")
    sweep("2026-10-15 08:00")
    started("2026-10-14 09:00", "NEW")

    [rendered] = watch_due.fn(at("2026-10-15 09:00")).mails

    assert isinstance(rendered.mail, StillOpen)
    assert rendered.mail.recipient == "sun"
    shown = [one.facts.account for one in rendered.mail.checklists]
    assert shown == ["OLD", "NEW"]


def test_an_item_owner_who_supervises_is_passed_over_for_their_own_item(session):
    house(people(mara={"supervisor": "mara"}))
    started("2026-10-12 09:00")
    sweep("2026-10-15 08:00")

    [rendered] = watch_due.fn(at("2026-10-15 09:00")).mails

    assert rendered.mail.recipient == "hu"
    assert "是负责人本人" in rendered.text
    assert "工单" not in rendered.text


def test_an_absent_supervisor_is_passed_over_and_the_mail_says_so(session):
    house(
        people(
            sun={"absences": away("2026-10-12", "2026-10-20")},
            dai={"absences": away("2026-10-12", "2026-10-20")},
        )
    )
    started("2026-09-21 09:00", start="2026-10-12 10:00")

    watched = watch_due.fn(at("2026-10-12 10:00"))

    [mail] = watched.mails
    assert mail.mail.recipient == "hu"
    assert "Sun" in mail.text
    assert "Dai" in mail.text
    for skips in session.scalars(select(ChecklistStepRow.skips)):
        assert [skip[0] for skip in skips] == ["supervisor", "deputy of supervisor"]


def test_nobody_left_to_tell_it_reaches_the_duty_mailbox(session):
    house([a_person("mara", active=False)])
    started("2026-10-12 09:00")

    assert sweep("2026-10-13 09:00") == [DUTY]


def test_a_reader_without_an_address_keeps_nobody_else_from_their_mail(session):
    house(
        people(mara={"email": "mara(at)example.com"}, ben={}),
        an_account("A", tier=Tier.POTENTIAL),
        an_account("B", "ben", tier=Tier.POTENTIAL),
    )
    started("2026-10-12 09:00", "A")
    started("2026-10-12 09:00", "B")

    watched = watch_due.fn(at("2026-10-13 09:00"))

    assert [mail.mail.recipient for mail in watched.mails] == ["ben"]
    assert list(watched.unaddressed) == ["mara"]
    assert is_anything_due(at("2026-10-13 09:00"))

    store(people(ben={}), [])
    assert sweep("2026-10-13 09:15") == ["mara"]


def test_a_case_that_cannot_be_decided_keeps_nobody_from_their_reminder(session):
    house(None, an_account("A", tier=Tier.POTENTIAL), an_account(tier=Tier.POTENTIAL))
    bad = started("2026-10-12 09:00", "A")
    started("2026-10-12 09:00")
    far = at("2026-10-12 09:00").replace(year=2400)
    session.execute(
        update(OnboardingRow)
        .where(OnboardingRow.id == bad.id)
        .values(signed_at=far, started_at=far)
    )

    watched = watch_due.fn(at("2026-10-13 09:00"))

    assert [account for account, _ in watched.set_aside] == ["A"]
    assert [mail.mail.recipient for mail in watched.mails] == ["mara"]


def test_more_mails_than_the_guard_allows_are_not_written(session):
    house(people(ben={}), an_account("A"), an_account("B", "ben"))
    started("2026-10-12 09:00", "A")
    started("2026-10-12 09:00", "B")

    with pytest.raises(UserError, match="2 mails, more than the 1 allowed"):
        watch_due.fn(at("2026-10-13 09:00"), 1)

    assert ledger(session) == []
    assert sorted(sweep("2026-10-13 09:15")) == ["ben", "mara"]


def test_a_rehearsal_keeps_nothing(session):
    house()
    started("2026-10-12 09:00")

    assert len(rehearse.fn(at("2026-10-13 09:00")).mails) == 1

    assert ledger(session) == []
    assert session.scalars(select(OutboxRow)).all() == []


def test_links_fill_the_form_that_does_the_item(session):
    house()
    with unit_of_work() as uow:
        names = ("record-survey-answers", "hold-onboarding", "waive-checklist-item")
        uow.forms.remember({name: f"id-of-{name}" for name in names})
    started("2026-10-12 09:00")

    reminder = told(watch_due.fn(at("2026-10-13 09:00")))
    [survey] = [one for one in reminder.told if one.item.title == "需求调研"]
    assert "id-of-record-survey-answers" in (survey.link or "")
    assert '"account": "ACME · 华东精密科技"' in unquote(survey.link or "")
    assert '"by": "mara · Mara ~' in unquote(survey.link or "")
    assert survey.waive is None
    assert "id-of-hold-onboarding" in (reminder.hold or "")

    climb = told(watch_due.fn(at("2026-10-15 09:00")))
    assert all('"by": "sun · Sun ~' in unquote(one.waive or "") for one in climb.told)


def test_a_mail_lists_so_many_accounts_and_counts_the_rest(session):
    many = SHOWN + 3
    accounts = [an_account(f"A{n:02}", tier=Tier.POTENTIAL) for n in range(many)]
    house(None, *accounts)
    for account in accounts:
        started("2026-10-12 09:00", account.code)

    [rendered] = watch_due.fn(at("2026-10-13 09:00")).mails

    assert isinstance(rendered.mail, StillOpen)
    assert (len(rendered.mail.checklists), rendered.mail.more) == (SHOWN, 3)
    assert len(rendered.html.encode()) < 100_000
    assert Counter(row[3] for row in ledger(session)) == {TOLD: 4 * many}


def test_nothing_due_is_one_look(session):
    house()
    started("2026-10-12 09:00")

    assert not is_anything_due(at("2026-10-13 08:59"))
    assert is_anything_due(at("2026-10-13 09:00"))
