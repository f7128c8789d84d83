"""What must stand in the ledger, computed from the raw log alone.

Nothing here is shared with the product: the rules are written down a second time, for
rungs that count hours from the opening, elapsed or of an office, and stand still for
waiting.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

TAKE_UP, WAIT, CLOSE = "Take in charge ticket", "Wait", "Closed"
RESOLVE = frozenset({"Resolve ticket", "RESOLVED", "INVALID", "DUPLICATE", "VERIFIED"})
REOPENS = frozenset(
    {
        TAKE_UP,
        WAIT,
        "Create SW anomaly",
        "Require upgrade",
        "Schedule intervention",
        "Resolve SW anomaly",
    }
)
HOURS = (24, 48)
"""Rung 1 until somebody takes it up, rung 2 until it is resolved."""


class RawEvent(NamedTuple):
    ticket: str
    activity: str
    agent: str
    at: datetime
    account: str


class Promise(NamedTuple):
    """From `at` on the rungs have these hours, and at least a quarter of them left."""

    at: datetime
    hours: tuple[int, int]


class Office(NamedTuple):
    """Open from Monday to Friday, on the clocks of its zone."""

    zone: str
    opens: time
    closes: time

    def windows(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From the day of `start` on, in UTC."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date()
        for day in (first + timedelta(days=n) for n in count()):
            if day.isoweekday() <= 5:
                yield self.at(day, self.opens, zone), self.at(day, self.closes, zone)

    def at(self, day: date, clock: time, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, clock, zone).astimezone(UTC)


class Rung(NamedTuple):
    ticket: str
    episode: int
    number: int


class Due(NamedTuple):
    at: datetime
    stopped_at: datetime | None


def must_stand(
    events: Iterable[RawEvent],
    as_of: datetime,
    promises: Mapping[str, Promise] | None = None,
    hours: tuple[int, int] = HOURS,
    office: Office | None = None,
) -> dict[Rung, Due]:
    """Every rung that has fallen due by `as_of` and was not stopped before it did.

    `promises` are tickets whose rungs were changed on the way; the hours are those of
    an `office` if there is one.
    """
    histories: dict[str, list[RawEvent]] = defaultdict(list)
    for event in events:
        histories[event.ticket].append(event)
    stands: dict[Rung, Due] = {}
    for ticket, history in histories.items():
        fold = _Fold(history, hours, (promises or {}).get(ticket), office)
        for (episode, number), due in fold.rungs.items():
            if due.at <= (due.stopped_at or as_of):
                stands[Rung(ticket, episode, number)] = due
    return stands


def states(events: Iterable[RawEvent]) -> dict[str, str]:
    """Where each ticket of the log stands at its end."""
    histories: dict[str, list[RawEvent]] = defaultdict(list)
    for event in events:
        histories[event.ticket].append(event)
    return {ticket: _Fold(h, HOURS, None).state for ticket, h in histories.items()}


class _Fold:
    def __init__(
        self,
        history: Sequence[RawEvent],
        hours: tuple[int, int],
        promise: Promise | None,
        office: Office | None = None,
    ) -> None:
        self.hours, self.promise, self.office = hours, promise, office
        self.rungs: dict[tuple[int, int], Due] = {}
        self.episode, self.state = 0, ""
        ordered = sorted(history, key=lambda event: event.at)
        self.begin(ordered[0].at)
        for event in ordered:
            self.take(event.activity, event.at)
        for number in (1, 2):
            if number not in self.stopped:
                self.stop(number, None)

    def begin(self, at: datetime) -> None:
        self.episode, self.state, self.start = self.episode + 1, "pending", at
        self.pauses: list[list[datetime | None]] = []
        self.stopped: set[int] = set()
        self.before_waiting = "pending"

    def take(self, activity: str, at: datetime) -> None:
        over = self.state in {"resolved", "confirmed"}
        if over and activity in REOPENS:
            self.begin(at)
            over = False
        if activity == TAKE_UP:
            self.resume(at)
            self.state = "in_progress"
            self.stop(1, at)
        elif activity == WAIT and self.state != "waiting":
            self.before_waiting, self.state = self.state, "waiting"
            self.pauses.append([at, None])
        elif activity in RESOLVE | {CLOSE} and not over:
            self.resume(at)
            self.stop(1, at)
            self.stop(2, at)
            self.state = "resolved"
        if activity == CLOSE and self.state == "resolved":
            self.state = "confirmed"

    def resume(self, at: datetime) -> None:
        if self.state == "waiting":
            self.pauses[-1][1] = at
            self.state = self.before_waiting

    def stop(self, number: int, at: datetime | None) -> None:
        if number in self.stopped:
            return
        if at is not None:
            self.stopped.add(number)
        due = self.due(number, at)
        if due is not None:
            self.rungs[self.episode, number] = Due(due, at)

    def due(self, number: int, stopped_at: datetime | None) -> datetime | None:
        promise = self.promise
        if promise is None or (stopped_at and stopped_at < promise.at):
            return self.delayed(self.start, timedelta(hours=self.hours[number - 1]))
        after = timedelta(hours=promise.hours[number - 1])
        dues = [self.delayed(self.start, after)]
        if promise.at >= self.start:
            dues.append(self.delayed(promise.at, after / 4))
        return None if None in dues else max(due for due in dues if due)

    def delayed(self, start: datetime, after: timedelta) -> datetime | None:
        if self.office:
            return self.worked(self.office, start, after)
        due = start + after
        for begin, end in self.pauses:
            if begin is None or begin >= due:
                continue
            if end is None:
                return None
            due += max(timedelta(), end - max(begin, start))
        return due

    def worked(
        self, office: Office, start: datetime, left: timedelta
    ) -> datetime | None:
        """When so much open time has passed that nobody waited in."""
        at = start
        for opens, closes in office.windows(start):
            at = max(at, opens)
            for begin, end in self.pauses:
                if begin is None or begin >= closes or (end and end <= at):
                    continue
                if at < begin:
                    if left <= begin - at:
                        return at + left
                    left -= begin - at
                if end is None:
                    return None
                at = max(at, end)
            if at < closes:
                if left <= closes - at:
                    return at + left
                left -= closes - at
        return None
