"""Time zones as calendar files tell them: when the clocks change, and by which rule."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

# icalendar writes time zones too, but begins summer time an hour late: the onset is to be
# told by the clock before the change (RFC 5545, 3.6.5). And Outlook reads rules, not lists.

YEARS = 6
"""So many changes show which rule they follow: the last Sunday, or the fourth."""
DAY, WEEK = timedelta(days=1), 7
LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001  # a wall time
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Change(NamedTuple):
    """A moment at which clocks change."""

    wall: datetime
    """As clocks showed it before."""
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@cache
def time_zone(key: str, year: int) -> Timezone:
    """That of this zone, for what takes place from this year on."""
    zone = ZoneInfo(key)
    component = Timezone()
    component.add("tzid", key)
    changes = list(_changes(zone, year - 1, year + YEARS))
    kinds = {(one.before, one.after, one.name, one.is_summer) for one in changes}
    if not changes:
        still = datetime(year, 1, 1, tzinfo=zone)
        offset = still.utcoffset() or timedelta()
        fixed = Change(LONG_AGO, offset, offset, still.tzname() or key, False)
        component.add_component(_observance(fixed))
    for kind in sorted(kinds):
        same = [one for one in changes if one[1:] == kind]
        if rule := _rule(same):
            component.add_component(_observance(same[0], rule))
        else:
            for one in same:
                component.add_component(_observance(one))
    return component


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[Change]:
    start, days = datetime(first, 1, 1, tzinfo=UTC), (last - first + 1) * 366
    for before, after in pairwise(start + n * DAY for n in range(days)):
        old, new = _offset(before, zone), _offset(after, zone)
        if old == new or after.year > last:
            continue
        moment = _boundary(before, after, zone)
        local = moment.astimezone(zone)
        yield Change(
            (moment + old).replace(tzinfo=None),
            old,
            new,
            local.tzname() or str(zone),
            bool(local.dst()),
        )


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _boundary(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second from which the new offset holds."""
    old, length = _offset(before, zone), int((after - before).total_seconds())
    low, high = 0, length
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(before + timedelta(seconds=middle), zone) == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _rule(changes: Sequence[Change]) -> dict[str, Any] | None:
    """The n-th weekday of a month on which all of them fall, one each year."""
    walls = [one.wall for one in changes]
    if len({(w.month, w.weekday(), w.time()) for w in walls}) > 1:
        return None
    if [w.year for w in walls] != list(
        range(walls[0].year, walls[0].year + len(walls))
    ):
        return None
    if len(walls) < YEARS:
        return None
    weekday = WEEKDAYS[walls[0].weekday()]
    if all((w + timedelta(days=WEEK)).month != w.month for w in walls):
        nth = -1
    elif len(places := {(w.day - 1) // WEEK + 1 for w in walls}) == 1:
        (nth,) = places
    else:
        return None
    return {"freq": "YEARLY", "bymonth": walls[0].month, "byday": f"{nth}{weekday}"}


def _observance(
    change: Change, rule: dict[str, Any] | None = None
) -> TimezoneStandard | TimezoneDaylight:
    component = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    component.add("dtstart", change.wall)
    component.add("tzoffsetfrom", change.before)
    component.add("tzoffsetto", change.after)
    component.add("tzname", change.name)
    if rule:
        component.add("rrule", vRecur(rule))
    return component
