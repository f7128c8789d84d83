"""A policy: one company's service standard, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from kam_flows.domain.accounts import Tier
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.care_rules import CareRules
from kam_flows.domain.durations import Duration
from kam_flows.domain.onboarding_rules import HandoverRules, OnboardingRules
from kam_flows.domain.people import TeamRole
from kam_flows.domain.retention import RetentionRules
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import Priority
from kam_flows.domain.tiering import Measure, TierRule, first_that_admits
from kam_flows.domain.visit_rules import VisitRules

Case = tuple[str, Tier, Priority]
"""What decides the promises for a ticket: scene, tier and priority."""


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
class Scope:
    """Which tickets something is meant for; an empty tuple fits every value."""

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
class Ladder(Scope):
    """Rungs in the order in which they are climbed."""

    name: str
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True)
class TargetRule(Scope):
    """Times for the tickets it fits; the first rule naming a target decides it."""

    targets: Targets


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
    onboarding: OnboardingRules
    handover: HandoverRules
    visits: VisitRules
    care: CareRules
    retention: RetentionRules

    _known: dict[Case, Targets] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _rungs: dict[Case, Mapping[int, Rung]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.name

    def calendar(self, name: str) -> WorkCalendar:
        """The calendar of that name, or the policy's default if it has none of it."""
        return self.calendars.get(name) or self.calendars[self.default_calendar]

    def targets(self, scene: str, tier: Tier, priority: Priority) -> Targets:
        """What is promised for such a ticket, target by target."""
        case = (self._scene(scene), tier, priority)
        if case not in self._known:
            self._known[case] = Targets(
                **{target: self._promised(target, *case) for target in Target}
            )
        return self._known[case]

    def ladder(self, scene: str, tier: Tier, priority: Priority) -> Ladder | None:
        """The first ladder that fits, or none."""
        case = (self._scene(scene), tier, priority)
        return next((one for one in self.ladders if one.matches(*case)), None)

    def rungs(self, scene: str, tier: Tier, priority: Priority) -> Mapping[int, Rung]:
        """The ladder that such a ticket stands on, by rung number."""
        case = (scene, tier, priority)
        if case not in self._rungs:
            ladder = self.ladder(*case)
            rungs = ladder.rungs if ladder else ()
            self._rungs[case] = {rung.number: rung for rung in rungs}
        return self._rungs[case]

    def team(self, tier: Tier) -> tuple[TeamRole, ...]:
        """The roles that an account of this tier must have filled; none if unknown."""
        return next((rule.team for rule in self.tiers if rule.tier is tier), ())

    def tier_for(self, measures: Mapping[Measure, Fraction | float]) -> Tier | None:
        """The highest tier open to an account; None if the scheme has none for it."""
        return first_that_admits(self.tiers, measures)

    def _scene(self, scene: str) -> str:
        # A case that comes from another standard may bring a scene of its own.
        return scene if scene in self.scenes else self.default_scene

    def _promised(
        self, target: Target, scene: str, tier: Tier, priority: Priority
    ) -> Duration | None:
        for rule in self.target_rules:
            duration = rule.targets.get(target)
            if duration is None or not rule.matches(scene, tier, priority):
                continue
            share = self.tier_shares.get(tier)
            # A rule written for this very tier already says what the tier gets.
            return duration if share is None or rule.tiers else duration.scaled(share)
        return None
