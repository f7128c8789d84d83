"""Tickets and their histories in and out of the database."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Row,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Tier
from kam_flows.domain.choices import SEPARATOR, code_in, in_a_list, unknown
from kam_flows.domain.clocks import ArmedRung, Clock
from kam_flows.domain.tickets import (
    OVER,
    Happening,
    Priority,
    TicketEvent,
    TicketRecord,
    TicketState,
)
from kam_flows.persistence.bulk import add_rows, alone, among, change_rows
from kam_flows.persistence.models import (
    AccountRow,
    BreachRow,
    LookRow,
    TicketEventRow,
    TicketRow,
    table_of,
)
from kam_flows.persistence.pieces import pieces


@dataclass(frozen=True, kw_only=True)
class TicketView:
    """A ticket as its columns stand: its clocks, and where its ladder is."""

    record: TicketRecord
    account: str
    account_name: str
    scene: str
    priority: Priority
    tier: Tier
    owner: str | None
    state: TicketState
    episode: int
    opened_at: datetime
    episode_started_at: datetime
    respond_by: datetime | None
    plan_by: datetime | None
    resolve_by: datetime | None
    responded_at: datetime | None
    planned_at: datetime | None
    waiting_since: datetime | None
    waited: timedelta
    provisional: bool
    ladder: str
    armed: tuple[ArmedRung, ...]
    next_look_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """A ticket about to be stored; `number` empty: the next free one is given."""

    number: str
    account_id: int
    title: str
    scene: str
    priority: Priority
    tier: Tier
    policy_id: int
    calendar: str
    opened_at: datetime


TICKETS = table_of(TicketRow)
EVENTS = table_of(TicketEventRow)
BREACHES = table_of(BreachRow)
ACCOUNTS = table_of(AccountRow)
LOOKS = table_of(LookRow)
LOCKED = (TICKETS, LOOKS)
"""Whoever waited for a ticket must see both as they are by then."""


class DueTicket(NamedTuple):
    """What a sweep must know of a ticket to decide about it, as the columns stand."""

    id: int
    number: str
    account_id: int
    owner: str | None
    scene: str
    tier: Tier
    priority: Priority
    policy_id: int
    calendar: str
    episode: int
    armed: Sequence[tuple[int, float]]
    """Rung number and due time in seconds since 1970, by time."""


class TicketRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, text: str, *, lock: bool = False) -> TicketView:
        """By number, or the choice shown in a form. Raises UserError with near ones.

        Locked, nobody else changes the ticket until this unit of work ends.
        """
        number = code_in(text)
        found = self.views([number], lock=lock)
        if number in found:
            return found[number]
        known = (shown.split(SEPARATOR, maxsplit=1) for shown in self.choices())
        raise unknown("ticket", text, ((code, name) for code, name in known))

    def views(
        self, numbers: Iterable[str], *, lock: bool = False
    ) -> dict[str, TicketView]:
        found: dict[str, TicketView] = {}
        # Everybody locks in the same order, so nobody waits in a circle.
        for some in pieces(sorted(numbers)):
            statement = _select_views().where(TICKETS.c.number.in_(some))
            if lock:
                statement = statement.order_by(TICKETS.c.id).with_for_update(of=LOCKED)
            for row in self.session.execute(statement):
                found[row.number] = _view(row)
        return found

    def open_views(self, limit: int) -> list[TicketView]:
        """Open tickets, those that a sweep must look at soonest first.

        Then those it need not look at, the oldest first: each part has its own index.
        """
        are_open = _select_views().where(TICKETS.c.state.not_in(OVER))
        awaited = are_open.where(LOOKS.c.at.is_not(None)).order_by(
            LOOKS.c.at, TICKETS.c.opened_at
        )
        others = are_open.where(LOOKS.c.at.is_(None)).order_by(TICKETS.c.opened_at)
        rows = self.session.execute(awaited.limit(limit)).all()
        if len(rows) < limit:
            rest = self.session.execute(others.limit(limit - len(rows)))
            rows = [*rows, *rest]
        return [_view(row) for row in rows]

    def open_of(self, account: str) -> list[TicketView]:
        """The open tickets of one account."""
        statement = _select_views().where(
            ACCOUNTS.c.code == account, TICKETS.c.state.not_in(OVER)
        )
        return [_view(row) for row in self.session.execute(statement)]

    def open_among(self, account_ids: Iterable[int]) -> dict[int, list[TicketView]]:
        """The open tickets of these accounts, by account id, the oldest first."""
        statement = (
            _select_views()
            .where(
                among(self.session, TICKETS.c.account_id, account_ids),
                TICKETS.c.state.not_in(OVER),
            )
            .order_by(TICKETS.c.id)
        )
        found: dict[int, list[TicketView]] = {}
        for row in self.session.execute(statement):
            found.setdefault(row.account_id, []).append(_view(row))
        return found

    def open_owned_by(self, owner: str) -> list[TicketView]:
        """The open tickets that are this person's, at whatever account."""
        statement = _select_views().where(
            TICKETS.c.owner == owner, TICKETS.c.state.not_in(OVER)
        )
        return [_view(row) for row in self.session.execute(statement)]

    def choices(self, limit: int = 500) -> list[str]:
        """`T-0001 · account · title` of open tickets, newest first."""
        statement = (
            select(TICKETS.c.number, ACCOUNTS.c.name, TICKETS.c.title)
            .join_from(TICKETS, ACCOUNTS, ACCOUNTS.c.id == TICKETS.c.account_id)
            .where(TICKETS.c.state != literal_column("'confirmed'"))
            .order_by(TICKETS.c.id.desc())
            .limit(limit)
        )
        return [ticket_choice(*found) for found in self.session.execute(statement)]

    def numbers(self) -> list[str]:
        """All of them, in the order they came in."""
        return list(
            self.session.scalars(select(TICKETS.c.number).order_by(TICKETS.c.id))
        )

    def next_number(self) -> str:
        """Nobody else is given one until this unit of work ends."""
        alone(self.session, TICKETS)
        return f"T-{(self.session.scalar(select(func.max(TICKETS.c.id))) or 0) + 1:04d}"

    def twin(
        self,
        account_id: int,
        title: str,
        scene: str,
        by: str,
        between: tuple[datetime, datetime],
    ) -> str | None:
        """The ticket that this person has opened with these very words in this time."""
        statement = (
            select(TICKETS.c.number)
            .join(EVENTS, EVENTS.c.ticket_id == TICKETS.c.id)
            .where(
                TICKETS.c.account_id == account_id,
                TICKETS.c.title == title,
                TICKETS.c.first_scene == scene,
                TICKETS.c.opened_at.between(*between),
                TICKETS.c.state.not_in(OVER),
                EVENTS.c.kind == Happening.OPENED,
                EVENTS.c.by == by,
            )
            .limit(1)
        )
        return self.session.scalar(statement)

    def due(
        self, now: datetime, limit: int, but: Sequence[int] = ()
    ) -> list[DueTicket]:
        """Tickets a sweep must look at by `now`, longest due first, locked for it.

        Rows that another sweep has locked are left to it (PostgreSQL).
        """
        *columns, _ = (TICKETS.c[name] for name in DueTicket._fields)
        statement = (
            select(*columns, cast(TICKETS.c.armed, Text))
            .join_from(LOOKS, TICKETS, TICKETS.c.id == LOOKS.c.id)
            .where(LOOKS.c.at <= now, LOOKS.c.id.not_in(but))
            .order_by(LOOKS.c.at, LOOKS.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=LOCKED)
        )
        found = self.session.execute(statement).all()
        # One list for all of them is read in a third of the time.
        armed = json.loads(f"[{','.join(row[-1] for row in found)}]")
        return [
            DueTicket._make((*row[:-1], rungs))
            for row, rungs in zip(found, armed, strict=True)
        ]

    def histories(self, ids: Iterable[int]) -> dict[int, list[TicketEvent]]:
        found: dict[int, list[TicketEvent]] = {}
        for some in pieces(list(ids)):
            statement = (
                select(
                    EVENTS.c.ticket_id,
                    EVENTS.c.at,
                    EVENTS.c.kind,
                    EVENTS.c.by,
                    EVENTS.c.value,
                    EVENTS.c.note,
                )
                .where(EVENTS.c.ticket_id.in_(some))
                .order_by(EVENTS.c.id)
            )
            for ticket_id, at, kind, by, value, note in self.session.execute(statement):
                event = TicketEvent(at=at, kind=kind, by=by, value=value, note=note)
                found.setdefault(ticket_id, []).append(event)
        return found

    def source_keys(self, ids: Iterable[int]) -> set[tuple[int, str]]:
        """Which lines of a log were already brought: ticket id and source key."""
        found: set[tuple[int, str]] = set()
        for some in pieces(list(ids)):
            statement = select(EVENTS.c.ticket_id, EVENTS.c.source_key).where(
                EVENTS.c.ticket_id.in_(some),
                EVENTS.c.source_key.is_not(None),
            )
            found.update(
                (id_, key or "") for id_, key in self.session.execute(statement)
            )
        return found

    def add(self, tickets: Sequence[NewTicket]) -> dict[str, TicketRecord]:
        """Store new tickets without a history yet. By number."""
        if not tickets:
            return {}
        rows = [
            {
                "number": t.number,
                "account_id": t.account_id,
                "title": t.title,
                "first_scene": t.scene,
                "first_priority": t.priority,
                "first_tier": t.tier,
                "scene": t.scene,
                "priority": t.priority,
                "tier": t.tier,
                "policy_id": t.policy_id,
                "calendar": t.calendar,
                "opened_at": t.opened_at,
                "episode_started_at": t.opened_at,
                "state": TicketState.PENDING,
                "episode": 1,
                "ladder": "",
                "armed": [],
            }
            for t in tickets
        ]
        statement = insert(TICKETS).returning(TICKETS.c.id, TICKETS.c.number)
        ids = {
            number: id_
            for id_, number in self.session.execute(statement, rows).tuples()
        }
        add_rows(self.session, LOOKS, ("id", "at"), [(i, None) for i in ids.values()])
        return {
            t.number: TicketRecord(
                id=ids[t.number],
                number=t.number,
                account_id=t.account_id,
                title=t.title,
                scene=t.scene,
                priority=t.priority,
                tier=t.tier,
                policy_id=t.policy_id,
                calendar=t.calendar,
            )
            for t in tickets
        }

    def add_events(
        self,
        events: Sequence[tuple[int, TicketEvent, str | None]],
        recorded_at: datetime,
    ) -> None:
        """Append to histories: ticket id, event, and the source key of an import."""
        rows = [
            {
                "ticket_id": ticket_id,
                "at": event.at,
                "kind": event.kind,
                "by": event.by,
                "value": event.value,
                "note": event.note,
                "recorded_at": recorded_at,
                "source_key": source_key,
            }
            for ticket_id, event, source_key in events
        ]
        if rows:
            self.session.execute(insert(EVENTS), rows)

    def keep_clocks(
        self, clocks: Sequence[tuple[TicketRecord, Clock, datetime | None]]
    ) -> None:
        """Write what histories now say, and when a sweep has to look again."""
        rows = [
            {"ticket": record.id, **clock_columns(record, clock)}
            for record, clock, _ in clocks
        ]
        if rows:
            columns = [name for name in rows[0] if name != "ticket"]
            self.session.execute(
                update(TICKETS)
                .where(TICKETS.c.id == bindparam("ticket"))
                .values({name: bindparam(name) for name in columns}),
                rows,
            )
        self.look_again([(record.id, look_at) for record, _, look_at in clocks])
        self._keep_breaches(clocks)

    def look_again(self, looks: Sequence[tuple[int, datetime | None]]) -> None:
        """Ticket id, and when a sweep has to look next."""
        change_rows(self.session, LOOKS, ("at",), [(at, id_) for id_, at in looks])

    def _keep_breaches(
        self, clocks: Sequence[tuple[TicketRecord, Clock, datetime | None]]
    ) -> None:
        # Derived from history: an event that arrives late may add one or take one away.
        # Those before a re-clocking were judged by other promises, and stand.
        whole = [record.id for record, clock, _ in clocks if not clock.reclocked_at]
        for some in pieces(whole):
            self.session.execute(delete(BREACHES).where(BREACHES.c.ticket_id.in_(some)))
        since = [
            {"ticket": record.id, "since": clock.reclocked_at}
            for record, clock, _ in clocks
            if clock.reclocked_at
        ]
        if since:
            self.session.connection().execute(
                delete(BREACHES).where(
                    BREACHES.c.ticket_id == bindparam("ticket"),
                    BREACHES.c.met_at >= bindparam("since"),
                ),
                since,
            )
        rows = [
            {"ticket_id": record.id, **breach._asdict()}
            for record, clock, _ in clocks
            for breach in clock.breaches
        ]
        if rows:
            self.session.execute(insert(BREACHES), rows)


def ticket_choice(number: str, account_name: str, title: str) -> str:
    """How a form shows a ticket; links in mails carry the very same text."""
    return SEPARATOR.join((number, in_a_list(account_name), in_a_list(title)))


def clock_columns(record: TicketRecord, clock: Clock) -> dict[str, Any]:
    """What the columns of a ticket say after its history, by name."""
    return {
        "policy_id": record.policy_id,
        "calendar": record.calendar,
        "scene": clock.scene,
        "priority": clock.priority,
        "tier": clock.tier,
        "owner": clock.owner,
        "state": clock.state,
        "episode": clock.episode,
        "opened_at": clock.opened_at,
        "episode_started_at": clock.episode_started_at,
        "respond_by": clock.respond_by,
        "plan_by": clock.plan_by,
        "resolve_by": clock.resolve_by,
        "responded_at": clock.responded_at,
        "planned_at": clock.planned_at,
        "resolved_at": clock.resolved_at,
        "waiting_since": clock.waiting_since,
        "waited_seconds": int(clock.waited.total_seconds()),
        "provisional": clock.provisional,
        "ladder": clock.ladder,
        "armed": [[r.number, r.due_at.timestamp()] for r in clock.armed],
    }


def _select_views() -> Select[Any]:
    return (
        select(
            TICKETS,
            ACCOUNTS.c.code.label("account"),
            ACCOUNTS.c.name.label("account_name"),
            LOOKS.c.at.label("next_look_at"),
        )
        .join_from(TICKETS, ACCOUNTS, ACCOUNTS.c.id == TICKETS.c.account_id)
        .join(LOOKS, LOOKS.c.id == TICKETS.c.id)
    )


def _view(row: Row[Any]) -> TicketView:
    return TicketView(
        record=TicketRecord(
            id=row.id,
            number=row.number,
            account_id=row.account_id,
            title=row.title,
            scene=row.first_scene,
            priority=row.first_priority,
            tier=row.first_tier,
            policy_id=row.policy_id,
            calendar=row.calendar,
        ),
        account=row.account,
        account_name=row.account_name,
        scene=row.scene,
        priority=row.priority,
        tier=row.tier,
        owner=row.owner,
        state=row.state,
        episode=row.episode,
        opened_at=row.opened_at,
        episode_started_at=row.episode_started_at,
        respond_by=row.respond_by,
        plan_by=row.plan_by,
        resolve_by=row.resolve_by,
        responded_at=row.responded_at,
        planned_at=row.planned_at,
        waiting_since=row.waiting_since,
        waited=timedelta(seconds=row.waited_seconds),
        provisional=row.provisional,
        ladder=row.ladder,
        armed=tuple(
            ArmedRung(int(number), datetime.fromtimestamp(at, UTC))
            for number, at in row.armed
        ),
        next_look_at=row.next_look_at,
    )
