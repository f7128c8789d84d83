"""All about one event on one page: its steps, its guests and what they replied."""

from dataclasses import dataclass
from datetime import date, datetime

from kam_flows.domain.event_mails import EventFacts
from kam_flows.domain.events import EventAct, Guest
from kam_flows.domain.onboarding import ItemState


@dataclass(frozen=True, kw_only=True)
class StepOnPage:
    title: str
    owner: str
    """Name."""
    due_on: date
    state: ItemState
    days_late: int
    settled_at: datetime | None
    settled_by: str
    """Name."""
    note: str


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """Who did what to it."""

    at: datetime
    who: str
    """Name."""
    act: EventAct
    why: str


@dataclass(frozen=True, kw_only=True)
class EventPage:
    event: EventFacts
    kind: str
    """Title of its kind."""
    cancelled_at: datetime | None
    reason: str
    steps: tuple[StepOnPage, ...]
    guests: tuple[Guest, ...]
    trail: tuple[OnRecord, ...]
    as_of: datetime
