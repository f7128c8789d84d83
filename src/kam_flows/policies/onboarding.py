"""What a policy file says about onboarding and handovers."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field, StrictBool

from kam_flows.domain.account_file import FilePart
from kam_flows.domain.accounts import Tier
from kam_flows.domain.onboarding_rules import (
    Climb,
    HandoverRules,
    ItemKind,
    ItemRule,
    OnboardingRules,
)
from kam_flows.domain.people import TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.policies.fields import DURATIONS, Code, Promise
from kam_flows.policies.parts import Part, Titles

USUAL = Path(__file__).parent / "usual_onboarding.yaml"
"""For policies written before onboarding had a place in them."""
CODE = "small letters, digits, - and _, such as welcome_pack"


class ItemPart(Part):
    item: Code = Field(description=CODE)
    kind: ItemKind = Field(ItemKind.TASK, description="what shows that it is done")
    title: Titles = Field(description="{zh_CN: …, en: …}")
    owner: TeamRole = Field(TeamRole.LEAD_MANAGER, description="a team role")
    due: Promise | None = Field(None, description=DURATIONS)
    required: StrictBool = Field(True, description="true or false")
    evidence: Titles | None = Field(None, description="{zh_CN: …, en: …}")
    tiers: tuple[Tier, ...] = Field((), description="a list of the file's tiers")

    def to_rule(self) -> ItemRule:
        return ItemRule(
            code=self.item,
            kind=self.kind,
            titles=self.title.model_dump(),
            owner=self.owner,
            due=self.due,
            required=self.required,
            evidence=self.evidence.model_dump() if self.evidence else None,
            tiers=self.tiers,
        )


class ClimbPart(Part):
    tell: tuple[Tell, ...] = Field(
        min_length=1, description="a list of who is told, the last again and again"
    )
    every: Promise = Field(description=DURATIONS)
    at_most: int = Field(ge=1, le=30, description="a number from 1 to 30")
    delivery: Delivery = Field(
        Delivery.WORKING_TIME, description="working_time or at_once"
    )

    def to_rule(self) -> Climb:
        return Climb(
            tell=self.tell,
            every=self.every,
            at_most=self.at_most,
            delivery=self.delivery,
        )


class OnboardingPart(Part):
    deadline: Promise = Field(description=DURATIONS)
    checklist: tuple[ItemPart, ...] = Field(
        min_length=1, description="a list of items, each with a title"
    )
    survey: tuple[Dimension, ...] = Field(
        tuple(Dimension), min_length=1, description="a list of survey dimensions"
    )
    account_file: tuple[FilePart, ...] = Field(
        tuple(FilePart),
        min_length=1,
        description="a list of parts of the account file",
    )
    reminders: tuple[Promise, ...] = Field((), description=f"a list of {DURATIONS}")
    reminder_delivery: Delivery = Field(
        Delivery.AT_ONCE, description="working_time or at_once"
    )
    stuck_after: Promise = Field(description=DURATIONS)
    overdue: ClimbPart = Field(description="{tell: …, every: …, at_most: …}")
    welcome: StrictBool = Field(True, description="true or false")

    def to_rules(self) -> OnboardingRules:
        return OnboardingRules(
            deadline=self.deadline,
            items=tuple(part.to_rule() for part in self.checklist),
            dimensions=self.survey,
            file_parts=self.account_file,
            reminders=self.reminders,
            reminder_delivery=self.reminder_delivery,
            stuck_after=self.stuck_after,
            overdue=self.overdue.to_rule(),
            welcome=self.welcome,
        )


class HandoverPart(Part):
    accept_within: Promise = Field(description=DURATIONS)
    overdue: ClimbPart = Field(description="{tell: …, every: …, at_most: …}")

    def to_rules(self) -> HandoverRules:
        return HandoverRules(
            accept_within=self.accept_within, overdue=self.overdue.to_rule()
        )


@cache
def _usual() -> dict[str, object]:
    usual: dict[str, object] = yaml.safe_load(USUAL.read_text(encoding="utf-8"))
    return usual


def usual_onboarding() -> OnboardingPart:
    return OnboardingPart.model_validate(_usual()["onboarding"])


def usual_handover() -> HandoverPart:
    return HandoverPart.model_validate(_usual()["handover"])
