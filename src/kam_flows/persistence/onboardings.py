"""Onboardings: their checklists, and the ledger of who heard of which open item."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kam_flows.domain.notices import Skipped
from kam_flows.domain.onboarding import Item, Onboarding, StepKind, StepOutcome
from kam_flows.domain.pauses import Pause
from kam_flows.persistence.bulk import add_rows, among, change_rows, take_ids
from kam_flows.persistence.ledger import skips_in, skips_out
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.onboarding_models import (
    ChecklistItemRow,
    ChecklistStepRow,
    OnboardingRow,
)

ACCOUNTS = table_of(AccountRow)
ONBOARDINGS = table_of(OnboardingRow)
ITEMS = table_of(ChecklistItemRow)
STEPS = table_of(ChecklistStepRow)


class NewStep(NamedTuple):
    """A step and what was decided about it, in the order of the ledger's columns."""

    onboarding_id: int
    item: str
    kind: StepKind
    number: int
    due_at: datetime
    decided_at: datetime
    outcome: StepOutcome
    recipient: str
    mail_id: int | None
    skips: tuple[Skipped, ...]


class OnboardingRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def running(
        self, account_ids: Collection[int] | None = None, *, lock: bool = False
    ) -> list[Onboarding]:
        """Those not yet complete, the oldest first; of these accounts, or all."""
        statement = _select().where(ONBOARDINGS.c.completed_at.is_(None))
        if account_ids is not None:
            of_these = among(self.session, ONBOARDINGS.c.account_id, account_ids)
            statement = statement.where(of_these)
        statement = statement.order_by(ONBOARDINGS.c.signed_at, ONBOARDINGS.c.id)
        if lock:
            statement = statement.with_for_update(of=ONBOARDINGS)
        return self._read(statement)

    def of(self, account_id: int, *, lock: bool = False) -> list[Onboarding]:
        """All of an account, the newest first."""
        statement = (
            _select()
            .where(ONBOARDINGS.c.account_id == account_id)
            .order_by(ONBOARDINGS.c.id.desc())
        )
        if lock:
            statement = statement.with_for_update(of=ONBOARDINGS)
        return self._read(statement)

    def next_due(self) -> datetime | None:
        """The moment of the next onboarding that a sweep must look at."""
        found: datetime | None = self.session.scalar(
            # Said in full, or SQLite does not see that its partial index will do.
            select(func.min(ONBOARDINGS.c.next_look_at)).where(
                ONBOARDINGS.c.next_look_at.is_not(None)
            )
        )
        return found

    def due(
        self, now: datetime, limit: int, but: Sequence[int] = ()
    ) -> list[Onboarding]:
        """Those a sweep must look at by `now`, longest due first, locked for it.

        Rows that another sweep has locked are left to it (PostgreSQL).
        """
        statement = (
            _select()
            .where(ONBOARDINGS.c.next_look_at <= now, ONBOARDINGS.c.id.not_in(but))
            .order_by(ONBOARDINGS.c.next_look_at, ONBOARDINGS.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=ONBOARDINGS)
        )
        return self._read(statement)

    def add(
        self, account_id: int, onboarding: Onboarding, look_at: datetime | None
    ) -> Onboarding | None:
        """A new one with its items; `None` if one of this account is running.

        The schema sees to it, so that two starts in the same moment make one.
        """
        on_postgres = self.session.get_bind().dialect.name == "postgresql"
        into = postgresql.insert if on_postgres else sqlite.insert
        statement = (
            into(ONBOARDINGS)
            .values(
                account_id=account_id,
                tier=onboarding.tier,
                signed_at=onboarding.signed_at,
                started_at=onboarding.started_at,
                started_by=onboarding.started_by,
                predecessor=onboarding.predecessor,
                policy_id=onboarding.policy_id,
                calendar=onboarding.calendar,
                **_changing(onboarding, look_at),
            )
            .on_conflict_do_nothing(
                index_elements=["account_id"],
                index_where=ONBOARDINGS.c.completed_at.is_(None),
            )
            .returning(ONBOARDINGS.c.id)
        )
        id_ = self.session.scalars(statement).one_or_none()
        if id_ is None:
            return None
        if onboarding.items:
            rows = [
                {"onboarding_id": id_} | _item_values(item) for item in onboarding.items
            ]
            self.session.execute(insert(ITEMS), rows)
        return replace(onboarding, id=id_)

    def keep(
        self, before: Onboarding, after: Onboarding, look_at: datetime | None
    ) -> None:
        """What became of an onboarding and of those of its items that changed."""
        changed = update(ONBOARDINGS).where(ONBOARDINGS.c.id == after.id)
        self.session.execute(changed.values(_changing(after, look_at)))
        for old, new in zip(before.items, after.items, strict=True):
            if old != new:
                line = update(ITEMS).where(
                    ITEMS.c.onboarding_id == after.id, ITEMS.c.code == new.code
                )
                self.session.execute(line.values(_item_values(new)))

    def look_again(self, looks: Sequence[tuple[int, datetime | None]]) -> None:
        """After a sweep decided: onboarding id and when to look next."""
        rows = [(at, id_) for id_, at in looks]
        change_rows(self.session, ONBOARDINGS, ("next_look_at",), rows)

    def record(self, steps: Sequence[NewStep]) -> None:
        """Write steps into the ledger.

        One that is on record already fails the whole unit of work: the schema, not the
        caller, makes sure that each is taken once.
        """
        if not steps:
            return
        ids = take_ids(self.session, STEPS, len(steps))
        rows = [
            (id_, *step[:-1], skips_out(step.skips))
            for id_, step in zip(ids, steps, strict=True)
        ]
        add_rows(self.session, STEPS, ("id", *NewStep._fields), rows)

    def ledger(self, onboarding_id: int) -> list[NewStep]:
        """Who heard of what, in the order in which it was decided."""
        statement = (
            select(*(STEPS.c[name] for name in NewStep._fields))
            .where(STEPS.c.onboarding_id == onboarding_id)
            .order_by(STEPS.c.decided_at, STEPS.c.id)
        )
        return [
            NewStep._make((*row[:-1], skips_in(row.skips)))
            for row in self.session.execute(statement)
        ]

    def _read(self, statement: Select[Any]) -> list[Onboarding]:
        rows = self.session.execute(statement).all()
        ids = [row.id for row in rows]
        taken = self._taken(ids)
        items = self._items(ids, taken)
        return [_onboarding(row, items.get(row.id, ())) for row in rows]

    def _items(
        self,
        ids: Collection[int],
        taken: dict[tuple[int, str], set[tuple[StepKind, int]]],
    ) -> dict[int, list[Item]]:
        statement = (
            select(ITEMS)
            .where(among(self.session, ITEMS.c.onboarding_id, ids))
            .order_by(ITEMS.c.id)
        )
        found: dict[int, list[Item]] = {}
        for row in self.session.execute(statement):
            item = Item(
                code=row.code,
                state=row.state,
                settled_at=row.settled_at,
                settled_by=row.settled_by,
                evidence=row.evidence,
                note=row.note,
                taken=frozenset(taken.get((row.onboarding_id, row.code), ())),
            )
            found.setdefault(row.onboarding_id, []).append(item)
        return found

    def _taken(
        self, ids: Iterable[int]
    ) -> dict[tuple[int, str], set[tuple[StepKind, int]]]:
        statement = select(
            STEPS.c.onboarding_id, STEPS.c.item, STEPS.c.kind, STEPS.c.number
        ).where(among(self.session, STEPS.c.onboarding_id, ids))
        found: dict[tuple[int, str], set[tuple[StepKind, int]]] = {}
        for id_, item, kind, number in self.session.execute(statement):
            found.setdefault((id_, item), set()).add((kind, number))
        return found


def _select() -> Select[Any]:
    return select(ONBOARDINGS, ACCOUNTS.c.code.label("account")).join(
        ACCOUNTS, ACCOUNTS.c.id == ONBOARDINGS.c.account_id
    )


def _changing(onboarding: Onboarding, look_at: datetime | None) -> dict[str, Any]:
    return {
        "pauses": [
            [pause.start.timestamp(), pause.end and pause.end.timestamp()]
            for pause in onboarding.pauses
        ],
        "progressed_at": onboarding.progressed_at,
        "completed_at": onboarding.completed_at,
        "next_look_at": look_at,
    }


def _item_values(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "state": item.state,
        "settled_at": item.settled_at,
        "settled_by": item.settled_by,
        "evidence": item.evidence,
        "note": item.note,
    }


def _onboarding(row: Row[Any], items: Sequence[Item]) -> Onboarding:
    return Onboarding(
        id=row.id,
        account=row.account,
        tier=row.tier,
        signed_at=row.signed_at,
        started_at=row.started_at,
        started_by=row.started_by,
        predecessor=row.predecessor,
        policy_id=row.policy_id,
        calendar=row.calendar,
        pauses=tuple(
            Pause(_moment(start), _moment(end) if end else None)
            for start, end in row.pauses
        ),
        items=tuple(items),
        progressed_at=row.progressed_at,
        completed_at=row.completed_at,
    )


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
