"""Occasions: the days on which an account, or a person there, should hear from us."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kam_flows.domain.errors import UserError
from kam_flows.domain.lunar_dates import (
    FIRST_DAY,
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    LunarCalendar,
)

LEAP_YEAR = 2024
SHORTEST_MONTH = 28
LONG_MONTH = 30
"""Days of a long lunar month."""
DayOfYear = tuple[int, int]
"""Month and day."""


@dataclass(frozen=True, kw_only=True)
class Yearly:
    """The same day every year; that of a leap day is February 28 in common years."""

    month: int
    day: int
    since: date | None = None
    """When it was for the first time; counts the years, and none comes before it."""


@dataclass(frozen=True, kw_only=True)
class LunarYearly:
    """The same lunar day every lunar year.

    The 30th is the last day of a month that has 29. A leap month that a year does not
    have is the ordinary month of its number.
    """

    month: int
    day: int
    leap: bool = False
    since: date | None = None
    """A day of our calendar."""


@dataclass(frozen=True, kw_only=True)
class Once:
    """One day and never again: the launch of a product, the end of a contract."""

    on: date


@dataclass(frozen=True, kw_only=True)
class Season:
    """A stretch of every year, both days included; its first day is what counts."""

    begins: DayOfYear
    ends: DayOfYear
    """May lie in the next year."""


Rule = Yearly | LunarYearly | Once | Season


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Something to think of, of an account or of a contact there."""

    id: int
    account: str
    """Code."""
    contact: str = ""
    """Name; empty if it is the account's own."""
    contact_code: str = ""
    """Empty: the person is not among the contacts on record."""
    kind: str
    """One of the policy's."""
    about: str = ""
    """What it is called where the kind does not say it: the product launched."""
    rule: Rule
    added_on: date | None = None
    """Its days before that are history. `None`: it was always known."""
    origin: str = ""
    """What it is derived from, such as `signing`; empty: people keep it."""


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """The day of an occasion in one year."""

    occasion: Occasion
    on: date
    edition: int
    """Its year, and with its occasion the key that makes it happen once.

    Of a lunar date the lunar year: two can fall into one of our years, and none into
    the next.
    """
    years: int | None = None
    """Since the first time."""


def occurrences(
    occasion: Occasion, first: date, last: date, lunar: LunarCalendar
) -> list[Occurrence]:
    """Every day of the occasion in `first` … `last`, in order."""
    return [
        Occurrence(occasion=occasion, on=on, edition=edition, years=years)
        for on, edition, years in _days(occasion.rule, first, last, lunar)
        if first <= on <= last
    ]


def _days(
    rule: Rule, first: date, last: date, lunar: LunarCalendar
) -> Iterator[tuple[date, int, int | None]]:
    """At least the days in `first` … `last`, each with its edition and its years."""
    match rule:
        case Once(on=on):
            yield on, on.year, None
        case Season(begins=(month, day)):
            for year in range(first.year, last.year + 1):
                yield in_year(year, month, day), year, None
        case Yearly(month=month, day=day, since=since):
            start = max(first.year, since.year + 1 if since else first.year)
            for year in range(start, last.year + 1):
                years = year - since.year if since else None
                yield in_year(year, month, day), year, years
        case LunarYearly(month=month, day=day, leap=leap, since=since):
            begun = lunar.year_of(since) if since else None
            start = first.year - 1 if begun is None else max(first.year - 1, begun + 1)
            for year in range(max(start, FIRST_YEAR), min(last.year, LAST_YEAR) + 1):
                on = lunar.lunar_day(year, month, day, leap=leap)
                yield on, year, None if begun is None else year - begun


def check_rule(rule: Rule) -> None:
    """Raise UserError for a day that no year has."""
    match rule:
        case Yearly(month=month, day=day):
            _check_day(month, day)
        case Season(begins=begins, ends=ends):
            _check_day(*begins)
            _check_day(*ends)
        case LunarYearly(month=month, day=day, since=since):
            if month not in MONTHS or not 1 <= day <= LONG_MONTH:
                raise UserError(
                    "{month}-{day} is no lunar day; give a month from 1 to 12 and a day "
                    "from 1 to 30.",
                    month=month,
                    day=day,
                )
            if since and not FIRST_DAY <= since < date(LAST_YEAR, 12, 31):
                raise UserError(
                    "{since} is no day for a lunar date; give one from {first} to {last}.",
                    since=since,
                    first=FIRST_DAY,
                    last=LAST_YEAR,
                )


def in_year(year: int, month: int, day: int) -> date:
    """That day, or the last one of a shorter month."""
    if day > SHORTEST_MONTH:
        day = min(day, monthrange(year, month)[1])
    return date(year, month, day)


def _check_day(month: int, day: int) -> None:
    if month not in MONTHS or not 1 <= day <= monthrange(LEAP_YEAR, month)[1]:
        raise UserError(
            "{month}-{day} is no day of the year; give a month from 1 to 12 and a day "
            "that it has.",
            month=month,
            day=day,
        )
