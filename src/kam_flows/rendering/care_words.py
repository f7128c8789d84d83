"""How letters of care say days, counts and names, in their language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from kam_flows.domain.letter_numbers import ORDINALS, UNITS
from kam_flows.domain.survey import Dimension
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.words import spoken

CLOSING: Mapping[str, tuple[str, ...]] = {
    "zh_CN": ("此致", "敬礼！"),
    "en": ("Yours sincerely,",),
}
ACCOUNT_MANAGER: Mapping[str, str] = {"zh_CN": "客户经理", "en": "Account Manager"}
CONCERNS: Mapping[Dimension, tuple[str, str]] = {
    Dimension.RED_LINES: ("不能触碰的底线", "the lines we must never cross"),
    Dimension.DELIVERY: ("对交付的要求", "what you expect of our deliveries"),
    Dimension.QUALITY: (
        "对质量和服务的期望",
        "what you expect of our quality and service",
    ),
    Dimension.GOALS: ("想要达成的目标", "what you want to achieve"),
    Dimension.GROWTH_PLANS: ("今后的发展规划", "your plans for the years ahead"),
    Dimension.COLLABORATION: ("习惯的协作方式", "how you like to work together"),
    Dimension.COMMUNICATION: ("习惯的沟通方式", "how you like to be kept informed"),
}
"""What the account told us something about, as one says it to them."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
NUMERALS = "〇一二三四五六七八九"
SPELLED = 10
"""English spells numbers out as far as this."""
NAME = 60
"""Letters that are shown of a project's name."""


def full_date(day: date, language: str) -> str:
    """`2023年10月1日`, `1 October 2023`."""
    if spoken(language):
        return f"{in_year(day, language)} {day.year}"
    return f"{day.year}年{in_year(day, language)}"


def in_year(day: date, language: str) -> str:
    """`10月1日`, `1 October`."""
    if spoken(language):
        return f"{day.day} {MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日"


def formal_date(day: date) -> str:
    """`二〇二六年十月一日`, as it stands below a letter."""
    year = "".join(NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{_numeral(day.month)}月{_numeral(day.day)}日"


def count(number: int, language: str) -> str:
    """`6`, `six`."""
    if spoken(language) and 1 <= number <= SPELLED:
        return UNITS[number - 1]
    return str(number)


def nth(number: int, language: str) -> str:
    """`3`, `third`; what follows says the rest: `周年`, `anniversary`."""
    if not spoken(language):
        return str(number)
    if number <= SPELLED:
        return ("first", "second", *ORDINALS)[number - 1]
    last = 0 if number // 10 % 10 == 1 else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def as_years(number: int, language: str) -> str:
    """`3 年`, `three years`."""
    return _counted(number, ("年", "year", "years"), language)


def as_hours(number: int, language: str) -> str:
    """`6 小时`, `six hours`."""
    return _counted(number, ("小时", "hour", "hours"), language)


def named(names: Iterable[str], language: str) -> str:
    """`“甲”和“乙”`, `A, B and C`."""
    quoted = ("“{}”", "{}")[spoken(language)].format
    return _listed([quoted(clipped(name, NAME)) for name in names], language)


def concerns(dimensions: Iterable[Dimension], language: str) -> str:
    return _listed([CONCERNS[one][spoken(language)] for one in dimensions], language)


def _counted(number: int, units: tuple[str, str, str], language: str) -> str:
    chinese, one, many = units
    unit = (one if number == 1 else many) if spoken(language) else chinese
    return f"{count(number, language)} {unit}"


def _listed(items: Sequence[str], language: str) -> str:
    comma, last = (("、", "和"), (", ", " and "))[spoken(language)]
    *before, final = items
    return f"{comma.join(before)}{last}{final}" if before else final


def _numeral(number: int) -> str:
    """`二十一`, up to 99."""
    tens, ones = divmod(number, 10)
    digit = NUMERALS[ones] if ones else ""
    if not tens:
        return digit
    return f"{NUMERALS[tens] if tens > 1 else ''}十{digit}"


FILTERS: Mapping[str, Callable[..., str]] = {
    "full_date": full_date,
    "in_year": in_year,
    "count": count,
    "nth": nth,
    "as_years": as_years,
    "as_hours": as_hours,
    "named": named,
    "concerns": concerns,
}
