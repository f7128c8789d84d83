"""What a successor has to know of an account, drawn from all that is on record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kam_flows.domain.account_file import EntryKind, FileEntry, Transaction
from kam_flows.domain.accounts import Account, Contact
from kam_flows.domain.agreements import Agreement
from kam_flows.domain.handovers import (
    Detail,
    HandoverItem,
    HandoverKind,
    NextDate,
)
from kam_flows.domain.policy import Target
from kam_flows.domain.survey import Answer, Answers, Dimension
from kam_flows.domain.tickets import TicketState

TOUCHPOINTS = 5
"""So many of the last ones are handed over; the account file has the others."""
AHEAD = timedelta(days=90)
"""So far ahead a date is worth knowing on the day of the handover."""
LATE = {
    Target.RESPOND: Detail.LATE_RESPONSES,
    Target.PLAN: Detail.LATE_PLANS,
    Target.RESOLVE: Detail.LATE_SOLUTIONS,
}


class OpenTicket(NamedTuple):
    """A ticket in progress; times are those promised and not yet met."""

    number: str
    title: str
    state: TicketState
    owner: str
    """Name; empty: nobody's."""
    respond_by: datetime | None = None
    plan_by: datetime | None = None
    resolve_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """All that is known about an account when it is handed over."""

    account: Account
    answers: Answers = field(default_factory=dict)
    entries: Sequence[FileEntry] = ()
    """Of the account file, newest first."""
    contacts: Sequence[Contact] = ()
    """Who decides comes first."""
    tickets: Sequence[OpenTicket] = ()
    agreement: Agreement | None = None
    """The one in force."""
    breaches: Mapping[Target, int] = field(default_factory=dict)
    """Promises met late in the last twelve months."""
    transactions: Sequence[Transaction] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Of our people, by code."""

    def name(self, code: str | None) -> str:
        return self.names.get(code or "", code or "")


Drawn = tuple[HandoverKind, str, Iterable[tuple[Detail, object]]]
"""Kind, words and details of an item to be; a detail of `None` or "" is left out."""


def draw_items(known: OnRecord, today: date) -> tuple[HandoverItem, ...]:
    """Red lines first, then what we owe, needs, people, and where things stand."""
    drawn = (
        *_needs(known, HandoverKind.RED_LINE),
        *_promises(known),
        *_needs(known, HandoverKind.NEED),
        *_contacts(known),
        *_touchpoints(known),
        *_tickets(known),
        _agreement(known),
        *_dates(known, today),
    )
    return tuple(
        HandoverItem(
            place=place,
            kind=kind,
            text=text,
            details=tuple((what, str(one)) for what, one in details if one),
        )
        for place, (kind, text, details) in enumerate(drawn, 1)
    )


def _needs(known: OnRecord, kind: HandoverKind) -> Iterator[Drawn]:
    red = kind is HandoverKind.RED_LINE
    for dimension in Dimension:
        answer = known.answers.get(dimension)
        if answer and red is (dimension is Dimension.RED_LINES):
            yield kind, answer.text, _said(known, answer, dimension)
    for entry in known.entries:
        if entry.kind is EntryKind.SPECIAL_NEED and not red:
            details = (_on(entry.at), (Detail.RECORDED_BY, known.name(entry.by)))
            yield kind, entry.text, details


def _said(
    known: OnRecord, answer: Answer, dimension: Dimension
) -> Iterable[tuple[Detail, object]]:
    return (
        (Detail.DIMENSION, dimension.value),
        _on(answer.at),
        (Detail.RECORDED_BY, known.name(answer.by)),
        (Detail.SOURCE, answer.source),
    )


def _promises(known: OnRecord) -> Iterator[Drawn]:
    """Those past their day first, the longest of them before the others."""
    owed = [entry for entry in known.entries if entry.is_open]
    owed.sort(key=lambda entry: (entry.due_on or date.max, entry.at, entry.id))
    for entry in owed:
        yield (
            HandoverKind.PROMISE,
            entry.text,
            (
                (Detail.DUE_ON, entry.due_on and entry.due_on.isoformat()),
                (Detail.OWNER, known.name(entry.owner)),
                _on(entry.at),
            ),
        )


def _contacts(known: OnRecord) -> Iterator[Drawn]:
    for contact in known.contacts:
        yield (
            HandoverKind.CONTACT,
            contact.name,
            (
                (Detail.DECISION_MAKER, contact.is_decision_maker),
                (Detail.JOB_TITLE, contact.title),
                (Detail.EMAIL, contact.email),
                (Detail.PHONE, contact.phone),
            ),
        )


def _touchpoints(known: OnRecord) -> Iterator[Drawn]:
    said = [e for e in known.entries if e.kind is EntryKind.COMMUNICATION]
    for entry in said[:TOUCHPOINTS]:
        details = (_on(entry.at), (Detail.RECORDED_BY, known.name(entry.by)))
        yield HandoverKind.TOUCHPOINT, entry.text, details


def _tickets(known: OnRecord) -> Iterator[Drawn]:
    """What is due first comes first."""

    def soonest(ticket: OpenTicket) -> tuple[float, str]:
        times = (ticket.respond_by, ticket.plan_by, ticket.resolve_by)
        due = [at.timestamp() for at in times if at]
        return min(due, default=float("inf")), ticket.number

    for ticket in sorted(known.tickets, key=soonest):
        yield (
            HandoverKind.TICKET,
            ticket.title,
            (
                (Detail.NUMBER, ticket.number),
                (Detail.STATE, ticket.state.value),
                (Detail.OWNER, ticket.owner),
                (Detail.RESPOND_BY, _moment(ticket.respond_by)),
                (Detail.PLAN_BY, _moment(ticket.plan_by)),
                (Detail.RESOLVE_BY, _moment(ticket.resolve_by)),
            ),
        )


def _agreement(known: OnRecord) -> Drawn:
    agreement, late = known.agreement, known.breaches
    signature = agreement.signature if agreement else None
    return (
        HandoverKind.AGREEMENT,
        "",
        (
            (Detail.VERSION, agreement.version if agreement else None),
            (Detail.SIGNED_ON, signature and signature.on.isoformat()),
            (Detail.SIGNED_BY, signature and signature.by),
            *((what, late.get(target)) for target, what in LATE.items()),
        ),
    )


def _dates(known: OnRecord, today: date) -> Iterator[Drawn]:
    coming = [
        (yearly(contact.birthday, today), NextDate.BIRTHDAY, contact.name)
        for contact in known.contacts
        if contact.birthday
    ]
    signed = known.account.signed_on
    if signed and (day := yearly(signed, today)) > signed:
        coming.append((day, NextDate.SIGNING, ""))
    coming += [
        (one.ends_on, NextDate.CONTRACT_END, one.text or one.reference)
        for one in known.transactions
        if one.ends_on and one.ends_on >= today
    ]
    for day, occasion, text in sorted(coming):
        if day <= today + AHEAD:
            details = (
                (Detail.OCCASION, occasion.value),
                (Detail.FALLS_ON, day.isoformat()),
            )
            yield HandoverKind.DATE, text, details


def yearly(day: date, today: date) -> date:
    """The next time this day of the year comes round; 29 February on the 28th."""
    coming = (_in_year(day, year) for year in (today.year, today.year + 1))
    return next(one for one in coming if one >= today)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _on(at: datetime) -> tuple[Detail, str]:
    return Detail.SAID_ON, at.isoformat()


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
