"""All that is known about an account, as its page and its brief show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import ClassVar

from kam_flows.domain.account_file import FileEntry, Transaction, TransactionKind
from kam_flows.domain.accounts import Contact, Tier
from kam_flows.domain.agreements import Agreement
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import TicketFacts
from kam_flows.domain.onboarding import Progress
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Target
from kam_flows.domain.survey import Answer, Dimension

YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """One of our people around the account."""

    role: TeamRole
    name: str
    email: str
    is_here: bool
    """False for those who left."""


@dataclass(frozen=True, kw_only=True)
class Turnover:
    """Orders less returns of one year in one currency."""

    year: int
    currency: str
    amount: Fraction
    count: int


@dataclass(frozen=True, kw_only=True)
class OnboardingNow:
    progress: Progress
    share: Fraction
    deadline: datetime | None


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A promise of ours that is not kept yet."""

    entry: FileEntry
    owner: str
    """Name of who keeps it."""
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class SlaRecord:
    """Of the last twelve months."""

    opened: int
    late: Mapping[Target, int]
    """How often a promise was met late."""


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    code: str
    name: str
    tier: Tier
    industry: str
    city: str
    signed_on: date | None
    active: bool
    policy: str
    """The policy's title in the reader's language."""
    team: tuple[Colleague, ...]
    vacant: tuple[TeamRole, ...]
    """Roles that the tier asks for and nobody fills."""
    contacts: tuple[Contact, ...]
    """Those who decide first."""
    answers: tuple[Answer, ...]
    """Red lines first, then in the order of the survey."""
    answered_by: Mapping[str, str]
    """Staff code to name, for the answers and entries."""
    unanswered: tuple[Dimension, ...]
    agreement: Agreement | None
    """The one in force, else the newest."""
    onboarding: OnboardingNow | None
    handing_over: tuple[str, ...]
    """Names of successors who have not accepted everything yet."""
    contracts: tuple[Transaction, ...]
    dealings: tuple[Transaction, ...]
    """The newest others."""
    turnover: tuple[Turnover, ...]
    promises: tuple[Promised, ...]
    needs: tuple[FileEntry, ...]
    """Special needs, newest first."""
    said: tuple[FileEntry, ...]
    """The last communications, newest first."""
    tickets: tuple[TicketFacts, ...]
    sla: SlaRecord
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class AccountBrief(Mail):
    """The account's page as a mail to one of us."""

    template: ClassVar[str] = "onboarding/account_brief"

    page: AccountPage
    as_of: datetime
    link: str | None
    """The form that shows the page as it is by then."""


def in_reading_order(answers: Mapping[Dimension, Answer]) -> tuple[Answer, ...]:
    """Red lines come before everything else."""
    order = [Dimension.RED_LINES, *(d for d in Dimension if d != Dimension.RED_LINES)]
    return tuple(answers[dimension] for dimension in order if dimension in answers)


def turnover(dealings: Sequence[Transaction]) -> tuple[Turnover, ...]:
    """Orders less returns by year and currency, the newest year first."""
    signs = {TransactionKind.ORDER: 1, TransactionKind.RETURN: -1}
    sums: dict[tuple[int, str], list[Fraction]] = {}
    for one in dealings:
        if sign := signs.get(one.kind):
            sums.setdefault((one.on.year, one.currency), []).append(sign * one.amount)
    return tuple(
        Turnover(
            year=year, currency=currency, amount=sum(each, Fraction()), count=len(each)
        )
        for (year, currency), each in sorted(sums.items(), reverse=True)
    )
