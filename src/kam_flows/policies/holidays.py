"""Official days off and make-up working days, and for which years they are official.

The `holidays` package answers for any year: what it only guesses is dropped here, so
that such a year keeps its plain week and is reported as provisional.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from kam_flows.domain.calendar import Window
from kam_flows.domain.errors import UserError

if TYPE_CHECKING:
    from holidays import HolidayBase

YEARS = range(2010, 2041)
"""The years looked up unless others are named; those not official yet stay out."""
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class OfficialDays:
    """What a state has published; no day is both off and a make-up working day."""

    days_off: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if both := self.days_off & self.makeup_days:
            raise UserError(
                f"{min(both)} is listed as a day off and as a make-up working day; "
                "keep it in one of the two lists."
            )

    def replaced_by(self, list_of_ours: "OfficialDays") -> "OfficialDays":
        """With a list loaded by hand in place of what is known of its years.

        It may also name days of a neighbouring year, as the New Year's list does.
        """
        ours = list_of_ours.days_off | list_of_ours.makeup_days

        def kept(days: Collection[date]) -> frozenset[date]:
            years = list_of_ours.years
            return frozenset(d for d in days if d.year not in years and d not in ours)

        return OfficialDays(
            days_off=kept(self.days_off) | list_of_ours.days_off,
            makeup_days=kept(self.makeup_days) | list_of_ours.makeup_days,
            years=self.years | list_of_ours.years,
        )


def official_days(country: str, years: Iterable[int] = YEARS) -> OfficialDays:
    """The published days of a country (`CN`) or of a part of one (`DE-BY`).

    Where the state moves working days every year, as China does, a year is official
    once the package carries its list. Elsewhere the law fixes the days, and a year is
    official unless one of them is marked as estimated (lunar and Islamic dates).

    Raises UserError for a country that the package does not know.
    """
    return _official_days(country.upper(), frozenset(years))


def calendar_days(
    official: OfficialDays,
    makeup_windows: Sequence[Window],
    *,
    closures: Iterable[date] = (),
    own_makeup_days: Iterable[date] = (),
) -> dict[date, tuple[Window, ...]]:
    """The days of a WorkCalendar that differ from its week.

    What the company itself says wins over the state: it may work on a day off
    (`own_makeup_days`) and close on a make-up day (`closures`).
    """
    closures, own_makeup_days = frozenset(closures), frozenset(own_makeup_days)
    OfficialDays(days_off=closures, makeup_days=own_makeup_days)
    days: dict[date, tuple[Window, ...]] = dict.fromkeys(official.days_off, ())
    days |= dict.fromkeys(official.makeup_days | own_makeup_days, tuple(makeup_windows))
    return days | dict.fromkeys(closures, ())


@cache
def _official_days(country: str, years: frozenset[int]) -> OfficialDays:
    days_off, makeup_days, official = set[date](), set[date](), set[int]()
    for year in years:
        days = _published(country, year)
        if days is None:
            continue
        official.add(year)
        makeup_days |= {day for day in days.weekend_workdays if day.year == year}
        days_off |= _stretches(days) if _moves_days(days) else set(days)
    return OfficialDays(
        days_off=frozenset(day for day in days_off if day.year in official),
        makeup_days=frozenset(makeup_days),
        years=frozenset(official),
    )


def _published(country: str, year: int) -> "HolidayBase | None":
    """The package's days of one year, or None if it only estimates them."""
    from holidays import country_holidays  # only who needs it pays

    code, _, part = country.partition("-")
    try:
        days = country_holidays(code, subdiv=part or None, years=year)
    except NotImplementedError:
        raise UserError(
            f"No official holidays are known for '{country}'; write a country such as "
            "CN, or a part of one such as DE-BY."
        ) from None
    if _moves_days(days):
        listed = days.special_public_holidays
        return days if min(listed) <= year <= max(listed) else None
    mark = days.tr(getattr(days, "estimated_label", "")).replace("%s", "").strip("() ")
    guessed = mark and any(mark in name for name in days.values())
    return None if guessed or not days else days


def _moves_days(days: "HolidayBase") -> bool:
    return bool(days.has_substituted_holidays)


def _stretches(days: "HolidayBase") -> set[date]:
    """Days off as the Chinese notices name them: with the weekend days they touch.

    It matters to calendars that work on weekends, such as a service desk.
    """
    off = set(days)
    for day in tuple(days):
        for step in (DAY, -DAY):
            neighbour = day + step
            while neighbour not in off and not days.is_working_day(neighbour):
                off.add(neighbour)
                neighbour += step
    return off
