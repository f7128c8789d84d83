"""What staff see in Prefect of a ticket's history, the outbox, and their decisions."""

import json

import pytest

from flows.histories import show_a_ticket
from flows.outbox import decide_about_a_mail, show_the_outbox
from kam_flows.domain.people import StaffRole
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account
from tests.flows.test_dispatch import artifacts_of
from tests.mail.builders import MONDAY, a_mail
from tests.portfolio import opened, store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


def a_house() -> None:
    use_policy()
    people = [a_person("ops", role=StaffRole.OPERATIONS), a_person("mara")]
    store(people, [an_account()])


async def test_a_ticket_is_one_page():
    a_house()
    number = opened("2026-10-12 10:00")
    state = await show_a_ticket(
        f"{number} · 华东精密科技 · 无法登录", return_state=True
    )

    [(key, page)] = (await artifacts_of(state)).items()
    assert key == "ticket-t-0001"
    assert page.startswith("# T-0001 · 无法登录")
    assert state.message == "T-0001 的历史见 Artifacts。"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("T-7", "没有工单“T-7”；请输入编号或名称。"),
        (" ", "请选择工单，或输入编号或名称。"),
    ],
)
async def test_a_ticket_nobody_knows_is_one_sentence(typed: str, sentence: str):
    state = await show_a_ticket(typed, return_state=True)

    assert state.is_failed()
    assert state.message == sentence


async def test_a_held_mail_is_shown_decided_about_and_gone_from_the_waiting():
    a_house()
    with unit_of_work() as uow:
        mail_id = uow.outbox.enqueue(
            mail=a_mail(),
            content=b"",
            message_id="<1>",
            now=MONDAY,
            held_for="approval",
        )
    shown = await show_the_outbox(return_state=True)
    decided = await decide_about_a_mail(str(mail_id), "作废", "ops", return_state=True)
    refused = await decide_about_a_mail(str(mail_id), "发送", "ops", return_state=True)

    assert shown.message == "1 封邮件等待人工决定。"
    found = await artifacts_of(shown)
    assert json.loads(found["outbox-fates"]) == [{"状态": "暂缓", "数量": "1"}]
    assert json.loads(found["outbox"])[0]["原因"] == "approval"
    assert decided.message == (
        f"邮件 {mail_id}（收件人 li.wei@example.com，“工单提醒”）：作废；不会发出。"
    )
    assert refused.is_failed()
    assert str(refused.message).startswith(f"邮件 {mail_id} 的状态是“已取消”")
