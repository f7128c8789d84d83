"""Tickets: what happened to a request, in the order it happened."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError


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


REOPENS = "reopens"
"""Value of an event that opens its ticket again if the ticket was over."""


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
class TicketRecord:
    """What a ticket began with; everything else is read off its history."""

    id: int
    number: str
    account_id: int
    title: str
    scene: str
    priority: Priority
    tier: Tier
    policy_id: int
    calendar: str


class Action(StrEnum):
    """What staff can do to a ticket, in the words of the form "Update a ticket"."""

    TAKE_UP = "take_up"
    REPLY = "reply"
    GIVE_PLAN = "give_plan"
    WAIT = "wait_for_customer"
    RESUME = "resume"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    ASSIGN = "assign"
    CHANGE_SCENE = "change_scene"
    CHANGE_PRIORITY = "change_priority"
    NOTE = "note"

    @property
    def happening(self) -> Happening:
        return HAPPENINGS[self]


HAPPENINGS = {
    Action.TAKE_UP: Happening.TAKEN_UP,
    Action.REPLY: Happening.REPLIED,
    Action.GIVE_PLAN: Happening.PLANNED,
    Action.WAIT: Happening.WAITING,
    Action.RESUME: Happening.RESUMED,
    Action.RESOLVE: Happening.RESOLVED,
    Action.CONFIRM: Happening.CONFIRMED,
    Action.REOPEN: Happening.REOPENED,
    Action.ASSIGN: Happening.ASSIGNED,
    Action.CHANGE_SCENE: Happening.SCENE_CHANGED,
    Action.CHANGE_PRIORITY: Happening.PRIORITY_CHANGED,
    Action.NOTE: Happening.NOTE,
}

OVER = frozenset({TicketState.RESOLVED, TicketState.CONFIRMED})
ALLOWED = {
    Action.TAKE_UP: {TicketState.PENDING, TicketState.WAITING, TicketState.IN_PROGRESS},
    Action.REPLY: set(TicketState) - OVER,
    Action.GIVE_PLAN: set(TicketState) - OVER,
    Action.WAIT: {TicketState.PENDING, TicketState.IN_PROGRESS},
    Action.RESUME: {TicketState.WAITING},
    Action.RESOLVE: set(TicketState) - OVER,
    Action.CONFIRM: set(TicketState) - {TicketState.CONFIRMED},
    Action.REOPEN: OVER,
    Action.ASSIGN: set(TicketState) - OVER,
    Action.CHANGE_SCENE: set(TicketState) - OVER,
    Action.CHANGE_PRIORITY: set(TicketState) - OVER,
    Action.NOTE: set(TicketState),
}


def check_action(number: str, state: TicketState, action: Action) -> None:
    """Raise UserError if a ticket in this state cannot have this done to it."""
    if state in ALLOWED[action]:
        return
    raise UserError(
        "{number} is {state}, so '{action}' does nothing; possible now: {possible}.",
        number=number,
        state=state,
        action=action,
        possible=[a for a in Action if state in ALLOWED[a]],
    )
