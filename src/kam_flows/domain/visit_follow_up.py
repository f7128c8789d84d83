"""What follows a touchpoint: it is recorded, or asked for, or missed; promises are kept."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, cached_property
from typing import NamedTuple

from kam_flows.domain.account_file import promise_code
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.touchpoints import PREFIX, StepKind, Touchpoint, TouchpointState
from kam_flows.domain.visit_briefs import ahead_until
from kam_flows.domain.visit_rules import VisitRules
from kam_flows.domain.wall_time import instant

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS = 12
"""A late promise is brought to mind on the day after its day, then weekly so often."""
PATIENCE = 400
"""Days: no policy waits longer for a record."""


class PromiseStepKind(StrEnum):
    """What was told about a promise; each once per number."""

    AHEAD = "ahead"
    LATE = "late"
    """The number is how many whole weeks it was late."""
    CLIMB = "climb"
    """To the supervisor, once it is a week late."""


PromiseStep = tuple[PromiseStepKind, int]


class Unrecorded(NamedTuple):
    """A touchpoint that is planned for a day that is over, for all that decides."""

    id: int
    calendar: str
    """Of the account."""
    on: date
    starts: time
    minutes: int
    moves: int
    is_asked: bool
    """Somebody was asked for it since it was moved for the last time."""

    @property
    def number(self) -> str:
        return f"{PREFIX}{self.id}"

    def is_still(self, touchpoint: Touchpoint) -> bool:
        """Nothing happened to it since."""
        is_open = touchpoint.state is TouchpointState.PLANNED
        return is_open and touchpoint.moves == self.moves


class OpenPromise(NamedTuple):
    """A promise nobody has kept yet, and what was told about it."""

    id: int
    account: str
    calendar: str
    owner: str | None
    due_on: date
    recorded_at: datetime
    told: frozenset[PromiseStep]

    @property
    def number(self) -> str:
        return promise_code(self.id)


def ended_at(on: date, starts: time, minutes: int, calendar: WorkCalendar) -> datetime:
    """The end of a touchpoint as it is planned."""
    begins = datetime.combine(on, starts)
    return instant(begins + timedelta(minutes=minutes), calendar.timezone)


class Moment:
    """What is due by one calendar at one moment: in working time alone.

    Thousands of touchpoints are asked about, of a few days and hours: each question is
    answered once.
    """

    def __init__(
        self, calendar: WorkCalendar, rules: VisitRules, now: datetime
    ) -> None:
        self.calendar, self.rules, self.now = calendar, rules, now
        self.is_open = calendar.is_open(now)
        self.today = now.astimezone(calendar.timezone).date()
        self.has_passed = cache(self._has_passed)

    @cached_property
    def asked_until(self) -> date:
        """The last day of which a touchpoint can have to be asked for."""
        return last_day_due(self.calendar, self.rules.remind_after, self.now)

    @cached_property
    def missed_until(self) -> date:
        return last_day_due(self.calendar, self.rules.missed_after, self.now)

    @cached_property
    def reminded_until(self) -> date:
        """The last day of which promises are brought to mind today."""
        return ahead_until(self.calendar, self.rules.promise_ahead, self.today)

    def visit_steps(self, one: Unrecorded) -> tuple[StepKind, ...]:
        """What is to be told of it. Whoever was never asked, as nothing ran, is asked
        when it is missed.
        """
        when = (one.on, one.starts, one.minutes)
        if not self.is_open or not self.has_passed(*when, self.rules.remind_after):
            return ()
        steps = () if one.is_asked else (StepKind.REMINDER,)
        if self.has_passed(*when, self.rules.missed_after):
            return (*steps, StepKind.MISSED)
        return steps

    def promise_steps(self, promise: OpenPromise) -> tuple[PromiseStep, ...]:
        """What is to be told of it: to its owner, and at last to their supervisor.

        After an outage only the latest step is told.
        """
        if not self.is_open:
            return ()
        if promise.due_on >= self.today:
            return self._ahead(promise)
        weeks = weeks_late(promise.due_on, self.today)
        steps = [(PromiseStepKind.LATE, min(weeks, WEEKS))]
        steps += [(PromiseStepKind.CLIMB, 0)] if weeks else []
        return tuple(step for step in steps if step not in promise.told)

    def _ahead(self, promise: OpenPromise) -> tuple[PromiseStep, ...]:
        step = (PromiseStepKind.AHEAD, 0)
        if promise.due_on > self.reminded_until or step in promise.told:
            return ()
        made = promise.recorded_at.astimezone(self.calendar.timezone).date()
        # Whoever has made it today knows.
        return (step,) if made < self.today else ()

    def _has_passed(
        self, on: date, starts: time, minutes: int, after: Duration
    ) -> bool:
        end = ended_at(on, starts, minutes, self.calendar)
        return self.calendar.add(end, after) <= self.now


def last_day_due(calendar: WorkCalendar, after: Duration, now: datetime) -> date:
    """No touchpoint of a later day can be due: so much has not passed since it began."""
    day = now.astimezone(calendar.timezone).date()
    for _ in range(PATIENCE):
        midnight = instant(datetime.combine(day, time()), calendar.timezone)
        if calendar.add(midnight, after) <= now:
            break
        day -= DAY
    return day


def weeks_late(due_on: date, today: date) -> int:
    """Whole weeks since the day after its day."""
    return (today - due_on - DAY) // WEEK
