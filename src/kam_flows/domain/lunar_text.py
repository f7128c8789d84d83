"""Lunar days as people write them: 八月十五, 闰六月初一, 腊月廿三, 8-15."""

import re
from typing import NamedTuple
from unicodedata import normalize

from kam_flows.domain.letter_numbers import chinese_numeral
from kam_flows.domain.lunar_dates import MONTHS
from kam_flows.domain.occasions import LONG_MONTH

UNITS = "一二三四五六七八九"
MONTH_NAMES = "正二三四五六七八九十冬腊"
DAY_NAMES = (
    *(f"初{unit}" for unit in f"{UNITS}十"),
    *(f"十{unit}" for unit in UNITS),
    "二十",
    *(f"廿{unit}" for unit in UNITS),
    "三十",
)
NAMED_MONTHS = {"正": 1, "冬": 11, "腊": 12}
CALENDAR = re.compile(r"农历|阴历|旧历|\s+")
WRITTEN = re.compile(
    rf"(?P<leap>闰+)?(?P<month>正|冬|腊|十[一二]?|[{UNITS}]|\d{{1,2}})月"
    rf"(?P<day>初[{UNITS}十]|[二三]?十|二?十[{UNITS}]|廿[{UNITS}]?|卅|[{UNITS}]|\d{{1,2}})[日号]?"
)
FIGURES = re.compile(r"(?P<leap>闰+|leap)?(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")


class LunarDay(NamedTuple):
    """A day of the lunar year, of whatever year."""

    month: int
    day: int
    leap: bool = False
    """In the month that comes a second time."""

    def __str__(self) -> str:
        leap = "闰" if self.leap else ""
        return f"{leap}{MONTH_NAMES[self.month - 1]}月{DAY_NAMES[self.day - 1]}"


def lunar_day(text: str) -> LunarDay:
    """Raises ValueError for what is no day of any lunar year."""
    plain = CALENDAR.sub("", normalize("NFKC", text)).casefold()
    match = WRITTEN.fullmatch(plain) or FIGURES.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    month = NAMED_MONTHS.get(match["month"]) or _number(match["month"])
    found = LunarDay(month, _number(match["day"]), bool(match["leap"]))
    if found.month not in MONTHS or not 1 <= found.day <= LONG_MONTH:
        raise ValueError(text)
    return found


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    plain = text.removeprefix("初").replace("廿", "二十").replace("卅", "三十")
    return chinese_numeral(plain)
