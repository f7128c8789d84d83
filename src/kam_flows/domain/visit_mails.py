"""What people are told about visits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kam_flows.domain.invitations import Entry, Method
from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skipped
from kam_flows.domain.touchpoints import Reason
from kam_flows.domain.visit_briefs import Brief
from kam_flows.domain.visit_weeks import OwedPromise, TeamMember, WeekVisit


@dataclass(frozen=True, kw_only=True)
class VisitLinks:
    """Forms for this touchpoint, filled in; `None` where no server has them yet."""

    record: str | None = None
    reschedule: str | None = None
    page: str | None = None
    """The account's page."""


@dataclass(frozen=True, kw_only=True)
class VisitBrief(Mail):
    """What whoever goes reads before a touchpoint."""

    template: ClassVar[str] = "visits/brief"

    brief: Brief
    skips: tuple[Skipped, ...]
    """Who would have gone and is not there by then."""
    ahead: str
    """How long before it briefs come, as the policy writes it: `2bd`."""
    policy: str
    """The policy's title in the reader's language."""
    links: VisitLinks
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class VisitInvitation(Mail):
    """Puts a touchpoint into the calendars of our side, moves it there or takes it out."""

    template: ClassVar[str] = "visits/invitation"

    entry: Entry
    method: Method
    reason: Reason | None
    """Why it changed; `None`: it is new."""
    left_out: bool
    """It takes place, without those who read this."""
    links: VisitLinks
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class VisitWeek(Mail):
    """One person's week: their own touchpoints, and those of the people below them."""

    template: ClassVar[str] = "visits/week"

    first: date
    """Its Monday."""
    last: date
    visits: tuple[WeekVisit, ...]
    unrecorded: tuple[WeekVisit, ...]
    """Theirs, of the past, of which nothing is on record yet."""
    promises: tuple[OwedPromise, ...]
    """Theirs that are late or due this week."""
    team: tuple[TeamMember, ...]
    """Those below them; empty: they manage nobody who goes anywhere."""
    missed: tuple[WeekVisit, ...]
    """Theirs and of the team, last week."""
    as_of: datetime
