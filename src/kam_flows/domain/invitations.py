"""Calendar invitations: what is planned stands in the calendars of those who go, as it is now."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.touchpoints import Touchpoint, TouchpointKind, TouchpointState
from kam_flows.domain.wall_time import Timed, instant

GONE = frozenset(
    {TouchpointState.CANCELLED, TouchpointState.MERGED, TouchpointState.CREDITED}
)
"""Nobody goes on that day, or another entry stands for it."""
TAKEN_BACK = "taken back"
"""Stands in the ledger where others have the digest of an invitation."""


class InCalendars(StrEnum):
    """Whether a touchpoint stands in the calendars of those who go."""

    NO = "no"
    YES = "yes"
    """As it is."""
    TO_CHECK = "to_check"
    """It does or did; something has changed since that calendars may have to follow."""


class Method(StrEnum):
    """What a calendar file asks of the calendar that reads it (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, kw_only=True)
class Attendee:
    name: str
    address: str
    is_ours: bool = True
    """Only our side is written to."""


@dataclass(frozen=True, kw_only=True)
class Entry(Timed):
    """One touchpoint as a calendar shows it; nothing in it is for our eyes only."""

    id: int
    sequence: int
    """Counts up with every change (RFC 5546, 2.1.4)."""
    kind: TouchpointKind
    title: str
    """In the language of whom it is for; empty: it has no name but its kind."""
    account_name: str
    city: str
    attendees: tuple[Attendee, ...]
    """Whose visit it is first."""

    @property
    def ours(self) -> tuple[Attendee, ...]:
        return tuple(one for one in self.attendees if one.is_ours)

    @property
    def theirs(self) -> tuple[Attendee, ...]:
        return tuple(one for one in self.attendees if not one.is_ours)

    @property
    def digest(self) -> str:
        """Of all that calendars have to follow, and nothing else.

        A title that a new service standard words differently moves nobody.
        """
        people = sorted(one.address for one in self.attendees)
        when = f"{self.begins_at.isoformat()} {self.minutes} {self.zone}"
        return sha256("\n".join([when, *people]).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What calendars were told last of a touchpoint."""

    sequence: int
    digest: str
    addresses: tuple[str, ...]
    """Whom it was told."""

    @property
    def stands(self) -> bool:
        return self.digest != TAKEN_BACK


def is_invited(
    touchpoint: Touchpoint,
    invited: Invited | None,
    until: date,
    calendar: WorkCalendar,
    now: datetime,
) -> bool:
    """Whether it is to stand in calendars: once it is near, and from then on.

    What takes no time needs no place in anybody's day.
    """
    begins_at = instant(
        datetime.combine(touchpoint.on, touchpoint.starts), calendar.timezone
    )
    near = touchpoint.on <= until or (invited is not None and invited.stands)
    return touchpoint.is_open and touchpoint.minutes > 0 and near and begins_at > now


def is_taken_back(touchpoint: Touchpoint, invited: Invited | None, today: date) -> bool:
    """Whether calendars still show what does not take place on that day."""
    if invited is None or not invited.stands or touchpoint.on < today:
        return False
    if touchpoint.state is TouchpointState.DONE:
        concluded_on = touchpoint.concluded_on
        return concluded_on is not None and concluded_on < touchpoint.on
    return touchpoint.state in GONE
