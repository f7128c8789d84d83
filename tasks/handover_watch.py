"""Handovers that nobody accepts climb: each step once, one digest a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.choices import choice
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import Reach, Resolution
from kam_flows.domain.handover_mails import HandoversLate, LateHandover
from kam_flows.domain.handovers import Case, Handover, Step, decide, tell_of
from kam_flows.domain.mails import RenderedMail, is_address
from kam_flows.domain.people import Directory, Staff, TeamRole
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.handover_mails import Desk, addressed, desk_of, name_of
from tasks.mail_guard import TooManyMails

CHUNK = 500
"""Handovers read at once; a person hears of all that are due in one mail."""
SHOWN = 20
"""Handovers that one mail tells of in full (a body stays below 100 KB)."""


@dataclass(kw_only=True)
class Watched:
    """What a sweep over the handovers decided and wrote."""

    looked_at: int = 0
    mails: list[RenderedMail] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Handovers that could not be decided, and why."""
    unaddressed: dict[str, Staff] = field(default_factory=dict)
    """Who should be told, but has no address mail can go to."""


class Told(NamedTuple):
    """A handover that somebody is told of now."""

    case: Case
    account: Account
    step: Step
    reached: Resolution
    next_at: datetime | None


def is_anything_due(now: datetime) -> bool:
    """Looked up before the sweep begins: most find nothing."""
    with unit_of_work(read_only=True) as uow:
        at = uow.handovers.next_due()
        return at is not None and at <= now


@task
def watch_handovers(
    now: datetime, allow_mails: int | None = None, *, dry_run: bool = False
) -> Watched:
    """Tell who is above of every handover that is not accepted in time, once a step.

    Raises UserError if that would be more mails than the guard allows; nothing is
    written then, and all of them stay due.
    """
    total = Watched()
    with rehearsal() if dry_run else unit_of_work() as uow:
        watch(uow, now, allow_mails, total)
    return total


def watch(
    uow: UnitOfWork, now: datetime, allow_mails: int | None, total: Watched
) -> None:
    """Decide about every handover that is due and write the digests, all at once."""
    readers: dict[str, list[Told]] = {}
    passed_over: list[int] = []
    reach = Reach(uow.people.directory(), now)
    while due := uow.handovers.due(now, CHUNK, passed_over):
        total.looked_at += len(due)
        for handover in due:
            if not _climb(uow, handover, reach, readers, total):
                passed_over.append(handover.id)
    _guard(len(total.mails) + len(readers), allow_mails)
    if readers:
        _tell(uow, readers, total, now)


def _climb(
    uow: UnitOfWork,
    handover: Handover,
    reach: Reach,
    readers: dict[str, list[Told]],
    total: Watched,
) -> bool:
    """Write down how far it is; False where it stays due: the others do not wait."""
    try:
        account = uow.accounts.get(handover.account)
        case = case_of(uow, handover, account)
        step, reached, look_at = decide(case, reach)
    except (UserError, LookupError, ValueError) as error:
        total.set_aside.append((handover.number, f"{error!r}"))
        return False
    if step is None or reached is None:
        uow.handovers.keep(handover, look_at)
        return True
    person = uow.people.directory().get(reached.recipient)
    if person and not is_address(person.email):
        total.unaddressed[person.code] = person
        return False
    uow.handovers.keep(replace(handover, climbed=step.number), look_at)
    told = Told(case, account, step, reached, look_at)
    readers.setdefault(reached.recipient, []).append(told)
    return True


def case_of(uow: UnitOfWork, handover: Handover, account: Account) -> Case:
    policy = uow.policies.get(handover.policy_id)
    return Case(
        handover=handover,
        climb=policy.handover.overdue,
        calendar=policy.calendar(account.calendar),
        lead_manager=account.lead_manager,
        executive_sponsor=next(iter(account.members(TeamRole.EXECUTIVE_SPONSOR)), None),
    )


def _guard(count: int, allow_mails: int | None) -> None:
    guard = settings().mail_guard if allow_mails is None else allow_mails
    if count > guard:
        raise TooManyMails(
            "This run would write {count} mails about handovers, more than the {guard} "
            "allowed; they wait. If that many are right, start '{form}' with "
            "allow_mails={count}.",
            count=count,
            guard=guard,
            form="Watch onboarding",
        )


def _tell(
    uow: UnitOfWork,
    readers: Mapping[str, Sequence[Told]],
    total: Watched,
    now: datetime,
) -> None:
    from tasks.posting import post_all

    mails = [_digest(uow, code, told, now) for code, told in readers.items()]
    posted = post_all(uow, mails, now)
    total.mails += [mail for _, mail in posted]
    for code, told in readers.items():
        for one in told:
            handover = one.case.handover
            uow.audit.write(
                now,
                "watch onboarding",
                "handover is late",
                f"account {handover.account}",
                handover=handover.number,
                told=code,
                times=one.step.number,
            )


def _digest(
    uow: UnitOfWork, reader: str, told: Sequence[Told], now: datetime
) -> HandoversLate:
    """The longest overdue first."""
    people = uow.people.directory()
    ordered = sorted(told, key=lambda one: one.case.handover.accept_by)
    first = ordered[0].case.handover
    written = addressed(reader, people)
    return HandoversLate(
        **written,
        dedup_key=f"handover.late:{reader}:{now.isoformat()}:{first.id}",
        late=tuple(_late(uow, reader, one, now) for one in ordered[:SHOWN]),
        more=max(len(ordered) - SHOWN, 0),
        policy=uow.policies.current(now).title(written["language"]),
        as_of=now,
    )


def _late(uow: UnitOfWork, reader: str, told: Told, now: datetime) -> LateHandover:
    handover, account = told.case.handover, told.account
    desk = desk_of(uow, handover, account, now)
    return LateHandover(
        number=handover.number,
        account_name=account.name,
        leaving=name_of(handover.leaving, desk.people),
        successor=name_of(handover.successor, desk.people),
        accept_by=handover.accept_by,
        times=told.step.number,
        at_most=told.case.climb.at_most,
        open_items=handover.open_items,
        of=len(handover.items),
        tell=tell_of(told.case.climb, told.step),
        skips=told.reached.skips,
        next_at=told.next_at,
        accept=_accept(desk, reader),
        hand_over=_hand_over(desk, reader),
    )


def _accept(desk: Desk, reader: str) -> str | None:
    """The form with the reader as `by` if they may accept; else who may types it."""
    people, handover = desk.people, desk.handover
    successor = people.get(handover.successor)
    theirs = {handover.successor, successor.deputy if successor else None}
    if reader in theirs and reader in people:
        return desk.accept(people[reader])
    shown = choice(handover.number, desk.account.name)
    return desk.link("accept-handover-items", handover=shown)


def _hand_over(desk: Desk, reader: str) -> str | None:
    """The form that finds another successor, for everybody but the successor."""
    people, handover = desk.people, desk.handover
    if reader == handover.successor:
        return None
    filled: dict[str, object] = {
        "account": choice(desk.account.code, desk.account.name),
        "leaving": _shown(handover.successor, people),
    }
    if reader in people:
        filled["by"] = _shown(reader, people)
    return desk.link("hand-over-an-account", **filled)


def _shown(code: str, people: Directory) -> str:
    return choice(code, name_of(code, people))
