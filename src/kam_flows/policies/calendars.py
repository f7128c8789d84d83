"""The calendars of a policy file: hours, holidays, closures, and the days made up for."""

from typing import Self

from pydantic import Field, StrictBool, model_validator

from kam_flows.domain.calendar import WorkCalendar, around_the_clock
from kam_flows.policies.fields import (
    DAYS,
    HOURS,
    WEEK,
    Country,
    Days,
    Hours,
    Weekdays,
    Year,
    Zone,
    refuse,
)
from kam_flows.policies.holidays import OfficialDays, calendar_days, official_days
from kam_flows.policies.parts import Part, Titles


class OfficialYear(Part):
    """The published list of one year, typed in before the program knows it."""

    days_off: Days = Field(frozenset(), description=DAYS)
    working_days: Days = Field(frozenset(), description=DAYS)


class CalendarPart(Part):
    title: Titles | None = Field(None, description="{zh_CN: …, en: …}")
    timezone: Zone = Field(description="a name such as Asia/Shanghai")
    around_the_clock: StrictBool = Field(False, description="true or false")
    hours: dict[Weekdays, Hours] = Field(
        default_factory=dict, description=f"days ({WEEK}) and their hours ({HOURS})"
    )
    public_holidays: Country | None = Field(
        None, description="a country such as CN, or a part of one such as DE-BY"
    )
    official: dict[Year, OfficialYear] = Field(
        default_factory=dict, description="a year with its days_off and working_days"
    )
    closed: Days = Field(frozenset(), description=DAYS)
    make_up: Days = Field(frozenset(), description=DAYS)
    make_up_hours: Hours | None = Field(None, description=HOURS)

    @model_validator(mode="after")
    def _has_hours_of_one_kind(self) -> Self:
        days = [day for weekdays in self.hours for day in weekdays]
        if self.around_the_clock and self.model_fields_set - {
            "around_the_clock",
            "timezone",
            "title",
        }:
            refuse(
                "a calendar that never closes has no hours, holidays or closures",
                "`around_the_clock: true` with `timezone` and `title` alone",
            )
        if not self.around_the_clock and not days:
            refuse("there is no working time", "`hours`, or `around_the_clock: true`")
        if len(days) != len(set(days)):
            refuse("a weekday has hours twice", f"each day once: {WEEK}")
        return self

    def to_calendar(self, name: str) -> WorkCalendar:
        """Raises UserError if a day is both off and a working day."""
        titles = self.title.model_dump() if self.title else None
        if self.around_the_clock:
            return around_the_clock(self.timezone, name, titles)
        week = {day: hours for days, hours in self.hours.items() for day in days}
        official = self._official_days()
        days = calendar_days(
            official,
            self.make_up_hours or week[min(week)],
            closures=self.closed,
            own_makeup_days=self.make_up,
        )
        return WorkCalendar(
            name=name,
            timezone=self.timezone,
            week=week,
            days=days,
            official_years=official.years if self._knows_holidays else None,
            titles=titles,
        )

    @property
    def _knows_holidays(self) -> bool:
        return bool(self.public_holidays or self.official)

    def _official_days(self) -> OfficialDays:
        country = self.public_holidays
        known = official_days(country) if country else OfficialDays()
        for year, days in self.official.items():
            typed_in = OfficialDays(
                days_off=days.days_off,
                makeup_days=days.working_days,
                years=frozenset({int(year)}),
            )
            known = known.replaced_by(typed_in)
        return known
