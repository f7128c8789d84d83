"""A simulated year of visits: planned day by day, each taking place on its day.

It runs the very planner, in memory, on a portfolio drawn from a seed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from kam_flows.domain.accounts import Tier
from kam_flows.domain.cadences import Cadence, Mode
from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.policy import Policy
from kam_flows.domain.touchpoints import (
    Touchpoint,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_house import Agenda, House
from kam_flows.domain.visit_plans import Standard
from kam_flows.domain.visit_slots import looked_back
from tasks.simulated_portfolio import Simulated, simulated_portfolio
from tasks.visit_diaries import Diary

MERGED = TouchpointState.MERGED
SERVED = frozenset({TouchpointState.DONE, TouchpointState.PLANNED, MERGED})
"""Some slots of the last days are planned for days after the end."""
EXCUSES = frozenset({Why.PEAK, Why.BEYOND, Why.LATE})
"""Reasons that allow a longer gap than the rhythm and its tolerance."""


@dataclass(kw_only=True)
class Rhythm:
    """What became of one cadence at the accounts of one tier."""

    kind: TouchpointKind
    slots: int = 0
    """That were satisfied, merged ones among them."""
    merged: int = 0
    """Of these, satisfied by a touchpoint that another slot brought about."""
    merged_into: Counter[str] = field(default_factory=Counter)
    """Of these, into touchpoints of which cadence."""
    moved: int = 0
    """Of these, on another day than their own."""
    per_account: list[int] = field(default_factory=list)
    longest_gap: int = 0
    """Days, of the gaps that no reason excuses."""
    allowed_gap: int = 0
    """Days of the longest period and its tolerance."""
    excused_gaps: int = 0


@dataclass(kw_only=True)
class SimulatedVisits:
    policy: str
    first: date
    last: date
    accounts: Counter[Tier]
    managers: int
    rhythms: dict[tuple[Tier, str], Rhythm]
    """By tier and cadence, in the order of the policy."""
    days_off: int
    """Touchpoints on days off."""
    above_limit: int
    """Days of one person with more touchpoints than the policy allows."""
    missed: int
    gaps_too_long: int

    @property
    def holds(self) -> bool:
        wrong = (self.days_off, self.above_limit, self.missed, self.gaps_too_long)
        return not any(wrong)


def simulate_visits(
    policy: Policy, count: int, first: date, days: int, seed: int = 1
) -> SimulatedVisits:
    """Plan for so many accounts, day by day, and count what came of it."""
    portfolio = simulated_portfolio(policy, count, first, seed)
    house = House(policy.visits, portfolio.people, Agenda())
    standard = Standard(policy=policy.name, policy_id=None, house=house)
    calendar = policy.calendar("")
    diaries = [Diary(account=account) for account in portfolio.accounts]
    back = timedelta(looked_back(policy.visits))
    rolling = {
        rule.tier
        for rule in policy.tiers
        for one in policy.visits.cadences
        if one.is_for(rule.tier) and one.mode is Mode.ROLLING
    }
    for number in range(days):
        today = first + timedelta(number)
        for diary in diaries:
            # Only what rolls counts from what took place.
            took_place = diary.take_place(today) and diary.account.tier in rolling
            if took_place or not number or diary.is_due(today):
                diary.forget(today - back)
                diary.plan_ahead(today, calendar, standard)
    last = first + timedelta(days - 1)
    return _counted(policy, portfolio, diaries, calendar, first, last)


def _counted(
    policy: Policy,
    portfolio: Simulated,
    diaries: Iterable[Diary],
    calendar: WorkCalendar,
    first: date,
    last: date,
) -> SimulatedVisits:
    by_account = {
        diary.account.code: [
            one
            for one in [*diary.past, *diary.touchpoints.values()]
            if first <= one.nominal <= last
        ]
        for diary in diaries
    }
    every = [one for some in by_account.values() for one in some]
    rhythms: dict[tuple[Tier, str], Rhythm] = {}
    accounts = Counter(account.tier for account in portfolio.accounts)
    for rule in policy.tiers:
        for cadence in policy.visits.cadences:
            if accounts[rule.tier] and cadence.is_for(rule.tier):
                rhythms[rule.tier, cadence.code] = _rhythm(
                    cadence,
                    [
                        by_account[a.code]
                        for a in portfolio.accounts
                        if a.tier is rule.tier
                    ],
                )
    held = [one for one in every if one.state in SERVED and one.state is not MERGED]
    busy = Counter((one.owner, one.on) for one in held if one.minutes)
    return SimulatedVisits(
        policy=policy.name,
        first=first,
        last=last,
        accounts=accounts,
        managers=portfolio.managers,
        rhythms=rhythms,
        days_off=sum(not calendar.is_working_day(one.on) for one in held),
        above_limit=sum(n > policy.visits.per_day for n in busy.values()),
        missed=sum(one.state is TouchpointState.MISSED for one in every),
        gaps_too_long=sum(
            one.longest_gap > one.allowed_gap for one in rhythms.values()
        ),
    )


def _rhythm(cadence: Cadence, accounts: Iterable[list[Touchpoint]]) -> Rhythm:
    rhythm = Rhythm(kind=cadence.kind, allowed_gap=cadence.longest + cadence.tolerance)
    for every in accounts:
        hosts = {one.id: one.cadence for one in every}
        met = [o for o in every if o.cadence == cadence.code and o.state in SERVED]
        merged = [one for one in met if one.state is MERGED]
        rhythm.slots += len(met)
        rhythm.merged += len(merged)
        rhythm.merged_into.update(hosts.get(o.merged_into or 0, "") for o in merged)
        rhythm.moved += sum(one.on != one.nominal for one in met)
        rhythm.per_account.append(len(met))
        for gap, is_excused in _gaps(met):
            if is_excused and gap > rhythm.allowed_gap:
                rhythm.excused_gaps += 1
            else:
                rhythm.longest_gap = max(rhythm.longest_gap, gap)
    return rhythm


def _gaps(met: Iterable[Touchpoint]) -> Iterator[tuple[int, bool]]:
    """Days between two touchpoints of a cadence, and whether a reason says why so many."""
    for one, other in pairwise(sorted(met, key=lambda one: one.nominal)):
        reasons = {step.why for step in (*one.why, *other.why)}
        yield (other.on - one.on).days, bool(reasons & EXCUSES)
