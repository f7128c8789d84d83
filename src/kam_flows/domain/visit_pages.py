"""One touchpoint as its page shows it: why it is on its day, who was told, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from kam_flows.domain.account_file import FileEntry
from kam_flows.domain.histories import MailAbout
from kam_flows.domain.survey import Answer
from kam_flows.domain.touchpoints import (
    Outcome,
    Reason,
    Signal,
    StepKind,
    TouchpointKind,
    TouchpointState,
)


class VisitAct(StrEnum):
    """What the audit trail says of a touchpoint, whether people did it or planning."""

    PLANNED = "visit planned"
    MOVED = "visit moved"
    PASSED_ON = "visit passed on"
    ADJUSTED = "visit adjusted"
    MERGED = "visit merged"
    PARTED = "visit parted"
    CREDITED = "visit credited"
    WANTED_AGAIN = "visit wanted again"
    MISSED = "visit missed"
    CANCELLED = "visit cancelled"
    RECORDED = "visit recorded"
    CORRECTED = "visit record corrected"
    TAKEN_BACK = "visit record taken back"


@dataclass(frozen=True, kw_only=True)
class VisitTold:
    """A line of the ledger: who was told, and by which mail."""

    kind: StepKind
    number: int
    at: datetime
    name: str
    """Empty: the duty mailbox."""
    mail: int | None


@dataclass(frozen=True, kw_only=True)
class VisitOnRecord:
    """An entry of the audit trail."""

    at: datetime
    who: str
    what: VisitAct
    before: str
    """How it stood, where that changed."""
    after: str
    reason: str
    """As typed, or a code of planning."""


@dataclass(frozen=True, kw_only=True)
class VisitForms:
    """Forms that do the next thing, filled in."""

    record: str | None = None
    correct: str | None = None
    reschedule: str | None = None
    cancel: str | None = None


@dataclass(frozen=True, kw_only=True)
class VisitPage:
    """All about one touchpoint."""

    number: str
    kind: TouchpointKind
    title: str
    """What a person or its cadence calls it; empty: it has no name but its kind."""
    state: TouchpointState
    account: str
    account_name: str
    nominal: date
    on: date
    starts: time
    zone: str
    """Time zone of the account, in which it starts."""
    minutes: int
    concluded_on: date | None
    owner: str
    """Name; empty: nobody's."""
    participants: tuple[str, ...]
    with_customer: bool
    pinned: bool
    moves: int
    policy: str
    """The policy's title; empty: it was planned under none."""
    why: tuple[Reason, ...]
    names: Mapping[str, str]
    """Staff code to name, for the reasons, the outcome and what was said."""
    merged_into: str
    """Number of the touchpoint that serves it; empty: it stands by itself."""
    serves: tuple[str, ...]
    """Numbers of the touchpoints that it serves as well."""
    counts_for: tuple[str, ...]
    """Numbers of the slots that are credited to it."""
    told: tuple[VisitTold, ...]
    mails: tuple[MailAbout, ...]
    outcome: Outcome | None
    promises: tuple[FileEntry, ...]
    needs: tuple[Answer, ...]
    signals: tuple[Signal, ...]
    trail: tuple[VisitOnRecord, ...]
    forms: VisitForms
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class VisitLine:
    """One touchpoint in a list."""

    number: str
    on: date
    starts: time
    state: TouchpointState
    kind: TouchpointKind
    title: str
    account: str
    account_name: str
    owner: str
