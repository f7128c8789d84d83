"""Tickets: what happened to a request, in the order it happened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kam_flows.domain.accounts import Tier


class TicketState(StrEnum):
    """Where a ticket stands (scheme `retention`: ticket states)."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Happening(StrEnum):
    """What can happen to a ticket. (Prefect owns the word "event".)"""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    """An automatic reply: never a first response (scenario S10)."""
    TAKEN_UP = "taken_up"
    REPLIED = "replied"
    PLANNED = "planned"
    WAITING = "waiting"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    SCENE_CHANGED = "scene_changed"
    PRIORITY_CHANGED = "priority_changed"
    TIER_CHANGED = "tier_changed"
    RECLOCKED = "reclocked"
    """A person moved the case to another policy version or calendar on purpose."""
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class TicketEvent:
    """One entry of a ticket's history.

    `value` is the new owner, scene, priority or tier where the kind has one, and the
    reason for a closing without a solution (`duplicate`, `invalid`).
    """

    at: datetime
    kind: Happening
    by: str = ""
    value: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A request as it stands, read off its history."""

    number: str
    account: str
    title: str
    scene: str
    priority: Priority
    tier: Tier
    owner: str | None
    state: TicketState
    episode: int
    opened_at: datetime
