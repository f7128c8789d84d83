"""All that is on record about one contact, to be handed out to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kam_flows.domain.accounts import Contact
from kam_flows.domain.cares import Care
from kam_flows.domain.events import Reply
from kam_flows.domain.gifts import Gift
from kam_flows.domain.mails import Fate
from kam_flows.domain.occasions import Occasion


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An event of ours to which they were invited."""

    event: str
    on: date
    reply: Reply | None
    note: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail that was written to them."""

    at: datetime
    subject: str
    fate: Fate
    text: str
    """Empty: its body is no longer kept."""


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A text on record that names them, wherever it stands."""

    where: str
    """Name of the table."""
    number: int
    field: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ContactFile:
    contact: Contact
    account_name: str
    occasions: Sequence[Occasion]
    cares: Sequence[Care]
    gifts: Sequence[Gift]
    invitations: Sequence[Invitation]
    letters: Sequence[Letter]
    mentions: Sequence[Mention]
