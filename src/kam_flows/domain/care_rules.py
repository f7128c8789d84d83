"""What a service standard says about care: for which occasions, when, and what is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import plus_months
from kam_flows.domain.lunar_dates import LunarCalendar
from kam_flows.domain.people import TeamRole
from kam_flows.domain.visit_rules import Peak


class Action(StrEnum):
    """What is done for an account on an occasion."""

    LETTER = "letter"
    GIFT = "gift"
    CALL = "call"
    VISIT = "visit"
    SUPPORT_PLAN = "support_plan"
    CONGRATULATION = "congratulation"


class Source(StrEnum):
    """Where the days of a kind come from."""

    ENTERED = "entered"
    """Imported or entered in a form."""
    SIGNING = "signing"
    BIRTHDAY = "birthday"
    """Of every contact, of whom we know it."""
    LEADER_BIRTHDAY = "leader_birthday"
    """Of contacts who decide; where a policy has it, `birthday` is for the others."""
    SEASON = "season"
    """Peak season of the account's industry."""
    CONTRACT_END = "contract_end"


WRITTEN_AS = {
    Source.SIGNING: "cooperation_anniversary",
    Source.BIRTHDAY: "birthday",
    Source.LEADER_BIRTHDAY: "birthday",
    Source.SEASON: "peak_season",
    Source.CONTRACT_END: "contract_end",
}
"""The kind whose wordings say what a day from there is about."""


class Deliver(StrEnum):
    """What becomes of a delivery whose day is a day off."""

    BEFORE = "before"
    """It goes on the last working day before."""
    AFTER = "after"
    """It goes on the next working day."""
    STAY = "stay"
    """It goes all the same."""


class WhenLate(StrEnum):
    """What becomes of a step whose day was over when the care began."""

    CATCH_UP = "catch_up"
    """It is done at once."""
    LEAVE_OUT = "leave_out"
    """It is left out, and with it all that belongs to its action."""


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """How long before a day, in months and days of the calendar."""

    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        return plus_months(day, -self.months) - timedelta(self.days)

    @property
    def least(self) -> int:
        """Days it lasts at least."""
        return self.months * 28 + self.days

    def __str__(self) -> str:
        return f"{self.months}m" if self.months else f"{self.days}d"


@dataclass(frozen=True, kw_only=True)
class StepRule:
    """One thing that somebody does, so long before the delivery."""

    code: str
    titles: Mapping[str, str]
    """By language."""
    ahead: Ahead = Ahead()
    role: TeamRole | None = None
    """Who does it; `None`: who prepares the occasion."""
    when_late: WhenLate = WhenLate.CATCH_UP
    is_approval: bool = False
    """Left out where the kind needs no approval."""


Planned = tuple[Action | None, StepRule]
"""A step and the action it belongs to; `None`: to the kind itself."""


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What accounts of these tiers get; no tiers: what every account gets."""

    actions: tuple[Action, ...]
    tiers: tuple[Tier, ...] = ()
    budget: Decimal = Decimal(0)
    """For the gift."""


@dataclass(frozen=True, kw_only=True)
class OccasionRules:
    """What holds for one kind of occasion."""

    kind: str
    titles: Mapping[str, str]
    """By language."""
    lead: Ahead
    """How long before its day the preparation begins."""
    source: Source = Source.ENTERED
    deliver: Deliver = Deliver.BEFORE
    role: TeamRole = TeamRole.LEAD_MANAGER
    """Who prepares it."""
    approval: bool = True
    """Whether a letter needs somebody's approval to go out."""
    treatments: tuple[Treatment, ...] = ()
    """The first that fits the account's tier; none fits: no care."""
    steps: tuple[StepRule, ...] = ()
    """Of the kind itself, beside those of its actions: an event such as a summit."""
    blackout: tuple[Peak, ...] = ()
    """Times of the year in which nothing is delivered."""

    def treatment(self, tier: Tier) -> Treatment | None:
        fitting = (one for one in self.treatments if not one.tiers or tier in one.tiers)
        return next(fitting, None)

    def serves(self, tier: Tier) -> bool:
        return bool(self.steps) or self.treatment(tier) is not None


@dataclass(frozen=True, kw_only=True)
class GiftCaps:
    """The most that gifts may be worth."""

    per_care: Decimal
    per_account: Decimal
    """In one year."""
    per_recipient: Decimal
    """In one year: compliance."""


@dataclass(frozen=True, kw_only=True)
class CatalogueGift:
    """A gift that the house likes to give."""

    code: str
    titles: Mapping[str, str]
    """By language."""
    value: Decimal
    tiers: tuple[Tier, ...] = ()
    """For which accounts; empty: for all."""
    tags: tuple[str, ...] = ()
    """What somebody likes who will like it: `tea`, `running`."""


@dataclass(frozen=True, kw_only=True)
class CareRules:
    """Kinds of occasions, and what holds for all of them."""

    occasions: tuple[OccasionRules, ...]
    steps: Mapping[Action, tuple[StepRule, ...]]
    """How each action is done."""
    gifts: GiftCaps
    catalogue: tuple[CatalogueGift, ...] = ()
    currency: str = "CNY"
    grace: int = 3
    """So many days after its day an occasion may still be honoured."""
    room: int = 1
    """So many working days lie between preparation and delivery at least: a long
    holiday takes none of them."""
    seasons: Mapping[str, tuple[Peak, ...]] = field(default_factory=dict)
    """By industry, as accounts name theirs."""
    lunar: LunarCalendar

    _steps: dict[tuple[str, Tier | None], tuple[Planned, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def of(self, kind: str) -> OccasionRules | None:
        return next((one for one in self.occasions if one.kind == kind), None)

    @property
    def of_accounts(self) -> tuple[OccasionRules, ...]:
        """The kinds that accounts and their people have; events of ours are others."""
        kinds = self.occasions
        return tuple(one for one in kinds if one.treatments or not one.steps)

    def title(self, kind: str, language: str) -> str:
        """Of a kind; its own name if the policy has no such kind any more."""
        known = self.of(kind)
        return known.titles.get(language, kind) if known else kind

    def step_titles(self, language: str) -> dict[str, str]:
        """Of every step there is, by code."""
        own = (step for kind in self.occasions for step in kind.steps)
        of_actions = (step for steps in self.steps.values() for step in steps)
        return {
            step.code: step.titles.get(language, step.code)
            for step in (*own, *of_actions)
        }

    def steps_of(self, kind: OccasionRules, tier: Tier | None) -> tuple[Planned, ...]:
        """What is done for an account of this tier, each with its action."""
        case = kind.kind, tier
        if case not in self._steps:
            self._steps[case] = tuple(self._steps_of(kind, tier))
        return self._steps[case]

    def _steps_of(self, kind: OccasionRules, tier: Tier | None) -> Iterator[Planned]:
        treatment = kind.treatment(tier) if tier else None
        yield from ((None, step) for step in kind.steps)
        for action in treatment.actions if treatment else ():
            for step in self.steps[action]:
                if kind.approval or not step.is_approval:
                    yield action, step
