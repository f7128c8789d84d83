"""What staff see in Prefect of the mails that went out, or did not."""

import json
import socket
from typing import Any

import pytest
from prefect import State
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from pydantic import SecretStr

from flows.dispatch import as_written, dispatch_mail
from kam_flows.domain.mails import Fate
from kam_flows.mail.mime import ReadMail, build, message_id
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.dispatch import PASSWORD_BLOCK, server_in_use
from tests.mail.builders import MONDAY, SENDER, a_mail
from tests.mail.servers import Inbox, a_server

pytestmark = pytest.mark.usefixtures("sqlite_database")


def queue(*keys: str) -> None:
    with unit_of_work() as uow:
        for key in keys:
            mail = a_mail(key, address=f"{key}@example.com")
            uow.outbox.enqueue(
                mail=mail,
                content=build(mail, sender=SENDER, reply_to="", date=MONDAY),
                message_id=message_id(key, SENDER),
                now=MONDAY,
            )


def counts() -> dict[Fate, int]:
    with unit_of_work() as uow:
        return uow.outbox.counts()


def send_to(port: int, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("KAM_SMTP_PORT", str(port))
    settings.cache_clear()


async def artifacts_of(state: State[Any]) -> dict[str, Any]:
    run = state.state_details.flow_run_id
    assert run is not None
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run]))
    async with get_client() as client:
        found = await client.read_artifacts(artifact_filter=of_run)
    return {str(artifact.key): artifact.data for artifact in found}


async def test_a_minute_without_mail_leaves_nothing_behind():
    state = await dispatch_mail(return_state=True)

    assert state.is_completed()
    assert state.message == "目前没有到期事项。"
    assert await artifacts_of(state) == {}


async def test_a_run_shows_what_became_of_each_mail_and_the_last_one_in_full(
    monkeypatch,
):
    queue("sun", "hu")
    inbox = Inbox()
    async with a_server(inbox) as server:
        send_to(server.port, monkeypatch)
        state = await dispatch_mail(return_state=True)

    found = await artifacts_of(state)
    assert inbox.addresses == ["hu@example.com", "sun@example.com"]
    assert state.message == "邮件：已发送 2 封。"
    assert json.loads(found["dispatch-result"]) == [
        {"状态": "已发送", "数量": 2, "示例": "L01：工单提醒；L01：工单提醒"}
    ]
    assert "收件人：李伟 <hu@example.com>" in found["last-sent-mail"]
    assert "有一张工单需要您处理。" in found["last-sent-mail"]


async def test_a_mail_that_failed_ends_the_run_red_and_named(monkeypatch):
    queue("sun", "hu")
    inbox = Inbox(refused={"hu@example.com": "550 5.1.1 No such user"})
    async with a_server(inbox) as server:
        send_to(server.port, monkeypatch)
        state = await dispatch_mail(return_state=True)

    assert state.is_failed()
    assert state.message == (
        "2 封邮件中有 1 封发送失败或可能未送达："
        "L01：工单提醒（hu@example.com: 550 5.1.1 No such user）。"
    )
    assert counts() == {Fate.SENT: 1, Fate.FAILED: 1}


async def test_a_server_nobody_can_reach_ends_the_run_red_and_keeps_the_mails(
    monkeypatch,
):
    queue("sun", "hu")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        send_to(unused.getsockname()[1], monkeypatch)
        state = await dispatch_mail(return_state=True)

    assert state.is_failed()
    assert state.message is not None
    assert "无法使用：" in state.message
    assert state.message.endswith("；发件箱中有 2 封邮件等待发送。")
    assert counts() == {Fate.QUEUED: 2}


async def test_an_english_house_reads_in_english_what_became_of_its_mails(monkeypatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    queue("sun", "hu")
    inbox = Inbox(refused={"hu@example.com": "550 5.1.1 No such user"})
    async with a_server(inbox) as server:
        send_to(server.port, monkeypatch)
        state = await dispatch_mail(return_state=True)

    found = await artifacts_of(state)
    assert state.message == (
        "1 of 2 mails failed or may not have arrived: "
        "L01: 工单提醒 (hu@example.com: 550 5.1.1 No such user)."
    )
    fates = {row["fate"] for row in json.loads(found["dispatch-result"])}
    assert fates == {"Failed", "Sent"}
    assert "To: 李伟 <sun@example.com>" in found["last-sent-mail"]


async def test_a_dry_run_shows_what_would_be_sent():
    queue("sun")

    state = await dispatch_mail(dry_run=True, return_state=True)
    assert state.message == "将发送 1 封邮件。"
    (row,) = json.loads((await artifacts_of(state))["dispatch-rehearsal"])
    assert (row["收件人"], row["主题"]) == ("sun@example.com", "工单提醒")
    assert counts() == {Fate.QUEUED: 1}


async def test_a_setting_that_cannot_be_meant_ends_the_run_with_its_sentence(
    monkeypatch,
):
    queue("sun")
    monkeypatch.setenv("KAM_SMTP_URL", "smtp://kam:geheim@mail.example.com")
    settings.cache_clear()

    state = await dispatch_mail(return_state=True)
    assert state.is_failed()
    assert state.message is not None
    assert state.message.startswith("KAM_SMTP_URL 中含有密码；请将其移出")
    assert "geheim" not in state.message
    assert counts() == {Fate.QUEUED: 1}


async def test_the_password_may_stand_in_a_prefect_block(monkeypatch):
    queue("sun")
    monkeypatch.setenv("KAM_SMTP_URL", "smtps://kam@mail.example.com")
    settings.cache_clear()

    state = await dispatch_mail(return_state=True)
    assert state.message is not None
    assert PASSWORD_BLOCK in state.message
    await Secret(value=SecretStr("geheim")).save(PASSWORD_BLOCK)
    assert (await server_in_use()).password == "geheim"


def test_nothing_in_a_mail_is_read_as_markdown():
    words = "<b>x</b>\n````\n# not a title"
    mail = ReadMail(sender="a", to="b", subject="`c`", date=None, text=words, html="")

    shown = as_written(mail)
    assert shown.startswith("`````text\n")
    assert shown.endswith("\n`````")
    assert words in shown
