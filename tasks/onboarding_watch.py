"""Watch onboardings a chunk at a time: read what is due, decide, tell, write it down."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Reach
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.onboarding import (
    Case,
    Decided,
    ItemDecision,
    StepKind,
    StepOutcome,
    decide,
)
from kam_flows.domain.people import Staff
from kam_flows.persistence.onboardings import NewStep
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.checklists import case_of, known_of
from tasks.mail_guard import TooManyMails
from tasks.onboarding_digests import Told, compose_digest, listed_of
from tasks.onboarding_facts import Office
from tasks.posting import post_all

CHUNK = 5000
"""One person is told in one mail of all that is due in so many onboardings."""


@dataclass(kw_only=True)
class Watched:
    """What a sweep decided and wrote, for its table and for the words at its end."""

    steps: Counter[tuple[StepKind, StepOutcome]] = field(default_factory=Counter)
    mails: list[RenderedMail] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Accounts whose onboarding could not be decided, and why."""
    unaddressed: dict[str, Staff] = field(default_factory=dict)
    """Who should be told, but has no address mail can go to."""
    looked_at: int = 0
    passed_over: list[int] = field(default_factory=list)
    """Onboardings that stay due, for the next sweep."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """What was decided about a chunk, by case."""

    decided: Sequence[tuple[Case, Decided]]
    accounts: Mapping[str, Account]

    def told(self) -> dict[str, list[Told]]:
        """What is to be told, by reader."""
        readers: dict[str, list[Told]] = {}
        for case, decided in self.decided:
            account = self.accounts[case.onboarding.account]
            for decision in decided.decisions:
                if decision.outcome is StepOutcome.TOLD:
                    told = Told(case, account, decision)
                    readers.setdefault(decision.resolution.recipient, []).append(told)
        return readers


def is_anything_due(now: datetime) -> bool:
    """Looked up before any task begins: most sweeps find nothing."""
    with unit_of_work(read_only=True) as uow:
        at = uow.onboardings.next_due()
        return at is not None and at <= now


@task
def watch_due(now: datetime, allow_mails: int | None = None) -> Watched:
    """Decide about every onboarding that is due at `now`, a transaction a chunk.

    Ledger, mails and the next look of a chunk are kept together or not at all. Raises
    UserError if that would be more mails than the guard allows; they stay due then.
    """
    total = Watched()
    while True:
        with unit_of_work() as uow:
            looked_at = watch_chunk(uow, now, total, allow_mails)
        if looked_at < CHUNK:
            return total


@task
def rehearse(now: datetime, allow_mails: int | None = None) -> Watched:
    """What a sweep at `now` would decide and write; nothing of it is kept."""
    total = Watched()
    with rehearsal() as uow:
        while watch_chunk(uow, now, total, allow_mails) == CHUNK:
            pass
    return total


def watch_chunk(
    uow: UnitOfWork, now: datetime, total: Watched, allow_mails: int | None
) -> int:
    """The onboardings longest due; how many there were. `total` takes what came of it."""
    onboardings = uow.onboardings.due(now, CHUNK, total.passed_over)
    total.looked_at += len(onboardings)
    if not onboardings:
        return 0
    people, reach = uow.people.directory(), Reach(uow.people.directory(), now)
    by_id = uow.accounts.named({one.account for one in onboardings})
    accounts = {account.code: account for account in by_id.values()}
    decided: list[tuple[Case, Decided]] = []
    for one in onboardings:
        try:
            policy = uow.policies.get(one.policy_id)
            case = case_of(one, accounts[one.account], policy, people)
            decided.append((case, decide(case, reach)))
        except (UserError, LookupError, ValueError) as error:
            # One case that cannot be decided must not keep the others from being told.
            total.set_aside.append((one.account, f"{error!r}"))
            total.passed_over.append(one.id)
    chunk = Chunk(decided=decided, accounts=accounts)
    mails = _tell(uow, chunk, by_id, total, now, allow_mails)
    _record(uow, chunk, mails, total, now)
    return len(onboardings)


def _tell(
    uow: UnitOfWork,
    chunk: Chunk,
    by_id: Mapping[int, Account],
    total: Watched,
    now: datetime,
    allow_mails: int | None,
) -> dict[str, int]:
    """One mail for each reader; reader to mail id. Who has no address gets none."""
    people = uow.people.directory()
    readers = chunk.told()
    for code in readers.keys() & people.keys():
        if not is_address(people[code].email):
            total.unaddressed[code] = people[code]
    readers = {c: told for c, told in readers.items() if c not in total.unaddressed}
    if not readers:
        return {}
    _guard(len(total.mails) + len(readers), allow_mails)
    listed = set(chain.from_iterable(listed_of(told) for told in readers.values()))
    shown = {id_: a for id_, a in by_id.items() if a.code in listed}
    known = known_of(uow, shown)
    office = Office(
        now=now,
        people=people,
        policies={
            case.onboarding.policy_id: uow.policies.get(case.onboarding.policy_id)
            for case, _ in chunk.decided
        },
        current=uow.policies.current(now),
        forms=uow.forms.ids(),
        known={account.code: known[id_] for id_, account in shown.items()},
    )
    mails = (compose_digest(code, told, office) for code, told in readers.items())
    posted = post_all(uow, mails, now)
    total.mails += [mail for _, mail in posted]
    return {code: id_ for code, (id_, _) in zip(readers, posted, strict=True)}


def _guard(count: int, allow_mails: int | None) -> None:
    guard = settings().mail_guard if allow_mails is None else allow_mails
    if count > guard:
        raise TooManyMails(
            "This run would write {count} mails, more than the {guard} allowed; these "
            "onboardings wait. If that many are right, start '{form}' with "
            "allow_mails={count}.",
            count=count,
            guard=guard,
            form="Watch onboarding",
        )


def _record(
    uow: UnitOfWork,
    chunk: Chunk,
    mails: Mapping[str, int],
    total: Watched,
    now: datetime,
) -> None:
    """Ledger and next look of a chunk; what nobody could be told of stays due."""
    steps: list[NewStep] = []
    looks: list[tuple[int, datetime | None]] = []
    for case, decided in chunk.decided:
        id_ = case.onboarding.id
        kept, left = _parted(decided, total.unaddressed)
        steps += [_step(id_, decision, mails, now) for decision in kept]
        if left:
            total.passed_over.append(id_)
        else:
            looks.append((id_, decided.look_at))
    uow.onboardings.record(steps)
    uow.onboardings.look_again(looks)
    total.steps.update((step.kind, step.outcome) for step in steps)


def _parted(
    decided: Decided, unaddressed: Mapping[str, Staff]
) -> tuple[list[ItemDecision], set[str]]:
    """The decisions that can be kept, and the items whose reader has no address."""
    left = {
        decision.item
        for decision in decided.decisions
        if decision.outcome is StepOutcome.TOLD
        and decision.resolution.recipient in unaddressed
    }
    return [one for one in decided.decisions if one.item not in left], left


def _step(
    onboarding_id: int, decision: ItemDecision, mails: Mapping[str, int], now: datetime
) -> NewStep:
    recipient = decision.resolution.recipient
    return NewStep(
        onboarding_id=onboarding_id,
        item=decision.item,
        kind=decision.step.kind,
        number=decision.step.number,
        due_at=decision.step.due_at,
        decided_at=now,
        outcome=decision.outcome,
        recipient=recipient,
        mail_id=mails[recipient] if decision.outcome is StepOutcome.TOLD else None,
        skips=decision.resolution.skips,
    )
