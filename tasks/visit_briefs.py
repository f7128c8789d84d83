"""Send visit briefs: whoever goes is told in time what to know, each visit once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.domain.touchpoints import StepKind, Touchpoint
from kam_flows.domain.visit_briefs import ahead_until, needs_brief
from kam_flows.domain.visit_mails import VisitBrief
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.mail_guard import guard
from tasks.visit_brief_mails import compose_brief
from tasks.visit_facts import OnRecord, office_of, on_record

CHUNK = 200
"""Briefs written in one transaction."""


@dataclass(kw_only=True)
class Briefed:
    """What a run wrote, for its pages and for the words at its end."""

    looked_at: int = 0
    mails: list[RenderedMail] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Touchpoints whose brief could not be written, and why."""
    unaddressed: dict[str, Staff] = field(default_factory=dict)
    """Who should be told, but has no address mail can go to."""


def briefs_due(now: datetime) -> list[int]:
    """The touchpoints whose owner is to be told now, the soonest first."""
    with unit_of_work(read_only=True) as uow:
        policy = uow.policies.current(now)
        ahead = policy.visits.brief_ahead
        last = max(
            ahead_until(calendar, ahead, now.astimezone(calendar.timezone).date())
            for calendar in policy.calendars.values()
        )
        # The day begins earlier elsewhere.
        planned = uow.touchpoints.planned(now.date() - timedelta(days=1), last)
        return _ids(due_among(uow, planned, now))


@task
def send_briefs(
    due: Sequence[int],
    now: datetime,
    allow_mails: int | None = None,
    *,
    dry_run: bool = False,
) -> Briefed:
    """Brief whoever goes to these touchpoints, a transaction a chunk.

    Raises UserError if that would be more mails than the guard allows; nothing is
    written then.
    """
    guard(len(due), allow_mails, "Send visit briefs")
    total = Briefed()
    for start in range(0, len(due), CHUNK):
        with rehearsal() if dry_run else unit_of_work() as uow:
            locked = uow.touchpoints.these(due[start : start + CHUNK], lock=True)
            # Another run may have told them while we waited for the lock.
            brief_all(uow, due_among(uow, locked, now), now, total)
    return total


def due_among(
    uow: UnitOfWork, touchpoints: Sequence[Touchpoint], now: datetime
) -> list[Touchpoint]:
    """None on days off of the account's calendar: briefs come on working mornings."""
    policy = uow.policies.current(now)
    accounts = accounts_of(uow, touchpoints)
    told = uow.touchpoints.told(_ids(touchpoints), StepKind.BRIEF)
    due = []
    until: dict[str, date | None] = {}
    for one in touchpoints:
        name = accounts[one.account].calendar
        calendar = policy.calendar(name)
        if name not in until:
            today = now.astimezone(calendar.timezone).date()
            until[name] = (
                ahead_until(calendar, policy.visits.brief_ahead, today)
                if calendar.is_working_day(today)
                else None
            )
        last = until[name]
        if last and needs_brief(one, told.get(one.id), last, calendar, now):
            due.append(one)
    return due


def brief_all(
    uow: UnitOfWork, touchpoints: Sequence[Touchpoint], now: datetime, total: Briefed
) -> None:
    """Write their briefs and the ledger; `total` takes what came of it."""
    total.looked_at += len(touchpoints)
    from tasks.posting import post_in_time  # Jinja is loaded only if a mail is due

    mails = dict(_composed(uow, touchpoints, now, total))
    posted = post_in_time(uow, mails.values(), now)
    uow.touchpoints.tell(
        [
            {
                "touchpoint_id": one.id,
                "kind": StepKind.BRIEF,
                "number": one.moves,
                "decided_at": now,
                "recipient": mails[one.id].recipient,
                "mail_id": posted[mails[one.id].dedup_key][0],
            }
            for one in touchpoints
            if one.id in mails
        ]
    )
    total.mails += [mail for _, mail in posted.values()]


def _composed(
    uow: UnitOfWork, touchpoints: Sequence[Touchpoint], now: datetime, total: Briefed
) -> Iterable[tuple[int, VisitBrief]]:
    by_id = uow.accounts.named({one.account for one in touchpoints})
    accounts = {account.code: account for account in by_id.values()}
    known = on_record(uow, by_id, now)
    served: dict[int, list[Touchpoint]] = {}
    for merged in uow.touchpoints.merged_into(_ids(touchpoints)):
        served.setdefault(merged.merged_into or 0, []).append(merged)
    told = uow.touchpoints.told(_ids(touchpoints), StepKind.BRIEF)
    office = office_of(uow, now, [*touchpoints, *_past(known)])
    for one in touchpoints:
        try:
            mail = compose_brief(
                one,
                served.get(one.id, []),
                accounts[one.account],
                known[one.account],
                office,
                again=one.id in told,
            )
        except (UserError, LookupError, ValueError) as error:
            # One that cannot be written must not keep the others from being told.
            total.set_aside.append((one.number, f"{error!r}"))
            continue
        if is_address(mail.address):
            yield one.id, mail
        else:
            total.unaddressed[mail.recipient] = office.people[mail.recipient]


def _past(known: Mapping[str, OnRecord]) -> list[Touchpoint]:
    return [touchpoint for one in known.values() for touchpoint in one.past]


def _ids(touchpoints: Iterable[Touchpoint]) -> list[int]:
    return list(map(attrgetter("id"), touchpoints))


def accounts_of(
    uow: UnitOfWork, touchpoints: Iterable[Touchpoint]
) -> dict[str, Account]:
    """By code."""
    found = uow.accounts.named({one.account for one in touchpoints})
    return {account.code: account for account in found.values()}
