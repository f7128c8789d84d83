"""Climb ladders a chunk at a time: read what is due, decide, write it all down."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kam_flows.domain.calendar import WorkCalendar
from kam_flows.domain.clocks import ArmedRung
from kam_flows.domain.errors import UserError
from kam_flows.domain.escalation import (
    Around,
    Case,
    Outcome,
    Reach,
    RungDecision,
    decide,
    next_look,
)
from kam_flows.domain.mails import DUTY
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Rung
from kam_flows.persistence.ledger import Entry, NewEntry
from kam_flows.persistence.models import NoticeKind
from kam_flows.persistence.tickets import DueTicket
from kam_flows.persistence.unit_of_work import UnitOfWork

CHUNK = 5000
SWEEP = "escalate tickets"
AROUND = (TeamRole.LEAD_MANAGER, TeamRole.EXECUTIVE_SPONSOR)

Decided = tuple[DueTicket, Case, Sequence[Entry], tuple[RungDecision, ...]]
"""A ticket, its case, what the ledger has of its episode, and what was decided now."""


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


def climb_chunk(uow: UnitOfWork, now: datetime, undecided: list[int]) -> Climbed:
    """Decide about the tickets longest due.

    Those that cannot be decided are added to `undecided` and passed over from then on.
    """
    uow.leavers.take_back_lines(now)
    tickets = uow.tickets.due(now, CHUNK, undecided)
    result = Climbed(looked_at=len(tickets))
    if not tickets:
        return result
    entries = uow.ledger.entries(ticket.id for ticket in tickets)
    accounts = {ticket.account_id for ticket in tickets}
    teams = [uow.accounts.first_of(role, accounts) for role in AROUND]
    reach = Reach(uow.people.directory(), now)
    decided: list[Decided] = []
    for ticket in tickets:
        mine = [e for e in entries.get(ticket.id, ()) if e.episode == ticket.episode]
        try:
            case = _case(uow, ticket, mine, teams)
            decisions = decide(case, reach)
        except (UserError, LookupError, ValueError) as error:
            # One case that cannot be decided must not keep the others from their ladder.
            result.set_aside.append((ticket.number, f"{error!r}"))
            undecided.append(ticket.id)
        else:
            decided.append((ticket, case, mine, decisions))
    _record(uow, decided, now)
    result.outcomes.update(
        (decision.rung, decision.outcome)
        for *_, decisions in decided
        for decision in decisions
    )
    return result


def _case(
    uow: UnitOfWork,
    ticket: DueTicket,
    entries: Sequence[Entry],
    teams: Sequence[Mapping[int, str]],
) -> Case:
    policy = uow.policies.get(ticket.policy_id)
    return a_case(
        ticket.owner,
        *(team.get(ticket.account_id) for team in teams),
        entries=entries,
        rungs=policy.rungs(ticket.scene, ticket.tier, ticket.priority),
        armed=[
            ArmedRung(int(number), datetime.fromtimestamp(at, UTC))
            for number, at in ticket.armed
        ],
        calendar=policy.calendar(ticket.calendar),
    )


def a_case(
    owner: str | None,
    lead_manager: str | None,
    executive_sponsor: str | None,
    *,
    entries: Sequence[Entry],
    rungs: Mapping[int, Rung],
    armed: Sequence[ArmedRung],
    calendar: WorkCalendar,
) -> Case:
    """A case from the people around a ticket and what the ledger has of its episode."""
    held = next((e for e in entries if e.outcome is Outcome.HELD), None)
    told = [e.recipient for e in entries if e.outcome is Outcome.TOLD and e.recipient]
    return Case(
        around=Around(owner, lead_manager, executive_sponsor, frozenset(told)),
        rungs=rungs,
        armed=armed,
        recorded=frozenset([e.rung for e in entries]),
        held=ArmedRung(held.rung, held.due_at) if held else None,
        calendar=calendar,
    )


def _record(uow: UnitOfWork, decided: Sequence[Decided], now: datetime) -> None:
    """Ledger, owed lines, audit and the next look, for a whole chunk."""
    new: list[NewEntry] = []
    held: list[tuple[int, NewEntry]] = []
    looks: list[tuple[int, datetime | None]] = []
    for ticket, case, entries, decisions in decided:
        on_record = {entry.rung: entry.id for entry in entries}
        held_until = None
        for decision in decisions:
            entry = NewEntry(
                ticket_id=ticket.id,
                episode=ticket.episode,
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
                _write_down(uow, ticket, decision, now)
        recorded = case.recorded.union([d.rung for d in decisions])
        looks.append((ticket.id, next_look(case.armed, recorded, held_until)))
    ids = uow.ledger.record(new)
    uow.ledger.settle(held)
    recorded_entries = [*zip(ids, new, strict=True), *held]
    uow.ledger.owe(owed_lines(recorded_entries, now))
    uow.tickets.look_again(looks)


def _write_down(
    uow: UnitOfWork, ticket: DueTicket, decision: RungDecision, now: datetime
) -> None:
    """A held decision goes into the audit trail: another one will take its place.

    All others stand in the ledger for good, with recipient, skips and times.
    """
    uow.audit.write(
        now,
        SWEEP,
        f"rung {decision.rung} {decision.outcome}",
        f"ticket {ticket.number}",
        episode=ticket.episode,
        due_at=decision.due_at.isoformat(),
        deliver_at=decision.deliver_at.isoformat(),
        recipient=decision.resolution.recipient,
        skips=[
            f"{s.place}: {s.name or '-'}: {s.reason}" for s in decision.resolution.skips
        ],
    )


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
