"""A policy: one company's service standard, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from kam_flows.domain.accounts import Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.durations import Duration
from kam_flows.domain.people import TeamRole
from kam_flows.domain.tickets import Priority


class Target(StrEnum):
    """What an SLA promises a time for."""

    RESPOND = "respond"
    PLAN = "plan"
    RESOLVE = "resolve"


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The times promised for one ticket; `None` promises nothing."""

    respond: Duration | None = None
    plan: Duration | None = None
    resolve: Duration | None = None

    def get(self, target: Target) -> Duration | None:
        return {
            Target.RESPOND: self.respond,
            Target.PLAN: self.plan,
            Target.RESOLVE: self.resolve,
        }[target]


class Anchor(StrEnum):
    """What a rung's time is counted from."""

    OPENED = "opened"
    RESPOND_BY = "respond_by"
    PLAN_BY = "plan_by"
    RESOLVE_BY = "resolve_by"

    @property
    def target(self) -> Target | None:
        return {
            Anchor.OPENED: None,
            Anchor.RESPOND_BY: Target.RESPOND,
            Anchor.PLAN_BY: Target.PLAN,
            Anchor.RESOLVE_BY: Target.RESOLVE,
        }[self]


class Until(StrEnum):
    """What must have happened for a rung not to be climbed."""

    TAKEN_UP = "taken_up"
    PLANNED = "planned"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"


class Tell(StrEnum):
    """Who a rung is meant for; the rest of the chain stands in (design, decision 7)."""

    OWNER = "owner"
    LEAD_MANAGER = "lead_manager"
    SUPERVISOR = "supervisor"
    DEPARTMENT_HEAD = "department_head"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    DUTY = "duty"


class Delivery(StrEnum):
    WORKING_TIME = "working_time"
    AT_ONCE = "at_once"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Tell `tell` once `after` has passed since `anchor`, unless `until` happened.

    Exactly one of `after` (a duration) and `share` (of the anchor's target, 75 % warns
    before the breach) is set.
    """

    number: int
    anchor: Anchor
    until: Until
    tell: Tell
    delivery: Delivery
    after: Duration | None = None
    share: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Ordered rungs for the tickets that match; empty tuples match everything."""

    name: str
    rungs: tuple[Rung, ...]
    tiers: tuple[Tier, ...] = ()
    scenes: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = ()

    def matches(self, scene: str, tier: Tier, priority: Priority) -> bool:
        return (
            (not self.tiers or tier in self.tiers)
            and (not self.scenes or scene in self.scenes)
            and (not self.priorities or priority in self.priorities)
        )


@dataclass(frozen=True, kw_only=True)
class TargetRule:
    """Times for the tickets that match; the first rule naming a target decides it."""

    targets: Targets
    tiers: tuple[Tier, ...] = ()
    scenes: tuple[str, ...] = ()
    priorities: tuple[Priority, ...] = ()

    def matches(self, scene: str, tier: Tier, priority: Priority) -> bool:
        return (
            (not self.tiers or tier in self.tiers)
            and (not self.scenes or scene in self.scenes)
            and (not self.priorities or priority in self.priorities)
        )


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A bound on one measure of an account; both bounds belong to the tier or not."""

    measure: str
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None

    def holds(self, value: float) -> bool:
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )


@dataclass(frozen=True, kw_only=True)
class TierRule:
    """A tier and what admits an account: any of the alternatives, each all of its criteria.

    No alternative at all: the tier of whoever fits none of the tiers above it.
    """

    tier: Tier
    titles: Mapping[str, str]
    alternatives: tuple[tuple[Criterion, ...], ...] = ()
    team: tuple[TeamRole, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One company's full rule set. `digest` names this exact text of it."""

    name: str
    digest: str
    titles: Mapping[str, str]
    calendars: Mapping[str, WorkCalendar]
    default_calendar: str
    scenes: Mapping[str, Mapping[str, str]]
    """Scene code to its titles by language."""
    default_scene: str
    tiers: tuple[TierRule, ...]
    target_rules: tuple[TargetRule, ...]
    tier_shares: Mapping[Tier, Fraction] = field(default_factory=dict)
    """Tiers whose times are a share of everybody's (`retention`: core gets 50 %)."""
    ladders: tuple[Ladder, ...]
    ticket_owners: tuple[TeamRole, ...] = (TeamRole.LEAD_MANAGER,)
    """Whose ticket it is until somebody is assigned: the first role that is filled."""
    grace: Fraction = Fraction(1, 4)
    """Share of a target that is left at least when a case is re-clocked or re-opened."""

    def calendar(self, name: str) -> WorkCalendar:
        """The calendar of that name, or the policy's default if it has none of it."""
        return self.calendars.get(name) or self.calendars[self.default_calendar]

    def targets(self, scene: str, tier: Tier, priority: Priority) -> Targets:
        """What is promised for such a ticket, target by target."""
        found: dict[str, Duration | None] = {}
        rules = [r for r in self.target_rules if r.matches(scene, tier, priority)]
        for target in Target:
            named = (r for r in rules if r.targets.get(target) is not None)
            rule = next(named, None)
            duration = rule.targets.get(target) if rule else None
            share = self.tier_shares.get(tier)
            # A rule written for this very tier already says what the tier gets.
            if rule and duration and share and not rule.tiers:
                duration = duration.scaled(share)
            found[target.value] = duration
        return Targets(**found)

    def ladder(self, scene: str, tier: Tier, priority: Priority) -> Ladder | None:
        """The first ladder that matches, or none."""
        fits = (ladder for ladder in self.ladders if ladder.matches(scene, tier, priority))
        return next(fits, None)


def tier_for(policy: Policy, measures: Mapping[str, float]) -> Tier | None:
    """The first tier one of whose alternatives holds; a missing measure counts as 0."""
    for rule in policy.tiers:
        if not rule.alternatives:
            return rule.tier
        for criteria in rule.alternatives:
            if all(c.holds(measures.get(c.measure, 0)) for c in criteria):
                return rule.tier
    return None
