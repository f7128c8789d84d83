"""Mails, first as decided, then as written."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple, Self

from kam_flows.domain.people import TeamRole

DUTY = "@duty"
"""Stands where a staff code stands: the duty mailbox, told when nobody else can be."""
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


class Reader(StrEnum):
    """Whom a mail goes to; staff mails may carry links to forms, account mails never."""

    STAFF = "staff"
    ACCOUNT = "account"


class Fate(StrEnum):
    """What became of a mail (design, "Outbox")."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The connection was lost after DATA: it may or may not have arrived."""
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Decision(StrEnum):
    """What a person decides about a mail that waits for one."""

    SEND = "send"
    DROP = "drop"


class Approval(NamedTuple):
    """Who may let a held mail go: whoever has this role on the account's team by then.

    As text, `lead_manager ACME mara`, it stands in the outbox as what the mail waits for.
    """

    role: TeamRole
    account: str
    signer: str
    """Staff code of whoever the mail speaks for."""

    def __str__(self) -> str:
        return f"{self.role} {self.account} {self.signer}"

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """From what a mail waits for; `None` if that is something else."""
        role, _, rest = (text or "").partition(" ")
        account, _, signer = rest.rpartition(" ")
        if role not in set(TeamRole) or not account:
            return None
        return cls(TeamRole(role), account, signer)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A decided mail. Its fields are the template's context, nothing else is.

    `dedup_key` is built from codes, numbers and ISO moments only: the same decision
    always yields the same key, and the outbox keeps one mail per key.
    """

    template: ClassVar[str]
    reader: ClassVar[Reader] = Reader.STAFF

    recipient: str
    """Staff code, contact code, or `DUTY`."""
    address: str
    name: str
    language: str
    timezone: str
    dedup_key: str
    copies: tuple[str, ...] = ()
    """Further addresses, as Cc."""
    from_name: str = ""
    """Whose letter it is, shown as its sender; empty: whom the settings name."""
    answers_to: tuple[str, str] | None = None
    """Name and address of whoever reads answers; `None`: whom the settings name."""


class CalendarPart(NamedTuple):
    """A calendar file in a mail, and what it asks of the reader's calendar."""

    method: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What a run tells of a mail that it wrote."""

    recipient: str
    """Staff code, or DUTY."""
    addressee: str
    """Their name, or where they have none, the address."""
    subject: str


@dataclass(frozen=True, kw_only=True)
class RenderedMail:
    """A mail as its recipient will read it."""

    mail: Mail
    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None

    @property
    def envelope(self) -> Envelope:
        return Envelope(
            recipient=self.mail.recipient,
            addressee=self.mail.name or self.mail.address,
            subject=self.subject,
        )


def is_address(text: str) -> bool:
    """Whether mail can be addressed to this text, as every server understands it."""
    return ADDRESS.fullmatch(text) is not None
