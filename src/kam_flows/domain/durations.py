"""How long something may take, written as people say it: 72h, 8bh, 3d, 5bd."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Self

from kam_flows.domain.errors import UserError


class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    BUSINESS_MINUTES = "bmin"
    BUSINESS_HOURS = "bh"
    BUSINESS_DAYS = "bd"


LENGTHS = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.BUSINESS_MINUTES: timedelta(minutes=1),
    Unit.BUSINESS_HOURS: timedelta(hours=1),
    Unit.BUSINESS_DAYS: timedelta(days=1),
}
FINER = {
    Unit.DAYS: (Unit.HOURS, 24),
    Unit.HOURS: (Unit.MINUTES, 60),
    Unit.BUSINESS_HOURS: (Unit.BUSINESS_MINUTES, 60),
}
WHOLE_ONLY = {Unit.DAYS: "hours (36h)", Unit.BUSINESS_DAYS: "business hours (12bh)"}
LONGEST_IN_MINUTES = 3660 * 24 * 60
LONGEST_WRITTEN = 40
"""Characters; a number of thousands of digits takes long to read."""
WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(min|h|d|bmin|bh|bd)\s*")


@dataclass(frozen=True)
class Duration:
    """An amount of one unit, never negative; days of either kind are whole."""

    amount: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise UserError(f"'{self}' is negative; a duration counts forward.")
        if self.unit in WHOLE_ONLY and self.amount.denominator != 1:
            raise UserError(
                f"'{self}' is no whole number of days; "
                f"write whole days or {WHOLE_ONLY[self.unit]}."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `30min`, `72h`, `3d`, `90bmin`, `1.5bh`, `5bd`; at most ten years."""
        match = WRITTEN.fullmatch(text) if len(text) <= LONGEST_WRITTEN else None
        if not match:
            raise UserError(
                f"'{text[:LONGEST_WRITTEN]}' is not a duration; write for example 30min, 72h or 3d "
                "(around the clock), or 90bmin, 8bh or 5bd (business time)."
            )
        amount, unit = Fraction(match[1]), Unit(match[2])
        if amount * (LENGTHS[unit] // timedelta(minutes=1)) > LONGEST_IN_MINUTES:
            raise UserError(f"'{text}' is longer than ten years; write a shorter time.")
        return cls(amount, unit)

    def __str__(self) -> str:
        number = Decimal(self.amount.numerator) / self.amount.denominator
        return f"{number:f}{self.unit}"

    @cached_property
    def is_business(self) -> bool:
        """True if it runs on the account's calendar, false if around the clock."""
        return self.unit.startswith("b")

    @cached_property
    def worked(self) -> timedelta | None:
        """Business time for bmin and bh; None for all others."""
        if not self.is_business or self.unit in WHOLE_ONLY:
            return None
        return self.length

    @cached_property
    def length(self) -> timedelta:
        """Elapsed time for min and h, business time for bmin and bh.

        Days of either kind depend on the calendar and have no length of their own.
        """
        if self.unit in WHOLE_ONLY:
            raise ValueError(f"{self} has no fixed length; add it on a calendar.")
        microseconds = self.amount * (LENGTHS[self.unit] // timedelta(microseconds=1))
        return timedelta(microseconds=round(microseconds))

    def scaled(self, share: Fraction) -> "Duration":
        """A share of it, in a finer unit where the share is not whole.

        Half of 1h is 30min, half of 1d is 12h. Business days have no finer unit that
        every calendar agrees on and are rounded up; minutes to a hundredth.
        """
        amount, unit = self.amount * share, self.unit
        while amount.denominator != 1 and unit in FINER:
            unit, parts = FINER[unit]
            amount *= parts
        if unit is Unit.BUSINESS_DAYS:
            amount = Fraction(ceil(amount))
        return Duration(Fraction(ceil(amount * 100), 100), unit)
