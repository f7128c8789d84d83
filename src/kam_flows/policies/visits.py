"""What a policy file says about touchpoints: cadences, days, reminders."""

import re
from datetime import date, time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, PlainValidator, StrictBool, StringConstraints

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import Anchor, Cadence, Mode, Roll, Unit
from kam_flows.domain.durations import Duration
from kam_flows.domain.people import TeamRole
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.domain.visit_rules import Peak, VisitRules
from kam_flows.policies.fields import (
    DURATIONS,
    SHARES,
    WEEKDAYS,
    Code,
    Promise,
    Share,
    refuse,
)
from kam_flows.policies.parts import Part, Titles

USUAL = Path(__file__).parent / "usual_visits.yaml"
"""For policies written before visits had a place in them."""
CODE = "small letters, digits, - and _, such as monthly_visit"
PERIODS = "1w, 2w, 1m, 3m or 12m: so many weeks or months"
DAY = f"{', '.join(WEEKDAYS)} for weeks, a day of the month from 1 to 31 for months"
PEAKS = "a stretch of the year such as 11-01..11-20"
UNITS = {"w": Unit.WEEKS, "m": Unit.MONTHS}
WEEKS_OF_A_YEAR = 52
DAYS_OF_A_MONTH = range(1, 32)
LEAP_YEAR = 2024
"""A stretch of the year may begin or end on February 29."""
Period = tuple[int, Unit]


def read_period(value: Any) -> Period:
    match = re.fullmatch(r"(\d{1,2})\s*([wm])", str(value))
    if not match or not 1 <= int(match[1]) <= WEEKS_OF_A_YEAR:
        refuse(f"'{value}' is no period", PERIODS)
    return int(match[1]), UNITS[match[2]]


def read_day(value: Any) -> int | str:
    if str(value).lower() in WEEKDAYS:
        return str(value).lower()
    if isinstance(value, bool) or value not in DAYS_OF_A_MONTH:
        refuse(f"'{value}' is no day of a week or a month", DAY)
    return int(value)


def read_stretch(value: Any) -> Peak:
    match = re.fullmatch(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)", str(value))
    if not match:
        refuse(f"'{value}' is no stretch of the year", PEAKS)
    first, last = ((int(match[i]), int(match[i + 1])) for i in (1, 3))
    for month, day in (first, last):
        try:
            date(LEAP_YEAR, month, day)
        except ValueError:
            refuse(f"'{value}' names no days of the year", PEAKS)
    return Peak(first=first, last=last)


def read_time(value: Any) -> time:
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", str(value))
    if not match:
        refuse(f"'{value}' is no time of day", "a time such as 14:00")
    return time(int(match[1]), int(match[2]))


PeriodField = Annotated[Period, PlainValidator(read_period)]
DayField = Annotated[int | str, PlainValidator(read_day)]
Stretch = Annotated[Peak, PlainValidator(read_stretch)]
TimeOfDay = Annotated[time, PlainValidator(read_time)]
Industry = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class StagePart(Part):
    from_month: int = Field(0, ge=0, le=600, description="months since the signing")
    until_month: int | None = Field(
        None, ge=1, le=600, description="months since the signing"
    )


class CadencePart(Part):
    cadence: Code = Field(description=CODE)
    kind: TouchpointKind = Field(description="a kind of touchpoint")
    also: tuple[TouchpointKind, ...] = Field(
        (), description="a list of kinds of touchpoints"
    )
    title: Titles = Field(description="{zh_CN: …, en: …}")
    tiers: tuple[Tier, ...] = Field((), description="a list of the file's tiers")
    every: PeriodField = Field(description=PERIODS)
    mode: Mode = Field(Mode.FIXED, description="fixed or rolling")
    anchor: Anchor = Field(Anchor.CALENDAR, description="calendar or signing")
    day: DayField | None = Field(None, description=DAY)
    month: int = Field(1, ge=1, le=12, description="a month from 1 to 12")
    roll: Roll = Field(
        Roll.FOLLOWING, description="following, preceding or following_else_preceding"
    )
    tolerance: int = Field(0, ge=0, le=180, description="days from 0 to 180")
    minutes: int = Field(60, ge=0, le=600, description="minutes from 0 to 600")
    owner: TeamRole = Field(TeamRole.LEAD_MANAGER, description="a team role")
    participants: tuple[TeamRole, ...] = Field((), description="a list of team roles")
    with_customer: StrictBool = Field(False, description="true or false")
    stage: StagePart = Field(
        StagePart(from_month=0, until_month=None),
        description="{from_month: 3, until_month: 12}",
    )
    outside_peak: StrictBool = Field(True, description="true or false")

    @property
    def place(self) -> int:
        """The day as a cadence counts it; the first of week or month if none is named."""
        if isinstance(self.day, str):
            return WEEKDAYS.index(self.day) + 1
        return self.day or 1

    def to_cadence(self) -> Cadence:
        every, unit = self.every
        return Cadence(
            code=self.cadence,
            titles=self.title.model_dump(),
            kind=self.kind,
            also=self.also,
            every=every,
            unit=unit,
            mode=self.mode,
            anchor=self.anchor,
            day=self.place,
            month=self.month,
            roll=self.roll,
            tolerance=self.tolerance,
            minutes=self.minutes,
            owner=self.owner,
            participants=self.participants,
            with_customer=self.with_customer,
            tiers=self.tiers,
            from_month=self.stage.from_month,
            until_month=self.stage.until_month,
            outside_peak=self.outside_peak,
        )


class VisitsPart(Part):
    horizon: int = Field(90, ge=14, le=400, description="days from 14 to 400")
    per_day: int = Field(4, ge=1, le=20, description="a number from 1 to 20")
    starts: tuple[TimeOfDay, ...] = Field(
        (time(10), time(14), time(15, 30), time(17)),
        min_length=1,
        description="a list of times such as ['10:00', '14:00']",
    )
    brief_ahead: Promise = Field(description=DURATIONS)
    invite_ahead: Promise = Field(Duration.parse("10bd"), description=DURATIONS)
    remind_after: Promise = Field(description=DURATIONS)
    missed_after: Promise = Field(description=DURATIONS)
    promise_ahead: Promise = Field(description=DURATIONS)
    goal: Share = Field(Fraction(9, 10), description=SHARES)
    goals: dict[Tier, Share] = Field(
        default_factory=dict, description="tiers and their goals, such as core: 95%"
    )
    headline: tuple[Code, ...] = Field((), description="a list of the cadences below")
    peaks: dict[Industry, tuple[Stretch, ...]] = Field(
        default_factory=dict,
        description=f"industries, each with a list of {PEAKS}",
    )
    cadences: tuple[CadencePart, ...] = Field(
        description="a list of cadences, each with a title"
    )

    def to_rules(self) -> VisitRules:
        return VisitRules(
            cadences=tuple(part.to_cadence() for part in self.cadences),
            horizon=self.horizon,
            per_day=self.per_day,
            starts=self.starts,
            brief_ahead=self.brief_ahead,
            invite_ahead=self.invite_ahead,
            remind_after=self.remind_after,
            missed_after=self.missed_after,
            promise_ahead=self.promise_ahead,
            goal=self.goal,
            goals=dict(self.goals),
            headline=self.headline,
            peaks=dict(self.peaks),
        )


@cache
def usual_visits() -> VisitsPart:
    return VisitsPart.model_validate(
        yaml.safe_load(USUAL.read_text(encoding="utf-8"))["visits"]
    )
