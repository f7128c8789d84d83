"""A contact is erased on request: nothing names them any more, and every fact stays."""

import io
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from kam_flows.domain.account_file import EntryKind
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import CalendarPart, Decision, Fate
from kam_flows.domain.people import StaffRole
from kam_flows.domain.portfolio import BadFile, Table
from kam_flows.mail.mime import ReadMail, read
from kam_flows.mail.rewriting import rewritten
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import OutboxRow, Row
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.account_files import add_entry
from tasks.care import prepare_due
from tasks.erasing import Erased, erase_contact
from tasks.event_guests import invite, release
from tasks.events import move_event, plan_event
from tasks.gifts import record_gift
from tasks.occasions import refresh
from tasks.portfolio import take_in
from tests.builders import a_person, an_account, at
from tests.cares import LETTER, care, prepared
from tests.mail.builders import ToAccount, a_mail
from tests.mail.test_mime import built
from tests.planted import everything, plant
from tests.portfolio import store, use_policy

NOW = at("2026-10-12 10:00")
NAME, MAIL, PHONE = "沈国栋", "shen@acme.cn", "+86 512 5555 0001"
SPELLED = (NAME, MAIL, "5555 0001", "55550001", "沈总", "1993-07-22")
HEAD = ("联系人编号", "客户编号", "姓名", "职务", "邮箱", "电话", "生日", "决策人")
ROW = ("C001", "ACME", NAME, "总经理", MAIL, PHONE, "1993-07-22", "是")
OTHER = ("C002", "ACME", "韩雅琴", "采购总监", "han@acme.cn", "", "", "否")


def bring(*rows: tuple[str, ...]) -> Any:
    with unit_of_work() as uow:
        table = Table(source="contacts.csv", rows=(HEAD, *rows))
        return take_in(uow, [table], "ops", NOW)


def erase(contact: str = "C001", **asked: Any) -> Erased:
    asked = {"by": "ops", "reason": f"{NAME} 10 月 11 日来信要求"} | asked
    return erase_contact.fn(contact=contact, now=NOW, **asked)


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("default")
    people = [
        a_person("mara", name="张敏", supervisor="sun"),
        a_person("sun", role=StaffRole.SUPERVISOR),
        a_person("ops", role=StaffRole.OPERATIONS),
    ]
    store(people, [an_account()])
    bring(ROW, OTHER)


def a_life() -> None:
    """Whatever forms and runs write about somebody."""
    bring((*ROW[:3], "董事长", *ROW[4:]), OTHER)
    bring(ROW, OTHER)
    refresh(NOW)
    prepare_due.fn(NOW)
    of_them = {"contact": NAME, "contact_code": "C001", "kind": "work_anniversary"}
    own = LETTER.__class__(**{**vars(LETTER), "salutation": "尊敬的沈总："})
    prepared(**of_them, letter=own)
    prepared(letter=own, state=CareState.APPROVED, approved_by="sun")
    record_gift.fn(
        account="ACME",
        recipient="C001",
        item="龙井",
        value=Decimal(380),
        by="mara",
        now=NOW,
        reason=f"{NAME} 喜欢茶",
    )
    summit = plan_event.fn(
        kind="summit",
        name="2026 客户峰会",
        on=date(2026, 12, 10),
        organiser="mara",
        by="mara",
        now=NOW,
        minutes=420,
        place="上海",
    ).event.number
    invite.fn(event=summit, by="mara", now=NOW, accounts=["ACME"])
    release.fn(event=summit, decision=Decision.SEND, by="mara", now=NOW)
    for said in (f"{NAME}（{MAIL}）要月报", "打 0512-5555 0001 找沈国栋"):
        add_entry.fn(
            account="ACME", kind=EntryKind.SPECIAL_NEED, text=said, by="mara", now=NOW
        )


def posted(key: str, words: str, fate: Fate = Fate.SENT, **to: Any) -> int:
    """A mail on record whose words, subject and calendar file are these."""
    mail = a_mail(key, subject=words, text=words, html=f"<b>{words}</b>", **to)
    calendar = CalendarPart(
        "REQUEST", f"BEGIN:VCALENDAR\r\nX:{'长' * 20}\r\n {words}\r\n"
    )
    with unit_of_work() as uow:
        id_ = uow.outbox.enqueue(
            mail=mail,
            content=built(replace(mail, calendar=calendar)),
            message_id=f"<{key}@example.com>",
            now=NOW,
        )
        uow.session.execute(update(OutboxRow).values(fate=fate))
    return id_


def a_document(words: str) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        made.writestr("word/document.xml", f"<w:t>{words}</w:t>")
    return out.getvalue()


def counts(session: Session) -> Counter[str]:
    return Counter(
        {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Row.metadata.sorted_tables
        }
    )


def left_over() -> list[tuple[str, str]]:
    """Where the person is still to be found, mails and documents opened."""
    with Session(engine()) as session:
        places = list(everything(session))
        contents = session.execute(text("SELECT id, content FROM outbox_contents"))
        mails: list[str] = []

        def heard(said: str) -> str:
            mails.append(said)
            return said

        for _, content in contents:
            rewritten(bytes(content), heard)
        documents = session.scalars(text("SELECT document FROM agreements"))
        papers = [_unpacked(bytes(document)) for document in documents]
    places += [("mail", said) for said in mails]
    places += [("document", said) for said in papers]
    return [(where, said) for where, said in places if any(w in said for w in SPELLED)]


def _unpacked(document: bytes) -> str:
    with ZipFile(io.BytesIO(document)) as opened:
        return opened.read("word/document.xml").decode()


def test_nothing_in_any_table_names_them_and_every_fact_stays():
    a_life()
    words = f"{NAME}、{MAIL} 与 0512 5555-0001"
    mail = built(a_mail())
    told = posted("digest:1", words)
    with Session(engine()) as session, session.begin():
        plant(session, words, mail, a_document(words))
    with Session(engine()) as session:
        before = counts(session)
    assert {where.split(".")[0] for where, _ in left_over()} > {"contacts", "audit"}

    done = erase()

    assert left_over() == []
    with Session(engine()) as session:
        after = counts(session)
    gone = before - after
    assert gone == Counter(contacts=1, outbox_contents=done.letters)
    assert after - before == Counter(erasures=1, audit=1)
    assert done.mails == 1
    assert "erased-2、erased-2 与 erased-2" in body(told).text
    assert NAME not in str(done)


def body(mail_id: int) -> ReadMail:
    with unit_of_work(read_only=True) as uow:
        return read(uow.erasures.content([mail_id])[mail_id])


def test_a_dry_run_says_the_same_and_keeps_everything():
    posted("digest:1", NAME)

    rehearsed = erase(dry_run=True)

    assert {"contacts.name", "audit.detail"} <= {where for where, _ in left_over()}
    assert erase() == rehearsed


def test_the_house_works_on_without_them():
    a_life()
    erase()

    refresh(NOW)
    prepare_due.fn(NOW)
    moved = move_event.fn(
        event="E-1", on=date(2026, 12, 17), by="mara", reason="场地", now=NOW
    )

    assert moved.guests.told == 0
    again = care(2).letter
    assert again is not None
    assert "韩" in again.salutation
    assert care(1).state is CareState.DROPPED
    assert left_over() == []


def test_a_file_does_not_bring_them_back_without_a_word():
    erase()

    with pytest.raises(BadFile, match=r"'C001'; expected nobody who was erased on req"):
        bring(ROW, OTHER)
    assert bring(OTHER).remarks() == []
    [said] = bring(("C009", *ROW[1:])).remarks()
    assert said.startswith("C009 has the mail address of somebody who was erased")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"by": "mara"}, "may not do this"),
        ({"by": "sun"}, "may not do this"),
        ({"reason": " "}, "Say who asked for it"),
        ({"contact": "C7"}, "There is no contact 'C7'"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_is_written(
    asked: dict[str, str], said: str
):
    with pytest.raises(UserError, match=said):
        erase(**asked)

    assert ("contacts.name", NAME) in left_over()


def test_while_a_letter_to_them_is_on_its_way_nothing_is_done():
    mail = posted("care/1", "您好", Fate.SENDING, kind=ToAccount, address=MAIL)

    with pytest.raises(UserError, match="is on its way"):
        erase()

    assert body(mail).text == "您好"


def test_a_letter_to_them_that_waits_never_leaves_and_its_body_goes():
    posted("care/1", f"{NAME}，您好", Fate.HELD, kind=ToAccount, address=MAIL)

    done = erase()

    assert (done.letters, done.stopped) == (1, 1)
    with unit_of_work(read_only=True) as uow:
        [mail] = uow.outbox.recent(9)
    assert (mail.fate, mail.addresses) == (Fate.CANCELLED, ("erased-1",))
    assert left_over() == []


def test_who_is_called_the_same_keeps_their_name():
    namesake = a_person("shen", name=NAME, email="guodong.shen@example.com")
    store([namesake], [an_account("BETA", lead="shen")])
    for account in ("ACME", "BETA"):
        add_entry.fn(
            account=account, kind=EntryKind.SPECIAL_NEED, text=NAME, by="shen", now=NOW
        )

    done = erase()

    assert done.shared == ("the name",)
    assert {where for where, _ in left_over()} == {"staff.name", "file_entries.text"}
    with unit_of_work(read_only=True) as uow:
        ids = uow.accounts.ids()
        kept = [uow.files.entries(ids[one])[0].text for one in ("ACME", "BETA")]
    assert kept == ["erased-1", NAME]
