"""What staff see in Prefect of a contact's own data: never who it is."""

import pytest

from flows.audit import show_the_audit_trail
from flows.contacts import erase_a_contact, export_a_contact
from kam_flows.domain.accounts import Contact
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tests.builders import a_person, an_account
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_contact_is_handed_out_rehearsed_and_erased_in_plain_words():
    use_policy("default")
    store(
        [a_person("mara"), a_person("ops", role=StaffRole.OPERATIONS)], [an_account()]
    )
    shen = Contact(code="C001", account="ACME", name="沈国栋", email="shen@acme.cn")
    with unit_of_work() as uow:
        uow.accounts.save_contacts([shen])

    taken = await export_a_contact("C001", "ops", return_state=True)
    look = await erase_a_contact("C001", "ops", "来信", return_state=True)
    refused = await erase_a_contact("C001", "mara", "来信", return_state=True)
    done = await erase_a_contact(
        "C001", "ops", "沈国栋来信", dry_run=False, return_state=True
    )
    trail = await show_the_audit_trail(subject="C001", return_state=True)

    folder = settings().var / "export"
    assert {path.name for path in folder.iterdir()} == {
        f"contact-C001.{kind}" for kind in ("json", "md", "xlsx")
    }
    assert str(taken.message).startswith("已写入：")
    assert str(look.message).endswith("；试运行：未保存任何内容。")
    assert refused.is_failed()
    assert str(done.message).startswith(
        "华东精密科技 的联系人 C001 今后只记为 erased-1；已抹去其信息的记录：联系人 1"
    )
    assert "沈" not in f"{look.message}{done.message}"
    assert str(trail.message).startswith("审计记录 2 条")
