"""Touchpoints and what came of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.choices import choice, code_in, unknown
from kam_flows.domain.touchpoints import (
    PREFIX,
    Outcome,
    Reason,
    Signal,
    StepKind,
    Touchpoint,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_figures import Cell
from kam_flows.persistence.bulk import among
from kam_flows.persistence.invitations import ONCE_CHANGED
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.visit_counts import visit_counts
from kam_flows.persistence.visit_models import (
    SignalRow,
    TouchpointOutcomeRow,
    TouchpointRow,
    TouchpointStepRow,
    VisitPlanRow,
)

ACCOUNTS = table_of(AccountRow)
TOUCHPOINTS = table_of(TouchpointRow)
STEPS = table_of(TouchpointStepRow)
OUTCOMES = table_of(TouchpointOutcomeRow)
SIGNALS = table_of(SignalRow)
PLANS = table_of(VisitPlanRow)
PAST = (TouchpointState.DONE, TouchpointState.MISSED)
DIGITS = 9
"""Longer numbers are no touchpoint's, and too long for the database."""


class Step(NamedTuple):
    """What was told, to whom, and by which mail."""

    kind: StepKind
    number: int
    decided_at: datetime
    recipient: str
    mail_id: int | None


class TouchpointRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, touchpoint_id: int, *, lock: bool = False) -> Touchpoint | None:
        found = self._read(TOUCHPOINTS.c.id == touchpoint_id, lock=lock)
        return next(iter(found), None)

    def of(
        self, account_ids: Collection[int], first: date, last: date
    ) -> list[Touchpoint]:
        """Those on a day in `first` … `last`, whatever their state; earliest first."""
        return self._read(
            among(self.session, TOUCHPOINTS.c.account_id, account_ids),
            TOUCHPOINTS.c.on.between(first, last),
        )

    def planned(self, first: date, last: date) -> list[Touchpoint]:
        """All that lie ahead on these days, of every account; earliest first."""
        return self._read(
            TOUCHPOINTS.c.state == TouchpointState.PLANNED,
            TOUCHPOINTS.c.on.between(first, last),
        )

    def missed(self, first: date, last: date) -> list[Touchpoint]:
        """Those found missed on these days, of every account; earliest first."""
        return self._read(
            TOUCHPOINTS.c.state == TouchpointState.MISSED,
            TOUCHPOINTS.c.concluded_on.between(first, last),
        )

    def these(self, ids: Collection[int], *, lock: bool = False) -> list[Touchpoint]:
        return self._read(among(self.session, TOUCHPOINTS.c.id, ids), lock=lock)

    def latest(self, account_ids: Collection[int], count: int) -> list[Touchpoint]:
        """The last few of each account that took place or were missed, newest first."""
        place = (
            func.row_number()
            .over(
                partition_by=TOUCHPOINTS.c.account_id,
                order_by=(TOUCHPOINTS.c.on.desc(), TOUCHPOINTS.c.id.desc()),
            )
            .label("place")
        )
        ranked = (
            select(TOUCHPOINTS.c.id, place)
            .where(
                TOUCHPOINTS.c.state.in_(PAST),
                among(self.session, TOUCHPOINTS.c.account_id, account_ids),
            )
            .subquery()
        )
        last = select(ranked.c.id).where(ranked.c.place <= count)
        return self._read(TOUCHPOINTS.c.id.in_(last))[::-1]

    def counts(self, first: date, last: date, today: date) -> list[Cell]:
        """See `visit_counts`."""
        return visit_counts(self.session, first, last, today)

    def find(self, text: str) -> Touchpoint:
        """By number or the choice shown in a form.

        Raises UserError, naming near ones, if there is none.
        """
        number = code_in(text).upper().removeprefix(PREFIX)
        known = number.isascii() and number.isdecimal() and len(number) <= DIGITS
        if known and (found := self.get(int(number))):
            return found
        pairs = (one.split(" · ", 1) for one in self.choices())
        raise unknown("touchpoint", text, ((code, rest) for code, rest in pairs))

    def choices(self, limit: int = 500) -> list[str]:
        """`V-12 · 2026-11-16 account` of those planned, the soonest first."""
        statement = (
            select(TOUCHPOINTS.c.id, TOUCHPOINTS.c.on, ACCOUNTS.c.name)
            .join(ACCOUNTS, ACCOUNTS.c.id == TOUCHPOINTS.c.account_id)
            .where(TOUCHPOINTS.c.state == TouchpointState.PLANNED)
            .order_by(TOUCHPOINTS.c.on, TOUCHPOINTS.c.id)
            .limit(limit)
        )
        return [touchpoint_choice(*found) for found in self.session.execute(statement)]

    def next_slot(self, account_id: int) -> str:
        """A slot for what no cadence asked for; the account is locked."""
        statement = select(func.count()).where(
            TOUCHPOINTS.c.account_id == account_id, TOUCHPOINTS.c.cadence == ""
        )
        return f"u{self.session.scalars(statement).one() + 1:04}"

    def add(self, account_id: int, touchpoint: Touchpoint) -> int:
        """Its id (that of `touchpoint` does not count)."""
        statement = insert(TOUCHPOINTS).values(
            account_id=account_id, **values_of(touchpoint)
        )
        added: int = self.session.scalars(statement.returning(TOUCHPOINTS.c.id)).one()
        return added

    def keep(self, touchpoint: Touchpoint) -> None:
        changed = update(TOUCHPOINTS).where(TOUCHPOINTS.c.id == touchpoint.id)
        self.session.execute(
            changed.values(**values_of(touchpoint), in_calendars=ONCE_CHANGED)
        )

    def merged_into(self, ids: Collection[int]) -> list[Touchpoint]:
        return self._read(among(self.session, TOUCHPOINTS.c.merged_into, ids))

    def unplan(self, account_id: int) -> None:
        """What the account's plan was made from is no longer so: read it again."""
        changed = update(PLANS).where(PLANS.c.account_id == account_id)
        self.session.execute(changed.values(made_from=""))

    def told(self, ids: Collection[int], kind: StepKind) -> dict[int, int]:
        """The highest number told of each touchpoint that anything was told of."""
        statement = (
            select(STEPS.c.touchpoint_id, func.max(STEPS.c.number))
            .where(
                STEPS.c.kind == kind, among(self.session, STEPS.c.touchpoint_id, ids)
            )
            .group_by(STEPS.c.touchpoint_id)
        )
        return {id_: number for id_, number in self.session.execute(statement)}

    def ledger(self, touchpoint_id: int) -> list[Step]:
        """All that was told of this touchpoint, oldest first."""
        statement = (
            select(
                STEPS.c.kind,
                STEPS.c.number,
                STEPS.c.decided_at,
                STEPS.c.recipient,
                STEPS.c.mail_id,
            )
            .where(STEPS.c.touchpoint_id == touchpoint_id)
            .order_by(STEPS.c.decided_at, STEPS.c.id)
        )
        return [Step(*row) for row in self.session.execute(statement)]

    def tell(self, steps: Sequence[dict[str, Any]]) -> None:
        """Rows of the ledger: touchpoint_id, kind, number, decided_at, recipient, mail_id."""
        if steps:
            self.session.execute(insert(STEPS), list(steps))

    def record(self, outcome: Outcome) -> None:
        self.session.execute(insert(OUTCOMES).values(outcome_values(outcome)))

    def rewrite(self, outcome: Outcome) -> None:
        """What was recorded of this touchpoint is so from now on."""
        of_this = OUTCOMES.c.touchpoint_id == outcome.touchpoint
        changed = update(OUTCOMES).where(of_this)
        self.session.execute(changed.values(outcome_values(outcome)))

    def take_back(self, touchpoint_id: int) -> None:
        """Nothing came of it: its outcome goes."""
        of_this = OUTCOMES.c.touchpoint_id == touchpoint_id
        self.session.execute(delete(OUTCOMES).where(of_this))

    def outcomes(self, ids: Collection[int]) -> dict[int, Outcome]:
        """By touchpoint id."""
        statement = select(OUTCOMES).where(
            among(self.session, OUTCOMES.c.touchpoint_id, ids)
        )
        return {
            row.touchpoint_id: Outcome(
                touchpoint=row.touchpoint_id,
                on=row.on,
                present=row.present,
                learned=row.learned,
                satisfaction=row.satisfaction,
                next_step=row.next_step,
                recorded_at=row.recorded_at,
                recorded_by=row.recorded_by,
                entries=tuple(row.entries),
            )
            for row in self.session.execute(statement)
        }

    def see(self, account_id: int, signals: Iterable[Signal]) -> None:
        rows = [
            {
                "account_id": account_id,
                "touchpoint_id": signal.touchpoint,
                "kind": signal.kind,
                "text": signal.text,
                "at": signal.at,
                "by": signal.by,
            }
            for signal in signals
        ]
        if rows:
            self.session.execute(insert(SIGNALS), rows)

    def unsee(self, touchpoint_id: int) -> None:
        """The signals that were recorded of this touchpoint were none."""
        of_this = SIGNALS.c.touchpoint_id == touchpoint_id
        self.session.execute(delete(SIGNALS).where(of_this))

    def signals(
        self, account_ids: Collection[int], since: datetime | None = None
    ) -> list[Signal]:
        """Those seen at these accounts, the newest first."""
        statement = (
            select(SIGNALS, ACCOUNTS.c.code)
            .join(ACCOUNTS, ACCOUNTS.c.id == SIGNALS.c.account_id)
            .where(among(self.session, SIGNALS.c.account_id, account_ids))
            .order_by(SIGNALS.c.at.desc(), SIGNALS.c.id.desc())
        )
        if since is not None:
            statement = statement.where(SIGNALS.c.at >= since)
        return [
            Signal(
                account=row.code,
                kind=row.kind,
                text=row.text,
                at=row.at,
                by=row.by,
                touchpoint=row.touchpoint_id,
            )
            for row in self.session.execute(statement)
        ]

    def _read(self, *which: Any, lock: bool = False) -> list[Touchpoint]:
        statement = (
            select(TOUCHPOINTS, ACCOUNTS.c.code)
            .join(ACCOUNTS, ACCOUNTS.c.id == TOUCHPOINTS.c.account_id)
            .where(*which)
            .order_by(TOUCHPOINTS.c.on, TOUCHPOINTS.c.starts, TOUCHPOINTS.c.id)
        )
        if lock:
            statement = statement.with_for_update(of=TOUCHPOINTS)
        return list(map(touchpoint_of, self.session.execute(statement)))


def touchpoint_choice(id_: int, on: date, account_name: str) -> str:
    """How a form shows a touchpoint; links in mails carry the very same text."""
    return choice(f"{PREFIX}{id_}", f"{on} {account_name}")


def touchpoint_of(row: Row[Any]) -> Touchpoint:
    """From a row of the table and the account's `code`."""
    return Touchpoint(
        id=row.id,
        account=row.code,
        cadence=row.cadence,
        slot=row.slot,
        kind=row.kind,
        nominal=row.nominal,
        on=row.on,
        starts=row.starts,
        minutes=row.minutes,
        owner=row.owner,
        participants=tuple(row.participants),
        with_customer=row.with_customer,
        state=row.state,
        merged_into=row.merged_into,
        pinned=row.pinned,
        why=tuple(
            Reason(why=Why(why), what=what, note=note) for why, what, note in row.why
        ),
        title=row.title,
        policy_id=row.policy_id,
        moves=row.moves,
        concluded_on=row.concluded_on,
    )


def outcome_values(outcome: Outcome) -> dict[str, Any]:
    return {
        "touchpoint_id": outcome.touchpoint,
        "on": outcome.on,
        "present": outcome.present,
        "learned": outcome.learned,
        "satisfaction": outcome.satisfaction,
        "next_step": outcome.next_step,
        "recorded_at": outcome.recorded_at,
        "recorded_by": outcome.recorded_by,
        "entries": list(outcome.entries),
    }


def values_of(touchpoint: Touchpoint) -> dict[str, Any]:
    """Its columns, without id and account."""
    return {
        "cadence": touchpoint.cadence,
        "slot": touchpoint.slot,
        "kind": touchpoint.kind,
        "nominal": touchpoint.nominal,
        "on": touchpoint.on,
        "starts": touchpoint.starts,
        "minutes": touchpoint.minutes,
        "owner": touchpoint.owner,
        "participants": list(touchpoint.participants),
        "with_customer": touchpoint.with_customer,
        "state": touchpoint.state,
        "merged_into": touchpoint.merged_into,
        "pinned": touchpoint.pinned,
        "why": touchpoint.why,
        "title": touchpoint.title,
        "policy_id": touchpoint.policy_id,
        "moves": touchpoint.moves,
        "concluded_on": touchpoint.concluded_on,
    }
