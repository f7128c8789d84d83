"""One care as its page shows it: how far it is, its letter, steps and gifts, who did what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kam_flows.domain.care_mails import CareLinks, StepLine
from kam_flows.domain.care_plans import CareState, can_become
from kam_flows.domain.cares import Care
from kam_flows.domain.gifts import Gift
from kam_flows.domain.histories import MailAbout


class CareAct(StrEnum):
    """What the audit trail says of a care, whether people did it or a run."""

    PREPARED = "care prepared"
    SKIPPED = "care skipped"
    WRITTEN = "letter written"
    """After it could not be at first."""
    EDITED = "letter edited"
    APPROVED = "letter approved"
    HELD = "care held"
    RELEASED = "care released"
    DROPPED = "care dropped"
    STEP_DONE = "care step done"
    SENT = "care sent"
    GIFT = "gift recorded"
    PASSED_ON = "care passed on"


@dataclass(frozen=True, kw_only=True)
class CareOnRecord:
    """An entry of the audit trail."""

    at: datetime
    who: str
    what: CareAct
    note: str = ""
    """A reason as typed, the step that was done, or the gift."""


@dataclass(frozen=True, kw_only=True)
class CarePage:
    """All about one care."""

    care: Care
    account_name: str
    """Empty for an event of ours."""
    title: str
    """Of the kind, in the reader's language."""
    owner: str
    """Name of who prepares it; empty: nobody."""
    addressee: str
    """Name and address the letter goes to; empty: nobody can be written to."""
    approved_by: str = ""
    """Name."""
    steps: tuple[StepLine, ...] = ()
    gifts: tuple[Gift, ...] = ()
    currency: str = ""
    mails: tuple[MailAbout, ...] = ()
    trail: tuple[CareOnRecord, ...] = ()
    links: CareLinks
    policy: str = ""
    """The policy's title; empty: it was prepared under none."""
    as_of: datetime


def possible(care: Care) -> Iterator[str]:
    """The forms that can do something about it as it stands, as `CareLinks` names them."""
    waits = care.state in {CareState.PREPARED, CareState.HELD}
    if waits and care.approval and care.letter and not care.approved_by:
        yield "approve"
    if (
        care.letter
        and care.mail_id is None
        and can_become(care.state, CareState.DROPPED)
    ):
        yield "edit"
    if care.state is CareState.HELD:
        yield "release"
    if can_become(care.state, CareState.HELD):
        yield "hold"
    if care.is_open and care.open_tasks:
        yield "done"
    if can_become(care.state, CareState.DROPPED):
        yield "drop"
    yield "gift"
    yield "page"
