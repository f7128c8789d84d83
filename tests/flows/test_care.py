"""What staff see in Prefect of care that runs by itself."""

from datetime import date

import pytest

from flows.care import deliver_care, prepare_care
from flows.care_weeks import send_what_comes_up
from flows.histories import show_a_care
from kam_flows.domain.accounts import Contact, Tier
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")

BEGINS = at("2026-09-24 06:10")


async def test_care_is_prepared_told_and_waits_for_its_approval_in_plain_words():
    use_policy("care")
    account = an_account(tier=Tier.CORE, signed_on=date(2024, 10, 1))
    store([a_person("mara")], [account])
    with unit_of_work() as uow:
        boss = Contact(
            code="K1", account="ACME", name="张建国", email="boss@acme.example"
        )
        uow.accounts.save_contacts([boss])

    first = await prepare_care(as_of=BEGINS, return_state=True)
    again = await prepare_care(as_of=BEGINS, return_state=True)
    sent = await deliver_care(as_of=at("2026-09-30 09:15"), return_state=True)
    week = await send_what_comes_up(as_of=at("2026-09-28 07:15"), return_state=True)
    page = await show_a_care("C-1", return_state=True)

    assert first.message == (
        "准备了 1 项关怀，其中 0 项启动已晚，略过 0 项；写出 1 封邮件。"
    )
    assert again.message == "目前没有到期事项。"
    assert sent.message == "发出 0 封信，暂缓 0 封，1 封等待批准。"
    assert week.message is not None
    assert week.message.startswith("写好 1 封关怀预告")
    assert page.message == "C-1 华东精密科技：已准备，2026-10-01；请看 Artifacts。"


async def test_a_letter_that_cannot_be_written_makes_the_run_red_and_names_it():
    use_policy("care")
    account = an_account(tier=Tier.CORE, signed_on=date(2024, 10, 1))
    store([a_person("mara")], [account])

    state = await prepare_care(as_of=BEGINS, return_state=True)

    assert state.is_failed()
    assert "C-1" in str(state.message)
    assert "没有可以写信的联系人" in str(state.message)
