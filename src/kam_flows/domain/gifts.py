"""Gifts on record."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Gift:
    """What was given to whom, when, by whom, and what it was worth."""

    id: int = 0
    care: int | None = None
    """Of which care; `None`: of none."""
    account: str
    account_name: str
    recipient: str
    """Contact code, or the name of somebody who is not on record."""
    recipient_name: str
    item: str
    value: Decimal
    """In the policy's currency."""
    on: date
    reason: str = ""
    """Of a supervisor, where it went over the recipient's cap."""
    by: str
    recorded_at: datetime
