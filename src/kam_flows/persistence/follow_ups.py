"""What has to be asked for after its day: touchpoints nobody recorded, open promises."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, insert, literal_column, or_, select
from sqlalchemy.orm import Session

from kam_flows.domain.touchpoints import StepKind
from kam_flows.domain.visit_follow_up import (
    WEEKS,
    OpenPromise,
    PromiseStep,
    PromiseStepKind,
    Unrecorded,
)
from kam_flows.persistence.account_files import ACCOUNTS, ENTRIES
from kam_flows.persistence.account_files import STEPS as PROMISE_STEPS
from kam_flows.persistence.bulk import among
from kam_flows.persistence.invitations import PLANNED
from kam_flows.persistence.touchpoints import STEPS, TOUCHPOINTS

# A partial index is used only where the planner sees the word instead of a parameter.
PROMISED: ColumnElement[bool] = literal_column("file_entries.kind = 'promise'")


class Days(NamedTuple):
    """Until when touchpoints can have to be asked for, and can be missed."""

    asked: date
    missed: date


class FollowUps:
    def __init__(self, session: Session) -> None:
        self.session = session

    def unrecorded(self, until: Mapping[str, Days], usual: Days) -> list[Unrecorded]:
        """Touchpoints that nobody recorded, until the days that their calendar has.

        `until` by the calendar that the account names, `usual` for any other name.
        """
        asked = exists().where(
            STEPS.c.touchpoint_id == TOUCHPOINTS.c.id,
            STEPS.c.kind == StepKind.REMINDER,
            STEPS.c.number >= TOUCHPOINTS.c.moves,
        )
        every = [*until.values(), usual]
        statement = (
            select(
                TOUCHPOINTS.c.id,
                ACCOUNTS.c.calendar,
                TOUCHPOINTS.c.on,
                TOUCHPOINTS.c.starts,
                TOUCHPOINTS.c.minutes,
                TOUCHPOINTS.c.moves,
                asked.label("is_asked"),
            )
            .join(ACCOUNTS, ACCOUNTS.c.id == TOUCHPOINTS.c.account_id)
            .where(
                PLANNED,
                TOUCHPOINTS.c.on <= max(max(days) for days in every),
                or_(
                    *(
                        (ACCOUNTS.c.calendar == name) & _is_over(days, asked)
                        for name, days in until.items()
                    ),
                    ACCOUNTS.c.calendar.not_in(list(until)) & _is_over(usual, asked),
                ),
            )
        )
        return [Unrecorded(*row) for row in self.session.execute(statement)]

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
                ACCOUNTS.c.calendar,
                ENTRIES.c.owner,
                ENTRIES.c.due_on,
                ENTRIES.c.recorded_at,
            )
            .join(ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id)
            .where(
                PROMISED,
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
                calendar=row.calendar,
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


def _is_over(days: Days, asked: ColumnElement[bool]) -> ColumnElement[bool]:
    on = TOUCHPOINTS.c.on
    return or_(on <= days.missed, (on <= days.asked) & ~asked)
