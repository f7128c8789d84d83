"""One onboarding as a page shows it: where it stands, and how it came there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kam_flows.domain.histories import MailAbout
from kam_flows.domain.notices import Skipped
from kam_flows.domain.onboarding import ItemState, StepKind, StepOutcome
from kam_flows.domain.onboarding_mails import ChecklistFacts, MissingItem


class Recorded(StrEnum):
    """What the audit trail says of an onboarding."""

    STARTED = "onboarding started"
    ON_HOLD = "onboarding on hold"
    RESUMED = "onboarding resumed"
    COMPLETE = "onboarding complete"
    ITEM_DONE = "checklist item done"
    ITEM_WAIVED = "checklist item waived"
    ITEM_OPEN = "checklist item open"


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """One item of the checklist as it stands."""

    code: str
    about: MissingItem
    """What it is and whose; what it lacks as long as it is open."""
    state: ItemState
    due_at: datetime | None
    """Its own time or the deadline of all; `None` on hold and where it has none."""
    settled_at: datetime | None
    settled_by: str
    """Name; empty: the records showed it."""
    evidence: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A step of the ledger: who heard of which item, when, and why not somebody else."""

    item: str
    """Its title."""
    kind: StepKind
    number: int
    due_at: datetime
    decided_at: datetime
    outcome: StepOutcome
    name: str
    """Empty: the duty mailbox."""
    skips: tuple[Skipped, ...]
    mail: int | None


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """An entry of the audit trail."""

    at: datetime
    who: str
    what: Recorded
    item: str
    """Title of the item concerned, if one is."""
    why: str
    """A reason, a remark or the evidence."""


@dataclass(frozen=True, kw_only=True)
class OnboardingPage:
    """All about one onboarding."""

    facts: ChecklistFacts
    started_by: str
    predecessor: str
    """Name; empty: nobody served the account before."""
    completed_at: datetime | None
    policy: str
    """The policy's title in the reader's language."""
    items: tuple[ItemLine, ...]
    heard: tuple[Heard, ...]
    holds: tuple[tuple[datetime, datetime | None], ...]
    """From when to when; the last may last still."""
    trail: tuple[OnRecord, ...]
    mails: tuple[MailAbout, ...]
    as_of: datetime

    @property
    def percent(self) -> int:
        """Of the required items, those done or waived; 100 only when all are."""
        required = self.facts.required
        return 100 * self.facts.settled // required if required else 100
