"""One try of one fault: a copy of the prepared day, a sink, and what follows the fault."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tests.faults import day, hands, truth
from tests.faults.checker import Checker, Verdict
from tests.faults.databases import Databases, leases_run_out, rows
from tests.faults.truth import Due, Office, Promise, RawEvent, Rung

AGAIN = (0, 2, 5, 10, 20, 40, 80, 150)
"""Minutes after which mail that was put off is tried again."""
OFFICE_HOURS = (4, 12)
"""After which the rungs are due that count the hours of an office."""
LATER = day.NOW + 5 * day.MINUTE
"""The normal run that follows a fault."""


@dataclass
class Prepared:
    """The day at four moments, each made once and copied for every try."""

    databases: Databases
    folder: Path
    tickets: int

    def env(self, url: str, port: int) -> dict[str, str]:
        return {
            "KAM_DATABASE_URL": url,
            "KAM_VAR": str(self.folder / "var"),
            "KAM_SMTP_PORT": str(port),
            "KAM_MAIL_LIFETIME_HOURS": "240",
            "KAM_LANGUAGE": "en",
        }

    @cached_property
    def log(self) -> Path:
        return day.write_log(self.folder / "log.csv", self.tickets)

    @cached_property
    def furnished(self) -> str:
        """People, accounts and policy; no ticket yet."""
        url = self.databases.empty()
        hands.run(hands.migrate, self.env(url, 1))
        hands.run(hands.furnish, self.env(url, 1), day.USUAL)
        return url

    @cached_property
    def signed(self) -> str:
        """Onboardings that run for a day and an hour; nobody was reminded yet."""
        url = self.databases.copy(self.furnished)
        began = day.NOW - timedelta(hours=25)
        hands.run(hands.start_onboardings, self.env(url, 1), began)
        return url

    @cached_property
    def brought(self) -> str:
        """The whole log imported, nothing swept: half the tickets have a rung due."""
        url = self.databases.copy(self.furnished)
        hands.run(hands.bring, self.env(url, 1), self.log)
        return url

    @cached_property
    def swept(self) -> str:
        """Swept every half hour of the day; hundreds of digests, none sent."""
        url = self.databases.copy(self.brought)
        moments = [day.OPENING + timedelta(minutes=30 * n) for n in range(48, 121)]
        hands.run(hands.sweeps, self.env(url, 1), moments)
        return url


@dataclass
class World:
    prepared: Prepared
    url: str
    port: int
    arrived: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    extra: list[RawEvent] = field(default_factory=list)
    """What people did beside the log."""
    later: timedelta = timedelta()
    """By how much the log was moved."""
    office: Office | None = None
    """Whose hours the rungs count; `None`: they count elapsed ones."""

    @property
    def env(self) -> dict[str, str]:
        return self.prepared.env(self.url, self.port)

    def run(self, work: Callable[..., Any], *args: Any, **env: str) -> Any:
        return hands.run(work, self.env | env, *args)

    def start(self, work: Callable[..., Any], *args: Any, **env: str) -> hands.Hand:
        return hands.start(work, self.env | env, *args)

    def try_to(self, work: Callable[..., Any], *args: Any, **env: str) -> str | None:
        """Its error, if it ended with one."""
        return self.start(work, *args, **env).outcome()

    def normal_run(self, as_of: datetime = LATER) -> None:
        """A sweep, then mail until nothing is left to try."""
        self.run(hands.sweep, as_of)
        self.mail(as_of)

    def mail(self, as_of: datetime = LATER) -> None:
        for minutes in AGAIN:
            leases_run_out(self.url)
            if not self.waiting():
                return
            self.run(hands.dispatch, as_of + timedelta(minutes=minutes))

    def waiting(self) -> int:
        """Mails that have no final fate yet."""
        waiting = "SELECT count(*) FROM outbox WHERE fate IN ('queued', 'sending')"
        return int(rows(self.url, waiting)[0][0])

    @property
    def events(self) -> list[RawEvent]:
        log = day.log(self.prepared.tickets)
        moved = [event._replace(at=event.at + self.later) for event in log]
        return [*moved, *self.extra]

    def states(self) -> dict[str, str]:
        """Where each ticket stands."""
        return _states(tuple(self.events))

    def verdict(
        self,
        as_of: datetime = LATER,
        *,
        promises: Mapping[str, Promise] | None = None,
        refused: Iterable[str] = (),
    ) -> Verdict:
        checker = Checker(self.url, self.arrived)
        events = tuple(self.events)
        if promises:
            must, may = (
                truth.must_stand(events, as_of, promises),
                _must(events, day.NOW),
            )
        else:
            must, may = _must(events, as_of, self.office), {}
        checker.ledger(must, may=may, moved=frozenset(promises or {}))
        checker.lines()
        checker.mails(frozenset(refused))
        checker.cancelled_rightly()
        checker.histories(_lines(self.prepared.tickets), self.states())
        return checker.verdict


@cache
def _must(
    events: tuple[RawEvent, ...], as_of: datetime, office: Office | None = None
) -> dict[Rung, Due]:
    hours = truth.HOURS if office is None else OFFICE_HOURS
    return truth.must_stand(events, as_of, hours=hours, office=office)


@cache
def _states(events: tuple[RawEvent, ...]) -> dict[str, str]:
    return truth.states(events)


@cache
def _lines(tickets: int) -> dict[str, int]:
    return Counter(event.ticket for event in day.log(tickets))
