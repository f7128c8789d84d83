"""Business time as one sorted table: how much of it lies before any moment."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

NOTHING = timedelta()


class Segments:
    """Open pieces between two moments, all in UTC.

    Pieces that touch are joined, so no minute is lost at midnight.
    """

    __slots__ = ("before", "end", "ends", "start", "starts", "total")

    def __init__(
        self,
        pieces: Iterable[tuple[datetime, datetime]],
        start: datetime,
        end: datetime,
    ) -> None:
        self.start, self.end = start, end
        # An empty piece stands first, so that every moment has one before it.
        self.starts, self.ends, self.before = [start], [start], [NOTHING]
        self.total = NOTHING
        for opens, closes in pieces:
            if opens == self.ends[-1] and len(self.ends) > 1:
                self.ends[-1] = closes
            elif closes > opens:
                self.starts.append(opens)
                self.ends.append(closes)
                self.before.append(self.total)
            self.total += closes - opens

    def used(self, at: datetime) -> timedelta:
        """Business time from the start of the table to `at`."""
        i = bisect_right(self.starts, at) - 1
        return self.before[i] + (min(at, self.ends[i]) - self.starts[i])

    def due(self, at: datetime, worked: timedelta) -> datetime | None:
        """The first moment by which `worked` has passed since `at`; None: not in here.

        Closing time stays closing time. `worked` is more than nothing.
        """
        i = bisect_right(self.starts, at) - 1
        used = self.before[i] + (min(at, self.ends[i]) - self.starts[i]) + worked
        if used > self.total:
            return None
        i = bisect_left(self.before, used, i) - 1
        return self.starts[i] + (used - self.before[i])

    def closing(self, at: datetime) -> datetime | None:
        """When the piece ends that is open at `at` or closes just then."""
        i = bisect_right(self.starts, at) - 1
        return self.ends[i] if i and at <= self.ends[i] else None

    def next_opening(self, at: datetime) -> datetime | None:
        """The first opening after `at`."""
        i = bisect_right(self.starts, at)
        return self.starts[i] if i < len(self.starts) else None

    def between(
        self, start: datetime, end: datetime
    ) -> list[tuple[datetime, datetime]]:
        """The pieces from `start` to `end`, cut to them."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end)
        return [
            (max(start, self.starts[i]), min(end, self.ends[i]))
            for i in range(first, last)
        ]
