"""When a letter of care leaves, and what keeps it back."""

from collections.abc import Iterable
from datetime import date, datetime, time

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.cares import Care
from kam_flows.domain.tickets import Priority

MORNING = time(9)
"""When the day begins on which the account's office is closed."""
SEVERE = frozenset({Priority.URGENT, Priority.HIGH})
TOO_LATE = "too late"


def leaves_at(care: Care, calendar: WorkCalendar) -> datetime:
    """The morning of its day: when the account's office opens."""
    windows = calendar.windows_on(care.deliver_on)
    opens = windows[0].opens if windows else MORNING
    return datetime.combine(care.deliver_on, opens, tzinfo=calendar.timezone)


def is_too_late(care: Care, today: date, grace: int) -> bool:
    return (today - care.on).days > grace


def keeps_back(care: Care, severe: Iterable[str], *, too_late: bool) -> str:
    """Why it must not leave now: numbers of severe open tickets, or that it is too late.

    Empty if nothing does, or if a person has let it go over the very same.
    """
    reasons = [*sorted(severe), *([TOO_LATE] if too_late else [])]
    known = care.released_over.split(", ")
    return ", ".join(reasons) if set(reasons) - set(known) else ""
