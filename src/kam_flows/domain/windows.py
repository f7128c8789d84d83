"""Windows of working time: from when to when people work on one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Self

from kam_flows.domain.errors import UserError

MIDNIGHT = time()


@dataclass(frozen=True)
class Window:
    """Working time within one day, in whole minutes; closing at 00:00 means 24:00."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if any(edge.second or edge.microsecond for edge in (self.opens, self.closes)):
            raise UserError(
                f"The window {self.opens}-{self.closes} has seconds; write whole "
                "minutes, and 24:00 for the end of the day."
            )
        if self.opens_at >= self.closes_at:
            raise UserError(
                f"The window {self} ends before it begins; for work past midnight "
                "write two, such as 22:00-24:00 and, on the next day, 00:00-06:00."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `09:00-18:00`; `24:00` is allowed as closing time."""
        opens, _, closes = (part.strip() for part in text.partition("-"))
        try:
            return cls(
                time.fromisoformat(opens),
                MIDNIGHT if closes == "24:00" else time.fromisoformat(closes),
            )
        except ValueError:
            raise UserError(
                f"'{text}' is not a window of working time; write it as 09:00-18:00."
            ) from None

    def __str__(self) -> str:
        closes = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"

    @property
    def opens_at(self) -> int:
        """Minutes since midnight."""
        return self.opens.hour * 60 + self.opens.minute

    @property
    def closes_at(self) -> int:
        """Minutes since midnight, 1440 for 24:00."""
        return self.closes.hour * 60 + self.closes.minute or 24 * 60


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The windows of one day, earliest first; two that overlap are refused."""
    ordered = tuple(sorted(windows, key=lambda window: window.opens_at))
    for earlier, later in pairwise(ordered):
        if earlier.closes_at > later.opens_at:
            raise UserError(
                f"The windows {earlier} and {later} overlap; write them as one."
            )
    return ordered
