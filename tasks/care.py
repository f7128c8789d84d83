"""Prepare care: for every occasion inside its lead time, once a year, a care and a letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from prefect import task

from kam_flows.domain.care_days import upcoming
from kam_flows.domain.care_plans import CareState, NewCare, due_cares
from kam_flows.domain.cares import Care, Task
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.mails import DUTY, RenderedMail
from kam_flows.domain.people import Staff
from kam_flows.persistence.occasions import Kept
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.care_facts import (
    KnownAccount,
    known_accounts,
    letter_for,
    office_at,
    preparer_of,
)
from tasks.care_mails import compose_prepared
from tasks.mail_guard import guard
from tasks.occasions import Basis, reckoned, refresh
from tasks.onboarding_facts import Office
from tasks.posting import post_in_time

ACTOR = "kam"
CHUNK = 200
"""Occasions prepared in one transaction."""
FORM = "Prepare care"


@dataclass(kw_only=True)
class PreparedCares:
    """What a run prepared, for its table and for the words at its end."""

    cares: list[Care] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    """Names by code, of the accounts of these cares."""
    mails: list[RenderedMail] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Accounts whose cares could not be decided, and why."""
    unaddressed: dict[str, Staff] = field(default_factory=dict)

    @property
    def troubled(self) -> list[Care]:
        """Those that should have a letter and have none."""
        return [care for care in self.cares if care.trouble]


@task
def prepare_due(now: datetime, allow_mails: int | None = None) -> PreparedCares:
    """Prepare every care that is due and not on record, a transaction a chunk.

    Due is an occasion whose preparation day has come, however long ago. Raises UserError
    if that would be more mails than the guard allows; nothing is written then.
    """
    refresh(now)
    with unit_of_work(read_only=True) as uow:
        due = uow.occasions.due(Basis(uow, now).last_today)
    allowed = settings().mail_guard if allow_mails is None else allow_mails
    if len(due) > allowed:
        guard(len(rehearse(now).mails), allow_mails, FORM)
    total = PreparedCares()
    for some in pieces(due, CHUNK):
        with unit_of_work() as uow:
            prepare_chunk(uow, some, now, total)
    write_anew(now, total)
    return total


def rehearse(now: datetime) -> PreparedCares:
    """What preparing at `now` would do, of occasions read by then; nothing is kept."""
    total = PreparedCares()
    with rehearsal() as uow:
        for some in pieces(uow.occasions.due(Basis(uow, now).last_today), CHUNK):
            prepare_chunk(uow, some, now, total)
    return total


def prepare_chunk(
    uow: UnitOfWork, ids: Sequence[int], now: datetime, total: PreparedCares
) -> None:
    locked = uow.occasions.these(ids, lock=True)
    basis, office = Basis(uow, now), office_at(uow, now)
    known = known_accounts(uow, {one.occasion.account for one in locked}, now)
    there = uow.cares.known(ids)
    looks: list[Kept] = []
    begun: list[tuple[Care, Kept, KnownAccount]] = []
    by_account = sorted(locked, key=lambda one: one.occasion.account)
    for code, group in groupby(by_account, key=lambda one: one.occasion.account):
        occasions = list(group)
        try:
            new, seen = _decide(occasions, known[code], there, basis)
        except (UserError, LookupError, ValueError) as error:
            # One account that cannot be decided must not keep the others from it.
            total.set_aside.append((code, _said(error)))
            continue
        looks += seen
        kept = {one.occasion.id: one for one in occasions}
        for one in new:
            of = kept[one.occurrence.occasion.id]
            begun.append((_care(one, known[code], office, basis), of, known[code]))
    stored = _store(uow, begun, office)
    uow.occasions.look_again({o.occasion.id: (o.seen_until, o.next_on) for o in looks})
    total.cares += [care for care, _ in stored]
    total.accounts |= {code: one.account.name for code, one in known.items()}
    _tell(uow, stored, office, total)


def write_anew(now: datetime, total: PreparedCares) -> None:
    """Letters that could not be written: what they missed may be on record by now."""
    with unit_of_work(read_only=True) as uow:
        troubled = uow.cares.troubled()
    prepared = {care.id for care in total.cares}
    for some in pieces([id_ for id_ in troubled if id_ not in prepared], CHUNK):
        with unit_of_work() as uow:
            _write_chunk_anew(uow, some, now, total)


def _write_chunk_anew(
    uow: UnitOfWork, ids: Sequence[int], now: datetime, total: PreparedCares
) -> None:
    office = office_at(uow, now)
    cares = [care for care in uow.cares.these(ids, lock=True) if care.letter is None]
    kept = {k.occasion.id: k for k in uow.occasions.these([c.occasion for c in cares])}
    known = known_accounts(uow, {care.account for care in cares}, now)
    used = uow.cares.wordings(kept)
    written = []
    for care in cares:
        of, account = kept[care.occasion], known[care.account]
        again = with_letter(care, of, account, used.get(care.occasion, {}), office)
        if again.letter is not None:
            uow.cares.keep(again)
            uow.audit.write(now, ACTOR, "letter written", f"care {care.number}")
            written.append((again, account))
    total.cares += [care for care, _ in written]
    total.accounts |= {code: one.account.name for code, one in known.items()}
    _tell(uow, written, office, total)


def _decide(
    occasions: Sequence[Kept],
    known: KnownAccount,
    there: set[tuple[int, int]],
    basis: Basis,
) -> tuple[list[NewCare], list[Kept]]:
    """The cares to begin, and until when each occasion is seen to."""
    account = known.account
    calendar = basis.policy.calendar(account.calendar)
    today = basis.today(calendar)
    new, seen = [], []
    for one in occasions:
        if one.next_on is None or one.next_on > today:
            # Another run was here first, or the day begins later there.
            continue
        coming = upcoming(one.occasion, one.seen_until, today, basis.rules, calendar)
        new += due_cares(
            coming,
            there,
            tier=account.tier,
            today=today,
            rules=basis.rules,
            calendar=calendar,
        )
        until = max([one.seen_until, *(each.on for each in coming)])
        seen.append(reckoned(one._replace(seen_until=until), account, basis))
    return new, seen


def _care(one: NewCare, known: KnownAccount, office: Office, basis: Basis) -> Care:
    account = known.account
    occasion, plan = one.occurrence.occasion, one.plan
    today = basis.today(basis.policy.calendar(account.calendar))
    owner = preparer_of(account, one.role, office).recipient
    return Care(
        id=0,
        occasion=occasion.id,
        edition=one.occurrence.edition,
        account=account.code,
        contact=occasion.contact,
        contact_code=occasion.contact_code,
        kind=occasion.kind,
        about=occasion.about,
        on=one.occurrence.on,
        years=one.occurrence.years,
        prepare_on=plan.prepare_on,
        deliver_on=plan.deliver_on,
        state=one.state,
        skip=one.skip,
        late=plan.late,
        actions=one.actions,
        budget=one.budget,
        approval=one.approval,
        owner=None if owner == DUTY else owner,
        policy_id=None,
        prepared_at=office.now,
        closed_on=today if one.state is CareState.SKIPPED else None,
        tasks=()
        if one.skip
        else tuple(
            Task(
                code=step.code,
                action=step.action,
                due_on=step.due_on,
                role=step.role,
                owner=account.in_charge(step.role, office.people),
                is_approval=step.is_approval,
            )
            for step in plan.steps
        ),
    )


def _store(
    uow: UnitOfWork, begun: Sequence[tuple[Care, Kept, KnownAccount]], office: Office
) -> list[tuple[Care, KnownAccount]]:
    policy_id = uow.policies.current_id(office.now)
    used = uow.cares.wordings({care.occasion for care, *_ in begun})
    stored = uow.cares.add(
        [
            (
                replace(
                    with_letter(care, kept, known, used.get(care.occasion, {}), office),
                    policy_id=policy_id,
                ),
                kept.account_id,
            )
            for care, kept, known in begun
        ]
    )
    for care in stored:
        uow.audit.write(
            office.now,
            ACTOR,
            f"care {care.state}",
            f"care {care.number}",
            account=care.account,
            kind=care.kind,
            contact=care.contact,
            on=f"{care.on}",
            **({"late": "yes"} if care.late else {}),
            **({"reason": care.skip} if care.skip else {}),
        )
    return [(care, known) for care, (*_, known) in zip(stored, begun, strict=True)]


def with_letter(
    care: Care,
    kept: Kept,
    known: KnownAccount,
    used: dict[int, str],
    office: Office,
) -> Care:
    """With the draft of its letter, if it should have one, or why there is none."""
    if not (care.is_open and care.wants_letter):
        return care
    letter = letter_for(care, kept.occasion, known, used, office)
    if isinstance(letter, Phrase):
        return replace(care, letter=None, trouble=letter)
    return replace(care, letter=letter, trouble=None)


def _tell(
    uow: UnitOfWork,
    stored: Sequence[tuple[Care, KnownAccount]],
    office: Office,
    total: PreparedCares,
) -> None:
    """One mail about each to whoever prepares it; who began late has a superior told."""
    mails = compose_prepared(
        uow,
        [(care, known) for care, known in stored if care.is_open],
        office,
        total.unaddressed,
    )
    total.mails += [
        rendered for _, rendered in post_in_time(uow, mails, office.now).values()
    ]


def _said(error: Exception) -> str:
    if isinstance(error, UserError) and error.values:
        return Phrase(error.sentence, **error.values)
    return f"{error!r}"
