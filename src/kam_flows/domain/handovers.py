"""Handing an account over: what the successor has to accept, item by item."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HandoverKind(StrEnum):
    """What is passed on, in the order of the brief (needs inheritance, R3)."""

    RED_LINE = "red_line"
    PROMISE = "promise"
    NEED = "need"
    CONTACT = "contact"
    TOUCHPOINT = "touchpoint"
    TICKET = "ticket"
    AGREEMENT = "agreement"
    DATE = "date"


@dataclass(frozen=True, kw_only=True)
class HandoverItem:
    place: int
    """From 1, in the order of the brief."""
    kind: HandoverKind
    text: str
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Handover:
    id: int
    account: str
    leaving: str
    """Staff code of whoever served the account before."""
    successor: str
    started_at: datetime
    started_by: str
    policy_id: int
    accept_by: datetime
    recording: str
    """Reference of the recording where it was told by word of mouth; else empty."""
    climbed: int
    items: tuple[HandoverItem, ...]
    accepted_at: datetime | None = None

    @property
    def open_items(self) -> tuple[HandoverItem, ...]:
        return tuple(item for item in self.items if item.accepted_at is None)
