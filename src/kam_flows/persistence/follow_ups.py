"""What has to be asked for after its day: touchpoints nobody recorded, open promises."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, insert, or_, select
from sqlalchemy.orm import Session

from kam_flows.domain.account_file import EntryKind
from kam_flows.domain.touchpoints import StepKind, TouchpointState
from kam_flows.domain.visit_follow_up import (
    WEEKS,
    OpenPromise,
    PromiseStep,
    PromiseStepKind,
)
from kam_flows.persistence.account_files import ACCOUNTS, ENTRIES
from kam_flows.persistence.account_files import STEPS as PROMISE_STEPS
from kam_flows.persistence.bulk import among
from kam_flows.persistence.touchpoints import STEPS, TOUCHPOINTS


class FollowUps:
    def __init__(self, session: Session) -> None:
        self.session = session

    def unrecorded(self, asked_until: date, missed_until: date) -> list[int]:
        """Ids of touchpoints that nobody recorded: of a day until `missed_until`, and
        until `asked_until` if nobody was asked since they were moved.
        """
        asked = exists().where(
            STEPS.c.touchpoint_id == TOUCHPOINTS.c.id,
            STEPS.c.kind == StepKind.REMINDER,
            STEPS.c.number >= TOUCHPOINTS.c.moves,
        )
        statement = select(TOUCHPOINTS.c.id).where(
            TOUCHPOINTS.c.state == TouchpointState.PLANNED,
            or_(
                TOUCHPOINTS.c.on <= missed_until,
                and_(TOUCHPOINTS.c.on <= asked_until, ~asked),
            ),
            TOUCHPOINTS.c.on <= max(asked_until, missed_until),
        )
        return list(self.session.scalars(statement))

    def open_promises(self, until: date, *, lock: bool = False) -> list[OpenPromise]:
        """Those due until that day of which anything is left to tell, soonest due first."""
        told_last = exists().where(
            PROMISE_STEPS.c.entry_id == ENTRIES.c.id,
            PROMISE_STEPS.c.kind == PromiseStepKind.LATE,
            PROMISE_STEPS.c.number == WEEKS,
        )
        statement = (
            select(
                ENTRIES.c.id,
                ACCOUNTS.c.code,
                ENTRIES.c.owner,
                ENTRIES.c.due_on,
                ENTRIES.c.recorded_at,
            )
            .join(ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id)
            .where(
                ENTRIES.c.kind == EntryKind.PROMISE,
                ENTRIES.c.kept_at.is_(None),
                ENTRIES.c.due_on <= until,
                ~told_last,
            )
            .order_by(ENTRIES.c.due_on, ENTRIES.c.id)
        )
        if lock:
            statement = statement.with_for_update(of=ENTRIES)
        rows = self.session.execute(statement).all()
        told = self._told([row.id for row in rows]) if rows else {}
        return [
            OpenPromise(
                id=row.id,
                account=row.code,
                owner=row.owner,
                due_on=row.due_on,
                recorded_at=row.recorded_at,
                told=frozenset(told.get(row.id, ())),
            )
            for row in rows
        ]

    def tell(self, steps: Sequence[dict[str, Any]]) -> None:
        """Rows of the ledger: entry_id, kind, number, decided_at, recipient, mail_id."""
        if steps:
            self.session.execute(insert(PROMISE_STEPS), list(steps))

    def _told(self, entry_ids: Collection[int]) -> dict[int, list[PromiseStep]]:
        steps = PROMISE_STEPS.c
        statement = select(steps.entry_id, steps.kind, steps.number).where(
            among(self.session, steps.entry_id, entry_ids)
        )
        told: dict[int, list[PromiseStep]] = {}
        for id_, kind, number in self.session.execute(statement):
            told.setdefault(id_, []).append((kind, number))
        return told
