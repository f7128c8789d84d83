"""What people are told about tickets: the mails of the escalation process."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

from kam_flows.domain.accounts import Tier
from kam_flows.domain.mails import Mail
from kam_flows.domain.policy import Anchor, Target, Until
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Priority, TicketState


class Skip(StrEnum):
    """Why somebody in the chain was passed over."""

    INACTIVE = "inactive"
    ABSENT = "absent"
    OWNER = "owner"
    """The rung is about this person's own ticket."""
    TOLD = "told"
    """Was already told about this ticket in this episode."""
    NOBODY = "nobody"
    """Nobody is named for that place in the chain."""
    UNKNOWN = "unknown"
    """Named, but not among our people."""


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """One place in the chain that was passed over: whose, and why."""

    place: str
    """`owner`, `supervisor`, `deputy of supervisor`, …: Tell values and their deputies."""
    staff: str | None
    name: str
    reason: Skip


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """A ticket as a mail or a board shows it."""

    number: str
    title: str
    account: str
    account_name: str
    tier: Tier
    scene: str
    """The scene's title in the reader's language."""
    priority: Priority
    state: TicketState
    owner: str
    """The owner's name, empty if nobody owns it."""
    opened_at: datetime
    respond_by: datetime | None = None
    plan_by: datetime | None = None
    resolve_by: datetime | None = None
    respond_in: str = ""
    """The times promised, as the policy writes them: `2bh`; empty: not known."""
    plan_in: str = ""
    resolve_in: str = ""
    responded: bool = False
    """The target was met, in time or not: nobody is reminded of it any more."""
    planned: bool = False
    calendar: str = ""
    """Title of the calendar that promises in business time run on."""
    provisional: bool = False
    """A due time leans on a year whose official holidays are not published."""


def unmet(ticket: TicketFacts) -> list[tuple[datetime, Target]]:
    """The promised times that nothing has met yet, the first to pass first."""
    promised = (
        (ticket.respond_by, Target.RESPOND, ticket.responded),
        (ticket.plan_by, Target.PLAN, ticket.planned),
        (ticket.resolve_by, Target.RESOLVE, False),
    )
    return sorted((at, target) for at, target, met in promised if at and not met)


@dataclass(frozen=True, kw_only=True)
class Links:
    """Forms that do the next thing, filled in; `None` where no server has them yet."""

    take_up: str | None = None
    resolve: str | None = None
    assign: str | None = None
    history: str | None = None


class NextRung(NamedTuple):
    """The rung that is climbed next unless `until` happens before."""

    at: datetime
    tell: Tell
    until: Until


@dataclass(frozen=True, kw_only=True)
class ClimbedRung:
    """One line of a digest: which rung was climbed, why now, and why this reader."""

    ticket: TicketFacts
    episode: int
    rung: int
    until: Until
    """What has not happened."""
    anchor: Anchor
    after: str
    """The rung's own time as the policy writes it: `24h`, `75%`."""
    anchored_at: datetime
    """The opening, or the target's due time: what the rung's own time refers to."""
    since: datetime
    """When the ticket was opened, or opened again: what is lacking lacks since then."""
    due_at: datetime
    late: timedelta
    """How long past `due_at` at the moment of the mail."""
    calendar: str
    """Title of the calendar the clock ran on; empty: around the clock."""
    paused: timedelta = timedelta()
    """How long the clock stood still meanwhile, waiting for the customer."""
    tell: Tell
    """Whom the rung is meant for; `skips` says why it reached this reader instead."""
    skips: tuple[Skipped, ...]
    following: NextRung | None = None
    """`None`: this is the last."""
    links: Links


def urgency(rung: ClimbedRung) -> tuple[int, int, float]:
    """Sorts what needs a person most to the front: priority, then tier, then lateness."""
    priority, tier = list(Priority), list(Tier)
    return (
        -priority.index(rung.ticket.priority),
        tier.index(rung.ticket.tier),
        -rung.late.total_seconds(),
    )


@dataclass(frozen=True, kw_only=True)
class OvernightTicket:
    """A ticket whose alert was held and that was dealt with meanwhile."""

    ticket: TicketFacts
    due_at: datetime
    stopped_at: datetime


@dataclass(frozen=True, kw_only=True)
class RungsClimbed(Mail):
    """One digest per person and sweep: tickets that need this person, latest rung each.

    With no `rungs` it is the quiet morning note about `overnight` alone.
    `more` counts rungs beyond those listed, so that a mail stays below 100 KB.
    """

    template: ClassVar[str] = "escalation/rungs_climbed"

    rungs: tuple[ClimbedRung, ...]
    overnight: tuple[OvernightTicket, ...]
    more: int
    as_of: datetime
    policy: str
    """The policy's title in the reader's language."""
    board: str | None
    """Link to the ladder board."""


class Cause(StrEnum):
    """Why a ticket is now this reader's."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True)
class TicketYours(Mail):
    """Tells the owner, or who stands in, of a ticket that is new, theirs or open again."""

    template: ClassVar[str] = "escalation/ticket_yours"

    ticket: TicketFacts
    cause: Cause
    by: str
    """Name of whoever did it; empty: nobody in person."""
    note: str
    skips: tuple[Skipped, ...] = ()
    """Why it reached somebody else than the owner."""
    policy: str = ""
    """The policy's title in the reader's language."""
    as_of: datetime
    links: Links


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """One open ticket on the ladder board: what is due when, and who is told next."""

    ticket: TicketFacts
    rung: int | None = None
    """The next rung; `None` if the ladder has no more."""
    next_at: datetime | None = None
    next_tell: Tell | None = None
    next_name: str = ""
    """Who would be reached as things stand; empty: the duty mailbox."""
    late: bool = False
    """A promised time has passed unmet."""
