"""A ticket's clocks, read off its history: what is due when, and what was met late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from kam_flows.domain.accounts import Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.pauses import Pause, delayed
from kam_flows.domain.policy import Ladder, Policy, Rung, Target, Targets, Until
from kam_flows.domain.tickets import (
    OVER,
    REOPENS,
    Happening,
    Priority,
    TicketEvent,
    TicketState,
)


class Breach(NamedTuple):
    """A target that was met after its time."""

    episode: int
    target: Target
    due_at: datetime
    met_at: datetime


class ArmedRung(NamedTuple):
    """A rung that will be climbed at `due_at` unless its stop condition comes true."""

    number: int
    due_at: datetime


class PassedRung(NamedTuple):
    """A rung whose stop condition came true; `due_at` says whether that was too late."""

    episode: int
    number: int
    due_at: datetime
    stopped_at: datetime
    before_reclock: bool = False
    """It was judged then, by what was promised then."""

    @property
    def was_late(self) -> bool:
        return self.due_at < self.stopped_at and not self.before_reclock


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Where a ticket stands after its whole history.

    A due time is `None` where nothing is promised, and while waiting for the customer
    stops the clock. Once met, it stays what it was when it was met.
    """

    state: TicketState
    episode: int
    owner: str | None
    scene: str
    priority: Priority
    tier: Tier
    opened_at: datetime
    episode_started_at: datetime
    waiting_since: datetime | None
    waited: timedelta
    """In this episode, for the customer, up to the end of the last waiting."""
    respond_by: datetime | None
    plan_by: datetime | None
    resolve_by: datetime | None
    responded_at: datetime | None
    planned_at: datetime | None
    resolved_at: datetime | None
    breaches: tuple[Breach, ...]
    """Since the last re-clocking: those before it were judged by other promises."""
    reclocked_at: datetime | None
    ladder: str
    armed: tuple[ArmedRung, ...]
    """By due time."""
    passed: tuple[PassedRung, ...]
    provisional: bool
    """A due time leans on a year whose official holidays are not published."""


class Floor(NamedTuple):
    """A moment at which the promise changed: from here the grace is left at least."""

    at: datetime
    targets: frozenset[Target]
    rungs: frozenset[int]
    """Numbers of those that another time is counted to from here on."""


def read_clock(
    events: Iterable[TicketEvent],
    *,
    policy: Policy,
    calendar: WorkCalendar,
    scene: str,
    priority: Priority,
    tier: Tier,
) -> Clock:
    """Fold a ticket's history into its clocks.

    Events may come in any order; those of one moment keep the order given. `scene`,
    `priority` and `tier` are those at the opening. Raises ValueError on no events.
    """
    history = sorted(events, key=lambda event: event.at)
    if not history:
        raise ValueError("a ticket without history has no clock")
    reading = _Reading(
        policy=policy,
        calendar=calendar,
        scene=scene,
        priority=priority,
        tier=tier,
        opened_at=history[0].at,
    )
    for event in history:
        reading.take(event)
    return reading.clock()


@dataclass(kw_only=True)
class _Reading:
    """The fold's state while it walks through a history."""

    policy: Policy
    calendar: WorkCalendar
    scene: str
    priority: Priority
    tier: Tier
    opened_at: datetime
    state: TicketState = TicketState.PENDING
    state_before_waiting: TicketState = TicketState.PENDING
    owner: str | None = None
    episode: int = 1
    episode_started_at: datetime = field(init=False)
    pauses: list[Pause] = field(default_factory=list)
    floors: list[Floor] = field(default_factory=list)
    met: dict[Target, datetime] = field(default_factory=dict)
    due_when_met: dict[Target, datetime | None] = field(default_factory=dict)
    missed: dict[Target, datetime] = field(default_factory=dict)
    """When something was due that was still open when another time was promised."""
    breaches: list[Breach] = field(default_factory=list)
    passed: list[PassedRung] = field(default_factory=list)
    done: dict[Until, datetime] = field(default_factory=dict)
    """In this episode: when each stop condition came true."""
    reclocked_at: datetime | None = None
    leans_on: list[tuple[datetime, datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.episode_started_at = self.opened_at
        self.promise()

    def promise(self) -> None:
        """Look up what the policy promises for the ticket as it now is."""
        what = (self.scene, self.tier, self.priority)
        self.targets: Targets = self.policy.targets(*what)
        self.ladder: Ladder | None = self.policy.ladder(*what)

    def take(self, event: TicketEvent) -> None:
        kind, at = event.kind, event.at
        if event.value == REOPENS and self.state in OVER:
            self.reopen(at)
        match kind:
            case Happening.ASSIGNED:
                self.owner = event.value or None
            case Happening.SCENE_CHANGED:
                self.scene = event.value
                self.change_promise(at)
            case Happening.PRIORITY_CHANGED:
                self.priority = Priority(event.value)
                self.change_promise(at)
            case Happening.TIER_CHANGED:
                self.tier = Tier(event.value)
                self.change_promise(at)
            case Happening.RECLOCKED:
                self.reclock(at)
            case Happening.REOPENED if self.state in OVER:
                self.reopen(at)
            case Happening.CONFIRMED if self.state is TicketState.RESOLVED:
                self.state = TicketState.CONFIRMED
                self.stop(Until.CONFIRMED, at)
            case _ if self.state not in OVER:
                self.work(kind, at)

    def work(self, kind: Happening, at: datetime) -> None:
        """What happens to a ticket that is not over."""
        match kind:
            case Happening.TAKEN_UP:
                self.end_waiting(at)
                self.state = TicketState.IN_PROGRESS
                self.meet(Target.RESPOND, at)
                self.stop(Until.TAKEN_UP, at)
            case Happening.REPLIED:
                self.meet(Target.RESPOND, at)
            case Happening.PLANNED:
                self.meet(Target.RESPOND, at)
                self.meet(Target.PLAN, at)
                self.stop(Until.PLANNED, at)
            case Happening.WAITING if self.state is not TicketState.WAITING:
                self.state_before_waiting = self.state
                self.state = TicketState.WAITING
                self.pauses.append(Pause(at, None))
            case Happening.RESUMED:
                self.end_waiting(at)
            case Happening.RESOLVED | Happening.CONFIRMED:
                self.resolve(kind, at)

    def end_waiting(self, at: datetime) -> None:
        if self.state is TicketState.WAITING:
            self.state = self.state_before_waiting
            self.pauses[-1] = Pause(self.pauses[-1].start, at)

    def resolve(self, kind: Happening, at: datetime) -> None:
        self.end_waiting(at)
        for target in Target:
            self.meet(target, at)
        for until in (Until.TAKEN_UP, Until.PLANNED, Until.RESOLVED):
            self.stop(until, at)
        self.state = TicketState.RESOLVED
        # Over means that no clock runs: a pause that only a re-opening ends.
        self.pauses.append(Pause(at, None))
        if kind is Happening.CONFIRMED:
            self.state = TicketState.CONFIRMED
            self.stop(Until.CONFIRMED, at)

    def reopen(self, at: datetime) -> None:
        """A new episode: the resolve clock goes on, the ladder starts from the bottom.

        Whoever refused is answered anew: response and plan count from here.
        """
        self.pauses[-1] = Pause(self.pauses[-1].start, at)
        self.state = TicketState.PENDING
        self.episode += 1
        self.episode_started_at = at
        self.done = {}
        self.met = {}
        self.floors.append(Floor(at, frozenset({Target.RESOLVE}), frozenset()))

    def change_promise(self, at: datetime, *, all_of_it: bool = False) -> None:
        """What is promised otherwise from here on counts on, and never into the past.

        What had not been kept by then stays unkept: another tier heals no breach. A rung
        that is told otherwise, or to somebody else, keeps its moment.
        """
        before, counted = self.targets, self.rungs_counted()
        open_since = {t: self.due(t) for t in Target if t not in self.met}
        self.promise()
        changed = {
            target
            for target in Target
            if all_of_it or before.get(target) != self.targets.get(target)
        }
        rungs = {
            number
            for number, how in self.rungs_counted().items()
            if all_of_it or counted.get(number) != how
        }
        for target in changed & open_since.keys():
            due_at = open_since[target]
            if due_at is not None and due_at < at:
                self.missed.setdefault(target, due_at)
        if changed or rungs:
            self.floors.append(Floor(at, frozenset(changed), frozenset(rungs)))

    def rungs_counted(self) -> dict[int, tuple[object, ...]]:
        """How the moment of each rung is come to; whom it reaches is no part of it."""
        rungs = self.ladder.rungs if self.ladder else ()
        return {r.number: (r.anchor, r.after, r.share, r.until) for r in rungs}

    def reclock(self, at: datetime) -> None:
        """Another policy or calendar from here on; nothing before is judged by it."""
        self.change_promise(at, all_of_it=True)
        self.reclocked_at = at
        self.missed = {}
        self.breaches = []
        self.passed = [rung._replace(before_reclock=True) for rung in self.passed]

    def meet(self, target: Target, at: datetime) -> None:
        if target in self.met:
            return
        due_at = self.due(target)
        self.met[target] = at
        self.due_when_met[target] = due_at
        promised_by = self.missed.pop(target, due_at)
        if promised_by is not None and promised_by < at:
            self.breaches.append(Breach(self.episode, target, promised_by, at))

    def stop(self, until: Until, at: datetime) -> None:
        """A stop condition came true: its rungs of this episode are settled."""
        if until in self.done:
            return
        for rung in self.ladder.rungs if self.ladder else ():
            if rung.until is until and (due_at := self.rung_due(rung)):
                self.passed.append(PassedRung(self.episode, rung.number, due_at, at))
        self.done[until] = at

    def due(self, target: Target) -> datetime | None:
        promised = self.targets.get(target)
        if promised is None:
            return None
        start, floors = self.counted(target)
        return self.fall_due(start, promised, floors)

    def counted(self, target: Target) -> tuple[datetime, list[datetime]]:
        """From when on a target counts, and the floors since then."""
        goes_on = target is Target.RESOLVE
        start = self.opened_at if goes_on else self.episode_started_at
        floors = [f.at for f in self.floors if target in f.targets and f.at >= start]
        return start, floors

    def rung_due(self, rung: Rung) -> datetime | None:
        target = rung.anchor.target
        if target is None:
            if rung.after is None:
                return None
            since = self.episode_started_at
            return self.fall_due(
                since, rung.after, self.put_off(rung, since), rung.until
            )
        promised = self.targets.get(target)
        if promised is None:
            return None
        if rung.share is not None:
            start, floors = self.counted(target)
            return self.fall_due(start, promised.scaled(rung.share), floors, rung.until)
        anchor = self.due_when_met[target] if target in self.met else self.due(target)
        if anchor is None or rung.after is None:
            return None
        return self.fall_due(anchor, rung.after, self.put_off(rung, anchor), rung.until)

    def put_off(self, rung: Rung, since: datetime) -> list[datetime]:
        """The floors of a rung that is counted from this moment."""
        return [f.at for f in self.floors if rung.number in f.rungs and f.at >= since]

    def fall_due(
        self,
        start: datetime,
        after: Duration,
        floors: Sequence[datetime],
        until: Until = Until.RESOLVED,
    ) -> datetime | None:
        """`after` from `start`, longer by every pause, and never less than the grace
        after a floor (scenarios S7, S8, S9). `None` while the clock stands still.
        """
        pauses = self.pauses
        if until is Until.CONFIRMED and self.state is TicketState.RESOLVED:
            pauses = pauses[:-1]  # resolved is just what this clock waits after
        due_at = self.delayed(start, after, pauses)
        grace = after.scaled(self.policy.grace)
        for at in floors:
            left = self.delayed(at, grace, pauses)
            if due_at is None or left is None:
                return None
            due_at = max(due_at, left)
        if due_at is not None and after.is_business:
            self.leans_on.append((start, due_at))
        return due_at

    def delayed(
        self, start: datetime, after: Duration, pauses: Sequence[Pause]
    ) -> datetime | None:
        return delayed(start, after, pauses, self.calendar)

    def armed(self) -> tuple[ArmedRung, ...]:
        armed = [
            ArmedRung(rung.number, due_at)
            for rung in (self.ladder.rungs if self.ladder else ())
            if rung.until not in self.done and (due_at := self.rung_due(rung))
        ]
        return tuple(sorted(armed, key=lambda rung: (rung.due_at, rung.number)))

    def clock(self) -> Clock:
        def due(target: Target) -> datetime | None:
            if target in self.met:
                return self.due_when_met[target]
            return self.due(target)

        waiting = self.state is TicketState.WAITING
        respond_by, plan_by, resolve_by = map(due, Target)
        armed = self.armed()
        return Clock(
            state=self.state,
            episode=self.episode,
            owner=self.owner,
            scene=self.scene,
            priority=self.priority,
            tier=self.tier,
            opened_at=self.opened_at,
            episode_started_at=self.episode_started_at,
            waited=sum(
                (
                    pause.end - pause.start
                    for pause in self.pauses
                    if pause.end and pause.start >= self.episode_started_at
                ),
                timedelta(),
            ),
            waiting_since=self.pauses[-1].start if waiting else None,
            respond_by=respond_by,
            plan_by=plan_by,
            resolve_by=resolve_by,
            responded_at=self.met.get(Target.RESPOND),
            planned_at=self.met.get(Target.PLAN),
            resolved_at=self.met.get(Target.RESOLVE),
            breaches=tuple(self.breaches),
            reclocked_at=self.reclocked_at,
            ladder=self.ladder.name if self.ladder else "",
            armed=armed,
            passed=tuple(self.passed),
            provisional=any(
                self.calendar.provisional_years(start, end)
                for start, end in self.leans_on
            ),
        )
