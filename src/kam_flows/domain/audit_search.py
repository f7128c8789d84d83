"""What may be asked of the audit trail: about what, by whom, on which days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kam_flows.domain.choices import code_in
from kam_flows.domain.errors import UserError

KINDS = (
    "ticket",
    "account",
    "contact",
    "staff",
    "care",
    "occasion",
    "touchpoint",
    "event",
    "mail",
    "policy",
)
"""What entries are about, with a code: `ticket T-0001`. Those of `house` have none."""
LOOKED_BACK = timedelta(days=90)
"""How far a question reaches that names neither days nor a subject."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Who did what to what, and why."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to the audit trail, bounded by how many entries it may bring."""

    subjects: tuple[str, ...] = ()
    """Any of them; empty: everything."""
    actor: str = ""
    """Staff code, or the name of a flow; empty: everybody."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    limit: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the audit trail has about it, the newest first."""

    asked: Asked
    entries: Sequence[Entry]
    more: bool
    """There are older ones than the limit lets through."""


def ask(
    *,
    subject: str,
    actor: str,
    first: date | None,
    last: date | None,
    now: datetime,
    zone: ZoneInfo,
    limit: int,
) -> Asked:
    """The days are those of this zone, both included; raises UserError if turned round."""
    if first and last and last < first:
        raise UserError(
            "The last day {last} is before the first {first}; give days in order.",
            first=first,
            last=last,
        )
    since = datetime.combine(first, time(), zone) if first else None
    if since is None and last is None and not subject.strip():
        since = now - LOOKED_BACK
    until = datetime.combine(last + timedelta(days=1), time(), zone) if last else None
    return Asked(
        subjects=subjects_named(subject),
        actor=code_in(actor),
        since=since,
        until=until,
        limit=limit,
    )


def subjects_named(text: str) -> tuple[str, ...]:
    """`ticket T-0001` or `house` as it stands, `T-0001` of whatever kind it may be."""
    named = code_in(text)
    return (named, *(f"{kind} {named}" for kind in KINDS)) if named else ()
