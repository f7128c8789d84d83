"""How we say things to staff: terms, moments and lengths of time, in their language.

No template and no message catalogue is loaded here, so that tasks may use it freely.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from kam_flows.domain.durations import Duration
from kam_flows.domain.policy import Until
from kam_flows.rendering.vocabulary import LACKING, UNITS, WORDS, ZONES

E = TypeVar("E", bound=StrEnum)

LANGUAGES = ("zh_CN", "en")
WEEKDAYS = ("周一周二周三周四周五周六周日", "MonTueWedThuFriSatSun")
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
DAY, HOUR, MINUTE = 24 * 60, 60, 1
DEPUTY_OF = "deputy of "


def spoken(language: str) -> int:
    """Which of our two languages serves a reader: 0 Chinese, 1 English."""
    return 0 if language.lower().startswith("zh") else 1


def word(member: StrEnum, language: str) -> str:
    """The term for a member of the domain's enumerations."""
    return WORDS[type(member)][member][spoken(language)]


def meant(kind: type[E], text: str) -> E | None:
    """The member that somebody names by its code or by its term in either language."""
    typed = text.strip().casefold()
    for member, terms in WORDS[kind].items():
        if typed in {member, *(term.casefold() for term in terms)}:
            return kind(member)
    return None


def lacking(until: Until, language: str) -> str:
    """What has not happened: `未接手`, `not taken up`."""
    return LACKING[until][spoken(language)]


def place(text: str, language: str) -> str:
    """A place in the chain: `supervisor`, `deputy of supervisor`, … (Skipped.place)."""
    if text.startswith(DEPUTY_OF):
        whose = place(text.removeprefix(DEPUTY_OF), language)
        return (f"{whose}的代理人", f"deputy of {whose}")[spoken(language)]
    for terms in WORDS.values():
        if text in terms:
            return _within(terms[text], language)
    return text


# A moment stands in both forms of a mail, and the same ones in those of a sweep.
@lru_cache(maxsize=4096)
def moment(
    at: datetime, timezone: str, language: str, near: datetime | None = None
) -> str:
    """`10月19日 周一 09:00` or `Mon 19 Oct 2026, 09:00`, on the reader's wall.

    Chinese names the year only where it differs from that of `near`.
    """
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    there = day(local.date(), language, near and near.astimezone(zone).date())
    return f"{there}{(' ', ', ')[spoken(language)]}{local:%H:%M}"


def day(on: date, language: str, near: date | None = None) -> str:
    """`10月19日 周一` or `Mon 19 Oct 2026`; Chinese names the year as `moment` does."""
    weekday, month = on.weekday(), on.month
    if spoken(language):
        name, days = MONTHS[month * 3 - 3 : month * 3], WEEKDAYS[1]
        return f"{days[weekday * 3 : weekday * 3 + 3]} {on.day} {name} {on.year}"
    far = near is not None and near.year != on.year
    year, days = f"{on.year}年" if far else "", WEEKDAYS[0]
    return f"{year}{month}月{on.day}日 {days[weekday * 2 : weekday * 2 + 2]}"


def lapse(length: timedelta, language: str) -> str:
    """`2 小时 5 分`, `2 h 5 min`; from three days on in days and hours.

    Rounded down to the minute; what is shorter, or negative, is "under 1 min".
    """
    minutes = length // timedelta(minutes=1)
    if minutes < 1:
        return ("不到 1 分", "under 1 min")[spoken(language)]
    days, rest = divmod(minutes, DAY) if minutes >= 3 * DAY else (0, minutes)
    hours, rest = divmod(rest, HOUR)
    names = (("天", "小时", "分"), ("d", "h", "min"))[spoken(language)]
    amounts = (days, hours, 0 if days else rest)
    return " ".join(f"{n} {name}" for n, name in zip(amounts, names, strict=True) if n)


@lru_cache(maxsize=256)
def span(written: str, language: str) -> str:
    """A time as the policy writes it, said in words: `8bh` is `8 个工作小时`.

    A share of a target (`75%`) says itself.
    """
    if written.endswith("%"):
        return written
    duration = Duration.parse(written)
    chinese, one, many = UNITS[duration.unit]
    english = one if duration.amount == 1 else many
    number = str(duration).removesuffix(duration.unit)
    return number + (english if spoken(language) else chinese)


def zone(timezone: str, language: str) -> str:
    """The name of a time zone, for the one place where a page says it."""
    if timezone in ZONES:
        return ZONES[timezone][spoken(language)]
    return timezone.replace("_", " ")


def listed(items: Iterable[str], language: str) -> str:
    """`甲、乙`, `A, B`."""
    return ("、", ", ")[spoken(language)].join(items)


def _within(term: tuple[str, str], language: str) -> str:
    """A term inside a sentence: English drops the capital."""
    return term[1].lower() if spoken(language) else term[0]
