"""Tickets and their histories in and out of the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Tier
from kam_flows.domain.choices import SEPARATOR, code_in, unknown
from kam_flows.domain.clocks import ArmedRung, Clock
from kam_flows.domain.tickets import (
    OVER,
    Priority,
    TicketEvent,
    TicketRecord,
    TicketState,
)
from kam_flows.persistence.models import (
    AccountRow,
    BreachRow,
    TicketEventRow,
    TicketRow,
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


class TicketRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, text: str) -> TicketView:
        """By number, or the choice shown in a form. Raises UserError with near ones."""
        number = code_in(text)
        found = self.views([number])
        if number in found:
            return found[number]
        known = (shown.split(SEPARATOR, maxsplit=1) for shown in self.choices())
        raise unknown("ticket", text, ((code, name) for code, name in known))

    def views(self, numbers: Iterable[str]) -> dict[str, TicketView]:
        wanted = list(numbers)
        found: dict[str, TicketView] = {}
        for some in pieces(wanted):
            statement = _select_views().where(TicketRow.number.in_(some))
            for row, code, name in self.session.execute(statement):
                found[row.number] = _view(row, code, name)
        return found

    def open_views(self, limit: int) -> list[TicketView]:
        """Open tickets, those that a sweep must look at soonest first."""
        statement = (
            _select_views()
            .where(TicketRow.state.not_in(OVER))
            .order_by(TicketRow.next_look_at.nulls_last(), TicketRow.opened_at)
            .limit(limit)
        )
        return [_view(*found) for found in self.session.execute(statement)]

    def open_count(self) -> int:
        statement = select(func.count()).where(TicketRow.state.not_in(OVER))
        return self.session.scalar(statement) or 0

    def choices(self, limit: int = 500) -> list[str]:
        """`T-0001 · account · title` of open tickets, newest first."""
        statement = (
            select(TicketRow.number, AccountRow.name, TicketRow.title)
            .join(AccountRow, AccountRow.id == TicketRow.account_id)
            .where(TicketRow.state != TicketState.CONFIRMED)
            .order_by(TicketRow.id.desc())
            .limit(limit)
        )
        return [ticket_choice(*found) for found in self.session.execute(statement)]

    def next_number(self) -> str:
        return f"T-{(self.session.scalar(select(func.max(TicketRow.id))) or 0) + 1:04d}"

    def next_due(self) -> datetime | None:
        """The moment of the next ticket that a sweep must look at."""
        return self.session.scalar(select(func.min(TicketRow.next_look_at)))

    def due(
        self, now: datetime, limit: int, but: Sequence[int] = ()
    ) -> list[TicketView]:
        """Tickets a sweep must look at by `now`, longest due first, locked for it.

        Rows that another sweep has locked are left to it (PostgreSQL).
        """
        statement = (
            _select_views()
            .where(TicketRow.next_look_at <= now, TicketRow.id.not_in(but))
            .order_by(TicketRow.next_look_at, TicketRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=TicketRow)
        )
        return [_view(*found) for found in self.session.execute(statement)]

    def lock(self, numbers: Iterable[str]) -> None:
        """Nobody else changes these tickets until this unit of work ends."""
        for some in pieces(sorted(numbers)):
            self.session.execute(
                select(TicketRow.id)
                .where(TicketRow.number.in_(some))
                .order_by(TicketRow.id)
                .with_for_update()
            ).all()

    def histories(self, ids: Iterable[int]) -> dict[int, list[TicketEvent]]:
        found: dict[int, list[TicketEvent]] = {}
        for some in pieces(list(ids)):
            statement = (
                select(
                    TicketEventRow.ticket_id,
                    TicketEventRow.at,
                    TicketEventRow.kind,
                    TicketEventRow.by,
                    TicketEventRow.value,
                    TicketEventRow.note,
                )
                .where(TicketEventRow.ticket_id.in_(some))
                .order_by(TicketEventRow.id)
            )
            for ticket_id, at, kind, by, value, note in self.session.execute(statement):
                event = TicketEvent(at=at, kind=kind, by=by, value=value, note=note)
                found.setdefault(ticket_id, []).append(event)
        return found

    def source_keys(self, ids: Iterable[int]) -> set[tuple[int, str]]:
        """Which lines of a log were already brought: ticket id and source key."""
        found: set[tuple[int, str]] = set()
        for some in pieces(list(ids)):
            statement = select(
                TicketEventRow.ticket_id, TicketEventRow.source_key
            ).where(
                TicketEventRow.ticket_id.in_(some),
                TicketEventRow.source_key.is_not(None),
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
        statement = insert(TicketRow).returning(TicketRow.id, TicketRow.number)
        ids = {
            number: id_
            for id_, number in self.session.execute(statement, rows).tuples()
        }
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
            self.session.execute(insert(TicketEventRow), rows)

    def keep_clocks(
        self, clocks: Sequence[tuple[TicketRecord, Clock, datetime | None]]
    ) -> None:
        """Write what histories now say, and when a sweep has to look again."""
        rows = [
            {
                "id": record.id,
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
                "next_look_at": look_at,
            }
            for record, clock, look_at in clocks
        ]
        if rows:
            self.session.execute(update(TicketRow), rows)
        self._keep_breaches(clocks)

    def look_again(self, looks: Sequence[tuple[int, datetime | None]]) -> None:
        """After a sweep decided: ticket id and when to look next."""
        if looks:
            self.session.connection().execute(
                update(TicketRow)
                .where(TicketRow.id == bindparam("ticket"))
                .values(next_look_at=bindparam("look_at")),
                [{"ticket": id_, "look_at": at} for id_, at in looks],
            )

    def _keep_breaches(
        self, clocks: Sequence[tuple[TicketRecord, Clock, datetime | None]]
    ) -> None:
        # Derived from history: an event that arrives late may add one or take one away.
        for some in pieces([record.id for record, _, _ in clocks]):
            self.session.execute(delete(BreachRow).where(BreachRow.ticket_id.in_(some)))
        rows = [
            {"ticket_id": record.id, **breach._asdict()}
            for record, clock, _ in clocks
            for breach in clock.breaches
        ]
        if rows:
            self.session.execute(insert(BreachRow), rows)


def ticket_choice(number: str, account_name: str, title: str) -> str:
    """How a form shows a ticket; links in mails carry the very same text."""
    return SEPARATOR.join((number, account_name, title))


def _select_views() -> Select[tuple[TicketRow, str, str]]:
    return select(TicketRow, AccountRow.code, AccountRow.name).join(
        AccountRow, AccountRow.id == TicketRow.account_id
    )


def _view(row: TicketRow, account: str, account_name: str) -> TicketView:
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
        account=account,
        account_name=account_name,
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
