"""Onboarding: the checklist of a new account, what is open, and who hears of it when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from kam_flows.domain.account_file import FilePart
from kam_flows.domain.accounts import Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import LENGTHS, Duration, Unit
from kam_flows.domain.escalation import Around, Reach, Resolution
from kam_flows.domain.onboarding_rules import (
    Climb,
    ItemKind,
    ItemRule,
    OnboardingRules,
)
from kam_flows.domain.pauses import Pause, delayed
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Answers, missing
from kam_flows.domain.telling import Delivery, Tell


class ItemState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class Progress(StrEnum):
    """Where an onboarding stands."""

    ON_TRACK = "on_track"
    BEHIND = "behind"
    """An item is past its own time, the whole is not."""
    STUCK = "stuck"
    """Nothing was done for as long as the policy allows."""
    OVERDUE = "overdue"
    ON_HOLD = "on_hold"
    COMPLETE = "complete"


class StepKind(StrEnum):
    """Why somebody hears of an open item."""

    REMINDER = "reminder"
    CLIMB = "climb"


class StepOutcome(StrEnum):
    TOLD = "told"
    SUPERSEDED = "superseded"
    """A later step of the same item fell due before anybody was told of this one."""


class Step(NamedTuple):
    """A moment at which somebody hears of an item that is still open then."""

    kind: StepKind
    number: int
    """From 0; a climb's number says how far up the chain it reaches."""
    due_at: datetime

    @property
    def name(self) -> tuple[StepKind, int]:
        return self.kind, self.number


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a checklist as it stands; its rule is the policy's of that code."""

    code: str
    state: ItemState = ItemState.OPEN
    settled_at: datetime | None = None
    settled_by: str = ""
    """Staff code; empty where the records showed it."""
    evidence: str = ""
    note: str = ""
    """What was remarked, or why it was waived or opened again."""
    taken: frozenset[tuple[StepKind, int]] = frozenset()
    """Steps that stand in the ledger, told or superseded."""


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    """The checklist of one account from its signing to its last required item.

    It keeps the policy version and the tier it began under.
    """

    id: int
    account: str
    tier: Tier
    signed_at: datetime
    started_at: datetime
    started_by: str
    predecessor: str | None
    """Who served the account before: what they know has to be handed over."""
    policy_id: int
    calendar: str
    pauses: tuple[Pause, ...] = ()
    items: tuple[Item, ...]
    progressed_at: datetime
    """When an item was last settled or added to; at first the start."""
    completed_at: datetime | None = None

    @property
    def on_hold(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].end is None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is on record about an account, as far as a checklist asks for it."""

    answers: Answers = field(default_factory=dict)
    signed: bool = False
    """An SLA agreement is signed, and it is not outdated."""
    filed: frozenset[FilePart] = frozenset()
    handed_over: bool = False
    """A handover to the present lead manager was accepted to the last item."""
    roles: frozenset[TeamRole] = frozenset()
    """Roles of its service team that somebody fills who is still with us."""


class Case(NamedTuple):
    """All that deciding about one onboarding needs."""

    onboarding: Onboarding
    rules: OnboardingRules
    calendar: WorkCalendar
    owners: Mapping[str, str | None]
    """Item code to staff code."""
    lead_manager: str | None
    executive_sponsor: str | None

    def told(self, step: Step) -> Tell:
        """Whom a step is meant for."""
        if step.kind is StepKind.REMINDER:
            return Tell.OWNER
        stops = self.rules.overdue.tell
        return stops[min(step.number, len(stops) - 1)]


class ItemDecision(NamedTuple):
    """What the ledger records about one step of one item."""

    item: str
    step: Step
    outcome: StepOutcome
    resolution: Resolution


class Decided(NamedTuple):
    decisions: tuple[ItemDecision, ...]
    look_at: datetime | None
    """When a sweep has to look again; `None`: nothing can fall due."""


class Reading(NamedTuple):
    """The deadline read another way, for whoever starts an onboarding."""

    written: str
    due_at: datetime
    is_working_day: bool


def draw(
    rules: OnboardingRules, tier: Tier, predecessor: str | None
) -> tuple[Item, ...]:
    """The checklist of an account of this tier: what it has to inherit only if there
    was somebody to inherit it from.
    """
    return tuple(
        Item(code=rule.code)
        for rule in rules.items
        if (not rule.tiers or tier in rule.tiers)
        and (rule.kind is not ItemKind.INHERITANCE or predecessor)
    )


def readings(
    signed_at: datetime, deadline: Duration, calendar: WorkCalendar
) -> list[Reading]:
    """The policy's deadline and the other ways to count as long (scenario O1)."""
    return [
        Reading(
            str(one),
            due_at := calendar.add(signed_at, one),
            calendar.is_working_day(due_at.astimezone(calendar.timezone).date()),
        )
        for one in [deadline, *_other_readings(deadline)]
    ]


def _other_readings(deadline: Duration) -> list[Duration]:
    minutes = deadline.amount * (LENGTHS[deadline.unit] // timedelta(minutes=1))
    hours, days = minutes / 60, minutes / (60 * 24)
    ways = [
        Duration(hours, Unit.HOURS),
        Duration(days, Unit.BUSINESS_DAYS) if days.denominator == 1 else None,
        Duration(hours, Unit.BUSINESS_HOURS),
    ]
    return [way for way in ways if way is not None and way.unit is not deadline.unit]


def due(
    onboarding: Onboarding, after: Duration, calendar: WorkCalendar
) -> datetime | None:
    """So long after the signing, later by every hold; `None` while it is on hold."""
    return delayed(onboarding.signed_at, after, onboarding.pauses, calendar)


def started_late(
    onboarding: Onboarding, rules: OnboardingRules, calendar: WorkCalendar
) -> bool:
    """The deadline had passed when it was started (scenario O4)."""
    deadline = calendar.add(onboarding.signed_at, rules.deadline)
    return deadline <= onboarding.started_at


def is_shown(
    rule: ItemRule,
    known: Known,
    rules: OnboardingRules,
    team: Sequence[TeamRole],
) -> bool:
    """True if the records show the item done; a task only people can complete."""
    match rule.kind:
        case ItemKind.AGREEMENT:
            return known.signed
        case ItemKind.INHERITANCE:
            return known.handed_over
        case ItemKind.TASK:
            return False
        case _:
            return not lacking(rule, known, rules, team)


def lacking(
    rule: ItemRule,
    known: Known,
    rules: OnboardingRules,
    team: Sequence[TeamRole],
) -> tuple[StrEnum, ...]:
    """What an open item still lacks, piece by piece; empty where it has no pieces."""
    match rule.kind:
        case ItemKind.SURVEY:
            return missing(known.answers, rules.dimensions)
        case ItemKind.TEAM:
            return tuple(role for role in team if role not in known.roles)
        case ItemKind.ACCOUNT_FILE:
            return tuple(part for part in rules.file_parts if part not in known.filed)
        case _:
            return ()


def settled(
    onboarding: Onboarding,
    rules: OnboardingRules,
    known: Known,
    team: Sequence[TeamRole],
    now: datetime,
) -> Onboarding:
    """The onboarding after its records changed: items shown by them are done, those no
    longer shown are open again, and with the last required item all is complete.
    """
    if onboarding.completed_at:
        return onboarding
    by_code = {rule.code: rule for rule in rules.items}
    items = tuple(
        _settled(item, by_code[item.code], known, rules, team, now)
        for item in onboarding.items
    )
    moved = [item.state for item in items] != [i.state for i in onboarding.items]
    changed = replace(
        onboarding,
        items=items,
        progressed_at=now if moved else onboarding.progressed_at,
    )
    if open_items(changed, rules):
        return changed
    return replace(changed, completed_at=now)


def _settled(
    item: Item,
    rule: ItemRule,
    known: Known,
    rules: OnboardingRules,
    team: Sequence[TeamRole],
    now: datetime,
) -> Item:
    if item.state is ItemState.WAIVED or rule.kind is ItemKind.TASK:
        return item
    shown = is_shown(rule, known, rules, team)
    if shown == (item.state is ItemState.DONE):
        return item
    if shown:
        return replace(item, state=ItemState.DONE, settled_at=now, settled_by="")
    return replace(item, state=ItemState.OPEN, settled_at=None)


def open_items(onboarding: Onboarding, rules: OnboardingRules) -> tuple[Item, ...]:
    """The required items that are neither done nor waived."""
    required = {rule.code for rule in rules.items if rule.required}
    return tuple(
        item
        for item in onboarding.items
        if item.state is ItemState.OPEN and item.code in required
    )


def share_done(onboarding: Onboarding, rules: OnboardingRules) -> Fraction:
    """Of the required items, those done or waived; 1 if none is required."""
    required = {rule.code for rule in rules.items if rule.required}
    count = sum(item.code in required for item in onboarding.items)
    if not count:
        return Fraction(1)
    return 1 - Fraction(len(open_items(onboarding, rules)), count)


def progress(
    onboarding: Onboarding,
    rules: OnboardingRules,
    calendar: WorkCalendar,
    now: datetime,
) -> Progress:
    if onboarding.completed_at:
        return Progress.COMPLETE
    if onboarding.on_hold:
        return Progress.ON_HOLD
    if _is_past(due(onboarding, rules.deadline, calendar), now):
        return Progress.OVERDUE
    since, pauses = onboarding.progressed_at, onboarding.pauses
    if _is_past(delayed(since, rules.stuck_after, pauses, calendar), now):
        return Progress.STUCK
    open_codes = {item.code for item in open_items(onboarding, rules)}
    own = [r.due for r in rules.items if r.due is not None and r.code in open_codes]
    if any(_is_past(due(onboarding, after, calendar), now) for after in own):
        return Progress.BEHIND
    return Progress.ON_TRACK


def _is_past(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at <= now


def steps(
    onboarding: Onboarding, rules: OnboardingRules, calendar: WorkCalendar
) -> tuple[Step, ...]:
    """Reminders before the deadline, climbs from it on, by time; none on hold.

    Moments before the start are gone: who begins late hears of it once (scenario O4).
    """
    deadline = due(onboarding, rules.deadline, calendar)
    if onboarding.on_hold or deadline is None:
        return ()
    reminders = [
        Step(StepKind.REMINDER, number, at)
        for number, after in enumerate(rules.reminders)
        if (at := due(onboarding, after, calendar))
        and onboarding.started_at < at < deadline
    ]
    first = max(deadline, onboarding.started_at)
    return (
        *sorted(reminders, key=lambda step: step.due_at),
        *_climbs(first, rules.overdue, onboarding.pauses, calendar),
    )


def _climbs(
    first: datetime, climb: Climb, pauses: Sequence[Pause], calendar: WorkCalendar
) -> Iterator[Step]:
    """The first at once, the others as far apart as the policy says, later by holds."""
    yield Step(StepKind.CLIMB, 0, first)
    # One that falls into days off is read at the next opening: business time to the
    # second counts from there.
    opening = calendar.add(first, climb.every.scaled(Fraction(0)))
    for number in range(1, climb.at_most):
        after = climb.every.scaled(Fraction(number))
        if (due_at := delayed(opening, after, pauses, calendar)) is not None:
            yield Step(StepKind.CLIMB, number, due_at)


def decide(case: Case, reach: Reach) -> Decided:
    """For every required item still open, the latest step that is due, told if its
    reader may hear of it now; earlier ones of the item are superseded by it.
    """
    onboarding = case.onboarding
    if onboarding.completed_at:
        return Decided((), None)
    planned = steps(onboarding, case.rules, case.calendar)
    decisions: list[ItemDecision] = []
    looks: list[datetime] = []
    for item in open_items(onboarding, case.rules):
        left = [step for step in planned if step.name not in item.taken]
        ahead = [step for step in left if step.due_at > reach.now]
        looks += [step.due_at for step in ahead[:1]]
        passed = [step for step in left if step.due_at <= reach.now]
        if not passed:
            continue
        *before, latest = passed
        resolution = reached(case, item.code, case.told(latest), reach)
        deliver_at = reach.deliver_at(
            _delivery(case.rules, latest), resolution.recipient, case.calendar
        )
        if deliver_at > reach.now:
            # Decided again then: by that time it may be done, or later steps be due.
            looks.append(deliver_at)
            continue
        decisions += [
            ItemDecision(
                item.code,
                step,
                StepOutcome.SUPERSEDED,
                reached(case, item.code, case.told(step), reach),
            )
            for step in before
        ]
        decisions.append(ItemDecision(item.code, latest, StepOutcome.TOLD, resolution))
    return Decided(tuple(decisions), min(looks, default=None))


def next_look(case: Case, reach: Reach) -> datetime | None:
    """When a sweep has to look at an onboarding that was changed outside of one."""
    decided = decide(case, reach)
    return reach.now if decided.decisions else decided.look_at


def must_look_by(
    onboarding: Onboarding,
    rules: OnboardingRules,
    calendar: WorkCalendar,
    now: datetime,
) -> datetime | None:
    """The latest moment a sweep may look: the next step of an item that is still open.

    Where all have passed and one is not taken, a reader may be waited for: any moment.
    """
    planned = steps(onboarding, rules, calendar)
    left = [
        step.due_at
        for item in open_items(onboarding, rules)
        for step in planned
        if step.name not in item.taken
    ]
    ahead = [at for at in left if at > now]
    return min(ahead, default=datetime.max.replace(tzinfo=UTC) if left else None)


def reached(case: Case, item: str, tell: Tell, reach: Reach) -> Resolution:
    """Who hears of an item that concerns its owner, or somebody above."""
    owner = case.owners.get(item)
    around = Around(owner, case.lead_manager, case.executive_sponsor)
    return reach.resolve(around, tell)


def _delivery(rules: OnboardingRules, step: Step) -> Delivery:
    if step.kind is StepKind.REMINDER:
        return rules.reminder_delivery
    return rules.overdue.delivery
