"""Follow up visits: ask for what nobody recorded, give up what stays so, mind promises."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Reach, Resolution
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff
from kam_flows.domain.telling import Tell
from kam_flows.domain.touchpoints import StepKind, Touchpoint, TouchpointState
from kam_flows.domain.visit_follow_up import (
    Moment,
    OpenPromise,
    PromiseStep,
    PromiseStepKind,
    Unrecorded,
)
from kam_flows.domain.visit_follow_up_mails import VisitFollowUp
from kam_flows.domain.visit_pages import VisitAct
from kam_flows.persistence.follow_ups import Days
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from tasks.mail_guard import guard
from tasks.visit_facts import around, office_of
from tasks.visit_follow_up_mails import (
    PromiseTold,
    VisitTold,
    by_reader,
    compose,
)

ACTOR = "follow up visits"
C = TypeVar("C", Unrecorded, OpenPromise)
S = TypeVar("S", StepKind, PromiseStep)


@dataclass(kw_only=True)
class FollowedUp:
    """What a run decided and wrote, for its table and for the words at its end."""

    looked_at: int = 0
    steps: Counter[StrEnum] = field(default_factory=Counter)
    mails: list[RenderedMail] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Touchpoints and promises that could not be decided, and why."""
    unaddressed: dict[str, Staff] = field(default_factory=dict)
    """Who should be told, but has no address mail can go to."""


@dataclass(kw_only=True)
class Due:
    """What is to be told now, and to whom."""

    visits: list[VisitTold] = field(default_factory=list)
    promises: list[PromiseTold] = field(default_factory=list)
    over: list[tuple[Touchpoint, Account]] = field(default_factory=list)
    """Missed, and told so before: a record of them was taken back."""
    set_aside: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.visits or self.promises or self.over or self.set_aside)


def is_anything_due(now: datetime) -> bool:
    """Looked up before any task begins: most runs find nothing."""
    with unit_of_work(read_only=True) as uow:
        return bool(look(uow, now))


@task
def follow_up(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> FollowedUp:
    """Tell everybody what is theirs of it, once a step, in one mail a person.

    Ledger, mails and what is given up are kept together or not at all. Raises UserError
    if that would be more mails than the guard allows; all of it stays due then.
    """
    total = FollowedUp()
    with rehearsal() if dry_run else unit_of_work() as uow:
        uow.alone()
        due = look(uow, now, lock=True)
        total.looked_at = len(due.visits) + len(due.promises) + len(due.over)
        total.set_aside = due.set_aside
        mails = _tell(uow, due, now, total, allow_mails)
        _record(uow, due, mails, now, total)
    return total


def look(uow: UnitOfWork, now: datetime, *, lock: bool = False) -> Due:
    """What is due; `lock`: nobody records or keeps it meanwhile."""
    looking = Looking(uow, now)
    moments, policy = looking.moments, looking.policy
    if not any(moment.is_open for moment in moments.values()):
        return Due()
    days = {name: _days(moments[one.name]) for name, one in policy.calendars.items()}
    usual = days.pop(policy.default_calendar)
    until = max(moment.reminded_until for moment in moments.values() if moment.is_open)
    return looking.at(
        uow.follow_ups.unrecorded(days, usual),
        uow.follow_ups.open_promises(until, lock=lock),
        lock=lock,
    )


def _days(moment: Moment) -> Days:
    """While it is closed nothing of a calendar is due."""
    if not moment.is_open:
        return Days(date.min, date.min)
    return Days(asked=moment.asked_until, missed=moment.missed_until)


class Looking:
    """Decides about what may be due, at one moment; reads the rest of what is."""

    def __init__(self, uow: UnitOfWork, now: datetime) -> None:
        self.uow, self.now, self.due = uow, now, Due()
        self.policy = uow.policies.current(now)
        self.moments = {
            calendar.name: Moment(calendar, self.policy.visits, now)
            for calendar in self.policy.calendars.values()
        }
        self.accounts: Mapping[str, Account] = {}

    def at(
        self,
        unrecorded: Sequence[Unrecorded],
        promises: Sequence[OpenPromise],
        *,
        lock: bool,
    ) -> Due:
        visits = {
            one.id: (one, steps)
            for one in unrecorded
            if (steps := self.steps(one, Moment.visit_steps))
        }
        promised = {
            promise: to_tell
            for promise in promises
            if (to_tell := self.steps(promise, Moment.promise_steps))
        }
        if not visits and not promised:
            return self.due
        found = self.uow.touchpoints.these(list(visits), lock=lock)
        self.read({*(v.account for v in found), *(p.account for p in promised)})
        given_up = self.uow.touchpoints.told(list(visits), StepKind.MISSED)
        for touchpoint in found:
            one, due = visits[touchpoint.id]
            # Somebody may have recorded or moved it while we waited for the lock.
            if one.is_still(touchpoint):
                is_told = given_up.get(one.id, -1) >= one.moves
                with self.by_itself(one.number):
                    self.visit(touchpoint, due, is_told)
        for promise, owed in promised.items():
            with self.by_itself(promise.number):
                self.promise(promise, owed)
        return self.due

    def steps(
        self, case: C, due: Callable[[Moment, C], tuple[S, ...]]
    ) -> tuple[S, ...]:
        with self.by_itself(case.number):
            return due(self.moments[self.policy.calendar(case.calendar).name], case)
        return ()

    @contextmanager
    def by_itself(self, number: str) -> Iterator[None]:
        """One that cannot be decided must not keep the others from being told."""
        try:
            yield
        except (UserError, LookupError, ValueError) as error:
            self.due.set_aside.append((number, f"{error!r}"))

    def read(self, codes: set[str]) -> None:
        named = self.uow.accounts.named(codes)
        self.accounts = {account.code: account for account in named.values()}
        self.reach = Reach(self.uow.people.directory(), self.now)

    def visit(
        self, touchpoint: Touchpoint, steps: Sequence[StepKind], is_told: bool
    ) -> None:
        account, is_missed = self.accounts[touchpoint.account], StepKind.MISSED in steps
        if is_missed and is_told:
            self.due.over.append((touchpoint, account))
            return
        for step in steps:
            tell = Tell.OWNER if step is StepKind.REMINDER else Tell.SUPERVISOR
            reached = self.reached(account, touchpoint.owner, tell)
            told = VisitTold(touchpoint, account, step, is_missed, reached)
            self.due.visits.append(told)

    def promise(self, promise: OpenPromise, steps: Sequence[PromiseStep]) -> None:
        account = self.accounts[promise.account]
        for step in steps:
            climbs = step[0] is PromiseStepKind.CLIMB
            tell = Tell.SUPERVISOR if climbs else Tell.OWNER
            reached = self.reached(account, promise.owner, tell)
            self.due.promises.append(PromiseTold(promise, account, step, reached))

    def reached(self, account: Account, owner: str | None, tell: Tell) -> Resolution:
        return self.reach.resolve(around(account, owner), tell)


def _tell(
    uow: UnitOfWork,
    due: Due,
    now: datetime,
    total: FollowedUp,
    allow_mails: int | None,
) -> dict[str, int]:
    """One mail for each reader; reader to mail id. Who has no address gets none."""
    people, readers = uow.people.directory(), by_reader(due.visits, due.promises)
    for code in readers.keys() & people.keys():
        if not is_address(people[code].email):
            total.unaddressed[code] = people[code]
            del readers[code]
    guard(len(readers), allow_mails, "Follow up visits")
    if not readers:
        return {}
    office = office_of(uow, now, [one.touchpoint for one in due.visits])
    ids = {one.promise.id for one in due.promises}
    entries = {entry.id: entry for entry in uow.files.chosen(ids)}
    mails = {
        code: compose(code, matters, entries, office)
        for code, matters in readers.items()
    }
    return _post(uow, mails, now, total)


def _post(
    uow: UnitOfWork,
    mails: Mapping[str, VisitFollowUp],
    now: datetime,
    total: FollowedUp,
) -> dict[str, int]:
    """Nobody is written to in their quiet hours."""
    from tasks.posting import post_all

    people = uow.people.directory()
    by_time: dict[datetime, list[str]] = {}
    for code in mails:
        reader = people.get(code)
        by_time.setdefault(reader.reachable_at(now) if reader else now, []).append(code)
    ids: dict[str, int] = {}
    for at, codes in by_time.items():
        posted = post_all(uow, [mails[code] for code in codes], now, not_before=at)
        total.mails += [mail for _, mail in posted]
        ids |= {code: id_ for code, (id_, _) in zip(codes, posted, strict=True)}
    return ids


def _record(
    uow: UnitOfWork,
    due: Due,
    mails: Mapping[str, int],
    now: datetime,
    total: FollowedUp,
) -> None:
    """The ledger, and what is given up; what nobody could be told of stays due."""
    told = [one for one in due.visits if one.reached.recipient in mails]
    uow.touchpoints.tell(
        [
            {
                "touchpoint_id": one.touchpoint.id,
                "kind": one.step,
                "number": one.touchpoint.moves,
                **_line(one.reached, mails, now),
            }
            for one in told
        ]
    )
    missed = [one for one in told if one.step is StepKind.MISSED]
    _give_up(uow, [*((one.touchpoint, one.account) for one in missed), *due.over], now)
    promised = [one for one in due.promises if one.reached.recipient in mails]
    uow.follow_ups.tell(
        [
            {
                "entry_id": one.promise.id,
                "kind": one.step[0],
                "number": one.step[1],
                **_line(one.reached, mails, now),
            }
            for one in promised
        ]
    )
    total.steps.update(one.step for one in told)
    total.steps.update(one.step[0] for one in promised)


def _line(
    reached: Resolution, mails: Mapping[str, int], now: datetime
) -> dict[str, Any]:
    recipient = reached.recipient
    return {"decided_at": now, "recipient": recipient, "mail_id": mails[recipient]}


def _give_up(
    uow: UnitOfWork, missed: Sequence[tuple[Touchpoint, Account]], now: datetime
) -> None:
    """They are missed; planning looks at what was to be served by them."""
    policy = uow.policies.current(now)
    for touchpoint, account in missed:
        zone = policy.calendar(account.calendar).timezone
        today = now.astimezone(zone).date()
        uow.touchpoints.keep(
            replace(touchpoint, state=TouchpointState.MISSED, concluded_on=today)
        )
        uow.audit.write(
            now,
            ACTOR,
            VisitAct.MISSED,
            f"touchpoint {touchpoint.number}",
            account=account.code,
            on=touchpoint.on.isoformat(),
        )
    for account_id in uow.accounts.named({one.code for _, one in missed}):
        uow.touchpoints.unplan(account_id)
