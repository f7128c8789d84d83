"""SLA agreements: what an account is promised in writing, and who signed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kam_flows.domain.accounts import Tier


@dataclass(frozen=True, kw_only=True)
class Signature:
    on: date
    by: str
    """Name of who signed for the account."""
    for_us: str
    """Staff code of who signed for us."""
    place: str
    face_to_face: bool


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One version of an account's agreement; its document is read when asked for."""

    id: int
    account: str
    version: int
    """From 1, counted within the account."""
    language: str
    tier: Tier
    policy_id: int
    terms: Mapping[str, Any]
    """What it promises, as plain JSON: compared with what the policy promises later."""
    drafted_at: datetime
    drafted_by: str
    signature: Signature | None = None
    outdated_at: datetime | None = None
    outdated_why: str = ""

    @property
    def in_force(self) -> bool:
        return self.signature is not None and self.outdated_at is None
