"""What follows a touchpoint: it is recorded, or asked for, or missed; promises are kept."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kam_flows.domain.account_file import promise_code
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.touchpoints import StepKind, Touchpoint, TouchpointState
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


@dataclass(frozen=True, kw_only=True)
class OpenPromise:
    """A promise nobody has kept yet, and what was told about it."""

    id: int
    account: str
    owner: str | None
    due_on: date
    recorded_at: datetime
    told: frozenset[PromiseStep] = frozenset()

    @property
    def number(self) -> str:
        return promise_code(self.id)


def ended_at(touchpoint: Touchpoint, calendar: WorkCalendar) -> datetime:
    """The end of a touchpoint as it is planned."""
    begins = datetime.combine(touchpoint.on, touchpoint.starts)
    return instant(begins + timedelta(minutes=touchpoint.minutes), calendar.timezone)


def missed_at(
    touchpoint: Touchpoint, rules: VisitRules, calendar: WorkCalendar
) -> datetime:
    return calendar.add(ended_at(touchpoint, calendar), rules.missed_after)


def due_steps(
    touchpoint: Touchpoint,
    reminded: int | None,
    rules: VisitRules,
    calendar: WorkCalendar,
    now: datetime,
) -> tuple[StepKind, ...]:
    """What is to be told of a touchpoint nobody has recorded: in working time, each once.

    `reminded` is the number of moves by the last reminder: moved to another day, it is
    asked for anew. Whoever was never asked, as nothing ran, is asked when it is missed.
    """
    if touchpoint.state is not TouchpointState.PLANNED or not calendar.is_open(now):
        return ()
    end = ended_at(touchpoint, calendar)
    if calendar.add(end, rules.remind_after) > now:
        return ()
    is_asked = reminded is not None and reminded >= touchpoint.moves
    steps = () if is_asked else (StepKind.REMINDER,)
    if calendar.add(end, rules.missed_after) <= now:
        return (*steps, StepKind.MISSED)
    return steps


def last_day_due(calendar: WorkCalendar, after: Duration, now: datetime) -> date:
    """No touchpoint of a later day can be due: so much has not passed since it began."""
    day = now.astimezone(calendar.timezone).date()
    for _ in range(PATIENCE):
        midnight = instant(datetime.combine(day, time()), calendar.timezone)
        if calendar.add(midnight, after) <= now:
            break
        day -= DAY
    return day


def reminded_until(calendar: WorkCalendar, ahead: Duration, now: datetime) -> date:
    """The last day of which promises are brought to mind today."""
    return ahead_until(calendar, ahead, now.astimezone(calendar.timezone).date())


def due_promise_steps(
    promise: OpenPromise,
    until: date,
    calendar: WorkCalendar,
    now: datetime,
) -> tuple[PromiseStep, ...]:
    """What is to be told of a promise: to its owner, and to their supervisor if at last.

    `until` is `reminded_until` of its calendar. After an outage only the latest
    step is told.
    """
    today = now.astimezone(calendar.timezone).date()
    if not calendar.is_open(now):
        return ()
    if promise.due_on >= today:
        made = promise.recorded_at.astimezone(calendar.timezone).date()
        step = (PromiseStepKind.AHEAD, 0)
        # Whoever has made it today knows.
        is_due = promise.due_on <= until and made < today
        return (step,) if is_due and step not in promise.told else ()
    weeks = weeks_late(promise.due_on, today)
    steps = [(PromiseStepKind.LATE, min(weeks, WEEKS))]
    steps += [(PromiseStepKind.CLIMB, 0)] if weeks else []
    return tuple(step for step in steps if step not in promise.told)


def weeks_late(due_on: date, today: date) -> int:
    """Whole weeks since the day after its day."""
    return (today - due_on - DAY) // WEEK
