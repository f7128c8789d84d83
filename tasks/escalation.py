"""Escalation tasks: climb what is due in chunks, then one digest per person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.escalation import Case, resolve
from kam_flows.domain.mails import Envelope, Mail, is_address
from kam_flows.domain.notices import BoardRow
from kam_flows.domain.people import Directory, Staff, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.persistence.ledger import Entry, Owed
from kam_flows.persistence.models import NoticeKind
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.climbing import AROUND, CHUNK, Climbed, a_case, climb_chunk
from tasks.digests import (
    SHOWN,
    Bundle,
    Office,
    address_of,
    compose_digest,
    facts_of,
    rungs_of,
)
from tasks.mail_guard import guard
from tasks.posting import post_all


def is_anything_due(now: datetime) -> bool:
    """Looked up before any task begins: most sweeps find nothing."""
    with unit_of_work(read_only=True) as uow:
        at = uow.ledger.next_due()
        return at is not None and at <= now


AT_ONCE = 100
"""Mails that are in memory together; on a large morning a thousand fall due."""


@dataclass(frozen=True, kw_only=True)
class Digests:
    """The mails a sweep wrote."""

    mails: list[Envelope]
    unaddressed: list[Staff] = field(default_factory=list)
    """Who should have got or been copied on one, but has no address mail can go to."""


@task
def climb_due(now: datetime) -> Climbed:
    """Climb every ladder that is due at `now`, a chunk and a transaction at a time."""
    total = Climbed()
    undecided: list[int] = []
    while True:
        with unit_of_work() as uow:
            chunk = climb_chunk(uow, now, undecided)
        total.add(chunk)
        if chunk.looked_at < CHUNK:
            return total


@task
def write_digests(now: datetime, allow_mails: int | None = None) -> Digests:
    """Put every owed line into one mail per person; what was written, in order.

    One person's bad address keeps nobody else from their mail. Raises UserError if
    that would be more mails than the guard allows: nothing is written then, and the
    lines stay owed.
    """
    with unit_of_work() as uow:
        return digest_all(uow, now, allow_mails)


@task
def rehearse(now: datetime, allow_mails: int | None = None) -> tuple[Climbed, Digests]:
    """What a sweep at `now` would decide and write; nothing of it is kept."""
    total = Climbed()
    undecided: list[int] = []
    with rehearsal() as uow:
        while True:
            chunk = climb_chunk(uow, now, undecided)
            total.add(chunk)
            if chunk.looked_at < CHUNK:
                return total, digest_all(uow, now, allow_mails)


@task
def ladder_rows(now: datetime, limit: int = 200) -> list[BoardRow]:
    """Open tickets, what is due when and who is told next, soonest first."""
    with unit_of_work(read_only=True) as uow:
        people = uow.people.directory()
        views = uow.tickets.open_views(limit)
        named = uow.accounts.named({view.account for view in views})
        accounts = {account.code: account for account in named.values()}
        return [_board_row(uow, view, people, accounts, now) for view in views]


def digest_all(uow: UnitOfWork, now: datetime, allow_mails: int | None) -> Digests:
    """One mail per person for all that is owed; see `write_digests`."""
    owed = uow.ledger.owed(now)
    copies: dict[tuple[int, int], list[Owed]] = {}
    readers: dict[str, list[Owed]] = {}
    people = uow.people.directory() if owed else {}
    for line in owed:
        if line.kind is NoticeKind.COPY:
            copies.setdefault((line.ticket_id, line.episode), []).append(line)
        elif line.recipient not in people or people[line.recipient].active:
            # Who left a moment ago is left to the next sweep: it finds somebody else.
            readers.setdefault(line.recipient, []).append(line)
    unaddressed = {
        code: person for code, person in people.items() if not is_address(person.email)
    }
    aside = readers.keys() & unaddressed.keys()
    readers = {code: mine for code, mine in readers.items() if code not in aside}
    if not readers:
        return Digests(mails=[], unaddressed=[unaddressed[c] for c in sorted(aside)])
    guard(len(readers), allow_mails, "Escalate tickets")
    riding = {
        reader: [
            copy
            for line in lines
            for copy in copies.get((line.ticket_id, line.episode), ())
        ]
        for reader, lines in readers.items()
    }
    copied = {copy.recipient for mine in riding.values() for copy in mine}
    aside |= copied & unaddressed.keys()
    office = Office(
        now=now,
        people=people,
        views={},
        policy_of=uow.policies.get,
        current=uow.policies.current(now),
        forms=uow.forms.ids(),
    )
    mails = []
    for some in pieces(list(readers), AT_ONCE):
        mine = {reader: readers[reader] for reader in some}
        posted = post_all(uow, write_all(uow, mine, riding, office), now)
        uow.ledger.mailed(
            [
                (mail_id, line.notice_id)
                for (mail_id, _), reader in zip(posted, mine, strict=True)
                for line in (*readers[reader], *riding[reader])
            ]
        )
        mails += [rendered.envelope for _, rendered in posted]
    return Digests(
        mails=mails, unaddressed=[unaddressed[code] for code in sorted(aside)]
    )


def write_all(
    uow: UnitOfWork,
    readers: Mapping[str, Sequence[Owed]],
    riding: Mapping[str, Sequence[Owed]],
    office: Office,
) -> Iterator[Mail]:
    """A mail for each reader; only the lines it lists are read in full."""
    listed = {reader: listed_of(lines) for reader, lines in readers.items()}
    first = {
        reader: min(line.notice_id for line in readers[reader]) for reader in readers
    }
    details = uow.ledger.lines({*chain.from_iterable(listed.values()), *first.values()})
    numbers = {line.number for line in details.values()}
    office = replace(office, views=uow.tickets.views(numbers))
    for reader, lines in readers.items():
        bundle = Bundle(
            reader=reader,
            lines=[details[id_] for id_ in listed[reader]],
            more=len(lines) - len(listed[reader]),
            first=details[first[reader]],
            copies=[
                copy.recipient
                for copy in riding[reader]
                if is_address(address_of(copy.recipient, office.people))
            ],
        )
        yield compose_digest(bundle, office)


def listed_of(lines: Sequence[Owed]) -> list[int]:
    """The most urgent rungs and overnight lines, as many as a mail can list."""
    overnight = [n.notice_id for n in lines if n.kind is NoticeKind.OVERNIGHT]
    alerts = [n.notice_id for n in lines if n.kind is not NoticeKind.OVERNIGHT]
    return alerts[:SHOWN] + overnight[:SHOWN]


def case_of(
    view: TicketView,
    entries: Sequence[Entry],
    policy: Policy,
    accounts: Mapping[str, Account],
) -> Case:
    """What deciding about this ticket needs, from what is stored about it."""
    account = accounts[view.account]
    return a_case(
        view.owner,
        *(first_in(account, role) for role in AROUND),
        entries=entries,
        rungs=rungs_of(view, policy),
        armed=view.armed,
        calendar=policy.calendar(view.record.calendar),
    )


def first_in(account: Account, role: TeamRole) -> str | None:
    return next(iter(account.members(role)), None)


def _board_row(
    uow: UnitOfWork,
    view: TicketView,
    people: Directory,
    accounts: dict[str, Account],
    now: datetime,
) -> BoardRow:
    policy = uow.policies.get(view.record.policy_id)
    entries = [
        e
        for e in uow.ledger.entries([view.record.id]).get(view.record.id, ())
        if e.episode == view.episode
    ]
    case = case_of(view, entries, policy, accounts)
    due = [rung for rung in case.armed if rung.number not in case.recorded]
    following = case.held or min(due, key=lambda rung: rung.due_at, default=None)
    facts = facts_of(view, policy, people, settings().language)
    if following is None or following.number not in case.rungs:
        return BoardRow(ticket=facts, late=is_late(view, now))
    tell = case.rungs[following.number].tell
    reached = resolve(case.around, tell, people=people, now=now).recipient
    return BoardRow(
        ticket=facts,
        rung=following.number,
        next_at=view.next_look_at,
        next_tell=tell,
        next_name=people[reached].name if reached in people else "",
        late=is_late(view, now),
    )


def is_late(view: TicketView, now: datetime) -> bool:
    """A promised time has passed and was not met."""
    unmet = [
        view.resolve_by,
        None if view.responded_at else view.respond_by,
        None if view.planned_at else view.plan_by,
    ]
    return any(at is not None and at < now for at in unmet)
