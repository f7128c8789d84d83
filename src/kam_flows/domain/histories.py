"""A ticket's history: what was promised, what happened, who was told, what is next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kam_flows.domain.escalation import Outcome
from kam_flows.domain.mails import Fate
from kam_flows.domain.notices import Skipped, TicketFacts
from kam_flows.domain.policy import Target
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Happening


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promised time, and whether it was kept."""

    target: Target
    episode: int
    written: str
    """As the policy writes it: `2bh`; empty: nothing is promised any more."""
    due_at: datetime | None
    """`None` while waiting for the customer stops the clock."""
    met_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One event of the history, people and scenes by name."""

    at: datetime
    kind: Happening
    who: str
    """Empty: it happened by itself."""
    value: str
    note: str
    recorded_at: datetime
    """Later than `at` where somebody recorded it afterwards."""


class Why(StrEnum):
    """Why a line about a rung stands in somebody's mail."""

    ALERT = "alert"
    COPY = "copy"
    OVERNIGHT = "overnight"


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody who was told about a rung, and in which mail."""

    name: str
    """Empty: the duty mailbox."""
    why: Why
    mail: int | None
    """`None`: the line stands in no mail yet."""


@dataclass(frozen=True, kw_only=True)
class Climb:
    """A rung of one episode, and what became of it."""

    episode: int
    rung: int
    meant_for: Tell | None
    """`None` where the ladder has changed since: nobody can tell any more."""
    due_at: datetime | None
    """`None` while waiting for the customer stops the clock."""
    outcome: Outcome | None = None
    """`None`: it is not due yet, or was settled before it was."""
    decided_at: datetime | None = None
    deliver_at: datetime | None = None
    """When it may be told, or might have been."""
    stopped_at: datetime | None = None
    held_for: str = ""
    """While held: the name of whoever is to be told."""
    told: tuple[Told, ...] = ()
    skips: tuple[Skipped, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MailAbout:
    """A mail that tells of the ticket, and its fate."""

    id: int
    name: str
    """The reader's; empty: the duty mailbox."""
    addresses: tuple[str, ...]
    subject: str
    fate: Fate
    created_at: datetime
    not_before: datetime
    finished_at: datetime | None
    attempts: int
    reason: str
    """The mail server's words, or what the mail waits for."""


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What happens next if nobody does anything."""

    rung: int
    due_at: datetime
    tell_at: datetime
    """Later than `due_at` where working time or quiet hours put it off."""
    meant_for: Tell
    name: str
    """Who would be reached as things stand; empty: the duty mailbox."""
    skips: tuple[Skipped, ...]


@dataclass(frozen=True, kw_only=True)
class TicketHistory:
    """All there is to know about one ticket, as of one moment."""

    ticket: TicketFacts
    episode: int
    policy: str
    """The policy's title."""
    promises: tuple[Promise, ...]
    waited: timedelta
    """For the customer in this episode; the waiting that still goes on is not in it."""
    waiting_since: datetime | None
    events: tuple[Happened, ...]
    climbs: tuple[Climb, ...]
    mails: tuple[MailAbout, ...]
    ahead: Ahead | None
    as_of: datetime
