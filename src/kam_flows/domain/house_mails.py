"""Mails to operations staff: what is wrong with the house, and which run went wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from kam_flows.domain.house_watch import HouseFinding
from kam_flows.domain.mails import Mail


@dataclass(frozen=True, kw_only=True)
class HouseLine:
    """A finding, since when it is known, and the form that does something about it."""

    finding: HouseFinding
    found_at: datetime
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class HouseFindings(Mail):
    """Tells what was found by one look, and what is right again."""

    template: ClassVar[str] = "house/findings"

    found: tuple[HouseLine, ...]
    cleared: tuple[HouseLine, ...]
    still: int
    """How many others are known and not mended yet."""
    as_of: datetime


class Trouble(StrEnum):
    """What went wrong with a run."""

    FAILED = "failed"
    CRASHED = "crashed"
    LATE = "late"


@dataclass(frozen=True, kw_only=True)
class RunTrouble(Mail):
    """Tells of one run; of others of its deployment in the same hour it stands for."""

    template: ClassVar[str] = "house/run"

    deployment: str
    run: str
    """Its name."""
    trouble: Trouble
    said: str
    """The message of its state."""
    planned_at: datetime | None
    started_at: datetime | None
    link: str
    """Its page."""
    as_of: datetime
