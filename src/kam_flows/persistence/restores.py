"""What a restored database is told: that it is one, and what became of its mails since."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, exists, select, update
from sqlalchemy.orm import Session

from kam_flows.domain.mails import Fate
from kam_flows.domain.restores import (
    IN_DOUBT,
    OPEN,
    RESTORED,
    fate_after,
    reason_after,
)
from kam_flows.persistence.audit import AuditTrail
from kam_flows.persistence.house_models import RestoreRow
from kam_flows.persistence.models import OutboxRow, table_of
from kam_flows.persistence.pieces import pieces

ACTOR = "kam restore"
OUTBOX = table_of(OutboxRow)
CARRIED = (
    "fate",
    "held_for",
    "addresses",
    "attempts",
    "not_before",
    "expires_at",
    "repeated",
    "error",
    "finished_at",
)
"""What attempts change of a mail."""
KNOWN = select(
    OUTBOX.c.id,
    OUTBOX.c.dedup_key,
    OUTBOX.c.message_id,
    OUTBOX.c.created_at,
    *(OUTBOX.c[name] for name in CARRIED),
)

WAITS_FOR_A_LOOK = exists().where(RestoreRow.released_at.is_(None))
"""Whether mail written now waits until a person has looked at it."""


def begin_again(
    restored: Engine, witness: Engine | None, row: RestoreRow
) -> dict[Fate, int]:
    """Write into the restored database that it is one; its open mails by fate.

    `witness` is the database that it takes the place of.
    """
    with Session(restored) as session, session.begin():
        fates: dict[Fate, int] = {}
        open_mails = list(session.execute(KNOWN.where(OUTBOX.c.fate.in_(OPEN))))
        since = _since(witness, [mail.dedup_key for mail in open_mails])
        for mail in open_mails:
            found = since.get(mail.dedup_key)
            if found and (found.message_id, found.created_at) != (
                mail.message_id,
                mail.created_at,
            ):
                found = None
            fate = _settle(session, mail, found, row.at)
            fates[fate] = fates.get(fate, 0) + 1
        session.add(row)
        AuditTrail(session).write(
            row.at,
            ACTOR,
            "restored",
            "house",
            source=row.source,
            taken_at=row.taken_at.isoformat(),
            mails={str(fate): count for fate, count in fates.items()},
        )
        return fates


def _since(witness: Engine | None, keys: list[str]) -> dict[str, Row[Any]]:
    """What the other database says of these mails."""
    if witness is None:
        return {}
    with witness.connect() as connection:
        return {row.dedup_key: row for row in _known(connection, keys)}


def _known(connection: Connection, keys: list[str]) -> Iterator[Row[Any]]:
    for some in pieces(keys):
        yield from connection.execute(KNOWN.where(OUTBOX.c.dedup_key.in_(some)))


def _settle(
    session: Session, mail: Row[Any], found: Row[Any] | None, now: datetime
) -> Fate:
    since = found.fate if found else None
    fate = fate_after(mail.fate, since)
    reason = reason_after(mail.fate, since)
    if found and found.fate is fate:
        values = {name: getattr(found, name) for name in CARRIED}
    else:
        values = {"fate": fate, "error": reason or mail.error}
        if fate is Fate.HELD and mail.held_for is None:
            values |= {"held_for": RESTORED, "expires_at": None}
        if fate is Fate.UNKNOWN and mail.fate is not Fate.UNKNOWN:
            values["finished_at"] = now
    cleared = {"leased_until": None, "leased_by": None}
    this = update(OUTBOX).where(OUTBOX.c.id == mail.id)
    session.execute(this.values(values | cleared))
    return fate


def waits_for_a_look(session: Session) -> bool:
    return bool(session.scalar(select(WAITS_FOR_A_LOOK)))


def keep_back(session: Session, ids: list[int], now: datetime) -> None:
    """Hold those of the mails that were written just now, until somebody has looked.

    What waits for a person already waits on, and what a person let go is let go.
    """
    for some in pieces(ids):
        new = update(OUTBOX).where(
            OUTBOX.c.id.in_(some),
            OUTBOX.c.fate == Fate.QUEUED,
            OUTBOX.c.created_at == now,
        )
        session.execute(new.values(fate=Fate.HELD, held_for=RESTORED, expires_at=None))


def in_doubt(session: Session) -> list[OutboxRow]:
    """All mails that a restore keeps back, oldest first."""
    held = (OutboxRow.fate == Fate.HELD) & (OutboxRow.held_for == RESTORED)
    unknown = (OutboxRow.fate == Fate.UNKNOWN) & (OutboxRow.error == IN_DOUBT)
    return list(session.scalars(select(OutboxRow).where(held | unknown).order_by("id")))


def end_the_wait(session: Session, now: datetime) -> None:
    """From now on mail leaves without being asked for."""
    waiting = update(RestoreRow).where(RestoreRow.released_at.is_(None))
    session.execute(waiting.values(released_at=now))
