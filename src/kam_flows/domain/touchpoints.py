"""Touchpoints: one planned or recorded contact with an account, and why it is on its day."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

PREFIX = "V-"
"""Before the number by which people name a touchpoint."""


class TouchpointKind(StrEnum):
    """What sort of contact it is (service standard: touchpoint)."""

    VISIT = "visit"
    VIDEO = "video"
    CALL = "call"
    MEETING = "meeting"
    """Of executives."""
    WORKSHOP = "workshop"
    REVIEW = "review"
    PLAN = "plan"
    """A service plan made for this account and gone through with it."""
    BRIEF = "brief"
    SURVEY = "survey"
    EVENT = "event"


class TouchpointState(StrEnum):
    """Every slot of a cadence ends in one of these; nothing is forgotten silently."""

    PLANNED = "planned"
    DONE = "done"
    CREDITED = "credited"
    """An unplanned touchpoint near its day counts for it."""
    MERGED = "merged"
    """Another touchpoint of the same account on the same day serves it too."""
    MISSED = "missed"
    CANCELLED = "cancelled"


REAL = frozenset({TouchpointState.DONE, TouchpointState.CREDITED})
"""The account was in touch with us."""


class Why(StrEnum):
    """One step of how a touchpoint came to its day, state or owner."""

    SLOT = "slot"
    """The day that the cadence itself names."""
    DAY_OFF = "day_off"
    PEAK = "peak"
    ABSENT = "absent"
    DEPUTY = "deputy"
    FULL = "full"
    """The owner has as much on that day as the policy allows."""
    BEYOND = "beyond"
    """No day within the tolerance was free."""
    LATE = "late"
    """Nothing ran when it should have been planned."""
    MERGED = "merged"
    CREDITED = "credited"
    OWNER = "owner"
    """Somebody else is responsible now."""
    TIER = "tier"
    STAGE = "stage"
    """The account has outgrown this stage of the cooperation."""
    POLICY = "policy"
    INACTIVE = "inactive"
    BY_HAND = "by_hand"


class Reason(NamedTuple):
    """`what` is a day (ISO), a person's code, a tier or the like; `note` what was typed."""

    why: Why
    what: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Touchpoint:
    """`cadence` is empty and `slot` unique where no cadence asked for it.

    `id` is 0 until it is stored. `starts` is local time of the account's calendar.
    """

    id: int = 0
    account: str
    cadence: str = ""
    slot: str
    kind: TouchpointKind
    nominal: date
    """The day the slot itself names, before anything moved it."""
    on: date
    starts: time
    minutes: int
    """How long it takes; 0: nobody needs to be anywhere."""
    owner: str | None
    participants: tuple[str, ...] = ()
    """Staff beside the owner, by code."""
    with_customer: bool = False
    """The calendar invitation goes to the account's people too."""
    state: TouchpointState = TouchpointState.PLANNED
    merged_into: int | None = None
    pinned: bool = False
    """A person chose its day: planning leaves it there."""
    why: tuple[Reason, ...] = field(default=())
    title: str = ""
    """What a person called it; empty: what its cadence or kind is called."""
    policy_id: int | None = None
    moves: int = 0
    """How often its day, time or owner changed."""
    concluded_on: date | None = None
    """The day it took place, or was missed or cancelled."""

    @property
    def is_open(self) -> bool:
        return self.state is TouchpointState.PLANNED

    @property
    def number(self) -> str:
        return f"{PREFIX}{self.id}"


class StepKind(StrEnum):
    """What was told about a touchpoint; each once per number."""

    BRIEF = "brief"
    INVITATION = "invitation"
    """The number is that of the invitation's SEQUENCE."""
    REMINDER = "reminder"
    MISSED = "missed"


class SignalKind(StrEnum):
    """Early warnings (`key-account`, R22)."""

    MANAGEMENT_CHANGE = "management_change"
    COMPETITOR = "competitor"
    COMPLAINT = "complaint"
    FALLING_ORDERS = "falling_orders"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a touchpoint."""

    touchpoint: int
    on: date
    present: str = ""
    """Who was there, as typed."""
    learned: str = ""
    satisfaction: int | None = None
    """1 (bad) to 5 (good)."""
    next_step: str = ""
    recorded_at: datetime
    recorded_by: str
    entries: tuple[int, ...] = ()
    """What was written into the account file with it, promises included, by id."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    account: str
    kind: SignalKind
    text: str
    at: datetime
    by: str
    touchpoint: int | None = None
