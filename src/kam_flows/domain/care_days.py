"""The days of a care: when its preparation begins, when it is delivered, which comes next.

Both are counted from the day itself, which no day off moves.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.care_rules import Ahead, CareRules, Deliver, OccasionRules
from kam_flows.domain.errors import UserError
from kam_flows.domain.occasions import (
    LunarYearly,
    Occasion,
    Occurrence,
    Once,
    Yearly,
    occurrences,
)
from kam_flows.domain.visit_rules import Peak

DAY = timedelta(days=1)
A_YEAR = timedelta(days=400)
"""What comes every year comes round in it; a lunar year has up to 385 days."""
TOLD_BACK = timedelta(days=7)
"""An occasion whose day was so shortly before it was added is told as missed; what is
longer ago is history, or importing old days would fill the Monday mail."""
PATIENCE = 366


def delivery_day(on: date, kind: OccasionRules, calendar: WorkCalendar) -> date:
    """The day itself, or the working day to which the kind moves it from a day off."""
    return _delivery_day(on, kind.deliver, kind.blackout, calendar)


def preparation_day(
    on: date, kind: OccasionRules, rules: CareRules, calendar: WorkCalendar
) -> date:
    """A working day at least the lead time before, and so early that there are working
    days left until the delivery."""
    return _preparation_day(
        on, delivery_day(on, kind, calendar), kind.lead, rules.room, calendar
    )


def next_preparation(
    occasion: Occasion, after: date, rules: CareRules, calendar: WorkCalendar
) -> date | None:
    """The preparation day of its first occurrence later than `after`; `None`: there is
    none, or the policy has no such kind.

    `after` is the day of the last occurrence that was seen to (`first_after` before
    any was): a preparation day that has gone by unseen stays the next one.
    """
    kind = rules.of(occasion.kind)
    if kind is None:
        return None
    coming = occurrences(occasion, after + DAY, _horizon(occasion, after), rules.lunar)
    return preparation_day(coming[0].on, kind, rules, calendar) if coming else None


def first_after(occasion: Occasion, today: date) -> date:
    """After which day the occurrences of a new occasion are seen to."""
    return (occasion.added_on or today) - TOLD_BACK - DAY


def upcoming(
    occasion: Occasion,
    after: date,
    today: date,
    rules: CareRules,
    calendar: WorkCalendar,
) -> list[Occurrence]:
    """Its occurrences later than `after` whose preparation day has come by `today`."""
    kind = rules.of(occasion.kind)
    if kind is None:
        return []
    # A lead of a year and a blackout of half a one lie within.
    last = today + 2 * A_YEAR
    return [
        one
        for one in occurrences(occasion, after + DAY, last, rules.lunar)
        if preparation_day(one.on, kind, rules, calendar) <= today
    ]


def open_day(
    day: date, step: timedelta, calendar: WorkCalendar, blackout: Sequence[Peak] = ()
) -> date:
    """The day itself, or the next one in that direction on which we deliver."""
    for _ in range(PATIENCE):
        if calendar.is_working_day(day) and not _is_black(day, blackout):
            return day
        day += step
    raise UserError(
        "The calendar '{calendar}' has no working day near {day} for a care; look at its "
        "hours and closures, and at the blackout of the policy.",
        calendar=calendar.name,
        day=day,
    )


# Occasions are many and days are few: a whole house asks for the same ones.
@lru_cache(maxsize=10_000)
def _delivery_day(
    on: date, deliver: Deliver, blackout: tuple[Peak, ...], calendar: WorkCalendar
) -> date:
    if deliver is Deliver.STAY and not _is_black(on, blackout):
        return on
    step = DAY if deliver is Deliver.AFTER else -DAY
    return open_day(on, step, calendar, blackout)


@lru_cache(maxsize=10_000)
def _preparation_day(
    on: date, delivered: date, lead: Ahead, room: int, calendar: WorkCalendar
) -> date:
    latest = delivered
    for _ in range(min(room, lead.least)):
        latest = open_day(latest - DAY, -DAY, calendar)
    return open_day(min(lead.before(on), latest), -DAY, calendar)


def _horizon(occasion: Occasion, after: date) -> date:
    """`after` may lie before the first time, which comes in the year after `since`."""
    match occasion.rule:
        case Once(on=on):
            return on
        case Yearly(since=since) | LunarYearly(since=since) if since and since > after:
            return since + 2 * A_YEAR
    return after + A_YEAR


def _is_black(day: date, blackout: Sequence[Peak]) -> bool:
    return any(peak.covers(day) for peak in blackout) if blackout else False
