"""Care on a real database: prepared in time, approved, sent on the day, each once."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from sqlalchemy import select

from kam_flows.domain.account_file import EntryKind, FileEntry
from kam_flows.domain.accounts import Account, Contact, Tier
from kam_flows.domain.care_letters import CareLetter
from kam_flows.domain.care_mails import CareHeld, CarePrepared
from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.cares import Care
from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import UserError
from kam_flows.domain.gifts import Gift
from kam_flows.domain.mails import Fate
from kam_flows.domain.people import StaffRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.tickets import Action
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.care import PreparedCares, prepare_due, rehearse
from tasks.care_decisions import approve_letter, edit_letter, release_care
from tasks.care_delivery import Delivered, deliver_due, deliverable
from tasks.care_mails import body_of
from tasks.handovers import hand_over
from tasks.occasions import refresh
from tasks.occasions_entered import add_occasion
from tasks.surveys import record_answers
from tests.builders import a_person, an_account, at, away
from tests.portfolio import change, opened, store, use_policy, use_text, watching

BEFORE, BEGINS = at("2026-09-23 06:10"), at("2026-09-24 06:10")
"""Seven days before the first of October."""
LEAVES = at("2026-09-30 09:00")
"""The last working day before the holidays."""


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("care")
    store(
        [
            a_person("mara", supervisor="sun", deputy="dai"),
            a_person("dai", supervisor="sun"),
            a_person("sun"),
        ],
        [signed()],
    )
    known()


def signed(code: str = "ACME", **fields: Any) -> Account:
    usual: dict[str, Any] = {"tier": Tier.CORE, "signed_on": date(2024, 10, 1)}
    return an_account(code, **usual | fields)


def known(code: str = "ACME", **fields: Any) -> None:
    plain = Contact(
        code=f"{code}-1",
        account=code,
        name="张建国",
        title="总经理",
        email=f"boss@{code.lower()}.example",
        is_decision_maker=True,
    )
    with unit_of_work() as uow:
        uow.accounts.save_contacts([replace(plain, **fields)])


def prepare(now: datetime = BEGINS) -> PreparedCares:
    return prepare_due.fn(now)


def deliver(now: datetime = LEAVES, **how: Any) -> Delivered:
    return deliver_due.fn(deliverable(now), now, **how)


def approve(care: Care) -> None:
    with unit_of_work() as uow:
        found = uow.cares.get(care.id, lock=True)
        assert found
        uow.cares.keep(replace(found, state=CareState.APPROVED, approved_by="mara"))


def care_of(care: Care) -> Care:
    with unit_of_work(read_only=True) as uow:
        [found] = uow.cares.these([care.id])
        return found


def letters() -> list[OutboxRow]:
    with watching() as session:
        return list(
            session.scalars(
                select(OutboxRow).where(OutboxRow.template == "care/letter")
            )
        )


def test_an_anniversary_is_prepared_a_week_ahead_with_a_letter_and_one_mail():
    assert prepare(BEFORE).cares == []
    done = prepare()

    [care] = done.cares
    assert (care.kind, care.on, care.years) == (
        "cooperation_anniversary",
        date(2026, 10, 1),
        2,
    )
    assert care.deliver_on == date(2026, 9, 30)
    assert care.letter is not None
    assert care.letter.salutation == "尊敬的张总："
    [mail] = [rendered.mail for rendered in done.mails]
    assert isinstance(mail, CarePrepared)
    assert (mail.recipient, mail.copies) == ("mara", ())
    assert not care.late


def test_gift_ideas_fit_the_budget_are_liked_and_were_not_given_lately():
    with unit_of_work() as uow:
        account_id = uow.accounts.ids()["ACME"]
        uow.files.write_down(
            account_id,
            FileEntry(
                id=0,
                account="ACME",
                kind=EntryKind.SPECIAL_NEED,
                at=BEFORE,
                text="张总爱喝茶，不喝咖啡以外的饮料",
                by="mara",
                recorded_at=BEFORE,
            ),
        )
        uow.gifts.record(
            account_id,
            Gift(
                account="ACME",
                account_name="",
                recipient="ACME-1",
                recipient_name="张建国",
                item="手冲咖啡礼盒",
                value=Decimal(300),
                on=date(2025, 10, 1),
                by="mara",
                recorded_at=BEFORE,
            ),
        )

    [mail] = [rendered.mail for rendered in prepare().mails]

    assert isinstance(mail, CarePrepared)
    assert mail.ideas[0].code == "tea"
    assert "coffee" not in {idea.code for idea in mail.ideas}
    assert [gift.item for gift in mail.given] == ["手冲咖啡礼盒"]


def test_the_link_that_edits_a_letter_brings_its_text_unless_it_is_long():
    [care] = prepare().cares
    assert care.letter is not None
    long = replace(care.letter, paragraphs=("谢" * 601,))

    assert body_of(care) == {"text": "\n\n".join(care.letter.paragraphs)}
    assert body_of(replace(care, letter=long)) == {}


def test_it_is_prepared_once_however_often_this_runs():
    prepare()

    assert prepare().cares == []
    assert prepare(at("2026-10-01 06:10")).cares == []
    [again] = prepare(at("2027-09-24 06:10")).cares
    assert again.edition == 2027


def test_a_letter_is_not_that_of_the_year_before():
    written = [
        care.letter.variant
        for year in (2026, 2027, 2028)
        for care in prepare(at(f"{year}-09-25 06:10")).cares
        if care.letter
    ]

    assert len(written) == len(set(written)) == 3


def test_two_runs_at_once_prepare_one_care():
    refresh(BEGINS)
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(prepare, BEGINS) for _ in range(2)]
        cares = [care for run in runs for care in run.result().cares]

    assert len(cares) == 1


def test_a_dry_run_shows_it_and_keeps_nothing():
    refresh(BEGINS)

    assert len(rehearse(BEGINS).cares) == 1
    assert len(prepare().cares) == 1


def test_after_an_outage_it_is_prepared_once_late_and_the_supervisor_is_told():
    """A4"""
    refresh(at("2026-09-21 06:10"))
    done = prepare(at("2026-09-28 06:10"))

    [care] = done.cares
    assert care.late
    [mail] = [rendered.mail for rendered in done.mails]
    assert mail.copies == ("sun@example.com",)
    assert isinstance(mail, CarePrepared)
    assert mail.left_out
    assert prepare(at("2026-09-28 06:10")).cares == []


def test_what_is_found_after_its_grace_is_skipped_and_said():
    done = prepare(at("2026-10-08 06:10"))

    [care] = done.cares
    assert (care.state, care.skip) == (CareState.SKIPPED, Skip.TOO_LATE)
    assert done.mails == []


@pytest.mark.parametrize(
    ("signed_on", "says"),
    [
        (date(2024, 11, 20), "日期是 2026-11-20，不是 2026-10-01"),
        (date(2023, 10, 1), "是 3 周年，不是 2 周年"),
        (date(2026, 10, 1), "2026 年没有这个日子"),
    ],
)
def test_a_signing_put_right_keeps_the_letter_back_until_a_person_lets_it_go(
    signed_on, says
):
    [care] = prepare().cares
    approve(care)
    store([], [signed(signed_on=signed_on)])
    prepare(at("2026-09-29 06:10"))

    done = deliver()
    assert not done.sent
    assert says in done.mails[0].text
    assert not deliver(at("2026-09-30 09:15")).held  # asked once

    release_care.fn(care="C-1", reason="照寄", by="mara", now=at("2026-09-30 10:00"))
    assert len(deliver(at("2026-09-30 10:15")).sent) == 1


def test_a_letter_to_one_person_goes_to_no_other():
    [care] = prepare().cares
    approve(care)
    known(is_decision_maker=False, email="")
    with unit_of_work() as uow:
        uow.accounts.save_contacts(
            [Contact(code="K2", account="ACME", name="李红", email="li@acme.example")]
        )

    done = deliver()
    assert not done.sent
    assert "信函的称谓不是现在的收信人 李红" in done.mails[0].text

    noon = at("2026-09-30 12:00")
    assert care_of(care).letter
    edit_letter.fn(care="C-1", text="谢谢您。", by="mara", now=noon)
    release_care.fn(care="C-1", reason="已改", by="mara", now=noon)
    approve_letter.fn(care="C-1", by="mara", now=noon)
    [(_, letter)] = deliver(at("2026-09-30 12:15")).sent
    assert letter.mail.address == "li@acme.example"
    assert "尊敬的李红，您好！" in letter.text


def test_whoever_prepares_it_reads_the_red_lines_of_the_account():
    told = {Dimension.RED_LINES: "不收任何礼品", Dimension.GOALS: "扩产"}
    record_answers.fn(account="ACME", given=told, by="mara", at=BEFORE, now=BEFORE)

    [mail] = prepare().mails

    assert "不收任何礼品" in mail.text
    assert "扩产" not in mail.text


def test_who_is_away_is_stood_in_for():
    store(
        [a_person("mara", deputy="dai", absences=away("2026-09-24", "2026-09-25"))], []
    )

    [mail] = [rendered.mail for rendered in prepare().mails]

    assert mail.recipient == "dai"


def test_of_30_letters_one_that_misses_a_field_fails_by_name_and_29_are_written():
    """A7"""
    more = [signed(f"A{n:02}") for n in range(29)]
    store([], more)
    for one in more:
        known(one.code, name="" if one.code == "A07" else "王芳")

    done = prepare()

    [bad] = done.troubled
    assert bad.account == "A07"
    assert "contact" in str(bad.trouble)
    assert sum(care.letter is not None for care in done.cares) == 29
    assert all(c.letter.salutation.strip("：") for c in done.cares if c.letter)


@pytest.mark.parametrize(("tier", "budget"), [(Tier.CORE, 500), (Tier.POTENTIAL, 300)])
def test_a_leader_born_on_a_leap_day_is_wished_a_happy_birthday(tier, budget):
    """Prepared before Spring Festival, on a Saturday made up for, as A2 says."""
    use_policy("key-account")
    store([], [signed(tier=tier, signed_on=None)])
    known(birthday=date(1976, 2, 29))

    assert prepare(at("2026-02-13 06:10")).cares == []
    [care] = prepare(at("2026-02-14 06:10")).cares

    assert (care.kind, care.on) == ("leader_birthday", date(2026, 2, 28))
    assert care.letter is not None
    assert care.letter.subject.startswith(("祝您生日快乐", "生日快乐"))
    assert care.budget == budget


def test_an_occasion_that_nobody_has_a_wording_for_stops_no_other_account():
    house = resources.files("kam_flows") / "policies" / "presets" / "care.yaml"
    own = house.read_text("utf-8").replace("kind: founding_day", "kind: jubilee")
    use_text(own, since=at("2026-02-01 09:00"))
    store([], [signed("BETA")])
    known("BETA")
    typed: dict[str, Cell] = {"account": "ACME", "kind": "jubilee", "day": "10-01"}
    add_occasion.fn(typed=typed, by="mara", now=at("2026-09-01 09:00"))

    done = prepare()

    [bad] = done.troubled
    assert (bad.account, bad.kind) == ("ACME", "jubilee")
    assert {care.account for care in done.cares if care.letter} == {"ACME", "BETA"}
    assert "“jubilee”没有 zh_CN 的信稿" in "".join(mail.text for mail in done.mails)


@pytest.mark.parametrize("fault", ["{% if %}", "{{ 1 / 0 }}", "{{ [][1] }}"])
def test_a_faulty_wording_stops_its_letter_and_no_other(fault, tmp_path, monkeypatch):
    templates = tmp_path / "templates"
    shutil.copytree(settings().templates, templates)
    for wording in (templates / "care" / "letters").glob("founding_day.*"):
        wording.write_text(f"企业周年庆\n\n{fault}", "utf-8")
    monkeypatch.setenv("KAM_TEMPLATES", str(templates))
    settings.cache_clear()
    typed: dict[str, Cell] = {"account": "ACME", "kind": "founding_day", "day": "10-01"}
    add_occasion.fn(typed=typed, by="mara", now=at("2026-09-01 09:00"))

    done = prepare()

    [bad] = done.troubled
    assert (bad.kind, len(done.cares)) == ("founding_day", 2)
    assert "founding_day." in str(bad.trouble)


def test_more_mails_than_the_guard_allows_are_not_written():
    with pytest.raises(UserError, match="allow_mails=1"):
        prepare_due.fn(BEGINS, allow_mails=0)

    assert len(prepare().cares) == 1


def test_nothing_leaves_without_its_approval():
    [care] = prepare().cares

    for now in (LEAVES, at("2026-10-01 09:00"), at("2026-10-03 09:00")):
        done = deliver(now)
        assert [one.id for one in done.waiting] == [care.id]
        assert [m.mail.recipient for m in done.mails] == ["mara"]
        assert deliver(now).mails == []
    assert letters() == []


def test_an_approved_letter_leaves_on_the_morning_of_its_day_from_its_lead_manager():
    [care] = prepare().cares
    approve(care)

    assert deliver(at("2026-09-30 08:59")).sent == []
    [(sent, rendered)] = deliver().sent
    mail = rendered.mail
    assert isinstance(mail, CareLetter)
    assert (mail.address, mail.from_name) == ("boss@acme.example", "Mara")
    assert mail.answers_to == ("Mara", "mara@example.com")
    assert sent.mail_id is not None
    assert care_of(care).state is CareState.SENT
    assert "example.com/deployments" not in rendered.html


def test_approved_twice_and_sent_twice_is_one_letter():
    """A8"""
    [care] = prepare().cares
    approve(care)
    approve(care)
    due = deliverable(LEAVES)
    with ThreadPoolExecutor(2) as both:
        runs = [both.submit(deliver_due.fn, due, LEAVES) for _ in range(2)]
        sent = sum(len(run.result().sent) for run in runs)

    assert sent == 1
    assert deliver().sent == []
    [letter] = letters()
    assert letter.fate is Fate.QUEUED


def test_a_letter_is_held_while_a_severe_ticket_is_open_and_its_manager_asked_once():
    """A6"""
    [care] = prepare().cares
    approve(care)
    number = opened("2026-09-30 08:00")
    change("2026-09-30 08:01", number, Action.CHANGE_PRIORITY, value="urgent")

    done = deliver()
    [held] = done.held
    assert held.held_because == number
    [mail] = [rendered.mail for rendered in done.mails]
    assert isinstance(mail, CareHeld)
    assert [one.number for one in mail.tickets] == [number]
    assert care_of(care).open_tasks == care.open_tasks
    for now in (at("2026-09-30 12:00"), at("2026-10-02 09:00")):
        assert deliver(now) == Delivered()
    assert letters() == []


def test_what_a_person_let_go_over_a_ticket_is_not_held_for_it_again():
    [care] = prepare().cares
    number = opened("2026-09-30 08:00")
    change("2026-09-30 08:01", number, Action.CHANGE_PRIORITY, value="urgent")
    with unit_of_work() as uow:
        released = replace(
            care,
            state=CareState.APPROVED,
            approved_by="mara",
            released_over=number,
        )
        uow.cares.keep(released)

    assert len(deliver().sent) == 1


def test_a_letter_signed_by_a_former_lead_manager_does_not_leave():
    [care] = prepare().cares
    approve(care)
    store([], [signed(lead="dai")])

    [held] = deliver().held
    assert "signed by somebody else" in str(held.trouble)

    edit_letter.fn(care="C-1", text="承蒙信任。", by="dai", now=LEAVES)
    release_care.fn(care="C-1", reason="新负责人", by="dai", now=LEAVES)
    approve_letter.fn(care="C-1", by="dai", now=LEAVES)
    [(sent, rendered)] = deliver().sent
    assert sent.trouble is None
    assert rendered.mail.from_name == "Dai"


def test_a_letter_to_an_account_no_longer_served_does_not_leave():
    [care] = prepare().cares
    approve(care)
    store([], [signed(active=False)])

    [held] = deliver().held
    assert "not served any more" in str(held.trouble)
    assert letters() == []


def test_only_mails_count_against_the_guard_not_letters_that_wait():
    prepare()
    first = deliver(LEAVES)

    assert len(first.mails) == 1
    assert deliver(LEAVES, allow_mails=0).waiting
    with pytest.raises(UserError, match="allow_mails=1"):
        deliver(at("2026-10-01 09:00"), allow_mails=0)


def test_care_under_way_passes_to_the_successor_with_its_open_steps():
    [care] = prepare().cares
    store([a_person("ops", role=StaffRole.OPERATIONS)], [])
    hand_over.fn(
        account="ACME",
        leaving="mara",
        successor="dai",
        by="ops",
        now=at("2026-09-25 10:00"),
    )

    passed = care_of(care)
    assert passed.owner == "dai"
    assert {task.owner for task in passed.open_tasks} == {"dai"}


def test_a_birthday_put_right_is_not_honoured_twice():
    use_policy("default", at("2026-09-01 09:00"))
    known(birthday=date(1980, 9, 30))
    first = prepare(at("2026-09-23 06:10")).cares
    known(birthday=date(1980, 10, 2))
    again = prepare(at("2026-09-28 06:10")).cares

    assert [care.kind for care in first] == ["birthday"]
    assert [care.kind for care in again] == ["cooperation_anniversary"]
