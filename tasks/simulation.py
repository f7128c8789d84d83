"""A log replayed through the very code of the sweep, on a clock of its own.

This is how a policy is tried before it is activated: everything happens in a scratch
database, no mail leaves it.
"""

import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from kam_flows.domain.accounts import Account, TeamMember, Tier
from kam_flows.domain.durations import Duration, Unit
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.event_log import EventMap, LogLine
from kam_flows.domain.people import Staff, StaffRole, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.persistence.database import scratch_database
from kam_flows.persistence.migrate import upgrade
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.settings import settings
from tasks.climbing import CHUNK, climb_chunk
from tasks.escalation import digest_all
from tasks.event_logs import OpeningRules, bring, opening_rules
from tasks.recording import clock_of

SWEEP_EVERY = timedelta(minutes=5)
NOT_GUARDED = 1_000_000
STEPS = 200
ACCOUNT = "LOG"
LEAD, SUPERVISOR, HEAD = "lead", "supervisor", "head"


@dataclass(kw_only=True)
class RungCount:
    """What became of one rung of one ladder over the whole time."""

    told: int = 0
    superseded: int = 0
    stopped_late: int = 0
    """Settled after it fell due and before anybody was told."""
    stopped_in_time: int = 0
    held: int = 0
    """Decided, and still waiting for working time at the end."""


@dataclass(kw_only=True)
class Simulated:
    """What a policy would have done with a log."""

    policy: str
    first: datetime
    last: datetime
    tickets: int = 0
    events: int = 0
    sweeps: int = 0
    rungs: dict[tuple[str, int], RungCount] = field(default_factory=dict)
    """By ladder and rung number."""
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many, by reader and ISO day in the policy's own zone."""


def simulate_escalation(
    lines: Sequence[LogLine],
    mapping: EventMap,
    policy_text: str,
    *,
    tier: Tier = Tier.BASIC,
    first: datetime | None = None,
    last: datetime | None = None,
) -> Simulated:
    """Replay the tickets that the log opened from `first` on, up to `last`.

    The log names no account: one of this tier stands for all of them, with a lead
    manager, a supervisor and a department head who are always there. Raises UserError
    if no ticket lies in the range.
    """
    chosen = _within(lines, first, last)
    if not chosen:
        raise _nothing_in_it(lines, ZoneInfo(mapping.timezone), first, last)
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)):
        upgrade()
        start = chosen[0].at
        with unit_of_work() as uow:
            policy_id = uow.policies.store(policy_text, start)
            uow.policies.use(policy_id, "simulation", start)
            policy = uow.policies.get(policy_id)
            _people_and_account(uow, tier)
        end = last or chosen[-1].at
        result = Simulated(policy=policy.name, first=start, last=end)
        result.events = len(chosen)
        _replay(chosen, mapping, end, result)
        _count(result)
        return result


def _replay(
    lines: Sequence[LogLine],
    mapping: EventMap,
    end: datetime,
    result: Simulated,
) -> None:
    with unit_of_work(read_only=True) as uow:
        rules = opening_rules(uow, end, ACCOUNT)
    replay = _Replay(lines=lines, mapping=mapping, rules=rules, end=end, result=result)
    going_on = True
    while going_on:
        # Many steps in one transaction: what is read once stays known to all of them.
        with unit_of_work() as uow:
            going_on = all(replay.step(uow) for _ in range(STEPS))


@dataclass(kw_only=True)
class _Replay:
    """Where a replay has come to."""

    lines: Sequence[LogLine]
    mapping: EventMap
    rules: OpeningRules
    end: datetime
    result: Simulated
    done: int = 0
    """How many lines were recorded."""

    def __post_init__(self) -> None:
        policy = self.rules.policy
        self.stride = shortest_wait(policy)
        self.zone = policy.calendars[policy.default_calendar].timezone

    def step(self, uow: UnitOfWork) -> bool:
        """Record what happens before the next sweep, else sweep. False at the end."""
        due = uow.ledger.next_due()
        sweep_at = _on_the_grid(due) if due else None
        if happened := self.until(sweep_at):
            bring(
                uow,
                happened,
                self.mapping,
                self.rules,
                now=happened[-1].at,
                actor="simulation",
            )
            return True
        if sweep_at is None or sweep_at > self.end:
            return False
        self.sweep(uow, sweep_at)
        return True

    def until(self, sweep_at: datetime | None) -> Sequence[LogLine]:
        """The next lines, no further than the sweep or what they may cause."""
        first = self.done
        if first == len(self.lines):
            return ()
        limit = self.lines[first].at + self.stride
        if sweep_at is not None:
            limit = min(limit, sweep_at)
        while self.done < len(self.lines) and self.lines[self.done].at <= limit:
            self.done += 1
        return self.lines[first : self.done]

    def sweep(self, uow: UnitOfWork, now: datetime) -> None:
        while climb_chunk(uow, now, []).looked_at == CHUNK:
            pass
        for mail in digest_all(uow, now, NOT_GUARDED).mails:
            day = now.astimezone(self.zone).date().isoformat()
            self.result.mails[mail.recipient, day] += 1
        self.result.sweeps += 1


def shortest_wait(policy: Policy) -> timedelta:
    """No rung of a ticket falls due sooner than this after something happened to it.

    So far ahead events may be recorded in one go. Business time passes no faster than
    the clock on the wall, and the grace is what is left at least.
    """
    waits = [SWEEP_EVERY]
    targets = [
        duration
        for rule in policy.target_rules
        for duration in (rule.targets.respond, rule.targets.plan, rule.targets.resolve)
        if duration is not None
    ]
    shares = [Fraction(1), *policy.tier_shares.values()]
    for ladder in policy.ladders:
        for rung in ladder.rungs:
            if rung.after is not None and rung.anchor.target is None:
                waits.append(_at_least(rung.after))
            else:
                share = min(shares) * (rung.share or 1)
                waits += [_at_least(target.scaled(share)) for target in targets]
    return max(SWEEP_EVERY, min(waits[1:], default=SWEEP_EVERY) * float(policy.grace))


def _at_least(duration: Duration) -> timedelta:
    """No calendar makes it shorter; a day can end an hour early, a working day sooner."""
    if duration.unit in {Unit.DAYS, Unit.BUSINESS_DAYS}:
        return timedelta(hours=1)
    return duration.length


def _on_the_grid(moment: datetime) -> datetime:
    """The first sweep at or after this moment."""
    step = SWEEP_EVERY.total_seconds()
    return datetime.fromtimestamp(math.ceil(moment.timestamp() / step) * step, UTC)


def _within(
    lines: Sequence[LogLine], first: datetime | None, last: datetime | None
) -> list[LogLine]:
    """By time; whole tickets only, so those opened earlier are left out."""
    ordered = sorted(lines, key=lambda line: (line.at, line.number))
    opened: dict[str, datetime] = {}
    for line in ordered:
        opened.setdefault(line.ticket, line.at)
    return [
        line
        for line in ordered
        if (first is None or opened[line.ticket] >= first)
        and (last is None or line.at <= last)
    ]


def _nothing_in_it(
    lines: Sequence[LogLine],
    zone: ZoneInfo,
    first: datetime | None,
    last: datetime | None,
) -> UserError:
    """Says what could have been asked for, by the log's own clock."""
    if not lines:
        return UserError("The log holds no events.")
    days = [f"{line.at.astimezone(zone):%Y-%m-%d}" for line in lines]
    asked = [
        f"{word} {at.astimezone(zone):%Y-%m-%d %H:%M}"
        for word, at in (("from", first), ("to", last))
        if at
    ]
    return UserError(
        "The log covers {start} to {stop}; no ticket was opened in the range "
        "asked for ({asked}); choose another.",
        start=min(days),
        stop=max(days),
        asked=" ".join(asked),
    )


def _people_and_account(uow: UnitOfWork, tier: Tier) -> None:
    def person(code: str, role: StaffRole, supervisor: str | None = None) -> Staff:
        return Staff(
            code=code,
            name=code,
            email=f"{code}@example.com",
            role=role,
            timezone=settings().timezone,
            language=settings().language,
            supervisor=supervisor,
            department_head=None if code == HEAD else HEAD,
        )

    uow.people.save(
        [
            person(HEAD, StaffRole.DEPARTMENT_HEAD),
            person(SUPERVISOR, StaffRole.SUPERVISOR, HEAD),
            person(LEAD, StaffRole.ACCOUNT_MANAGER, SUPERVISOR),
        ]
    )
    team = (TeamMember(staff=LEAD, role=TeamRole.LEAD_MANAGER),)
    uow.accounts.save([Account(code=ACCOUNT, name=ACCOUNT, tier=tier, team=team)])
    uow.accounts.replace_teams({ACCOUNT: team})


def _count(result: Simulated) -> None:
    """Read off the ledger and the histories what became of every rung."""
    with unit_of_work(read_only=True) as uow:
        for number, rung, outcome, count in uow.ledger.counts():
            at = result.rungs.setdefault((number, rung), RungCount())
            field_ = {Outcome.STOPPED: "stopped_late"}.get(outcome, outcome.value)
            setattr(at, field_, getattr(at, field_) + count)
        numbers = uow.tickets.numbers()
        result.tickets = len(numbers)
        for some in pieces(numbers):
            views = uow.tickets.views(some)
            histories = uow.tickets.histories(v.record.id for v in views.values())
            for view in views.values():
                clock = clock_of(uow, view.record, histories[view.record.id])
                for passed in clock.passed:
                    if not passed.was_late:
                        key = (clock.ladder, passed.number)
                        result.rungs.setdefault(key, RungCount()).stopped_in_time += 1
