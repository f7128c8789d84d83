"""What may stand in a policy file, and how it becomes a service standard."""

from fractions import Fraction

from pydantic import Field

from kam_flows.domain.accounts import Tier
from kam_flows.domain.durations import Duration
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import (
    Anchor,
    Ladder,
    Policy,
    Rung,
    TargetRule,
    Targets,
    Until,
)
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import Priority
from kam_flows.policies.calendars import CalendarPart
from kam_flows.policies.care import CarePart, usual_care
from kam_flows.policies.conditions import TierPart
from kam_flows.policies.fields import (
    DURATIONS,
    SHARES,
    Code,
    Moment,
    Promise,
    Share,
)
from kam_flows.policies.onboarding import (
    HandoverPart,
    OnboardingPart,
    usual_handover,
    usual_onboarding,
)
from kam_flows.policies.parts import Part, Titles
from kam_flows.policies.retention import RetentionPart, usual_retention
from kam_flows.policies.visits import VisitsPart, usual_visits

CODE = "small letters, digits, - and _, such as pre_sales"


class ScopePart(Part):
    scenes: tuple[Code, ...] = Field((), description="a list of the file's scenes")
    tiers: tuple[Tier, ...] = Field((), description="a list of the file's tiers")
    priorities: tuple[Priority, ...] = Field((), description="a list of priorities")


class TargetPart(ScopePart):
    respond: Promise | None = Field(None, description=DURATIONS)
    plan: Promise | None = Field(None, description=DURATIONS)
    resolve: Promise | None = Field(None, description=DURATIONS)

    @property
    def promises(self) -> Targets:
        return Targets(respond=self.respond, plan=self.plan, resolve=self.resolve)

    def to_rule(self) -> TargetRule:
        return TargetRule(
            targets=self.promises,
            tiers=self.tiers,
            scenes=self.scenes,
            priorities=self.priorities,
        )


class RungPart(Part):
    after: Moment = Field(description=f"{DURATIONS}, or a share from {SHARES}")
    anchor: Anchor = Field(alias="from", description="what the time counts from")
    until: Until = Field(description="what stops the rung")
    tell: Tell = Field(description="who is told")
    delivery: Delivery = Field(
        Delivery.WORKING_TIME, description="working_time or at_once"
    )

    def to_rung(self, number: int) -> Rung:
        after = self.after
        return Rung(
            number=number,
            anchor=self.anchor,
            until=self.until,
            tell=self.tell,
            delivery=self.delivery,
            after=after if isinstance(after, Duration) else None,
            share=after if isinstance(after, Fraction) else None,
        )


class LadderPart(ScopePart):
    name: Code = Field(description=CODE)
    rungs: tuple[RungPart, ...] = Field(min_length=1, description="a list of rungs")

    def to_ladder(self) -> Ladder:
        return Ladder(
            name=self.name,
            rungs=tuple(rung.to_rung(n) for n, rung in enumerate(self.rungs, 1)),
            tiers=self.tiers,
            scenes=self.scenes,
            priorities=self.priorities,
        )


class Document(Part):
    """A whole policy file."""

    name: Code = Field(description=CODE)
    title: Titles = Field(description="{zh_CN: …, en: …}")
    calendars: dict[Code, CalendarPart] = Field(
        min_length=1, description="at least one calendar under a name of its own"
    )
    default_calendar: Code = Field(description="one of the file's calendars")
    scenes: dict[Code, Titles] = Field(
        min_length=1, description="at least one scene such as `pre_sales: {zh_CN: …}`"
    )
    default_scene: Code = Field(description="one of the file's scenes")
    tiers: dict[Tier, TierPart] = Field(
        min_length=1, description="at least one tier, the highest first"
    )
    targets: tuple[TargetPart, ...] = Field(
        min_length=1, description="a list of at least one rule with a time"
    )
    tier_share: dict[Tier, Share] = Field(
        default_factory=dict, description="tiers and their shares, such as core: 50%"
    )
    ladders: tuple[LadderPart, ...] = Field(
        min_length=1, description="a list of at least one ladder"
    )
    ticket_owners: tuple[TeamRole, ...] = Field(
        (TeamRole.LEAD_MANAGER,), min_length=1, description="a list of team roles"
    )
    grace: Share = Field(Fraction(1, 4), description=SHARES)
    onboarding: OnboardingPart = Field(
        default_factory=usual_onboarding, description="{deadline: …, checklist: …}"
    )
    handover: HandoverPart = Field(
        default_factory=usual_handover, description="{accept_within: …}"
    )
    visits: VisitsPart = Field(
        default_factory=usual_visits, description="{brief_ahead: …, cadences: …}"
    )
    care: CarePart = Field(
        default_factory=usual_care, description="{gifts: …, occasions: …}"
    )
    retention: RetentionPart = Field(
        default_factory=usual_retention, description="{mail_bodies: …, runs: …}"
    )

    def to_policy(self, digest: str) -> Policy:
        """Raises UserError if a calendar contradicts itself."""
        return Policy(
            name=self.name,
            digest=digest,
            titles=self.title.model_dump(),
            calendars={n: part.to_calendar(n) for n, part in self.calendars.items()},
            default_calendar=self.default_calendar,
            scenes={code: titles.model_dump() for code, titles in self.scenes.items()},
            default_scene=self.default_scene,
            tiers=tuple(part.to_rule(tier) for tier, part in self.tiers.items()),
            target_rules=tuple(part.to_rule() for part in self.targets),
            tier_shares=dict(self.tier_share),
            ladders=tuple(part.to_ladder() for part in self.ladders),
            ticket_owners=self.ticket_owners,
            grace=self.grace,
            onboarding=self.onboarding.to_rules(),
            handover=self.handover.to_rules(),
            visits=self.visits.to_rules(),
            care=self.care.to_rules(self.visits.peaks),
            retention=self.retention.to_rules(),
        )
