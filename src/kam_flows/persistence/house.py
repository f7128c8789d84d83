"""What the house knows about itself: heartbeats, findings, and what waits too long."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kam_flows.domain.house_watch import DoubtfulMail, HouseFinding, Waiting, check_of
from kam_flows.domain.mails import Fate
from kam_flows.persistence.claims import OUTBOX, QUEUED, SENDING
from kam_flows.persistence.house_models import OPEN, HeartbeatRow, HouseFindingRow
from kam_flows.persistence.models import UtcDateTime, table_of
from kam_flows.persistence.onboardings import ONBOARDINGS
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.tickets import LOOKS, TICKETS

HEARTBEATS = table_of(HeartbeatRow)
FINDINGS = table_of(HouseFindingRow)
# As words, or neither database sees that its partial index will do.
IS_OPEN: ColumnElement[bool] = literal_column(
    "tickets.state NOT IN ('resolved', 'confirmed')"
)


class Heartbeat(NamedTuple):
    """When a part of the house was last alive, and how far it has come."""

    at: datetime
    place: str | None


class Known(NamedTuple):
    """A finding on record, and since when it is."""

    id: int
    finding: HouseFinding
    found_at: datetime


class HouseRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def beat(self, name: str, now: datetime, place: str | None = None) -> None:
        """This part of the house is alive, and has come so far."""
        row = {"name": name, "at": now, "place": place}
        statement = self._insert(HEARTBEATS).values(row)
        self.session.execute(
            statement.on_conflict_do_update(
                index_elements=["name"], set_={"at": now, "place": place}
            )
        )

    def heartbeats(self) -> dict[str, Heartbeat]:
        columns = (HEARTBEATS.c.name, HEARTBEATS.c.at, HEARTBEATS.c.place)
        rows = self.session.execute(select(*columns)).tuples()
        return {name: Heartbeat(at, place) for name, at, place in rows}

    def open_findings(self) -> list[Known]:
        """What is wrong as far as is known, the longest known first."""
        statement = select(FINDINGS).where(FINDINGS.c.cleared_at.is_(None))
        return self._known(statement.order_by(FINDINGS.c.id))

    def add(self, findings: Iterable[HouseFinding], now: datetime) -> list[Known]:
        """Those that nobody else has put on record; the schema keeps each once."""
        rows = [
            {
                "key": finding.key,
                "kind": finding.check,
                "values": dict(finding.values),
                "found_at": now,
            }
            for finding in findings
        ]
        added: list[Known] = []
        for some in pieces(rows, 100):
            statement = self._insert(FINDINGS).values(list(some))
            once = statement.on_conflict_do_nothing(
                index_elements=["key"], index_where=OPEN
            )
            added += self._known(once.returning(FINDINGS))
        return added

    def clear(self, keys: Iterable[str], now: datetime) -> list[Known]:
        """Those that nobody else has cleared."""
        done: list[Known] = []
        for some in pieces(sorted(keys)):
            statement = (
                update(FINDINGS)
                .where(FINDINGS.c.key.in_(some), FINDINGS.c.cleared_at.is_(None))
                .values(cleared_at=now)
                .returning(FINDINGS)
            )
            done += self._known(statement)
        return done

    def open_tickets(self) -> int:
        statement = select(func.count()).select_from(TICKETS).where(IS_OPEN)
        return self.session.scalar(statement) or 0

    def next_tickets(
        self, place: str | None, limit: int
    ) -> tuple[list[str], str | None]:
        """Open tickets from this place on, in the order of their opening.

        Their numbers, and the next place: `None` when the end is reached.
        """
        statement = (
            select(TICKETS.c.number, TICKETS.c.opened_at, TICKETS.c.id)
            .where(IS_OPEN)
            .order_by(TICKETS.c.opened_at, TICKETS.c.id)
            .limit(limit)
        )
        if place:
            moment, _, id_ = place.partition(" ")
            after = tuple_(
                literal(datetime.fromisoformat(moment), UtcDateTime), literal(int(id_))
            )
            statement = statement.where(
                tuple_(TICKETS.c.opened_at, TICKETS.c.id) > after
            )
        rows = self.session.execute(statement).all()
        numbers = [row.number for row in rows]
        if len(rows) < limit:
            return numbers, None
        return numbers, f"{rows[-1].opened_at.isoformat()} {rows[-1].id}"

    def kept(
        self, ids: Sequence[int], columns: Sequence[str]
    ) -> dict[int, dict[str, Any]]:
        """These columns of these tickets as they stand, and `look`: when a sweep looks."""
        wanted = [TICKETS.c[name] for name in columns]
        found: dict[int, dict[str, Any]] = {}
        for some in pieces(ids):
            statement = (
                select(TICKETS.c.id, LOOKS.c.at.label("look"), *wanted)
                .join(LOOKS, LOOKS.c.id == TICKETS.c.id)
                .where(TICKETS.c.id.in_(some))
            )
            for row in self.session.execute(statement).mappings():
                found[row["id"]] = dict(row)
        return found

    def checklist_looks(self) -> dict[int, datetime | None]:
        """When a sweep looks at each onboarding that runs, by its id."""
        statement = select(ONBOARDINGS.c.id, ONBOARDINGS.c.next_look_at)
        running = statement.where(ONBOARDINGS.c.completed_at.is_(None))
        return {id_: at for id_, at in self.session.execute(running)}

    def queue(self, now: datetime) -> Waiting:
        """Mails that may leave and have not."""
        due = (QUEUED, OUTBOX.c.not_before <= now)
        statement = select(func.count(), func.min(OUTBOX.c.not_before)).where(*due)
        return Waiting(*self.session.execute(statement).tuples().one())

    def lost_leases(self, now: datetime) -> Waiting:
        """Mails that stay in the hand of a dispatcher whose lease has ended."""
        lost = (SENDING, OUTBOX.c.leased_until < now)
        statement = select(func.count(), func.min(OUTBOX.c.leased_until)).where(*lost)
        return Waiting(*self.session.execute(statement).tuples().one())

    def in_doubt(self, limit: int) -> list[DoubtfulMail]:
        """Mails that may or may not have arrived, the oldest first."""
        statement = (
            select(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.subject)
            .where(OUTBOX.c.fate == Fate.UNKNOWN)
            .order_by(OUTBOX.c.id)
            .limit(limit)
        )
        return list(map(DoubtfulMail._make, self.session.execute(statement).all()))

    def _known(self, statement: Any) -> list[Known]:
        return [
            Known(
                id=row.id,
                finding=HouseFinding(
                    check=check_of(row.key),
                    subject=row.key.partition(":")[2],
                    values=row._mapping["values"],
                ),
                found_at=row.found_at,
            )
            for row in self.session.execute(statement)
        ]

    def _insert(self, table: Any) -> Any:
        on_postgres = self.session.get_bind().dialect.name == "postgresql"
        return (postgresql.insert if on_postgres else sqlite.insert)(table)
