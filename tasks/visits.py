"""Plan visits a chunk of accounts at a time: read what is known, decide, write it down."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.cadences import Mode
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.people import Directory
from kam_flows.domain.touchpoints import PREFIX, Touchpoint, Why
from kam_flows.domain.visit_house import Agenda, House
from kam_flows.domain.visit_plans import Act, Plan, Standard
from kam_flows.domain.visit_rules import VisitRules
from kam_flows.domain.visit_slots import Known, looked_back
from kam_flows.domain.visits import plan_visits
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.persistence.visit_plans import Kept, LastPlan, Standing, standing

ACTOR = "kam"
CHUNK = 1000
"""Accounts planned in one transaction. Before each, everybody of us and what stands on
their days is read anew; whoever changes accounts waits for it, about a second."""
SHOWN = 500
"""Changes that a run lists one by one; all of them stand in the audit trail."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One change, for the table of a run."""

    account: str
    number: str
    act: Act
    why: Why
    before: date | None
    after: date


@dataclass(kw_only=True)
class Planned:
    """What a run of planning did."""

    looked_at: int = 0
    acts: Counter[tuple[Act, Why]] = field(default_factory=Counter)
    shown: list[Shown] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Accounts whose plan could not be decided, and why."""


@task
def plan_due(now: datetime) -> Planned:
    """Plan every account of which anything has changed, a transaction a chunk.

    An account that cannot be decided is set aside and stays due; the others are planned.
    """
    total = Planned()
    with unit_of_work(read_only=True) as uow:
        crowded, due = due_now(uow, now)
    for some in pieces(due, CHUNK):
        with unit_of_work() as uow:
            plan_chunk(uow, some, crowded, now, total)
    return total


@task
def rehearse(now: datetime) -> Planned:
    """What planning at `now` would do; nothing of it is kept."""
    total = Planned()
    with rehearsal() as uow:
        crowded, due = due_now(uow, now)
        for some in pieces(due, CHUNK):
            plan_chunk(uow, some, crowded, now, total)
    return total


def due_now(uow: UnitOfWork, now: datetime) -> tuple[set[int], list[int]]:
    """Ids of accounts to plan, those of one person together.

    The first set are those with something on a day on which somebody has too much.
    """
    basis = Basis(uow, now)
    crowded = uow.visit_plans.overfull(basis.first_day, basis.rules.per_day)
    due = [
        one
        for one in uow.visit_plans.standings()
        if one.account_id in crowded or basis.is_due(one)
    ]
    return crowded, [one.account_id for one in sorted(due, key=lambda one: one.team)]


def plan_chunk(
    uow: UnitOfWork,
    account_ids: Sequence[int],
    crowded: Collection[int],
    now: datetime,
    total: Planned,
) -> None:
    """Plan these accounts. Nothing else changes them, or plans, at the same time."""
    uow.alone()
    accounts = uow.accounts.lock_all(account_ids)
    basis, last = Basis(uow, now), uow.visit_plans.last(account_ids)
    found = (standing(id_, one, last.get(id_)) for id_, one in accounts.items())
    # Another run may have been here first.
    standings = [o for o in found if o.account_id in crowded or basis.is_due(o)]
    chunk = Chunk(uow, basis, standings, accounts, last)
    plans: dict[int, Plan] = {}
    for one in standings:
        try:
            plans[one.account_id] = chunk.plan(one)
        except (UserError, LookupError, ValueError) as error:
            # One account that cannot be planned must not keep the others from it.
            total.set_aside.append((one.code, _said(error)))
    made_from = {one.account_id: basis.digest(one) for one in standings}
    kept = uow.visit_plans.keep(plans, last, made_from)
    write_down(uow, kept, now)
    total.looked_at += len(standings)
    count(total, kept)


def _said(error: Exception) -> str:
    if isinstance(error, UserError) and error.values:
        return Phrase(error.sentence, **error.values)
    return f"{error!r}"


class Basis:
    """What plans are made from, and so which have to be made again."""

    def __init__(self, uow: UnitOfWork, now: datetime) -> None:
        self.uow, self.now = uow, now
        self.policy = uow.policies.current(now)
        self.people = uow.people.directory()
        self.texts: dict[tuple[str, ...], str] = {}
        self.days: dict[str, tuple[date, str]] = {}

    @property
    def rules(self) -> VisitRules:
        return self.policy.visits

    @property
    def first_day(self) -> date:
        """No calendar is behind it."""
        return self.now.date() - timedelta(1)

    def is_due(self, one: Standing) -> bool:
        if not one.is_planned:
            return False
        if one.next_slot_on and one.next_slot_on <= self.today(one.calendar):
            return True
        return not one.made_from or one.made_from != self.digest(one)

    def today(self, calendar: str) -> date:
        return self._of(calendar)[0]

    def digest(self, one: Standing) -> str:
        """Of all that decides about the plan of an account, beside what takes place."""
        days, people = self._of(one.calendar)[1], self.who(one.team)
        text = f"{self.policy.digest} {days} {one.traits} {people}"
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def who(self, team: tuple[str, ...]) -> str:
        """Who of them and of their deputies is with us, and when they are away."""
        if team not in self.texts:
            serving = [self.people[code] for code in team]
            deputies = [self.people.get(one.deputy or "") for one in serving]
            self.texts[team] = str(
                [(p.code, p.active, p.absences) for p in [*serving, *deputies] if p]
            )
        return self.texts[team]

    def _of(self, calendar: str) -> tuple[date, str]:
        """Of a calendar: the first day that can be planned, and a digest of its days."""
        if calendar not in self.days:
            found = self.policy.calendar(calendar)
            days = blake2b(found.days.encode(), digest_size=16).hexdigest()
            self.days[calendar] = first_day(self.now, found, self.rules), days
        return self.days[calendar]


def first_day(now: datetime, calendar: WorkCalendar, rules: VisitRules) -> date:
    """Today, until the day's first touchpoints begin; then what is of today is past."""
    local = now.astimezone(calendar.timezone)
    return local.date() + timedelta(local.time() >= rules.starts[0])


class Chunk:
    """What is known of some accounts, read at once."""

    def __init__(
        self,
        uow: UnitOfWork,
        basis: Basis,
        standings: Sequence[Standing],
        accounts: Mapping[int, Account],
        last: Mapping[int, LastPlan],
    ) -> None:
        self.basis, rules = basis, basis.rules
        self.accounts, self.last = accounts, last
        ids = [one.account_id for one in standings]
        since = basis.first_day - timedelta(looked_back(rules))
        self.touchpoints: dict[str, list[Touchpoint]] = {}
        for touchpoint in uow.touchpoints.of(ids, since, date.max):
            self.touchpoints.setdefault(touchpoint.account, []).append(touchpoint)
        rolling = [one.code for one in rules.cadences if one.mode is Mode.ROLLING]
        self.highest = uow.visit_plans.highest(ids, rolling)
        agenda = Agenda(
            uow.visit_plans.agenda(
                _who_may_go(standings, basis.people), basis.first_day
            )
        )
        self.standard = Standard(
            policy=basis.policy.name,
            policy_id=uow.policies.current_id(basis.now),
            house=House(rules, basis.people, agenda),
        )

    def plan(self, one: Standing) -> Plan:
        calendar = self.basis.policy.calendar(one.calendar)
        last = self.last.get(one.account_id)
        known = Known.of(
            self.accounts[one.account_id],
            self.basis.today(one.calendar),
            self.touchpoints.get(one.code, ()),
            on=self.basis.now.astimezone(calendar.timezone).date(),
            served=last.served if last else frozenset(),
            planned_until=last.planned_until if last else None,
            highest=self.highest.get(one.account_id, {}),
        )
        return plan_visits(known, calendar, self.standard)


def _who_may_go(standings: Sequence[Standing], people: Directory) -> set[str]:
    serving = {code for one in standings for code in one.team}
    return serving | {d for code in serving if (d := people[code].deputy)}


def write_down(uow: UnitOfWork, kept: Sequence[Kept], now: datetime) -> None:
    """Every change of a touchpoint with its reason; what is new, a row an account.

    That another policy leaves it as it is changes nothing for anybody.
    """
    new: dict[str, dict[str, str]] = {}
    for one in kept:
        before, after, act, why = one.change
        number = f"{PREFIX}{one.id}"
        if act is Act.RENEWED:
            continue
        if before is None and act in (Act.PLANNED, Act.MERGED):
            new.setdefault(after.account, {})[number] = f"{after.cadence} {after.on}"
            continue
        uow.audit.write(
            now,
            ACTOR,
            f"visit {act.replace('_', ' ')}",
            f"touchpoint {number}",
            account=after.account,
            reason=why.why,
            what=why.what,
            before=_state_of(before) if before else "",
            after=_state_of(after),
        )
    for account, slots in new.items():
        uow.audit.write(now, ACTOR, "visits planned", f"account {account}", **slots)


def _state_of(one: Touchpoint) -> str:
    return f"{one.state} {one.on} {one.starts:%H:%M} {one.owner or ''}".rstrip()


def count(total: Planned, kept: Sequence[Kept]) -> None:
    for one in kept:
        before, after, act, why = one.change
        total.acts[act, why.why] += 1
        if before and act is not Act.RENEWED and len(total.shown) < SHOWN:
            total.shown.append(
                Shown(
                    account=after.account,
                    number=after.number,
                    act=act,
                    why=why.why,
                    before=before.on,
                    after=after.on,
                )
            )
