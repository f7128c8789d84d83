"""What people are told about onboarding: mails to owners, managers and the account."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from kam_flows.domain.accounts import Tier
from kam_flows.domain.mails import Mail, Reader
from kam_flows.domain.notices import Skipped
from kam_flows.domain.onboarding import Progress, StepKind
from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.telling import Tell


@dataclass(frozen=True, kw_only=True)
class ChecklistFacts:
    """An onboarding as a mail or a board shows it."""

    account: str
    account_name: str
    tier: Tier
    lead_manager: str
    """Their name; empty: nobody leads the account."""
    progress: Progress
    settled: int
    """Required items that are done or waived."""
    required: int
    signed_at: datetime
    started_at: datetime
    due_at: datetime | None
    """`None` while it is on hold."""
    due_in: str
    """As the policy writes it: `72h`."""
    calendar: str = ""
    """Title of the calendar the deadline is counted on; empty: around the clock."""
    moved: bool = False
    """A hold has put the deadline off."""
    provisional: bool = False
    """The deadline leans on a year whose official holidays are not published."""


@dataclass(frozen=True, kw_only=True)
class MissingItem:
    """An item that is neither done nor waived."""

    title: str
    """In the reader's language."""
    kind: ItemKind
    owner: str
    """Name of whose it is; empty: nobody's."""
    lacking: tuple[StrEnum, ...] = ()
    """Dimensions, roles or parts of the file, where it is made of such."""
    due_at: datetime | None = None
    """Its own time, where the policy gives it one."""
    evidence: str = ""
    """What completing it must name, in the reader's language."""
    is_required: bool = True
    """The rest is on the list and holds nothing up."""


@dataclass(frozen=True, kw_only=True)
class ToldItem:
    """An open item, why this reader hears of it now, and the form that does it."""

    item: MissingItem
    step: StepKind
    number: int
    """From 0: how often it was told before in this way."""
    tell: Tell
    """Whom the step is meant for; `skips` says why it reached this reader instead."""
    skips: tuple[Skipped, ...]
    link: str | None
    waive: str | None = None
    """For readers who may waive it."""


@dataclass(frozen=True, kw_only=True)
class OpenChecklist:
    """One account's part of such a mail: only what is open, and only this reader's."""

    facts: ChecklistFacts
    told: tuple[ToldItem, ...]
    show: str | None
    hold: str | None


@dataclass(frozen=True, kw_only=True)
class OnboardingBegun(Mail):
    """Tells a person once, at the start, which items of an account are theirs."""

    template: ClassVar[str] = "onboarding/begun"

    checklist: OpenChecklist
    by: str
    """Name of whoever started it."""
    predecessor: str
    """Name of who served the account before; empty: nobody."""
    as_of: datetime
    policy: str
    """The policy's title in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class StillOpen(Mail):
    """One mail per person and sweep: reminders and what is overdue, account by account.

    `more` counts accounts beyond those listed, so that a mail stays below 100 KB.
    """

    template: ClassVar[str] = "onboarding/still_open"

    checklists: tuple[OpenChecklist, ...]
    more: int
    as_of: datetime
    policy: str
    """The policy's title in the reader's language."""
    board: str | None


def pressing(checklist: OpenChecklist) -> tuple[bool, float]:
    """Sorts what is overdue to the front, then what is due soonest."""
    due_at = checklist.facts.due_at or checklist.facts.signed_at
    return (checklist.facts.progress is not Progress.OVERDUE, due_at.timestamp())


@dataclass(frozen=True, kw_only=True)
class Counterpart:
    """Somebody of the service team, as the account and colleagues reach them."""

    name: str
    roles: tuple[TeamRole, ...]
    email: str
    """Empty: no address that mail can go to."""


@dataclass(frozen=True, kw_only=True)
class PromisedTimes:
    """What is promised for these scenes, as the policy writes it; empty: nothing."""

    scenes: tuple[str, ...]
    respond: str
    plan: str
    resolve: str


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The SLA agreement in force."""

    version: int
    on: date
    by: str
    face_to_face: bool
    promises: tuple[PromisedTimes, ...]


@dataclass(frozen=True, kw_only=True)
class Need:
    dimension: Dimension
    text: str
    at: datetime
    by: str
    """Name of whoever recorded it."""


@dataclass(frozen=True, kw_only=True)
class Waived:
    title: str
    note: str
    by: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class HeldLetter:
    """A letter to the account that waits for somebody to release it."""

    name: str
    title: str
    address: str
    subject: str
    lines: tuple[str, ...]
    """What it says, line by line."""
    decide: str | None
    """The form that lets it go, filled in; `None` for those whose decision it is not."""


class NoLetter(StrEnum):
    """Why no letter was written to the account."""

    NOT_WANTED = "not_wanted"
    """The policy has none."""
    NO_CONTACT = "no_contact"
    NO_LEAD_MANAGER = "no_lead_manager"


@dataclass(frozen=True, kw_only=True)
class Welcome(Mail):
    """The letter to a contact of the account; it says only what is on record.

    Whatever is not known is left out: nothing here may be untrue.
    """

    template: ClassVar[str] = "onboarding/welcome"
    reader: ClassVar[Reader] = Reader.ACCOUNT

    account_name: str
    lead_manager: Counterpart
    team: tuple[Counterpart, ...]
    """The others, by role."""
    signed: Signed | None


@dataclass(frozen=True, kw_only=True)
class OnboardingComplete(Mail):
    """The brief that the team and their manager get when all is done."""

    template: ClassVar[str] = "onboarding/complete"

    facts: ChecklistFacts
    needs: tuple[Need, ...]
    """Red lines first."""
    team: tuple[Counterpart, ...]
    missing_roles: tuple[TeamRole, ...]
    signed: Signed | None
    waived: tuple[Waived, ...]
    letters: tuple[HeldLetter, ...]
    no_letter: NoLetter | None
    decides: str
    """Name of whoever releases the letters."""
    as_of: datetime
    policy: str
    show: str | None
    account_page: str | None


@dataclass(frozen=True, kw_only=True)
class BoardLine:
    """One running onboarding on the board: where it stands, what is missing, with whom."""

    facts: ChecklistFacts
    missing: tuple[MissingItem, ...]


def soonest(line: BoardLine) -> tuple[bool, float, str]:
    """Sorts by deadline; those on hold, whose clocks stand, come last."""
    facts = line.facts
    on_hold = facts.progress is Progress.ON_HOLD or facts.due_at is None
    due = facts.due_at or facts.signed_at
    return (on_hold, due.timestamp(), facts.account)


@dataclass(frozen=True, kw_only=True)
class OnboardingMorning(Mail):
    """The board of the onboardings below one manager, each working morning."""

    template: ClassVar[str] = "onboarding/morning"

    lines: tuple[BoardLine, ...]
    more: int
    as_of: datetime
    policy: str
    board: str | None
