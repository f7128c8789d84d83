"""Cares: which are due and not yet begun, and what is done until when and by whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from kam_flows.domain.accounts import Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.care_days import (
    DAY,
    delivery_day,
    open_day,
    preparation_day,
)
from kam_flows.domain.care_rules import (
    Action,
    Ahead,
    CareRules,
    OccasionRules,
    Planned,
    WhenLate,
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.occasions import Occurrence
from kam_flows.domain.people import TeamRole


class CareState(StrEnum):
    PREPARED = "prepared"
    """It waits for its approval, or for its steps if it needs none."""
    APPROVED = "approved"
    HELD = "held"
    """A person or an open ticket keeps it back; only a person lets it go."""
    SENT = "sent"
    """Its letter is on its way; steps may be left."""
    DONE = "done"
    SKIPPED = "skipped"
    """It was too late before it began."""
    DROPPED = "dropped"
    """A person has given it up."""


ENDED = frozenset({CareState.DONE, CareState.SKIPPED, CareState.DROPPED})
MOVES = {
    CareState.PREPARED: {
        CareState.APPROVED,
        CareState.HELD,
        CareState.SENT,
        CareState.DONE,
        CareState.DROPPED,
    },
    CareState.APPROVED: {
        CareState.PREPARED,
        CareState.HELD,
        CareState.SENT,
        CareState.DONE,
        CareState.DROPPED,
    },
    CareState.HELD: {CareState.PREPARED, CareState.APPROVED, CareState.DROPPED},
    CareState.SENT: {CareState.DONE},
}
"""Where a care can go; back to prepared when an approved letter is edited."""


class Skip(StrEnum):
    """Why an occasion got no care."""

    ADDED_LATE = "added_late"
    """It was added after its day."""
    TOO_LATE = "too_late"
    """It was found more than the days of grace after its day."""
    NOTHING_FITS = "nothing_fits"
    """None of its steps could still be done."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that somebody does by a day."""

    code: str
    action: Action | None
    """`None`: it belongs to the kind itself."""
    due_on: date
    role: TeamRole
    is_approval: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Steps dated backward from the day of delivery, in the order of their days."""

    prepare_on: date
    deliver_on: date
    steps: tuple[Step, ...]
    left_out: tuple[str, ...] = ()
    """Codes of steps that no longer fit."""
    late: bool = False
    """It begins after its preparation day."""


@dataclass(frozen=True, kw_only=True)
class NewCare:
    """A care to be stored under its occasion and edition."""

    occurrence: Occurrence
    state: CareState
    plan: Plan
    actions: tuple[Action, ...] = ()
    budget: Decimal = Decimal(0)
    """For the gift."""
    approval: bool = True
    role: TeamRole = TeamRole.LEAD_MANAGER
    """Who prepares it."""
    skip: Skip | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.occurrence.occasion.id, self.occurrence.edition


def can_become(state: CareState, other: CareState) -> bool:
    return other in MOVES.get(state, ())


def due_cares(
    occurrences: Iterable[Occurrence],
    known: Collection[tuple[int, int]],
    *,
    tier: Tier | None,
    today: date,
    rules: CareRules,
    calendar: WorkCalendar,
) -> list[NewCare]:
    """Cares that are due and not on record yet: never asked is whether it is today.

    The occurrences are those of one account, whose tier and calendar these are;
    `known` are the pairs of occasion and edition on record, whatever became of them.
    """
    found: dict[tuple[int, int], NewCare] = {}
    for one in occurrences:
        kind = rules.of(one.occasion.kind)
        key = one.occasion.id, one.edition
        if kind is None or key in known or key in found or not _serves(kind, tier):
            continue
        if preparation_day(one.on, kind, rules, calendar) <= today:
            found[key] = _new(one, kind, tier, today, rules, calendar)
    return list(found.values())


def event_steps(
    kind: OccasionRules,
    on: date,
    today: date,
    rules: CareRules,
    calendar: WorkCalendar,
) -> Plan:
    """The backward plan of an event that is no single account's, such as the summit."""
    return plan(kind, None, on, today, rules, calendar)


def plan(
    kind: OccasionRules,
    tier: Tier | None,
    on: date,
    today: date,
    rules: CareRules,
    calendar: WorkCalendar,
) -> Plan:
    """What is done until the day. What begins late is shorter: a step whose day is over
    is caught up at once or left out, as the policy says."""
    prepare_on = preparation_day(on, kind, rules, calendar)
    deliver_on = _still(on, delivery_day(on, kind, calendar), kind, today, calendar)
    planned = rules.steps_of(kind, tier)
    days = {
        step.code: _day(step.ahead, prepare_on, deliver_on, calendar)
        for _, step in planned
    }
    out = _left_out(planned, days, today)
    now = min(open_day(today, DAY, calendar), deliver_on)
    steps = [
        Step(
            code=step.code,
            action=action,
            due_on=days[step.code] if days[step.code] >= today else now,
            role=step.role or kind.role,
            is_approval=step.is_approval,
        )
        for action, step in planned
        if step.code not in out
    ]
    return Plan(
        prepare_on=prepare_on,
        deliver_on=deliver_on,
        steps=tuple(sorted(steps, key=lambda step: step.due_on)),
        left_out=tuple(step.code for _, step in planned if step.code in out),
        late=today > prepare_on,
    )


def check_move(state: CareState, other: CareState) -> None:
    """Raise UserError if a care cannot become this any more."""
    if not can_become(state, other):
        raise UserError(
            "This care is {state} and cannot become {other} any more; look at its page "
            "for what is left to do.",
            state=state,
            other=other,
        )


def _serves(kind: OccasionRules, tier: Tier | None) -> bool:
    return bool(kind.steps) if tier is None else kind.serves(tier)


def _new(
    one: Occurrence,
    kind: OccasionRules,
    tier: Tier | None,
    today: date,
    rules: CareRules,
    calendar: WorkCalendar,
) -> NewCare:
    planned = plan(kind, tier, one.on, today, rules, calendar)
    skip = _skip(one, planned, today, rules.grace)
    treatment = kind.treatment(tier) if tier else None
    kept = {step.action for step in planned.steps}
    actions = treatment.actions if treatment else ()
    return NewCare(
        occurrence=one,
        state=CareState.SKIPPED if skip else CareState.PREPARED,
        plan=planned,
        actions=tuple(action for action in actions if action in kept),
        budget=treatment.budget if treatment else Decimal(0),
        approval=kind.approval,
        role=kind.role,
        skip=skip,
    )


def _skip(one: Occurrence, planned: Plan, today: date, grace: int) -> Skip | None:
    added_on = one.occasion.added_on
    if added_on and added_on > one.on:
        return Skip.ADDED_LATE
    if (today - one.on).days > grace:
        return Skip.TOO_LATE
    return None if planned.steps else Skip.NOTHING_FITS


def _still(
    on: date,
    deliver_on: date,
    kind: OccasionRules,
    today: date,
    calendar: WorkCalendar,
) -> date:
    """When its day of delivery is over: the day itself, else the next working day."""
    if deliver_on >= today:
        return deliver_on
    return on if on >= today else open_day(today, DAY, calendar, kind.blackout)


@lru_cache(maxsize=10_000)
def _day(
    ahead: Ahead, prepare_on: date, deliver_on: date, calendar: WorkCalendar
) -> date:
    """The working day so long before the delivery, if its preparation has begun then."""
    day = ahead.before(deliver_on)
    if day == deliver_on:
        return day
    return min(max(open_day(day, -DAY, calendar), prepare_on), deliver_on)


def _left_out(
    planned: Sequence[Planned], days: Mapping[str, date], today: date
) -> frozenset[str]:
    over = [
        (action, step.code)
        for action, step in planned
        if step.when_late is WhenLate.LEAVE_OUT and days[step.code] < today
    ]
    if not over:
        return frozenset()
    actions = {action for action, _ in over if action}
    others = {step.code for action, step in planned if action in actions}
    return frozenset(others.union(code for _, code in over))
