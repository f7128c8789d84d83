"""The outbox in words: what became of each mail, and which wait for a person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from kam_flows.domain.choices import SEPARATOR, in_a_list
from kam_flows.domain.events import AWAITED
from kam_flows.domain.mails import Approval, Fate
from kam_flows.domain.restores import RESTORED
from kam_flows.rendering.answers import local
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.words import spoken, word

COLUMNS = (
    ("邮件", "Mail"),
    ("状态", "Fate"),
    ("收件人", "To"),
    ("主题", "Subject"),
    ("写成时间", "Written"),
    ("结束时间", "Settled"),
    ("尝试次数", "Attempts"),
    ("原因", "Reason"),
)
COUNTED = (("状态", "Fate"), ("数量", "Count"))


class Listed(Protocol):
    """A mail as the outbox lists it."""

    @property
    def id(self) -> int: ...
    @property
    def fate(self) -> Fate: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def subject(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def finished_at(self) -> datetime | None: ...
    @property
    def attempts(self) -> int: ...
    @property
    def error(self) -> str | None: ...
    @property
    def held_for(self) -> str | None: ...


def outbox_rows(
    mails: Iterable[Listed],
    language: str,
    timezone: str,
    bodiless: Mapping[int, str],
) -> list[dict[str, str]]:
    """A table of mails in the order given; of some, by id, why they have no body."""
    heads = [head[spoken(language)] for head in COLUMNS]
    return [
        dict(
            zip(
                heads,
                (
                    str(mail.id),
                    word(mail.fate, language),
                    one_line(", ".join(mail.addresses)),
                    one_line(mail.subject),
                    local(mail.created_at, timezone),
                    local(mail.finished_at, timezone) if mail.finished_at else "",
                    str(mail.attempts),
                    reason(mail, language, bodiless.get(mail.id, "")),
                ),
                strict=True,
            )
        )
        for mail in mails
    ]


def reason(mail: Listed, language: str, no_body: str = "") -> str:
    """Why it is where it is, and why it cannot be read any more."""
    said = one_line(mail.error or waits_for(mail.held_for, language))
    return ("；", "; ")[spoken(language)].join(filter(None, [said, no_body]))


def body_removed(days: int, language: str, *, with_reader: bool) -> str:
    """Why a mail has no body: its time was over, or its reader was erased."""
    if with_reader:
        return ("收件人已按请求删除，正文随之删除", "body removed with its reader")[
            spoken(language)
        ]
    return ("正文已在 {days} 天后删除", "body removed after {days} days")[
        spoken(language)
    ].format(days=days)


def waits_for(held_for: str | None, language: str) -> str:
    """What a mail waits for: a word of its own, or whose decision it is."""
    approval = Approval.read(held_for)
    if approval is None and held_for and held_for.startswith(AWAITED):
        released = (
            "等待放行{event}的邀请函",
            "the invitations to {event} are released",
        )
        event = held_for.removeprefix(AWAITED)
        return released[spoken(language)].format(event=event)
    if held_for == RESTORED:
        why = (
            "恢复备份之前可能已经通知过；见 kam mail release",
            "may have been told before a backup was restored; see kam mail release",
        )
        return why[spoken(language)]
    if approval is None:
        return held_for or ""
    said = ("等待{role}决定：{account}", "{role} of {account} decides")[
        spoken(language)
    ]
    return said.format(role=word(approval.role, language), account=approval.account)


def fate_rows(counts: Mapping[Fate, int], language: str) -> list[dict[str, str]]:
    """How many mails have which fate, in the order of a mail's life."""
    fate_head, count_head = (head[spoken(language)] for head in COUNTED)
    return [
        {fate_head: word(fate, language), count_head: str(counts[fate])}
        for fate in Fate
        if fate in counts
    ]


def mail_choice(mail: Listed, language: str) -> str:
    """As a form shows it: `12 · 被拒收 · li.wei@example.com · 工单提醒`."""
    to = in_a_list(", ".join(mail.addresses))
    shown = (str(mail.id), word(mail.fate, language), to, in_a_list(mail.subject))
    return SEPARATOR.join(shown)
