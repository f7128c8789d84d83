"""The day: a company of its own, a help desk's log cut into slices, and what runs when.

What happens is given by the share and the seed alone, so that a second company can live
through the same day undisturbed.
"""

import csv
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.faults import day
from tests.faults.truth import RawEvent

TICKETS, ONBOARDINGS, CARES = 5000, 200, 100
TOUCHPOINTS_EACH = 4
"""That the usual policy plans for a core account in its ninety days."""
TOUCHPOINTS = 2000
SLICE = timedelta(hours=3)
SLICES = 11
OUTAGE = range(7, 9)
"""Slices in which nothing runs: six hours."""
TAIL = tuple(timedelta(hours=h) for h in (50, 80))
"""Later looks, when the reminders of the onboardings have fallen due."""
HOURS = (4, 8)
"""After which the rungs of every ticket are due."""
POLICY = day.POLICY.format(name="chaos", first="4h", second="8h").replace(
    "  - {after: 12h", "  - {after: 4h"
)
ALLOW = 10_000


@dataclass(frozen=True)
class Step:
    """A form, and what is written into it."""

    form: str
    as_of: datetime
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def filled(self) -> dict[str, Any]:
        return {"as_of": self.as_of.isoformat(), **self.parameters}


@dataclass(frozen=True)
class Day:
    share: float

    def some(self, count: int) -> int:
        return max(1, round(count * self.share))

    @cached_property
    def accounts(self) -> list[str]:
        wanted = max(TOUCHPOINTS // TOUCHPOINTS_EACH, ONBOARDINGS, CARES)
        return [f"A{n:03}" for n in range(max(self.some(wanted), len(day.ACCOUNTS)))]

    @cached_property
    def honoured(self) -> list[str]:
        """Whose anniversary comes."""
        return self.accounts[: self.some(CARES)]

    @cached_property
    def signing(self) -> list[str]:
        return self.accounts[-self.some(ONBOARDINGS) :]

    @cached_property
    def events(self) -> list[RawEvent]:
        """Every ticket belongs to one of the accounts, in turn."""
        end = day.OPENING + SLICE * SLICES
        return [
            event._replace(
                account=self.accounts[int(event.ticket[3:]) % len(self.accounts)]
            )
            for event in day.log(self.some(TICKETS), end)
        ]

    def moment(self, number: int) -> datetime:
        return day.OPENING + SLICE * number

    def write_slice(self, after: datetime, until: datetime, path: Path) -> bool:
        """What another help desk hands over of these hours; False if there is nothing."""
        some = [event for event in self.events if after < event.at <= until]
        if after == day.OPENING:
            some = [e for e in self.events if e.at <= until]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["ticket", "activity", "agent", "at", "account"])
            writer.writerows(
                (e.ticket, e.activity, e.agent, e.at.isoformat(), e.account)
                for e in some
            )
        return bool(some)

    def people(self, number: int, log: str) -> list[Step]:
        """What people start in this slice, all at once."""
        now = self.moment(number)
        steps = [Step("import-ticket-events", now, {"file": log, "by": day.OPERATIONS})]
        spread = OUTAGE.start - 1
        if number <= spread:
            steps += [
                Step("start-onboarding", now, {"account": code, "by": day.OPERATIONS})
                for code in self.signing[number - 1 :: spread]
            ]
        return steps

    def sweeps(self, now: datetime, number: int = 0) -> list[Step]:
        """What runs by itself, all at once."""
        guarded = {"allow_mails": ALLOW}
        steps = [
            Step("escalate-tickets", now, guarded),
            Step("watch-onboarding", now, guarded),
        ]
        if number in {3, 10}:
            steps += [Step("plan-visits", now), Step("prepare-care", now, guarded)]
        return steps


def dispatch(now: datetime) -> Step:
    return Step("dispatch-mail", now)
