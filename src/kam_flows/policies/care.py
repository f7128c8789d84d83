"""What a policy file says about care: occasions, their lead, what is done, and gifts."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, PlainValidator, StrictBool, TypeAdapter

from kam_flows.domain.accounts import Tier
from kam_flows.domain.care_rules import (
    Action,
    Ahead,
    CareRules,
    CatalogueGift,
    Deliver,
    GiftCaps,
    OccasionRules,
    Source,
    StepRule,
    Treatment,
    WhenLate,
)
from kam_flows.domain.people import TeamRole
from kam_flows.domain.visit_rules import Peak
from kam_flows.policies.fields import Code, refuse
from kam_flows.policies.lunar import lunar_calendar
from kam_flows.policies.parts import Part, Titles
from kam_flows.policies.visits import PEAKS, Industry, Stretch

USUAL = Path(__file__).parent / "usual_care.yaml"
"""For policies written before care had a place in them."""
USUAL_STEPS = Path(__file__).parent / "usual_steps.yaml"
"""Apart, as every policy that is read needs them."""
USUAL_GIFTS = Path(__file__).parent / "usual_gifts.yaml"
CODE = "small letters, digits, - and _, such as founding_day"
AHEAD = "7d or 2m: so many days or months before, a year at most"
MONEY = "an amount such as 800"
LONGEST = {"d": 366, "m": 12}


def read_ahead(value: Any) -> Ahead:
    match = re.fullmatch(r"(\d{1,3})\s*([dm])", str(value))
    if not match or int(match[1]) > LONGEST[match[2]]:
        refuse(f"'{value}' is no time before a day", AHEAD)
    if match[2] == "m":
        return Ahead(months=int(match[1]))
    return Ahead(days=int(match[1]))


def read_lead(value: Any) -> Ahead:
    ahead = read_ahead(value)
    if not ahead.least:
        refuse(f"'{value}' leaves no time to prepare anything", AHEAD)
    return ahead


def read_money(value: Any) -> Decimal:
    match = re.fullmatch(r"\d[\d_]{0,9}(\.\d{1,2})?", str(value))
    if not match or isinstance(value, bool):
        refuse(f"'{value}' is not an amount", MONEY)
    return Decimal(match[0].replace("_", ""))


Money = Annotated[Decimal, PlainValidator(read_money)]
AheadField = Annotated[Ahead, PlainValidator(read_ahead)]
Lead = Annotated[Ahead, PlainValidator(read_lead)]


class StepPart(Part):
    step: Code = Field(description=CODE)
    title: Titles = Field(description="{zh_CN: …, en: …}")
    ahead: AheadField = Field(Ahead(), description=AHEAD)
    role: TeamRole | None = Field(None, description="a team role")
    late: WhenLate = Field(WhenLate.CATCH_UP, description="catch_up or leave_out")
    approval: StrictBool = Field(False, description="true or false")

    def to_rule(self) -> StepRule:
        return StepRule(
            code=self.step,
            titles=self.title.model_dump(),
            ahead=self.ahead,
            role=self.role,
            when_late=self.late,
            is_approval=self.approval,
        )


class TreatmentPart(Part):
    tiers: tuple[Tier, ...] = Field((), description="a list of the file's tiers")
    actions: tuple[Action, ...] = Field(
        min_length=1, description="a list such as [letter, gift, call]"
    )
    budget: Money | None = Field(None, description=MONEY)

    def to_treatment(self) -> Treatment:
        return Treatment(
            tiers=self.tiers, actions=self.actions, budget=self.budget or Decimal(0)
        )


class OccasionPart(Part):
    kind: Code = Field(description=CODE)
    title: Titles = Field(description="{zh_CN: …, en: …}")
    source: Source = Field(Source.ENTERED, description="where its days come from")
    lead: Lead = Field(description=AHEAD)
    deliver: Deliver = Field(Deliver.BEFORE, description="before, after or stay")
    role: TeamRole = Field(TeamRole.LEAD_MANAGER, description="a team role")
    approval: StrictBool = Field(True, description="true or false")
    blackout: tuple[Stretch, ...] = Field((), description=f"a list of {PEAKS}")
    care: tuple[TreatmentPart, ...] = Field(
        (), description="a list such as `- {tiers: [core], actions: [letter, call]}`"
    )
    steps: tuple[StepPart, ...] = Field((), description="a list of steps")

    def to_rules(self, blackout: tuple[Peak, ...]) -> OccasionRules:
        return OccasionRules(
            kind=self.kind,
            titles=self.title.model_dump(),
            source=self.source,
            lead=self.lead,
            deliver=self.deliver,
            role=self.role,
            approval=self.approval,
            treatments=tuple(part.to_treatment() for part in self.care),
            steps=tuple(part.to_rule() for part in self.steps),
            blackout=(*blackout, *self.blackout),
        )


class GiftPart(Part):
    gift: Code = Field(description=CODE)
    title: Titles = Field(description="{zh_CN: …, en: …}")
    value: Money = Field(description=MONEY)
    tiers: tuple[Tier, ...] = Field((), description="a list of tiers")
    tags: tuple[str, ...] = Field((), description="a list such as [tea, running]")

    def to_gift(self) -> CatalogueGift:
        return CatalogueGift(
            code=self.gift,
            titles=self.title.model_dump(),
            value=self.value,
            tiers=self.tiers,
            tags=self.tags,
        )


@cache
def usual_gifts() -> tuple[GiftPart, ...]:
    usual = yaml.safe_load(USUAL_GIFTS.read_text(encoding="utf-8"))
    return TypeAdapter(tuple[GiftPart, ...]).validate_python(usual)


class GiftsPart(Part):
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field(
        "CNY", description="a currency such as CNY"
    )
    per_care: Money = Field(description=MONEY)
    per_account: Money = Field(description=f"{MONEY}, of one year")
    per_recipient: Money = Field(description=f"{MONEY}, of one year")
    catalogue: tuple[GiftPart, ...] = Field(
        default_factory=usual_gifts,
        description="a list of gifts, each with a title and a value",
    )

    def to_caps(self) -> GiftCaps:
        return GiftCaps(
            per_care=self.per_care,
            per_account=self.per_account,
            per_recipient=self.per_recipient,
        )


Steps = dict[Action, tuple[StepPart, ...]]


@cache
def usual_steps() -> Steps:
    """How each action is done, unless a file says otherwise."""
    usual = yaml.safe_load(USUAL_STEPS.read_text(encoding="utf-8"))
    return TypeAdapter(Steps).validate_python(usual)


class CarePart(Part):
    grace: int = Field(3, ge=0, le=60, description="days from 0 to 60")
    room: int = Field(1, ge=0, le=10, description="working days from 0 to 10")
    gifts: GiftsPart = Field(
        description="{per_care: …, per_account: …, per_recipient: …}"
    )
    blackout: tuple[Stretch, ...] = Field((), description=f"a list of {PEAKS}")
    seasons: dict[Industry, tuple[Stretch, ...]] | None = Field(
        None, description=f"industries, each with a list of {PEAKS}"
    )
    steps: Steps = Field(
        default_factory=dict,
        description="actions, each with a list of steps",
    )
    occasions: tuple[OccasionPart, ...] = Field(
        description="a list of kinds of occasions, each with a title"
    )

    def to_rules(self, peaks: Mapping[str, tuple[Peak, ...]]) -> CareRules:
        """`peaks` are the seasons of a file that names none for care."""
        written = usual_steps() | self.steps
        return CareRules(
            occasions=tuple(part.to_rules(self.blackout) for part in self.occasions),
            steps={
                action: tuple(part.to_rule() for part in parts)
                for action, parts in written.items()
            },
            gifts=self.gifts.to_caps(),
            catalogue=tuple(part.to_gift() for part in self.gifts.catalogue),
            currency=self.gifts.currency,
            grace=self.grace,
            room=self.room,
            seasons=dict(peaks if self.seasons is None else self.seasons),
            lunar=lunar_calendar(),
        )


@cache
def usual_care() -> CarePart:
    return CarePart.model_validate(
        yaml.safe_load(USUAL.read_text(encoding="utf-8"))["care"]
    )
