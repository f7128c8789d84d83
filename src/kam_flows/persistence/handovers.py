"""Handovers and the items that a successor accepts."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.choices import SEPARATOR, choice, code_in, unknown
from kam_flows.domain.handovers import PREFIX, Detail, Handover, HandoverItem
from kam_flows.persistence.bulk import among
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.onboarding_models import HandoverItemRow, HandoverRow

ACCOUNTS = table_of(AccountRow)
HANDOVERS = table_of(HandoverRow)
ITEMS = table_of(HandoverItemRow)
DIGITS = 9
"""Longer numbers are no handover's, and too long for the database."""


class HandoverRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, handover_id: int, *, lock: bool = False) -> Handover | None:
        return next(iter(self._read(HANDOVERS.c.id == handover_id, lock=lock)), None)

    def of(self, account_id: int) -> list[Handover]:
        """All of an account, the newest first."""
        found = self._read(HANDOVERS.c.account_id == account_id)
        return sorted(found, key=lambda handover: -handover.id)

    def find(self, text: str) -> Handover:
        """By number, the choice shown in a form, or the account that has only one open.

        Raises UserError, naming near ones, if there is none.
        """
        number = code_in(text).upper().removeprefix(PREFIX)
        known = number.isdecimal() and len(number) <= DIGITS
        if known and (found := self.get(int(number))):
            return found
        named = ACCOUNTS.c.code == code_in(text)
        found_there = self._read(HANDOVERS.c.accepted_at.is_(None), named)
        if len(found_there) == 1:
            return found_there[0]
        shown = (one.partition(SEPARATOR) for one in self.choices())
        raise unknown("handover", text, ((code, name) for code, _, name in shown))

    def choices(self, limit: int = 500) -> list[str]:
        """`H-3 · account` of those not yet accepted, newest first."""
        statement = (
            select(HANDOVERS.c.id, ACCOUNTS.c.name)
            .join(ACCOUNTS, ACCOUNTS.c.id == HANDOVERS.c.account_id)
            .where(HANDOVERS.c.accepted_at.is_(None))
            .order_by(HANDOVERS.c.id.desc())
            .limit(limit)
        )
        return [
            choice(f"{PREFIX}{id_}", name)
            for id_, name in self.session.execute(statement)
        ]

    def waiting(
        self, account_id: int | None = None, *, lock: bool = False
    ) -> list[Handover]:
        """Those not yet accepted, of this account or of all."""
        which: list[Any] = [HANDOVERS.c.accepted_at.is_(None)]
        if account_id is not None:
            which.append(HANDOVERS.c.account_id == account_id)
        return self._read(*which, lock=lock)

    def accepted(self, account_ids: Collection[int]) -> dict[int, set[str]]:
        """Who has accepted all of a handover, and has none open, by account id."""
        statement = select(
            HANDOVERS.c.account_id, HANDOVERS.c.successor, HANDOVERS.c.accepted_at
        ).where(among(self.session, HANDOVERS.c.account_id, account_ids))
        found: dict[int, set[str]] = {}
        waiting: set[tuple[int, str]] = set()
        for account_id, successor, accepted_at in self.session.execute(statement):
            if accepted_at is None:
                waiting.add((account_id, successor))
            found.setdefault(account_id, set()).add(successor)
        return {
            id_: {one for one in people if (id_, one) not in waiting}
            for id_, people in found.items()
        }

    def next_due(self) -> datetime | None:
        found: datetime | None = self.session.scalar(
            select(func.min(HANDOVERS.c.next_look_at)).where(
                HANDOVERS.c.next_look_at.is_not(None)
            )
        )
        return found

    def due(self, now: datetime, limit: int, but: Sequence[int] = ()) -> list[Handover]:
        """Handovers a sweep must look at, longest due first, locked for it."""
        return self._read(
            HANDOVERS.c.next_look_at <= now,
            HANDOVERS.c.id.not_in(but),
            lock=True,
            limit=limit,
        )

    def add(
        self,
        account_id: int,
        handover: Handover,
        next_look_at: datetime | None,
    ) -> int:
        """A new handover with its items; its id (that of `handover` does not count)."""
        statement = insert(HANDOVERS).values(
            account_id=account_id,
            leaving=handover.leaving,
            successor=handover.successor,
            started_at=handover.started_at,
            started_by=handover.started_by,
            policy_id=handover.policy_id,
            accept_by=handover.accept_by,
            recording=handover.recording,
            climbed=handover.climbed,
            accepted_at=handover.accepted_at,
            next_look_at=next_look_at,
        )
        added: int = self.session.scalars(statement.returning(HANDOVERS.c.id)).one()
        rows = [
            {
                "handover_id": added,
                "place": item.place,
                "kind": item.kind,
                "text": item.text,
                "details": [list(pair) for pair in item.details],
                "accepted_at": item.accepted_at,
                "accepted_by": item.accepted_by,
                "note": item.note,
            }
            for item in handover.items
        ]
        if rows:
            self.session.execute(insert(ITEMS), rows)
        return added

    def keep(self, handover: Handover, next_look_at: datetime | None) -> None:
        """Who is to accept it until when, how far it has climbed, if all is accepted."""
        changed = update(HANDOVERS).where(HANDOVERS.c.id == handover.id)
        self.session.execute(
            changed.values(
                successor=handover.successor,
                accept_by=handover.accept_by,
                climbed=handover.climbed,
                accepted_at=handover.accepted_at,
                next_look_at=next_look_at,
            )
        )

    def accept(self, handover_id: int, items: Iterable[HandoverItem]) -> None:
        for item in items:
            accepted = update(ITEMS).where(
                ITEMS.c.handover_id == handover_id, ITEMS.c.place == item.place
            )
            self.session.execute(
                accepted.values(
                    accepted_at=item.accepted_at,
                    accepted_by=item.accepted_by,
                    note=item.note,
                )
            )

    def _read(
        self, *which: Any, lock: bool = False, limit: int | None = None
    ) -> list[Handover]:
        statement: Select[Any] = (
            select(HANDOVERS, ACCOUNTS.c.code.label("account"))
            .join(ACCOUNTS, ACCOUNTS.c.id == HANDOVERS.c.account_id)
            .where(*which)
            .order_by(HANDOVERS.c.next_look_at, HANDOVERS.c.id)
            .limit(limit)
        )
        if lock:
            skip = limit is not None
            statement = statement.with_for_update(skip_locked=skip, of=HANDOVERS)
        rows = self.session.execute(statement).all()
        items = self._items([row.id for row in rows])
        return [_handover(row, items.get(row.id, ())) for row in rows]

    def _items(self, ids: Collection[int]) -> dict[int, list[HandoverItem]]:
        statement = (
            select(ITEMS)
            .where(among(self.session, ITEMS.c.handover_id, ids))
            .order_by(ITEMS.c.place)
        )
        found: dict[int, list[HandoverItem]] = {}
        for row in self.session.execute(statement):
            item = HandoverItem(
                place=row.place,
                kind=row.kind,
                text=row.text,
                details=tuple((Detail(what), value) for what, value in row.details),
                accepted_at=row.accepted_at,
                accepted_by=row.accepted_by,
                note=row.note,
            )
            found.setdefault(row.handover_id, []).append(item)
        return found


def _handover(row: Row[Any], items: Sequence[HandoverItem]) -> Handover:
    return Handover(
        id=row.id,
        account=row.account,
        leaving=row.leaving,
        successor=row.successor,
        started_at=row.started_at,
        started_by=row.started_by,
        policy_id=row.policy_id,
        accept_by=row.accept_by,
        recording=row.recording,
        climbed=row.climbed,
        items=tuple(items),
        accepted_at=row.accepted_at,
    )
