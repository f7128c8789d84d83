"""What a service standard says about onboarding and about handing an account over."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kam_flows.domain.account_file import FilePart
from kam_flows.domain.accounts import Tier
from kam_flows.domain.durations import Duration
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.telling import Delivery, Tell


class ItemKind(StrEnum):
    """What shows that an item is done. All but a task are shown by what is on record."""

    SURVEY = "survey"
    """Every dimension of the policy is answered."""
    AGREEMENT = "agreement"
    """An SLA agreement is signed and not outdated."""
    ACCOUNT_FILE = "account_file"
    """The account file holds every kind of entry that the policy asks for."""
    INHERITANCE = "inheritance"
    """The successor has accepted all that the predecessor handed over."""
    TEAM = "team"
    """Every role that the account's tier asks for is filled."""
    TASK = "task"
    """Somebody says so, with the evidence the item wants."""


@dataclass(frozen=True, kw_only=True)
class ItemRule:
    """One line of the checklist."""

    code: str
    kind: ItemKind
    titles: Mapping[str, str]
    """By language."""
    owner: TeamRole = TeamRole.LEAD_MANAGER
    due: Duration | None = None
    """After the signing; `None`: the deadline of the whole."""
    required: bool = True
    evidence: Mapping[str, str] | None = None
    """What completing it must name, by language; `None`: nothing. Tasks only."""
    tiers: tuple[Tier, ...] = ()
    """Of which accounts; empty: of all."""


@dataclass(frozen=True, kw_only=True)
class Climb:
    """How something overdue climbs the supervisors' chain, one stop a time."""

    tell: tuple[Tell, ...]
    """The stops; the last is told again and again."""
    every: Duration
    at_most: int
    """So many times in all."""
    delivery: Delivery = Delivery.WORKING_TIME


@dataclass(frozen=True, kw_only=True)
class OnboardingRules:
    """From the signing to the last item (`enterprise`, R4: 72 hours)."""

    deadline: Duration
    items: tuple[ItemRule, ...]
    stuck_after: Duration
    """Nothing was done for so long."""
    overdue: Climb
    dimensions: tuple[Dimension, ...] = tuple(Dimension)
    """Those that the survey must answer."""
    file_parts: tuple[FilePart, ...] = tuple(FilePart)
    """What the account file must hold."""
    reminders: tuple[Duration, ...] = ()
    """Moments after the signing at which owners hear what is still open."""
    reminder_delivery: Delivery = Delivery.AT_ONCE
    welcome: bool = True
    """The account gets a welcome mail when all is done, once a person releases it."""


@dataclass(frozen=True, kw_only=True)
class HandoverRules:
    accept_within: Duration
    """From the handover until the successor has accepted every item."""
    overdue: Climb
