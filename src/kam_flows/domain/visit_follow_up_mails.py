"""What people are told after touchpoints: what to record, what was missed, what is promised."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kam_flows.domain.mails import Mail
from kam_flows.domain.notices import Skipped
from kam_flows.domain.touchpoints import TouchpointKind


@dataclass(frozen=True, kw_only=True)
class UnrecordedVisit:
    """A touchpoint nobody has recorded, for its owner or, once missed, who is above."""

    number: str
    kind: TouchpointKind
    title: str
    """What a person or its cadence calls it; empty: it has no name but its kind."""
    account_name: str
    on: date
    owner: str
    """Name; empty: nobody's."""
    is_missed: bool
    missed_at: datetime
    """When it counts as missed if it is still not recorded, or since when it does."""
    skips: tuple[Skipped, ...]
    """Who should have been told before this reader."""
    record: str | None
    """Forms and pages, filled in; `None` where no server has them yet."""
    reschedule: str | None = None
    cancel: str | None = None
    show: str | None = None


@dataclass(frozen=True, kw_only=True)
class DuePromise:
    """A promise whose day is near or past, for its owner or who is above."""

    number: str
    """`P-12`."""
    text: str
    account_name: str
    owner: str
    """Name; empty: nobody's."""
    due_on: date
    days_late: int
    """0: its day is near."""
    is_last: bool
    """It is not brought to mind again."""
    skips: tuple[Skipped, ...]
    keep: str | None
    account_page: str | None


@dataclass(frozen=True, kw_only=True)
class VisitFollowUp(Mail):
    """One mail a person and run: what is theirs to do, then what is late below them."""

    template: ClassVar[str] = "visits/follow_up"

    unrecorded: tuple[UnrecordedVisit, ...] = ()
    promises: tuple[DuePromise, ...] = ()
    missed: tuple[UnrecordedVisit, ...] = ()
    """Of people whom this reader supervises."""
    broken: tuple[DuePromise, ...] = ()
    """Promises of theirs that are a week late."""
    more: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Of each sort, how many there are beyond those listed: a mail stays below 100 KB."""
    remind_after: str
    """Times as the policy writes them: `1bd`."""
    missed_after: str
    policy: str
    """The policy's title in the reader's language."""
    as_of: datetime

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each sort, listed or not."""
        listed = {
            "unrecorded": self.unrecorded,
            "promises": self.promises,
            "missed": self.missed,
            "broken": self.broken,
        }
        pairs = zip(listed.items(), self.more, strict=True)
        return {sort: len(some) + more for (sort, some), more in pairs}
