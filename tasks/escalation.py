"""Escalation tasks: climb what is due in chunks, then one digest per person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from prefect import task

from kam_flows.domain.accounts import Account
from kam_flows.domain.clocks import ArmedRung
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import (
    Case,
    Outcome,
    RungDecision,
    decide,
    next_look,
    resolve,
)
from kam_flows.domain.mails import DUTY, RenderedMail
from kam_flows.domain.notices import BoardRow
from kam_flows.domain.people import Directory, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.persistence.ledger import Entry, NewEntry, Owed
from kam_flows.persistence.models import NoticeKind
from kam_flows.persistence.tickets import TicketView
from kam_flows.persistence.unit_of_work import UnitOfWork, rehearsal, unit_of_work
from kam_flows.settings import settings
from tasks.digests import compose_digest, facts_of, rungs_of
from tasks.posting import post

CHUNK = 500
SWEEP = "escalate tickets"

Decided = tuple[TicketView, list[Entry], tuple[RungDecision, ...]]
"""A ticket, what the ledger has of its episode, and what was decided now."""


@dataclass(kw_only=True)
class Climbed:
    """What a sweep decided, for its table and for the words at its end."""

    outcomes: Counter[tuple[int, Outcome]] = field(default_factory=Counter)
    """How many rungs of this number had this outcome."""
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    """Tickets that could not be decided, and why."""
    looked_at: int = 0

    def add(self, other: "Climbed") -> None:
        self.outcomes += other.outcomes
        self.set_aside += other.set_aside
        self.looked_at += other.looked_at


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
def write_digests(now: datetime, allow_mails: int | None = None) -> list[RenderedMail]:
    """Put every owed line into one mail per person; what was written, in order.

    Raises UserError if that would be more mails than the guard allows: nothing is
    written then, and the lines stay owed.
    """
    with unit_of_work() as uow:
        return digest_all(uow, now, allow_mails)


@task
def rehearse(
    now: datetime, allow_mails: int | None = None
) -> tuple[Climbed, list[RenderedMail]]:
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
        accounts = uow.accounts.by_code()
        return [
            _board_row(uow, view, people, accounts, now)
            for view in uow.tickets.open_views(limit)
        ]


def climb_chunk(uow: UnitOfWork, now: datetime, undecided: list[int]) -> Climbed:
    """Decide about the tickets longest due.

    Those that cannot be decided are added to `undecided` and passed over from then on.
    """
    views = uow.tickets.due(now, CHUNK, undecided)
    result = Climbed(looked_at=len(views))
    if not views:
        return result
    entries = uow.ledger.entries(view.record.id for view in views)
    people = uow.people.directory()
    accounts = uow.accounts.by_code()
    decided: list[Decided] = []
    for view in views:
        mine = [e for e in entries.get(view.record.id, ()) if e.episode == view.episode]
        try:
            policy = uow.policies.get(view.record.policy_id)
            decisions = decide(
                case_of(view, mine, policy, accounts),
                people=people,
                calendar=policy.calendar(view.record.calendar),
                now=now,
            )
        except (UserError, LookupError, ValueError) as error:
            # One case that cannot be decided must not keep the others from their ladder.
            result.set_aside.append((view.record.number, f"{error!r}"))
            undecided.append(view.record.id)
        else:
            decided.append((view, mine, decisions))
            result.outcomes.update((d.rung, d.outcome) for d in decisions)
    _record(uow, decided, now)
    return result


def case_of(
    view: TicketView,
    entries: Sequence[Entry],
    policy: Policy,
    accounts: dict[str, Account],
) -> Case:
    """What deciding about this ticket needs, from what is stored about it."""
    account = accounts[view.account]
    leads = account.members(TeamRole.LEAD_MANAGER)
    sponsors = account.members(TeamRole.EXECUTIVE_SPONSOR)
    held = next((e for e in entries if e.outcome is Outcome.HELD), None)
    return Case(
        owner=view.owner,
        lead_manager=leads[0] if leads else None,
        executive_sponsor=sponsors[0] if sponsors else None,
        rungs=rungs_of(view, policy),
        armed=view.armed,
        recorded=frozenset(e.rung for e in entries),
        held=ArmedRung(held.rung, held.due_at) if held else None,
        told=frozenset(
            e.recipient for e in entries if e.outcome is Outcome.TOLD and e.recipient
        ),
    )


def _record(
    uow: UnitOfWork,
    decided: Sequence[Decided],
    now: datetime,
) -> None:
    """Ledger, owed lines, audit and the next look, for a whole chunk."""
    new: list[NewEntry] = []
    held: list[tuple[int, NewEntry]] = []
    looks: list[tuple[int, datetime | None]] = []
    for view, entries, decisions in decided:
        on_record = {entry.rung: entry.id for entry in entries}
        held_until = None
        for decision in decisions:
            entry = NewEntry(
                ticket_id=view.record.id,
                episode=view.episode,
                rung=decision.rung,
                due_at=decision.due_at,
                decided_at=now,
                outcome=decision.outcome,
                deliver_at=decision.deliver_at,
                recipient=decision.resolution.recipient,
                skips=decision.resolution.skips,
            )
            if decision.rung in on_record:
                held.append((on_record[decision.rung], entry))
            else:
                new.append(entry)
            if decision.outcome is Outcome.HELD:
                held_until = decision.deliver_at
            uow.audit.write(
                now,
                SWEEP,
                f"rung {decision.rung} {decision.outcome}",
                f"ticket {view.record.number}",
                episode=view.episode,
                due_at=decision.due_at.isoformat(),
                deliver_at=decision.deliver_at.isoformat(),
                recipient=decision.resolution.recipient,
                skips=[
                    f"{s.place}: {s.name or '-'}: {s.reason}"
                    for s in decision.resolution.skips
                ],
            )
        recorded = frozenset(on_record) | {d.rung for d in decisions}
        looks.append((view.record.id, next_look(view.armed, recorded, held_until)))
    ids = uow.ledger.record(new)
    uow.ledger.settle(held)
    recorded_entries = [*zip(ids, new, strict=True), *held]
    uow.ledger.owe(owed_lines(recorded_entries, now))
    uow.tickets.look_again(looks)


def owed_lines(
    entries: Sequence[tuple[int, NewEntry]], now: datetime
) -> list[tuple[int, str, NoticeKind, datetime]]:
    """The alert of each told rung, and a copy for whoever a superseded rung had meant.

    The duty mailbox gets no copies: it has no part in a rung that a person takes.
    """
    top = {
        (e.ticket_id, e.episode): e.recipient
        for _, e in entries
        if e.outcome in {Outcome.TOLD, Outcome.HELD}
    }
    lines = []
    for id_, entry in entries:
        if entry.recipient is None:
            continue
        if entry.outcome is Outcome.TOLD:
            lines.append((id_, entry.recipient, NoticeKind.ALERT, now))
        elif entry.outcome is Outcome.SUPERSEDED and entry.recipient not in {
            DUTY,
            top.get((entry.ticket_id, entry.episode)),
        }:
            lines.append((id_, entry.recipient, NoticeKind.COPY, now))
    return lines


def digest_all(
    uow: UnitOfWork, now: datetime, allow_mails: int | None
) -> list[RenderedMail]:
    """One mail per person for all that is owed; see `write_digests`."""
    owed = uow.ledger.owed(now)
    copies = [line for line in owed if line.kind is NoticeKind.COPY]
    readers: dict[str, list[Owed]] = {}
    for line in owed:
        if line.kind is not NoticeKind.COPY:
            readers.setdefault(line.recipient, []).append(line)
    guard = settings().mail_guard if allow_mails is None else allow_mails
    if len(readers) > guard:
        raise UserError(
            "This run would send {count} mails, more than the {guard} allowed; nothing "
            "was sent. If that many are right, start 'Escalate tickets' with "
            "allow_mails={count}.",
            count=len(readers),
            guard=guard,
        )
    people = uow.people.directory()
    forms = uow.forms.ids() if readers else {}
    written = []
    for reader, lines in readers.items():
        about = {(line.ticket_id, line.episode) for line in lines}
        riding = [copy for copy in copies if (copy.ticket_id, copy.episode) in about]
        mail = compose_digest(uow, reader, lines, riding, people, forms, now)
        mail_id, rendered = post(uow, mail, now)
        uow.ledger.mailed([line.notice_id for line in [*lines, *riding]], mail_id)
        written.append(rendered)
    return written


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
    reached = resolve(case, tell, people, now).recipient
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
