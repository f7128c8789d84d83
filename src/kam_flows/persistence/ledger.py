"""The ledger: which rung was climbed when, who was told, and which lines are still owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import case, delete, func, select, union_all, update
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Tier
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.tickets import Priority
from kam_flows.persistence.bulk import (
    add_rows,
    alone,
    among,
    change_rows,
    point_rows,
    take_ids,
)
from kam_flows.persistence.models import (
    EscalationRow,
    LookRow,
    NoticeKind,
    NoticeRow,
    TicketRow,
    table_of,
)
from kam_flows.persistence.pieces import pieces


class Entry(NamedTuple):
    """One rung of one episode of one ticket, as the ledger has it."""

    id: int
    ticket_id: int
    episode: int
    rung: int
    due_at: datetime
    outcome: Outcome
    deliver_at: datetime | None
    stopped_at: datetime | None
    recipient: str | None


class NewEntry(NamedTuple):
    """A rung and what was decided about it, in the order of the ledger's columns."""

    ticket_id: int
    episode: int
    rung: int
    due_at: datetime
    decided_at: datetime
    outcome: Outcome
    deliver_at: datetime | None = None
    stopped_at: datetime | None = None
    recipient: str | None = None
    skips: tuple[Skipped, ...] = ()


class Owed(NamedTuple):
    """A line that stands in no mail yet, and no more of it than sorting needs."""

    notice_id: int
    recipient: str
    kind: NoticeKind
    ticket_id: int
    episode: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """An owed line with all that a mail says about it."""

    notice_id: int
    kind: NoticeKind
    number: str
    episode: int
    rung: int
    due_at: datetime
    stopped_at: datetime | None
    skips: tuple[Skipped, ...]


LEDGER = table_of(EscalationRow)
NOTICES = table_of(NoticeRow)
TICKETS = table_of(TicketRow)
LOOKS = table_of(LookRow)

MOST_URGENT_FIRST = (
    case({p: -n for n, p in enumerate(Priority)}, value=TICKETS.c.priority),
    case({t: n for n, t in enumerate(Tier)}, value=TICKETS.c.tier),
    LEDGER.c.due_at,
    NOTICES.c.id,
)
"""As the domain's `urgency` sorts the rungs of a mail."""

SOONEST = union_all(
    # Said in full, or SQLite does not see that its partial index will do.
    select(func.min(LOOKS.c.at)).where(LOOKS.c.at.is_not(None)),
    # Copies wait for their alert.
    select(func.min(NOTICES.c.owed_from)).where(
        NOTICES.c.mail_id.is_(None), NOTICES.c.kind != NoticeKind.COPY
    ),
)
"""Asked every few minutes, and mostly for nothing: made once, and one way there and back."""


class Ledger:
    def __init__(self, session: Session) -> None:
        self.session = session

    def entries(self, ticket_ids: Iterable[int]) -> dict[int, list[Entry]]:
        """Everything on record about these tickets, by ticket, lowest rung first."""
        statement = (
            select(*(LEDGER.c[name] for name in Entry._fields))
            .where(among(self.session, LEDGER.c.ticket_id, ticket_ids))
            .order_by(LEDGER.c.episode, LEDGER.c.rung)
        )
        found: dict[int, list[Entry]] = {}
        for entry in map(Entry._make, self.session.execute(statement).all()):
            found.setdefault(entry.ticket_id, []).append(entry)
        return found

    def record(self, entries: Sequence[NewEntry]) -> Sequence[int]:
        """Write new rungs; their ids in the same order.

        A rung that is on record already fails the whole unit of work: the schema, not
        the caller, makes sure that each is climbed once.
        """
        if not entries:
            return ()
        ids = take_ids(self.session, LEDGER, len(entries))
        rows = [
            (id_, *entry[:-1], skips_out(entry.skips))
            for id_, entry in zip(ids, entries, strict=True)
        ]
        add_rows(self.session, LEDGER, ("id", *NewEntry._fields), rows)
        return ids

    def settle(self, changes: Sequence[tuple[int, NewEntry]]) -> None:
        """Rewrite held rungs with what became of them."""
        rows = [(*entry[:-1], skips_out(entry.skips), id_) for id_, entry in changes]
        change_rows(self.session, LEDGER, NewEntry._fields, rows)

    def stop(self, stopped: Sequence[tuple[int, Outcome, datetime]]) -> None:
        """The stop condition came true: entry id, its outcome now, and when."""
        if not stopped:
            return
        rows = [(outcome, at, id_) for id_, outcome, at in stopped]
        change_rows(self.session, LEDGER, ("outcome", "stopped_at"), rows)
        for some in pieces([id_ for id_, _, _ in stopped]):
            dropped = self.session.execute(
                delete(NOTICES)
                .where(
                    NOTICES.c.escalation_id.in_(some),
                    NOTICES.c.mail_id.is_(None),
                    NOTICES.c.kind != NoticeKind.OVERNIGHT,
                )
                .returning(NOTICES.c.escalation_id, NOTICES.c.kind)
            ).all()
            # Told on paper only: the line had not come into a mail yet.
            untold = [id_ for id_, kind in dropped if kind is NoticeKind.ALERT]
            if untold:
                self.session.execute(
                    update(LEDGER)
                    .where(LEDGER.c.id.in_(untold))
                    .values(outcome=Outcome.STOPPED)
                )

    def owe(self, notices: Sequence[tuple[int, str, NoticeKind, datetime]]) -> None:
        """Entry id, recipient, kind, and the moment before which no mail carries it."""
        columns = ("escalation_id", "recipient", "kind", "owed_from")
        add_rows(self.session, NOTICES, columns, notices)

    def owed(self, now: datetime) -> list[Owed]:
        """Lines that a mail may carry by `now`: by recipient, the most urgent first.

        One unit of work at a time writes them into mails: two could each take one half
        of what belongs into one mail, and a copy without its alert would wait for ever.
        """
        alone(self.session, NOTICES)
        statement = (
            select(
                NOTICES.c.id,
                NOTICES.c.recipient,
                NOTICES.c.kind,
                LEDGER.c.ticket_id,
                LEDGER.c.episode,
            )
            .join_from(NOTICES, LEDGER, LEDGER.c.id == NOTICES.c.escalation_id)
            .join(TICKETS, TICKETS.c.id == LEDGER.c.ticket_id)
            .where(NOTICES.c.mail_id.is_(None), NOTICES.c.owed_from <= now)
            .order_by(NOTICES.c.recipient, *MOST_URGENT_FIRST)
            .with_for_update(skip_locked=True, of=NOTICES)
        )
        return list(map(Owed._make, self.session.execute(statement).all()))

    def lines(self, notice_ids: Iterable[int]) -> dict[int, Line]:
        """What mails say about these, by notice."""
        statement = (
            select(
                NOTICES.c.id.label("notice_id"),
                NOTICES.c.kind,
                TICKETS.c.number,
                LEDGER.c.episode,
                LEDGER.c.rung,
                LEDGER.c.due_at,
                LEDGER.c.stopped_at,
                LEDGER.c.skips,
            )
            .join_from(NOTICES, LEDGER, LEDGER.c.id == NOTICES.c.escalation_id)
            .join(TICKETS, TICKETS.c.id == LEDGER.c.ticket_id)
            .where(among(self.session, NOTICES.c.id, notice_ids))
        )
        return {
            row.notice_id: Line(**{**row._mapping, "skips": skips_in(row.skips)})
            for row in self.session.execute(statement)
        }

    def next_due(self) -> datetime | None:
        """From when on a sweep has a ticket to look at, or a line to mail."""
        return min(filter(None, self.session.scalars(SOONEST)), default=None)

    def counts(self) -> list[tuple[str, int, Outcome, int]]:
        """How many rungs have each outcome: ladder, rung, outcome, count."""
        key = (TICKETS.c.ladder, LEDGER.c.rung, LEDGER.c.outcome)
        statement = (
            select(*key, func.count())
            .join_from(LEDGER, TICKETS, TICKETS.c.id == LEDGER.c.ticket_id)
            .group_by(*key)
            .order_by(*key)
        )
        return [tuple(row) for row in self.session.execute(statement)]

    def mailed(self, carried: Sequence[tuple[int, int]]) -> None:
        """Which mail carries which line: mail id, notice id."""
        point_rows(self.session, NOTICES, "mail_id", carried)


@lru_cache
def skips_out(skips: tuple[Skipped, ...]) -> list[list[str]]:
    return [[s.place, s.staff or "", s.name, s.reason.value] for s in skips]


def skips_in(stored: Iterable[Sequence[str]]) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(place=place, staff=staff or None, name=name, reason=Skip(reason))
        for place, staff, name, reason in stored
    )
