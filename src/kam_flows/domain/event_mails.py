"""What people are told about events of ours."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kam_flows.domain.events import EventChange
from kam_flows.domain.invitations import Method
from kam_flows.domain.mails import Mail, Reader
from kam_flows.domain.notices import Skipped
from kam_flows.domain.wall_time import Timed


@dataclass(frozen=True, kw_only=True)
class EventFacts(Timed):
    """An event as its readers see it; nothing in it is for our eyes only."""

    number: str
    name: str
    place: str
    organiser: str
    """Name."""


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """A step as its reader sees it."""

    title: str
    due_on: date
    owner: str
    """Name."""
    days_late: int = 0
    is_settled: bool = False
    complete: str | None = None
    """The form that settles it, filled in; `None` where it is not the reader's."""


@dataclass(frozen=True, kw_only=True)
class EventLinks:
    """Forms for this event, filled in; `None` where no server has them yet."""

    invite: str | None = None
    move: str | None = None
    show: str | None = None


@dataclass(frozen=True, kw_only=True)
class EventPlan(Mail):
    """To everybody who has a part in it: what is theirs until when, and what is whose."""

    template: ClassVar[str] = "events/plan"

    event: EventFacts
    change: EventChange
    reason: str
    """Why it was moved or cancelled."""
    mine: tuple[EventLine, ...]
    others: tuple[EventLine, ...]
    late: bool
    """It begins later than its kind wants."""
    left_out: tuple[str, ...]
    """Titles of steps for which it is too late."""
    links: EventLinks
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class EventDue(Mail):
    """Steps that are due soon, or late, to whoever owns them."""

    template: ClassVar[str] = "events/due"

    events: tuple[tuple[EventFacts, tuple[EventLine, ...]], ...]
    told: str
    """Name of whom it is copied to, as a step is days late; empty: nobody."""
    skips: tuple[Skipped, ...]
    """Who owns them and cannot be told."""
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class EventInvitation(Mail):
    """To a guest: invited, moved, or cancelled. `answers_to` is its organiser."""

    template: ClassVar[str] = "events/invitation"
    reader: ClassVar[Reader] = Reader.ACCOUNT

    event: EventFacts
    sequence: int
    method: Method
    moved: bool
    """The guest knows of another day, time or place."""
    title: str
    """What they are at their company."""
    house: str
    """Who invites."""
    dated: date
    """Of the letter."""
    as_of: datetime
