"""Claims: each queued mail in the hand of one dispatcher at a time, each fate recorded.

Several dispatchers may run at once. Rows are locked without waiting (`SKIP LOCKED`) on
PostgreSQL; SQLite has no such lock and needs none, as a writer is alone from its BEGIN.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from kam_flows.domain.delivery import (
    Answer,
    Attempted,
    ClaimedMail,
    Delivery,
    Settlement,
    settle,
    settle_lost_lease,
)
from kam_flows.domain.mails import Fate
from kam_flows.persistence.audit import AuditTrail
from kam_flows.persistence.bulk import change_rows
from kam_flows.persistence.leavers import Leavers
from kam_flows.persistence.models import (
    ContentRow,
    EscalationRow,
    NoticeKind,
    NoticeRow,
    OutboxRow,
    table_of,
)

ACTOR = "dispatch"
EXPIRE_AT_ONCE = 1000

# A partial index is used only where the planner sees the word instead of a parameter.
QUEUED: ColumnElement[bool] = literal_column("outbox.fate = 'queued'")
SENDING: ColumnElement[bool] = literal_column("outbox.fate = 'sending'")

OUTBOX = table_of(OutboxRow)
ATTEMPTED = select(
    OUTBOX.c.id,
    OUTBOX.c.dedup_key,
    OUTBOX.c.recipient,
    OUTBOX.c.subject,
    OUTBOX.c.reader,
    OUTBOX.c.addresses,
    OUTBOX.c.attempts,
    OUTBOX.c.repeated,
    OUTBOX.c.not_before,
    OUTBOX.c.error,
)
SETTLED = (
    "fate",
    "attempts",
    "addresses",
    "repeated",
    "not_before",
    "error",
    "leased_until",
    "finished_at",
)

# Built once: it runs for every few mails, and building it takes longer than running it.
IN_HAND = ATTEMPTED.where(
    OUTBOX.c.id.in_(bindparam("ids", expanding=True)),
    OUTBOX.c.leased_by == bindparam("worker"),
    or_(
        SENDING,
        and_(
            OUTBOX.c.fate.in_([Fate.QUEUED, Fate.UNKNOWN]),
            OUTBOX.c.id.in_(bindparam("sent", expanding=True)),
        ),
    ),
).with_for_update(skip_locked=True)
"""Mails this worker may still say something about."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A mail and what has become of it, for the report of a run."""

    id: int
    recipient: str
    subject: str
    fate: Fate
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Mails to send now, and those that got a fate on the way without being sent."""

    mails: list[ClaimedMail]
    settled: list[Settled]


class Claims:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.audit = AuditTrail(session)
        self.leavers = Leavers(session)

    def claim(
        self,
        now: datetime,
        worker: str,
        limit: int,
        lease: timedelta,
        clock: datetime | None = None,
    ) -> Claim:
        """Up to `limit` mails due at `now`, longest due first, for this worker alone.

        Leases run on `clock`, the real moment, where `now` is another one. Mails whose
        time ran out, whose dispatcher died, or that are no longer true are settled.
        """
        clock = clock or now
        settled = self._settle_lost_leases(now, clock) + self._expire(now)
        claimed: list[int] = []
        while len(claimed) < limit:
            due = _due(now).where(OutboxRow.id.not_in(claimed))
            ids = self._locked_ids(due.limit(limit - len(claimed)))
            if not ids:
                break
            untrue = self._no_longer_true(ids)
            settled += self._close(untrue, Fate.CANCELLED, "no longer true", now)
            gone = self.leavers.mails(set(ids).difference(untrue))
            self.leavers.take_back_mails(gone, now)
            settled += self._close(gone, Fate.CANCELLED, "its reader has left", now)
            claimed += [id_ for id_ in ids if id_ not in {*untrue, *gone}]
        self._leave_out_copies(claimed, now)
        mails = self._lease(claimed, worker, clock + lease)
        return Claim(mails=mails, settled=settled)

    def record(
        self, deliveries: Mapping[int, Delivery], now: datetime, worker: str
    ) -> list[Settled]:
        """Write down what became of the mails this worker had claimed, by mail id.

        A mail whose lease ran out meanwhile is not this worker's any more; the news
        that it was sent still counts, as long as nobody else has tried it again.
        """
        named = {
            "ids": list(deliveries),
            "sent": [id_ for id_, d in deliveries.items() if _is_sent(d)],
            "worker": worker,
        }
        rows = self.session.execute(IN_HAND, named).all()
        return self._settle(
            [(row, settle(_history(row), deliveries[row.id], now)) for row in rows], now
        )

    def is_anything_due(self, now: datetime, clock: datetime | None = None) -> bool:
        """Whether `claim` would find anything to do."""
        lost = and_(SENDING, OutboxRow.leased_until < (clock or now))
        return any(
            self.session.scalar(statement.limit(1)) is not None
            for statement in (
                _due(now),
                select(OutboxRow.id).where(lost),
                select(OutboxRow.id).where(_expired(now)),
            )
        )

    def _settle_lost_leases(self, now: datetime, clock: datetime) -> list[Settled]:
        rows = self._attempted(SENDING, OutboxRow.leased_until < clock)
        return self._settle(
            [(row, settle_lost_lease(_history(row), now)) for row in rows], now
        )

    def _expire(self, now: datetime) -> list[Settled]:
        some = select(OutboxRow.id).where(_expired(now)).limit(EXPIRE_AT_ONCE)
        ids = self._locked_ids(some)
        return self._close(ids, Fate.EXPIRED, "not sent in time", now)

    def _no_longer_true(self, ids: list[int]) -> list[int]:
        """Mails that tell of rungs, none of which needs to be told any more."""
        still_true = case(
            (NoticeRow.kind == NoticeKind.OVERNIGHT, 1),
            (EscalationRow.stopped_at.is_(None), 1),
            else_=0,
        )
        statement = (
            select(OutboxRow.id)
            .join(NoticeRow, NoticeRow.mail_id == OutboxRow.id)
            .join(EscalationRow, EscalationRow.id == NoticeRow.escalation_id)
            .where(OutboxRow.id.in_(ids))
            .group_by(OutboxRow.id)
            .having(func.max(still_true) == 0)
        )
        return list(self.session.scalars(statement))

    def _close(
        self, ids: Collection[int], fate: Fate, reason: str, now: datetime
    ) -> list[Settled]:
        """Give these mails this fate without an attempt."""
        if not ids:
            return []
        rows = self._attempted(OutboxRow.id.in_(ids))
        return self._settle([(row, _closed(row, fate, reason)) for row in rows], now)

    def _leave_out_copies(self, ids: list[int], now: datetime) -> None:
        """Nobody who left is copied, though the mail's head still names them."""
        gone = self.leavers.copies(ids)
        if not gone:
            return
        shorter = []
        for row in self._attempted(OutboxRow.id.in_(gone)):
            left = [address for address in row.addresses if address in gone[row.id]]
            if not left:
                continue
            shorter.append(([a for a in row.addresses if a not in left], row.id))
            self.audit.write(
                now, ACTOR, "copy left out", f"mail {row.dedup_key}", addresses=left
            )
        change_rows(self.session, OUTBOX, ("addresses",), shorter)

    def _lease(
        self, ids: list[int], worker: str, leased_until: datetime
    ) -> list[ClaimedMail]:
        """The mails in the order of `ids`; the rows are locked or ours alone already."""
        if not ids:
            return []
        self.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids), QUEUED)
            .values(fate=Fate.SENDING, leased_by=worker, leased_until=leased_until)
            .execution_options(synchronize_session=False)
        )
        statement = (
            select(
                OutboxRow.id,
                OutboxRow.dedup_key,
                OutboxRow.recipient,
                OutboxRow.addresses,
                OutboxRow.subject,
                OutboxRow.message_id,
                ContentRow.content,
            )
            .join(ContentRow, ContentRow.id == OutboxRow.id)
            .where(OutboxRow.id.in_(ids))
            .order_by(OutboxRow.not_before, OutboxRow.id)
        )
        return [
            ClaimedMail(**{**row, "addresses": tuple(row["addresses"])})
            for row in self.session.execute(statement).mappings()
        ]

    def _locked_ids(self, statement: Any) -> list[int]:
        return list(self.session.scalars(statement.with_for_update(skip_locked=True)))

    def _attempted(self, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """What settling needs of these mails, locked; never their bytes."""
        statement = ATTEMPTED.where(*conditions)
        return self.session.execute(statement.with_for_update(skip_locked=True)).all()

    def _settle(
        self, settlements: Iterable[tuple[Row[Any], Settlement]], now: datetime
    ) -> list[Settled]:
        """One statement for all mails, and audit rows for those not simply sent."""
        changes: list[tuple[Any, ...]] = []
        settled: list[Settled] = []
        for row, end in settlements:
            untouched = end.fate is Fate.QUEUED and end.attempts == row.attempts
            error = row.error if untouched else end.error
            changes.append(
                (
                    end.fate,
                    end.attempts,
                    list(end.addresses),
                    end.repeated,
                    end.not_before or row.not_before,
                    error,
                    None,
                    None if end.fate is Fate.QUEUED else now,
                    row.id,
                )
            )
            settled.append(
                Settled(
                    id=row.id,
                    recipient=row.recipient,
                    subject=row.subject,
                    fate=end.fate,
                    error=error,
                )
            )
            if not untouched and (end.fate is not Fate.SENT or end.error):
                self._write_down(row, end, now)
        change_rows(self.session, OUTBOX, SETTLED, changes)
        return settled

    def _write_down(self, row: Row[Any], end: Settlement, now: datetime) -> None:
        self.audit.write(
            now,
            ACTOR,
            f"mail {end.fate}",
            f"mail {row.dedup_key}",
            recipient=row.recipient,
            addresses=list(row.addresses),
            attempts=end.attempts,
            error=end.error,
        )


def _due(now: datetime) -> Select[tuple[int]]:
    """Mails that may leave now, longest due first."""
    in_time = or_(OutboxRow.expires_at.is_(None), OutboxRow.expires_at > now)
    due = select(OutboxRow.id).where(QUEUED, OutboxRow.not_before <= now, in_time)
    return due.order_by(OutboxRow.not_before, OutboxRow.id)


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxRow.fate.in_([Fate.QUEUED, Fate.HELD]), OutboxRow.expires_at <= now
    )


def _is_sent(delivery: Delivery) -> bool:
    return delivery.answer is Answer.ANSWERED and not delivery.refusals


def _history(row: Row[Any]) -> Attempted:
    return Attempted(
        reader=row.reader,
        addresses=tuple(row.addresses),
        attempts=row.attempts,
        repeated=row.repeated,
    )


def _closed(row: Row[Any], fate: Fate, reason: str) -> Settlement:
    return Settlement(
        fate=fate,
        attempts=row.attempts,
        addresses=tuple(row.addresses),
        repeated=row.repeated,
        # What last kept it from leaving is worth more than that it did not leave.
        error=f"{reason}; before that: {row.error}" if row.error else reason,
    )
