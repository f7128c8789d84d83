"""Claims: each queued mail in the hand of one dispatcher at a time, each fate recorded.

Several dispatchers may run at once. Rows are locked without waiting (`SKIP LOCKED`) on
PostgreSQL; SQLite has no such lock and needs none, as a writer is alone from its BEGIN.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    LargeBinary,
    Row,
    Select,
    Update,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
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
from kam_flows.persistence.database import AS_BYTES
from kam_flows.persistence.leavers import Leavers
from kam_flows.persistence.models import (
    ContentRow,
    EscalationRow,
    NoticeKind,
    NoticeRow,
    OutboxRow,
    UtcDateTime,
    table_of,
)

ACTOR = "dispatch"
EXPIRE_AT_ONCE = 1000

# A partial index is used only where the planner sees the word instead of a parameter.
QUEUED: ColumnElement[bool] = literal_column("outbox.fate = 'queued'")
SENDING: ColumnElement[bool] = literal_column("outbox.fate = 'sending'")

OUTBOX = table_of(OutboxRow)
# As words: SQLAlchemy names no tables in what an UPDATE on SQLite returns.
OWN_BYTES: ColumnElement[bytes] = literal_column(
    f"(SELECT content FROM {ContentRow.__tablename__} AS own "  # nosec B608
    "WHERE own.id = outbox.id)",
    LargeBinary,
)
NOTICES = table_of(NoticeRow)
LEDGER = table_of(EscalationRow)

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

# Statements are built once: they run for every few mails, and building one takes longer
# than running it.
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

NOW = bindparam("now", type_=UtcDateTime)
PLACES = bindparam("places", type_=Integer)
DUE = (
    select(OUTBOX.c.id)
    .where(
        QUEUED,
        OUTBOX.c.not_before <= NOW,
        or_(OUTBOX.c.expires_at.is_(None), OUTBOX.c.expires_at > NOW),
    )
    .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
    .limit(PLACES)
)
"""Mails that may leave now, longest due first."""
LOST = select(OUTBOX.c.id).where(SENDING, OUTBOX.c.leased_until < NOW).limit(PLACES)
EXPIRED = (
    select(OUTBOX.c.id)
    .where(
        OUTBOX.c.fate.in_([Fate.QUEUED, Fate.HELD]),
        OUTBOX.c.expires_at <= NOW,
    )
    .limit(PLACES)
)


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
            due = DUE.where(OUTBOX.c.id.not_in(claimed)) if claimed else DUE
            ids = self._locked_ids(due, now, limit - len(claimed))
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
        if all(map(_is_sent, deliveries.values())):
            return self._record_sent(list(deliveries), now, worker)
        named = {
            "ids": list(deliveries),
            "sent": [id_ for id_, d in deliveries.items() if _is_sent(d)],
            "worker": worker,
        }
        rows = self.session.execute(IN_HAND, named).all()
        return self._settle(
            [(row, settle(_history(row), deliveries[row.id], now)) for row in rows], now
        )

    def _record_sent(self, ids: list[int], now: datetime, worker: str) -> list[Settled]:
        """What `settle` says of mails that were taken for every address: they are sent.

        By far the most are, so these need no look at what they were before.
        """
        rows = self.session.execute(
            _send(self._on_postgres), {"ids": ids, "worker": worker, "now": now}
        )
        return [Settled(**row, fate=Fate.SENT, error=None) for row in rows.mappings()]

    def is_anything_due(self, now: datetime, clock: datetime | None = None) -> bool:
        """Whether `claim` would find anything to do."""
        looks = ((DUE, now), (LOST, clock or now), (EXPIRED, now))
        return any(
            self.session.scalar(statement, {"now": when, "places": 1}) is not None
            for statement, when in looks
        )

    def _settle_lost_leases(self, now: datetime, clock: datetime) -> list[Settled]:
        rows = self._attempted(SENDING, OUTBOX.c.leased_until < clock)
        return self._settle(
            [(row, settle_lost_lease(_history(row), now)) for row in rows], now
        )

    def _expire(self, now: datetime) -> list[Settled]:
        ids = self._locked_ids(EXPIRED, now, EXPIRE_AT_ONCE)
        return self._close(ids, Fate.EXPIRED, "not sent in time", now)

    def _no_longer_true(self, ids: list[int]) -> list[int]:
        """Mails that tell of rungs, none of which needs to be told any more."""
        return list(self.session.scalars(_untrue(self._on_postgres), {"ids": ids}))

    def _close(
        self, ids: Collection[int], fate: Fate, reason: str, now: datetime
    ) -> list[Settled]:
        """Give these mails this fate without an attempt."""
        if not ids:
            return []
        rows = self._attempted(OUTBOX.c.id.in_(ids))
        return self._settle([(row, _closed(row, fate, reason)) for row in rows], now)

    def _leave_out_copies(self, ids: list[int], now: datetime) -> None:
        """Nobody who left is copied, though the mail's head still names them."""
        gone = self.leavers.copies(ids)
        if not gone:
            return
        shorter = []
        for row in self._attempted(OUTBOX.c.id.in_(gone)):
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
        lease = {"ids": ids, "worker": worker, "until": leased_until}
        rows = self.session.execute(_take(self._on_postgres), lease).mappings()
        taken = {row["id"]: row for row in rows}
        return [
            ClaimedMail(**{**row, "addresses": tuple(row["addresses"])})
            for row in map(taken.__getitem__, ids)
        ]

    @property
    def _on_postgres(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"

    def _locked_ids(
        self, statement: Select[tuple[int]], now: datetime, places: int
    ) -> list[int]:
        locked = statement.with_for_update(skip_locked=True)
        return list(self.session.scalars(locked, {"now": now, "places": places}))

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


def _these(on_postgres: bool) -> ColumnElement[bool]:
    """The mails whose ids are the parameter `ids`, however many."""
    if on_postgres:
        ids = bindparam("ids", type_=postgresql.ARRAY(Integer))
        return OUTBOX.c.id == any_(ids)
    each = func.json_each(bindparam("ids", type_=JSON)).table_valued("value")
    return OUTBOX.c.id.in_(select(each.c.value))


@cache
def _send(on_postgres: bool) -> Update:
    """Sent is what this worker has in hand, or what nobody has tried again since."""
    return (
        update(OUTBOX)
        .where(
            _these(on_postgres),
            OUTBOX.c.leased_by == bindparam("worker"),
            OUTBOX.c.fate.in_([Fate.SENDING, Fate.QUEUED, Fate.UNKNOWN]),
        )
        .values(
            fate=Fate.SENT,
            attempts=OUTBOX.c.attempts + 1,
            error=None,
            leased_until=None,
            finished_at=NOW,
        )
        .returning(OUTBOX.c.id, OUTBOX.c.recipient, OUTBOX.c.subject)
    )


@cache
def _take(on_postgres: bool) -> Update:
    until = bindparam("until", type_=UtcDateTime)
    return (
        update(OUTBOX)
        .where(_these(on_postgres), QUEUED)
        .values(fate=Fate.SENDING, leased_by=bindparam("worker"), leased_until=until)
        .returning(
            OUTBOX.c.id,
            OUTBOX.c.dedup_key,
            OUTBOX.c.recipient,
            OUTBOX.c.addresses,
            OUTBOX.c.subject,
            OUTBOX.c.message_id,
            OWN_BYTES.label("content"),
        )
        .execution_options(**{AS_BYTES: True})
    )


@cache
def _untrue(on_postgres: bool) -> Select[tuple[int]]:
    still_true = case(
        (NOTICES.c.kind == NoticeKind.OVERNIGHT, 1),
        (LEDGER.c.stopped_at.is_(None), 1),
        else_=0,
    )
    return (
        select(OUTBOX.c.id)
        .join(NOTICES, NOTICES.c.mail_id == OUTBOX.c.id)
        .join(LEDGER, LEDGER.c.id == NOTICES.c.escalation_id)
        .where(_these(on_postgres))
        .group_by(OUTBOX.c.id)
        .having(func.max(still_true) == 0)
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
