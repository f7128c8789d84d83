"""Follow up visits: ask for what nobody recorded, give up what stays so, mind promises."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Around, Reach, Resolution
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Staff, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.domain.telling import Tell
from kam_flows.domain.touchpoints import StepKind, Touchpoint, TouchpointState
from kam_flows.domain.visit_follow_up import (
    OpenPromise,
    PromiseStepKind,
    due_promise_steps,
    due_steps,
    last_day_due,
    reminded_until,
)
from kam_flows.domain.visit_follow_up_mails import VisitFollowUp
from kam_flows.domain.visit_pages import VisitAct
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.visit_facts import office_of
from tasks.visit_follow_up_mails import (
    PromiseTold,
    VisitTold,
    by_reader,
    compose,
)

ACTOR = "follow up visits"
T = TypeVar("T", Touchpoint, OpenPromise)


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
    policy = uow.policies.current(now)
    rules = policy.visits
    working = [one for one in policy.calendars.values() if one.is_open(now)]
    if not working:
        return Due()
    asked, missed = (
        max(last_day_due(calendar, after, now) for calendar in working)
        for after in (rules.remind_after, rules.missed_after)
    )
    ahead = [(c, reminded_until(c, rules.promise_ahead, now)) for c in working]
    visits = uow.follow_ups.unrecorded(asked, missed)
    until = max(day for _, day in ahead)
    promises = [
        promise
        for promise in uow.follow_ups.open_promises(until, lock=lock)
        if any(due_promise_steps(promise, day, c, now) for c, day in ahead)
    ]
    if not visits and not promises:
        return Due()
    looking = Looking(uow, policy, now)
    return looking.at(uow.touchpoints.these(visits, lock=lock), promises)


class Looking:
    """Decides about what may be due, at one moment."""

    def __init__(self, uow: UnitOfWork, policy: Policy, now: datetime) -> None:
        self.uow, self.policy, self.now = uow, policy, now
        self.reach = Reach(uow.people.directory(), now)
        self.accounts: dict[str, Account] = {}

    def at(self, visits: Sequence[Touchpoint], promises: Sequence[OpenPromise]) -> Due:
        codes = {one.account for one in visits} | {one.account for one in promises}
        named = self.uow.accounts.named(codes)
        self.accounts = {account.code: account for account in named.values()}
        ids, due = [one.id for one in visits], Due()
        reminded = self.uow.touchpoints.told(ids, StepKind.REMINDER)
        given_up = self.uow.touchpoints.told(ids, StepKind.MISSED)
        visit = partial(self.visit, due, reminded, given_up)
        self.each(visits, visit, due)
        self.each(promises, partial(self.promise, due), due)
        return due

    def each(self, cases: Sequence[T], decide: Callable[[T], None], due: Due) -> None:
        for case in cases:
            try:
                decide(case)
            except (UserError, LookupError, ValueError) as error:
                # One that cannot be decided must not keep the others from being told.
                due.set_aside.append((case.number, f"{error!r}"))

    def visit(
        self,
        due: Due,
        reminded: Mapping[int, int],
        given_up: Mapping[int, int],
        one: Touchpoint,
    ) -> None:
        account = self.accounts[one.account]
        calendar = self.policy.calendar(account.calendar)
        steps = due_steps(
            one, reminded.get(one.id), self.policy.visits, calendar, self.now
        )
        if StepKind.MISSED in steps and given_up.get(one.id, -1) >= one.moves:
            due.over.append((one, account))
            return
        for step in steps:
            tell = Tell.OWNER if step is StepKind.REMINDER else Tell.SUPERVISOR
            reached = self.reached(account, one.owner, tell)
            is_missed = StepKind.MISSED in steps
            due.visits.append(VisitTold(one, account, step, is_missed, reached))

    def promise(self, due: Due, one: OpenPromise) -> None:
        account = self.accounts[one.account]
        calendar = self.policy.calendar(account.calendar)
        until = reminded_until(calendar, self.policy.visits.promise_ahead, self.now)
        for step in due_promise_steps(one, until, calendar, self.now):
            kind, _ = step
            tell = Tell.SUPERVISOR if kind is PromiseStepKind.CLIMB else Tell.OWNER
            reached = self.reached(account, one.owner, tell)
            due.promises.append(PromiseTold(one, account, step, reached))

    def reached(self, account: Account, owner: str | None, tell: Tell) -> Resolution:
        lead = next(iter(account.members(TeamRole.LEAD_MANAGER)), None)
        around = Around(owner=owner or lead, lead_manager=lead, executive_sponsor=None)
        return self.reach.resolve(around, tell)


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
    _guard(len(readers), allow_mails)
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


def _guard(count: int, allow_mails: int | None) -> None:
    guard = settings().mail_guard if allow_mails is None else allow_mails
    if count > guard:
        raise UserError(
            "This run would write {count} mails, more than the {guard} allowed; none was "
            "written. If that many are right, start '{form}' with allow_mails={count}.",
            count=count,
            guard=guard,
            form="Follow up visits",
        )


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
