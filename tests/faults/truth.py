"""What must stand in the ledger, computed from the raw log alone.

Nothing here is shared with the product: the rules are written down a second time, for
rungs that count elapsed hours from the opening and stand still for waiting.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

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
) -> dict[Rung, Due]:
    """Every rung that has fallen due by `as_of` and was not stopped before it did.

    `promises` are tickets whose rungs were changed on the way.
    """
    histories: dict[str, list[RawEvent]] = defaultdict(list)
    for event in events:
        histories[event.ticket].append(event)
    stands: dict[Rung, Due] = {}
    for ticket, history in histories.items():
        fold = _Fold(history, hours, (promises or {}).get(ticket))
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
    ) -> None:
        self.hours, self.promise = hours, promise
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
        due = start + after
        for begin, end in self.pauses:
            if begin is None or begin >= due:
                continue
            if end is None:
                return None
            due += max(timedelta(), end - max(begin, start))
        return due
