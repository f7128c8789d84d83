"""The house watches itself: what is wrong is told once, and once when it is right again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from kam_flows.domain.findings import Check, Finding

WATCH = "watch-the-house"
"""Its deployment, and its heartbeat."""
ASLEEP = timedelta(minutes=30)
"""Without a look for so long the house stood still: what is late then had no chance yet."""
PATIENCE = timedelta(minutes=30)
"""So long after its time a scheduled run may still be on its way."""
DELAY = timedelta(minutes=15)
"""So long a mail may wait to be sent, or stay with a dispatcher whose lease has ended."""
SILENCE = timedelta(hours=26)
"""Whoever says that it is alive says so daily at least."""
MAILS_NAMED = 100

LOOKS_A_DAY = 144
SMALLEST_SHARE = 200
LARGEST_SHARE = 20_000

GIBI = 2**30
LEAST_FREE = 5 * GIBI
LEAST_SHARE = 0.05
RECOVERED = 1.5
"""A disk is no longer full when so many times the least is free: no mail for every
file that comes and goes."""


class HouseCheck(StrEnum):
    """What can be wrong with the house, the gravest first."""

    HISTORY = "history"
    CHECKLIST = "checklist"
    SCHEDULE = "schedule"
    QUEUE = "queue"
    LEASES = "leases"
    DISK = "disk"
    HEARTBEAT = "heartbeat"
    UNKNOWN_MAIL = "unknown_mail"
    LADDER = "ladder"
    CALENDAR = "calendar"


IN_TIME = frozenset(
    {
        HouseCheck.SCHEDULE,
        HouseCheck.QUEUE,
        HouseCheck.LEASES,
        HouseCheck.HEARTBEAT,
    }
)
"""Checks of what should have been done by now."""
OF_THE_PORTFOLIO = {
    Check.LADDER_ENDS_NOWHERE: HouseCheck.LADDER,
    Check.PROVISIONAL_CALENDAR: HouseCheck.CALENDAR,
}
HOURLY = frozenset({HouseCheck.CHECKLIST, *OF_THE_PORTFOLIO.values()})
"""Checks that read all accounts, or all that runs there."""


@dataclass(frozen=True, kw_only=True)
class HouseFinding:
    """One thing that is wrong; its key tells it from all others."""

    check: HouseCheck
    subject: str
    """Number of the ticket or mail, name of the deployment, code of the account."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What its sentence names; moments in ISO."""

    @property
    def key(self) -> str:
        return f"{self.check}:{self.subject}"


class Look(NamedTuple):
    """What one look found, and what it looked at: the rest is left as it was."""

    found: Sequence[HouseFinding]
    checks: frozenset[HouseCheck]
    """Looked at as a whole."""
    keys: frozenset[str] = frozenset()
    """Looked at one by one."""


class Scheduled(NamedTuple):
    """A deployment that runs by itself."""

    name: str
    due_at: datetime | None
    """When it had to start last, `PATIENCE` ago or before."""
    last_begun_at: datetime | None
    """When the newest run that completed had started; `None`: none has."""
    since: datetime
    """Since when it is deployed."""


class Waiting(NamedTuple):
    """Mails that wait, and since when the oldest of them does."""

    mails: int
    oldest: datetime | None


class DoubtfulMail(NamedTuple):
    """A mail that may or may not have arrived."""

    id: int
    recipient: str
    subject: str


def cleared(open_keys: Iterable[str], look: Look) -> set[str]:
    """Which findings are right again: looked at now, and not found."""
    still = {finding.key for finding in look.found}
    return {
        key
        for key in open_keys
        if key not in still and (key in look.keys or check_of(key) in look.checks)
    }


def check_of(key: str) -> HouseCheck:
    return HouseCheck(key.partition(":")[0])


def has_slept(last_look: datetime | None, now: datetime) -> bool:
    """After a night switched off everything is late, and about to be done."""
    return last_look is None or now - last_look > ASLEEP


def share(open_tickets: int) -> int:
    """How many tickets one look takes, so that each is seen twice a day.

    Up to some 1.4 million open ones; a look stays bounded beyond that.
    """
    wanted = -(-2 * open_tickets // LOOKS_A_DAY)
    return min(max(wanted, SMALLEST_SHARE), LARGEST_SHARE)


def differing(
    stored: Mapping[str, object], computed: Mapping[str, object]
) -> tuple[str, ...]:
    """Names of the columns that are not what history says."""
    return tuple(name for name in computed if stored[name] != computed[name])


def looks_too_late(stored: datetime | None, expected: datetime | None) -> bool:
    """Whether a sweep would miss what falls due; to look too early does no harm."""
    return expected is not None and (stored is None or stored > expected)


def not_as_history_says(number: str, differs: Sequence[str]) -> HouseFinding:
    return HouseFinding(
        check=HouseCheck.HISTORY,
        subject=number,
        values={"differs": ", ".join(differs)},
    )


def missed_checklist(account: str, name: str) -> HouseFinding:
    """No sweep would look at it in time for its next step."""
    return HouseFinding(
        check=HouseCheck.CHECKLIST, subject=account, values={"name": name}
    )


def overdue(scheduled: Scheduled) -> HouseFinding | None:
    """A run that had to start `PATIENCE` ago, and none has completed since."""
    due_at, last_begun_at = scheduled.due_at, scheduled.last_begun_at
    if due_at is None or due_at < scheduled.since:
        return None
    if last_begun_at is not None and last_begun_at >= due_at:
        return None
    last = last_begun_at.isoformat() if last_begun_at else ""
    return HouseFinding(
        check=HouseCheck.SCHEDULE,
        subject=scheduled.name,
        values={"due": due_at.isoformat(), "last": last},
    )


def waits_too_long(
    check: HouseCheck, waiting: Waiting, now: datetime
) -> HouseFinding | None:
    """Of the queue since when its first mail is due, of leases since when they ended."""
    if waiting.oldest is None or now - waiting.oldest <= DELAY:
        return None
    values = {"count": str(waiting.mails), "since": waiting.oldest.isoformat()}
    return HouseFinding(check=check, subject="outbox", values=values)


def in_doubt(mail: DoubtfulMail) -> HouseFinding:
    return HouseFinding(
        check=HouseCheck.UNKNOWN_MAIL,
        subject=str(mail.id),
        values={"recipient": mail.recipient, "about": mail.subject},
    )


def disk_full(free: int, total: int, *, known: bool) -> HouseFinding | None:
    """Bytes; `known`: it was full at the last look."""
    least = min(LEAST_FREE, total * LEAST_SHARE) * (RECOVERED if known else 1)
    if free >= least:
        return None
    values = {"free": f"{free / GIBI:.1f}", "total": f"{total / GIBI:.0f}"}
    return HouseFinding(check=HouseCheck.DISK, subject="var", values=values)


def silent(heartbeats: Mapping[str, datetime], now: datetime) -> list[HouseFinding]:
    """Parts of the house that have not said for long that they are alive."""
    return [
        HouseFinding(
            check=HouseCheck.HEARTBEAT, subject=name, values={"last": at.isoformat()}
        )
        for name, at in sorted(heartbeats.items())
        if name != WATCH and now - at > SILENCE
    ]


def of_the_portfolio(findings: Iterable[Finding]) -> list[HouseFinding]:
    """What the daily round over the portfolio tells, too, as far as alerts get lost."""
    return [
        HouseFinding(
            check=OF_THE_PORTFOLIO[finding.check],
            subject=finding.subject,
            values={"name": finding.name, "detail": finding.detail},
        )
        for finding in findings
        if finding.check in OF_THE_PORTFOLIO
    ]
