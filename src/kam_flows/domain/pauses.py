"""Times in which a clock stands still, and what they do to a due time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration


class Pause(NamedTuple):
    """The clock stands still from `start` on; `end` is `None` while it still does."""

    start: datetime
    end: datetime | None


def delayed(
    start: datetime,
    after: Duration,
    pauses: Sequence[Pause],
    calendar: WorkCalendar,
) -> datetime | None:
    """`after` from `start`, later by every pause before it is due.

    `None` while the clock stands still. A promise in business time is put off by the
    business time of the pause, any other by its length.
    """
    due_at = calendar.add(start, after)
    for pause in pauses:
        if pause.start >= due_at:
            break
        if pause.end is None:
            return None
        begin = max(pause.start, start)
        if pause.end <= begin:
            continue
        if after.is_business:
            worked = calendar.worked(begin, pause.end)
            due_at = calendar.add_worked(due_at, worked)
        else:
            due_at += pause.end - begin
    return due_at
