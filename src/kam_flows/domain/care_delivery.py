"""When a letter of care leaves, and what keeps it back."""

from collections.abc import Iterable
from datetime import date, datetime, time

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.cares import Care
from kam_flows.domain.errors import Phrase
from kam_flows.domain.lunar_dates import LunarCalendar
from kam_flows.domain.occasions import Occasion, occurrences
from kam_flows.domain.tickets import Priority

MORNING = time(9)
"""When the day begins on which the account's office is closed."""
SEVERE = frozenset({Priority.URGENT, Priority.HIGH})
TOO_LATE = "too late"
ANOTHER_DAY = (
    "By what is on record now its day is {day}, not {before}; edit its letter and release "
    "it on that day, or drop it."
)
OTHER_YEARS = (
    "By what is on record now it is {years} years, not {before}; edit its letter and "
    "release it, or drop it."
)
GONE = (
    "By what is on record now there is no such day in {year}; drop it, or release it all "
    "the same."
)


def leaves_at(care: Care, calendar: WorkCalendar) -> datetime:
    """The morning of its day: when the account's office opens."""
    windows = calendar.windows_on(care.deliver_on)
    opens = windows[0].opens if windows else MORNING
    return datetime.combine(care.deliver_on, opens, tzinfo=calendar.timezone)


def is_too_late(care: Care, today: date, grace: int) -> bool:
    return (today - care.on).days > grace


def put_right(
    care: Care, occasion: Occasion, lunar: LunarCalendar
) -> tuple[str, Phrase] | None:
    """What its letter has wrong since the day on record was put right, in short and in
    words; `None`: nothing, or a person has let it go all the same.

    How old somebody is stands in no letter.
    """
    first, last = date(care.edition, 1, 1), date(care.edition + 1, 12, 31)
    days = occurrences(occasion, first, last, lunar)
    now = next((one for one in days if one.edition == care.edition), None)
    if now is None:
        wrong = Phrase(GONE, year=care.edition)
    elif now.on != care.on:
        wrong = Phrase(ANOTHER_DAY, day=f"{now.on}", before=f"{care.on}")
    elif now.years != care.years and not care.contact:
        wrong = Phrase(OTHER_YEARS, years=now.years or 0, before=care.years or 0)
    else:
        return None
    short = f"put right: {now.on} {now.years}" if now else "put right"
    return None if short in care.released_over.split(", ") else (short, wrong)


def keeps_back(care: Care, severe: Iterable[str], *, too_late: bool) -> str:
    """Why it must not leave now: numbers of severe open tickets, or that it is too late.

    Empty if nothing does, or if a person has let it go over the very same.
    """
    reasons = [*sorted(severe), *([TOO_LATE] if too_late else [])]
    known = care.released_over.split(", ")
    return ", ".join(reasons) if set(reasons) - set(known) else ""
