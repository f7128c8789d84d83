"""How the terminal shows titles, numbers and shares of a service standard."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kam_flows.rendering.words import LANGUAGES, word


def both(titles: Mapping[str, str]) -> str:
    return f"{titles['zh_CN']} / {titles['en']}"


def in_both(member: StrEnum) -> str:
    return both({language: word(member, language) for language in LANGUAGES})


def percent(share: Fraction) -> str:
    return f"{number(share * 100)}%"


def number(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / value.denominator:,f}"
