"""What people are told about care."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.cares import Care
from kam_flows.domain.gift_rules import GiftIdea
from kam_flows.domain.gifts import Gift
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skipped


@dataclass(frozen=True, kw_only=True)
class CareLinks:
    """Forms for this care, filled in; `None` where no server has them yet."""

    edit: str | None = None
    approve: str | None = None
    hold: str | None = None
    release: str | None = None
    drop: str | None = None
    done: str | None = None
    """Complete one of its steps."""
    gift: str | None = None
    page: str | None = None
    """The account's page."""


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step as its reader sees it."""

    title: str
    due_on: date
    who: str
    """Name; empty: nobody is there to do it."""
    done: bool = False
    done_at: datetime | None = None
    done_by: str = ""
    """Name."""


@dataclass(frozen=True, kw_only=True)
class HoldingTicket:
    """A ticket that keeps a letter back."""

    number: str
    title: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class CareMail(Mail):
    """About one care, to somebody of ours."""

    care: Care
    account_name: str
    """Empty for an event of ours."""
    title: str
    """Of the kind, in the reader's language."""
    addressee: str
    """Name and address the letter goes to; empty: nobody can be written to."""
    links: CareLinks
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class CarePrepared(CareMail):
    """To whoever prepares it: the draft, gift ideas, what is to be done until when."""

    template: ClassVar[str] = "care/prepared"

    red_lines: str = ""
    """What the account told us must never happen, before anybody buys a gift."""
    steps: tuple[StepLine, ...]
    left_out: tuple[str, ...]
    """Titles of steps for which it was too late."""
    ideas: tuple[GiftIdea, ...]
    """The best first."""
    preferences: tuple[str, ...] = ()
    """What the person is known to like, as the tags of gifts name it."""
    given: tuple[Gift, ...]
    """What the same person, or account, got in the last two years."""
    currency: str
    skips: tuple[Skipped, ...]
    """Who would have prepared it and is not there."""
    policy: str = ""
    """The policy's title in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class CareHeld(CareMail):
    """To the manager: the letter is kept back, and only a person decides about it."""

    template: ClassVar[str] = "care/held"

    tickets: tuple[HoldingTicket, ...]
    """Empty: it is too late for it, or it could not be written (`care.trouble`)."""


@dataclass(frozen=True, kw_only=True)
class CareLine:
    """One care or coming occasion, in a list."""

    number: str
    """Empty: it is not prepared yet."""
    account_name: str
    contact: str
    title: str
    """Of the kind, in the reader's language."""
    about: str = ""
    """What the occasion itself is called: the product launched."""
    on: date
    years: int | None
    owner: str
    """Name; empty: nobody."""
    state: CareState | None
    skip: Skip | None = None
    late: bool = False
    waits_for: str = ""
    """Title of the next step, in the reader's language."""
    waits_until: date | None = None
    """The day by which it is to be done."""
    links: CareLinks = CareLinks()


@dataclass(frozen=True, kw_only=True)
class CareWeek(Mail):
    """What comes up: the reader's own occasions, and those of the people below them."""

    template: ClassVar[str] = "care/week"

    first: date
    last: date
    coming: tuple[tuple[str, tuple[CareLine, ...]], ...]
    """By owner's name, the reader first; what waits for approval is among them."""
    missed: tuple[CareLine, ...]
    """Late, skipped or dropped last week, with why."""
    as_of: datetime


def waiting(lines: Sequence[CareLine]) -> list[CareLine]:
    """Those that wait for an approval."""
    return [
        line
        for line in lines
        if line.state is CareState.PREPARED and line.links.approve
    ]
