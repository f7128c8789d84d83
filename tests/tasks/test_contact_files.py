"""What a contact may ask for: everything on record about them, to be read anywhere."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from typer.testing import CliRunner

from kam_flows.cli.contact import contact as cli
from kam_flows.domain.account_file import EntryKind
from kam_flows.domain.accounts import Contact
from kam_flows.domain.contact_files import ContactFile
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.models import AuditRow
from kam_flows.persistence.traces import searched
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.contact_files import TABLES
from tasks.account_files import add_entry
from tasks.contact_files import contact_file, write_contact_file
from tasks.event_guests import invite
from tasks.events import plan_event
from tasks.gifts import record_gift
from tests.builders import a_person, an_account, at
from tests.cares import prepared
from tests.portfolio import store, use_policy, watching

NOW = at("2026-10-12 10:00")
SHEN = Contact(
    code="C001",
    account="ACME",
    name="沈国栋",
    title="总经理",
    email="shen@acme.cn",
    phone="+86 512 5555 0001",
    birthday=date(1993, 7, 22),
)
HAN = Contact(code="C002", account="ACME", name="韩雅琴", email="han@acme.cn")
NEED = "沈国栋：<b>月报</b> | 每周一"


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("default")
    people = [
        a_person("mara", name="张敏"),
        a_person("ops", role=StaffRole.OPERATIONS),
    ]
    store(people, [an_account()])
    with unit_of_work() as uow:
        uow.accounts.save_contacts([SHEN, HAN])
    prepared(contact="沈国栋", contact_code="C001", kind="work_anniversary")
    for recipient, item in (("C001", "龙井"), ("C002", "茶具")):
        record_gift.fn(
            account="ACME",
            recipient=recipient,
            item=item,
            value=Decimal(380),
            by="mara",
            now=NOW,
        )
    event = plan_event.fn(
        kind="summit",
        name="客户峰会",
        on=date(2026, 12, 10),
        organiser="mara",
        by="mara",
        now=NOW,
        minutes=420,
        place="上海",
    ).event.number
    invite.fn(event=event, by="mara", now=NOW, contacts="C001，C002")
    for text in (NEED, "韩雅琴 要纸质月报"):
        add_entry.fn(
            account="ACME", kind=EntryKind.SPECIAL_NEED, text=text, by="mara", now=NOW
        )


def asked() -> ContactFile:
    return contact_file.fn("C001", by="ops", now=NOW)


def test_it_has_all_that_is_theirs_and_nothing_of_others():
    file = asked()

    assert file.contact == SHEN
    assert [care.number for care in file.cares] == ["C-1"]
    assert [one.kind for one in file.occasions] == ["work_anniversary"]
    assert [gift.item for gift in file.gifts] == ["龙井"]
    assert [one.event for one in file.invitations] == ["客户峰会"]
    [letter] = file.letters
    assert "沈" in letter.text
    assert ("file_entries", NEED) in [(one.where, one.text) for one in file.mentions]
    assert "韩雅琴" not in str(file)


def test_it_is_written_for_programs_to_read_and_as_a_workbook(tmp_path: Path):
    file = asked()
    told = write_contact_file.fn(file, tmp_path / "c.json").read_text()
    page = write_contact_file.fn(file, tmp_path / "c.md", "en").read_text()
    book = load_workbook(
        io.BytesIO(write_contact_file.fn(file, tmp_path / "c.xlsx").read_bytes())
    )

    assert json.loads(told)["contact"]["birthday"] == "1993-07-22"
    assert "# All that is on record about 沈国栋 of 华东精密科技" in page
    assert "\\<b\\>月报\\</b\\> \\|" in page
    assert book.sheetnames[:4] == ["联系人", "关怀节点", "关怀和信函", "礼品"]
    with pytest.raises(UserError, match=r"let its name end in \.json"):
        write_contact_file.fn(file, tmp_path / "c.txt")


def test_only_operations_and_heads_take_it_out_and_that_is_on_record():
    with pytest.raises(UserError, match="may not do this"):
        contact_file.fn("C001", by="mara", now=NOW)
    asked()

    with watching() as session:
        exported = select(AuditRow).where(AuditRow.action == "exported")
        [entry] = session.scalars(exported)
    assert (entry.actor, entry.subject) == ("ops", "contact C001")


def test_the_terminal_writes_it(tmp_path: Path):
    path = tmp_path / "shen.json"

    result = CliRunner().invoke(cli, ["export", "C001", "-o", str(path)])

    assert result.output == f"{path}\n"
    assert json.loads(path.read_text())["account_name"] == "华东精密科技"


def test_every_table_in_which_somebody_may_be_named_has_a_name_of_its_own():
    assert set(TABLES) == {table.name for table in searched()}
