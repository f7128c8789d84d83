"""What people are told when an account changes hands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kam_flows.domain.accounts import Tier
from kam_flows.domain.handovers import HandoverItem
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skipped
from kam_flows.domain.people import TeamRole
from kam_flows.domain.telling import Tell


class Reading(StrEnum):
    """Why somebody reads a handover brief."""

    SUCCESSOR = "successor"
    STAND_IN = "stand_in"
    """Deputy of a successor who is away."""
    LEAVING = "leaving"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, kw_only=True)
class BriefItem:
    """An item, and the form that accepts it; `None` for who only reads."""

    item: HandoverItem
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What moved to the successor with the handover."""

    roles: tuple[TeamRole, ...]
    tickets: tuple[str, ...]
    """Their numbers."""
    promises: int
    handovers: tuple[str, ...]
    """Numbers of earlier handovers that the one who leaves had not accepted to the end."""
    mails: int
    """Mails held for the decision of the one who leaves."""


@dataclass(frozen=True, kw_only=True)
class HandoverBrief(Mail):
    """All that the successor has to know; copies for who leaves and their supervisor."""

    template: ClassVar[str] = "onboarding/handover_brief"

    reading: Reading
    number: str
    """`H-3`."""
    account_name: str
    tier: Tier
    leaving: str
    """Names, like the two below."""
    successor: str
    by: str
    passed: Passed
    recording: str
    note: str
    accept_by: datetime
    accept_within: str
    """As the policy writes it."""
    calendar: str
    """The one that this time runs on; empty: around the clock."""
    provisional: bool
    items: tuple[BriefItem, ...]
    more: int
    """Items beyond those listed."""
    accept_all: str | None
    account_page: str | None
    policy: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class LateHandover:
    """A handover of which items are not accepted, as its digest tells of it."""

    number: str
    account_name: str
    leaving: str
    successor: str
    accept_by: datetime
    times: int
    """How often it has climbed, this time included."""
    at_most: int
    open_items: tuple[HandoverItem, ...]
    of: int
    """Items in all."""
    tell: Tell
    skips: tuple[Skipped, ...]
    next_at: datetime | None
    accept: str | None
    """The form that accepts what is open."""
    hand_over: str | None
    """The form that hands the account to somebody else."""


@dataclass(frozen=True, kw_only=True)
class HandoversLate(Mail):
    """One digest a person: handovers that their successors have not accepted in time."""

    template: ClassVar[str] = "onboarding/handovers_late"

    late: tuple[LateHandover, ...]
    more: int
    policy: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class HandoverAccepted(Mail):
    """Tells the supervisor that the last item is accepted."""

    template: ClassVar[str] = "onboarding/handover_accepted"

    number: str
    account_name: str
    leaving: str
    successor: str
    by: str
    """Who accepted the last item."""
    started_at: datetime
    accept_by: datetime
    count: int
    note: str
    account_page: str | None
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class LeftAccount:
    """An account that somebody who left still has a part in."""

    code: str
    account_name: str
    roles: tuple[TeamRole, ...]
    tickets: int
    promises: int
    handovers: tuple[str, ...]
    """Numbers of handovers in progress, from them or to them."""
    is_under_way: bool
    """Somebody is to take over from them already."""
    link: str | None
    """The form that hands it over, filled in."""


@dataclass(frozen=True, kw_only=True)
class AccountsToHandOver(Mail):
    """Tells the supervisor of somebody who left which accounts now need a successor."""

    template: ClassVar[str] = "onboarding/accounts_to_hand_over"

    code: str
    left: str
    """Name of who left."""
    by: str
    accounts: tuple[LeftAccount, ...]
    more: int
    skips: tuple[Skipped, ...]
    as_of: datetime
