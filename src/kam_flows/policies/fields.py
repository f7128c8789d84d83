"""How one value of a policy file is read: durations, shares, hours, days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

from kam_flows.domain.calendar import Window, around_the_clock
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.windows import in_order
from kam_flows.policies.holidays import official_days

DURATIONS = "30min, 24h or 3d around the clock, 90bmin, 8bh or 2bd in business time"
SHARES = "1% to 99%"
HOURS = "working time such as 09:00-12:00, 13:30-18:00"
DAYS = "a list of days and stretches such as [2026-12-31, 2027-01-28..2027-02-05]"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = f"{', '.join(WEEKDAYS)}, or several such as mon-fri"
LONGEST = 40
"""Characters of a number."""
LONGEST_STRETCH = timedelta(days=366)
PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
NUMBER = re.compile(r"(\d[\d_]*(?:\.\d+)?)\s*%?")


def refuse(wrong: str, allowed: str) -> NoReturn:
    """Say what is wrong with the value at hand, and what would be right."""
    raise PydanticCustomError("kam", "{wrong}", {"wrong": wrong, "allowed": allowed})


def read_duration(value: Any) -> Duration:
    try:
        return Duration.parse(value if isinstance(value, str) else repr(value))
    except UserError:
        refuse(f"'{value}' is not a duration", DURATIONS)


def read_promise(value: Any) -> Duration:
    duration = read_duration(value)
    if not duration.amount:
        refuse(f"'{value}' promises no time at all", DURATIONS)
    return duration


def read_share(value: Any) -> Fraction:
    match = PERCENT.fullmatch(value) if isinstance(value, str) else None
    if not match or len(match[0]) > LONGEST:
        refuse(f"'{value}' is not a share", SHARES)
    share = Fraction(match[1]) / 100
    if not Fraction(1, 100) <= share <= Fraction(99, 100):
        refuse(f"{value} is outside 1% to 99%", SHARES)
    return share


def read_moment(value: Any) -> Duration | Fraction:
    """After how long a rung is due: a duration, or a share of the target it names."""
    if isinstance(value, str) and value.endswith("%"):
        return read_share(value)
    try:
        return Duration.parse(value if isinstance(value, str) else repr(value))
    except UserError:
        refuse(f"'{value}' is not a time", f"{DURATIONS}, or a share from {SHARES}")


def read_amount(value: Any) -> Fraction:
    match = None if isinstance(value, bool) else NUMBER.fullmatch(str(value))
    if not match or len(match[0]) > LONGEST:
        refuse(f"'{value}' is not an amount", "a number such as 500_000, or 20%")
    return Fraction(match[1].replace("_", ""))


def read_hours(value: Any) -> tuple[Window, ...]:
    if not isinstance(value, str):
        refuse(f"'{value}' is not working time", HOURS)
    try:
        return in_order(Window.parse(part) for part in value.split(","))
    except UserError as error:
        refuse(first_clause(error), HOURS)


def read_weekdays(value: Any) -> tuple[int, ...]:
    """`mon`, `mon-fri` or `mon, wed` as numbers, Monday 0."""
    days: list[int] = []
    for part in str(value).lower().split(","):
        first, _, last = (word.strip() for word in part.partition("-"))
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            refuse(f"'{value}' names no weekday", WEEK)
        days.extend(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))
    if not days:
        refuse(f"'{value}' runs backwards", WEEK)
    return tuple(days)


def read_days(value: Any) -> frozenset[date]:
    if not isinstance(value, list):
        refuse("is no list of days", DAYS)
    return frozenset(day for entry in value for day in _stretch(entry))


def _stretch(entry: Any) -> Iterator[date]:
    first, _, last = str(entry).partition("..")
    try:
        start = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if last else start
    except ValueError:
        refuse(f"'{entry}' is not a day", DAYS)
    if not timedelta() <= end - start <= LONGEST_STRETCH:
        refuse(f"'{entry}' ends before it begins or lasts over a year", DAYS)
    yield from (start + timedelta(days=i) for i in range((end - start).days + 1))


def check_zone(name: str) -> str:
    try:
        around_the_clock(name)
    except UserError:
        refuse(f"'{name}' is not a time zone", "a name such as Asia/Shanghai")
    return name


def check_country(code: str) -> str:
    try:
        official_days(code)
    except UserError:
        refuse(
            f"no official holidays are known for '{code}'",
            "a country such as CN, or a part of one such as DE-BY",
        )
    return code


def check_year(text: str) -> str:
    if not re.fullmatch(r"20\d\d", text):
        refuse(f"'{text}' is not a year", "2000 to 2099")
    return text


def first_clause(error: UserError) -> str:
    """What is wrong, without the advice that follows the semicolon."""
    return str(error).partition(";")[0].rstrip(".")


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Moment = Annotated[Duration | Fraction, PlainValidator(read_moment)]
Promise = Annotated[Duration, PlainValidator(read_promise)]
Share = Annotated[Fraction, PlainValidator(read_share)]
Amount = Annotated[Fraction, PlainValidator(read_amount)]
Hours = Annotated[tuple[Window, ...], PlainValidator(read_hours)]
Weekdays = Annotated[tuple[int, ...], PlainValidator(read_weekdays)]
Days = Annotated[frozenset[date], PlainValidator(read_days)]
Zone = Annotated[str, AfterValidator(check_zone)]
Country = Annotated[str, AfterValidator(check_country)]
Year = Annotated[str, AfterValidator(check_year)]
