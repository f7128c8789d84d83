"""Mails to send, each different only in what a test is about."""

from datetime import UTC, datetime
from typing import ClassVar

from kam_flows.domain.mails import Mail, Reader, RenderedMail

MONDAY = datetime(2026, 10, 12, 9, tzinfo=UTC)
SENDER = "KAM Flows <kam@example.com>"


class ToStaff(Mail):
    template: ClassVar[str] = "test/staff"


class ToAccount(Mail):
    template: ClassVar[str] = "test/account"
    reader: ClassVar[Reader] = Reader.ACCOUNT


def a_mail(
    key: str = "test:1",
    *,
    kind: type[Mail] = ToStaff,
    address: str = "li.wei@example.com",
    name: str = "李伟",
    copies: tuple[str, ...] = (),
    subject: str = "工单提醒",
    text: str = "有一张工单需要您处理。\n",
    html: str = "<p>有一张工单需要您处理。</p>\n",
) -> RenderedMail:
    mail = kind(
        recipient="L01",
        address=address,
        name=name,
        language="zh_CN",
        timezone="Asia/Shanghai",
        dedup_key=key,
        copies=copies,
    )
    return RenderedMail(mail=mail, subject=subject, text=text, html=html)
