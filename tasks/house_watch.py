"""One look at the house: what is wrong now, kept and told once."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from prefect import task

from kam_flows.domain.house_mails import HouseFindings, HouseLine
from kam_flows.domain.house_watch import (
    HOURLY,
    IN_TIME,
    MAILS_NAMED,
    WATCH,
    HouseCheck,
    HouseFinding,
    Look,
    Scheduled,
    cleared,
    disk_full,
    has_slept,
    in_doubt,
    of_the_portfolio,
    overdue,
    share,
    silent,
    waits_too_long,
)
from kam_flows.domain.links import form_link
from kam_flows.domain.mails import DUTY
from kam_flows.domain.portfolio_checks import examine
from kam_flows.domain.tickets import Action
from kam_flows.persistence.house import Heartbeat, Known
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.rendering.words import word
from kam_flows.settings import settings
from tasks.checklist_checks import compare_checklists
from tasks.operations import Reader, operations
from tasks.ticket_checks import compare


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What one look found, and where the next one goes on with the tickets."""

    look: Look
    tickets: int
    """How many were compared with their histories."""
    place: str | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is new, what is right again, and how many others are still wrong."""

    new: Sequence[HouseFinding]
    cleared: Sequence[HouseFinding]
    still: int


@task
def look_around(now: datetime, scheduled: Sequence[Scheduled]) -> Looked:
    """Everything that can be wrong; of the open tickets a share."""
    with unit_of_work(read_only=True) as uow:
        known = [one.finding for one in uow.house.open_findings()]
        beats = uow.house.heartbeats()
        last = beats.get(WATCH)
        size = share(uow.house.open_tickets())
        numbers, place = uow.house.next_tickets(last.place if last else None, size)
        found = [
            *(in_doubt(mail) for mail in uow.house.in_doubt(MAILS_NAMED)),
            *disk(known),
        ]
        checks = {HouseCheck.UNKNOWN_MAIL, HouseCheck.DISK}
        if not has_slept(last.at if last else None, now):
            found += late(uow, beats, scheduled, now)
            checks |= IN_TIME
        if is_first_of_the_hour(last, now):
            found += portfolio(uow, now)
            checks |= HOURLY
    if checks >= HOURLY:
        found += compare_checklists(now)
    doubted = {f.subject for f in known if f.check is HouseCheck.HISTORY}
    compared = doubted.union(numbers)
    found += compare(compared, now)
    keys = frozenset(f"{HouseCheck.HISTORY}:{number}" for number in compared)
    look = Look(found=found, checks=frozenset(checks), keys=keys)
    return Looked(look=look, tickets=len(compared), place=place)


def late(
    uow: UnitOfWork,
    beats: dict[str, Heartbeat],
    scheduled: Iterable[Scheduled],
    now: datetime,
) -> list[HouseFinding]:
    """What should have been done by now."""
    waiting = {
        HouseCheck.QUEUE: uow.house.queue(now),
        HouseCheck.LEASES: uow.house.lost_leases(now),
    }
    found = [
        *map(overdue, scheduled),
        *(waits_too_long(check, mails, now) for check, mails in waiting.items()),
        *silent({name: beat.at for name, beat in beats.items()}, now),
    ]
    return [finding for finding in found if finding]


def disk(known: Iterable[HouseFinding]) -> list[HouseFinding]:
    folder = settings().var
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    was_full = any(finding.check is HouseCheck.DISK for finding in known)
    found = disk_full(usage.free, usage.total, known=was_full)
    return [found] if found else []


def is_first_of_the_hour(last: Heartbeat | None, now: datetime) -> bool:
    """All accounts are read for some checks: once an hour is often enough."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return last is None or last.at < hour


def portfolio(uow: UnitOfWork, now: datetime) -> list[HouseFinding]:
    policy, people = uow.policies.current(now), uow.people.directory()
    accounts, language = uow.accounts.by_code(), settings().language
    return of_the_portfolio(examine(people, accounts, policy, now, language))


@task
def tell(looked: Looked, now: datetime, *, dry_run: bool = False) -> Told:
    """Keep what is new, clear what is right again, and mail both, once each.

    Two watchers at once share the findings among them: each is in one mail only.
    """
    with rehearsal() if dry_run else unit_of_work() as uow:
        uow.house.beat(WATCH, now, looked.place)
        before = {known.finding.key for known in uow.house.open_findings()}
        done = uow.house.clear(cleared(before, looked.look), now)
        new = uow.house.add(
            [finding for finding in looked.look.found if finding.key not in before], now
        )
        still = len(before) - len(done)
        if new or done:
            from tasks.posting import post_all  # Jinja is loaded only if a mail is due

            post_all(uow, mails(uow, new, done, still, now), now)
        return Told(
            new=[known.finding for known in new],
            cleared=[known.finding for known in done],
            still=still,
        )


def mails(
    uow: UnitOfWork,
    new: Sequence[Known],
    done: Sequence[Known],
    still: int,
    now: datetime,
) -> list[HouseFindings]:
    forms = uow.forms.ids()
    told = f"{[one.id for one in new]} {[one.id for one in done]}"
    digest = sha256(told.encode()).hexdigest()[:16]
    return [
        HouseFindings(
            **reader,
            dedup_key=f"house.findings:{reader['recipient']}:{digest}",
            found=tuple(line(one, reader, forms) for one in new),
            cleared=tuple(line(one, reader, forms) for one in done),
            still=still,
            as_of=now,
        )
        for reader in operations(uow.people.directory().values())
    ]


def line(known: Known, reader: Reader, forms: dict[str, str]) -> HouseLine:
    form, filled = form_for(known.finding, reader)
    link = form_link(settings().ui, forms.get(form), filled)
    return HouseLine(finding=known.finding, found_at=known.found_at, link=link)


def form_for(finding: HouseFinding, reader: Reader) -> tuple[str, dict[str, str]]:
    """The form that does something about it, and what it is filled in with."""
    by = {"by": reader["recipient"]} if reader["recipient"] != DUTY else {}
    match finding.check:
        case HouseCheck.HISTORY:
            action = word(Action.NOTE, settings().language)
            return "update-a-ticket", {
                "ticket": finding.subject,
                "action": action,
                **by,
            }
        case HouseCheck.CHECKLIST:
            return "add-to-the-account-file", {"account": finding.subject, **by}
        case HouseCheck.UNKNOWN_MAIL:
            return "decide-about-a-mail", {"mail": finding.subject, **by}
        case HouseCheck.SCHEDULE:
            return finding.subject, {}
    return "", {}
