"""The outbox: mails written in the same transaction as the decision to send them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Fate, Reader, RenderedMail
from kam_flows.persistence.bulk import among
from kam_flows.persistence.claims import OUTBOX, Claims
from kam_flows.persistence.models import ContentRow, OutboxRow, table_of
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.restores import (
    WAITS_FOR_A_LOOK,
    end_the_wait,
    in_doubt,
    keep_back,
)

CONTENTS = table_of(ContentRow)

WAITING = (Fate.HELD, Fate.FAILED, Fate.UNKNOWN)
"""Mails with such a fate stay where they are until a person decides about them."""
CANCELLABLE = (*WAITING, Fate.QUEUED)


@dataclass(frozen=True, kw_only=True)
class Posting:
    """A rendered mail, the bytes that will be sent, and when they may be."""

    mail: RenderedMail
    content: bytes
    message_id: str
    not_before: datetime | None = None
    """`None`: at once."""
    expires_at: datetime | None = None
    """`None`: never."""
    held_for: str | None = None
    """What a person has to decide first; `None`: nothing."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A mail of the outbox as lists show it, without its bytes."""

    id: int
    recipient: str
    addresses: tuple[str, ...]
    subject: str
    reader: Reader
    fate: Fate
    held_for: str | None
    created_at: datetime
    not_before: datetime
    finished_at: datetime | None
    attempts: int
    error: str | None


class Outbox(Claims):
    def enqueue(
        self,
        *,
        mail: RenderedMail,
        content: bytes,
        message_id: str,
        now: datetime,
        not_before: datetime | None = None,
        expires_at: datetime | None = None,
        held_for: str | None = None,
    ) -> int:
        """Put the mail in unless its dedup key is taken; the id of the key's mail."""
        posting = Posting(
            mail=mail,
            content=content,
            message_id=message_id,
            not_before=not_before,
            expires_at=expires_at,
            held_for=held_for,
        )
        return self.enqueue_many([posting], now)[mail.mail.dedup_key]

    def enqueue_many(
        self, postings: Sequence[Posting], now: datetime
    ) -> dict[str, int]:
        """Put in what is not there yet; dedup key to mail id, old or new, for all."""
        if not postings:
            return {}
        on_postgres = self.session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if on_postgres else sqlite.insert
        # Where two postings have one key, the first is kept.
        by_key = {p.mail.mail.dedup_key: p for p in reversed(postings)}
        mails = insert(OUTBOX).on_conflict_do_nothing(index_elements=["dedup_key"])
        self.session.execute(mails, [_row(posting, now) for posting in postings])
        found, kept_back = self._ids(by_key)
        ids = {key: found[key] for key in reversed(by_key)}
        contents = insert(CONTENTS).on_conflict_do_nothing(index_elements=["id"])
        self.session.execute(
            contents,
            [{"id": ids[key], "content": p.content} for key, p in by_key.items()],
        )
        if kept_back:
            keep_back(self.session, list(ids.values()), now)
        return ids

    def ids(self, dedup_keys: Iterable[str]) -> dict[str, int]:
        """Dedup key to mail id, for the keys that are taken."""
        return self._ids(dedup_keys)[0]

    def _ids(self, dedup_keys: Iterable[str]) -> tuple[dict[str, int], bool]:
        """And whether new mail waits for a look: asked with them, as it rarely does."""
        found: dict[str, int] = {}
        waits = False
        for some in pieces(list(dedup_keys)):
            taken = OutboxRow.dedup_key.in_(some)
            asked = select(OutboxRow.dedup_key, OutboxRow.id, WAITS_FOR_A_LOOK)
            for key, id_, wait in self.session.execute(asked.where(taken)):
                found[key], waits = id_, wait
        return found, waits

    def release(
        self,
        mail_id: int,
        by: str,
        now: datetime,
        *,
        note: str = "",
        expires_at: datetime | None = None,
    ) -> None:
        """Let a held mail go, to expire then if it was not to before.

        Raises `UserError` if it is not held.
        """
        row = self._for_hand(mail_id, "released", by, now, [Fate.HELD], note)
        row.fate = Fate.QUEUED
        row.expires_at = row.expires_at or expires_at
        row.held_for = None

    def cancel(self, mail_id: int, by: str, now: datetime, *, note: str = "") -> None:
        """Take a mail back before it leaves, or give up one that came to nothing.

        Raises `UserError` if it is on its way or was sent.
        """
        row = self._for_hand(mail_id, "cancelled", by, now, CANCELLABLE, note)
        given_up = f"; before that {row.fate}: {row.error}" if row.error else ""
        row.fate = Fate.CANCELLED
        row.error = f"cancelled by {by}{given_up}"
        row.finished_at = now

    def retry(self, mail_id: int, by: str, now: datetime, *, note: str = "") -> None:
        """Queue a failed or unknown mail again, with the lifetime it had when new.

        Raises `UserError` if it has another fate.
        """
        came_to_nothing = [Fate.FAILED, Fate.UNKNOWN]
        row = self._for_hand(mail_id, "repeated", by, now, came_to_nothing, note)
        if row.expires_at is not None:
            row.expires_at = now + (row.expires_at - row.created_at)
        row.fate = Fate.QUEUED
        row.not_before = now
        row.attempts = 0
        row.finished_at = None

    def kept_back(self) -> list[Posted]:
        """Mails that wait because a backup was restored, oldest first."""
        return [_posted(row) for row in in_doubt(self.session)]

    def let_go(self, by: str, now: datetime, lifetime: timedelta, *, send: bool) -> int:
        """Send, or drop, all that a restore keeps back; later mail leaves by itself.

        How many there were. A mail gets its lifetime from now on.
        """
        waiting = in_doubt(self.session)
        for row in waiting:
            if not send:
                self.cancel(row.id, by, now)
            elif row.fate is Fate.HELD:
                self.release(row.id, by, now, expires_at=now + lifetime)
            else:
                self.retry(row.id, by, now)
        end_the_wait(self.session, now)
        return len(waiting)

    def get(self, mail_id: int) -> Posted:
        """Raises `UserError` if there is no such mail."""
        row = self.session.get(OutboxRow, mail_id)
        if row is None:
            raise no_mail(mail_id)
        return _posted(row)

    def without_body(self, mail_ids: Collection[int]) -> set[int]:
        """Those of them whose bytes are no longer kept."""
        these = among(self.session, OUTBOX.c.id, mail_ids)
        kept = select(ContentRow.id).where(ContentRow.id == OUTBOX.c.id).exists()
        statement = select(OUTBOX.c.id).where(these, ~kept)
        return set(self.session.scalars(statement))

    def body(self, mail_id: int) -> bytes | None:
        """The bytes that were sent or will be; `None`: they are no longer kept."""
        statement = select(ContentRow.content).where(ContentRow.id == mail_id)
        return self.session.scalar(statement)

    def counts(self) -> dict[Fate, int]:
        """How many mails have which fate; fates no mail has are left out."""
        grouped = select(OutboxRow.fate, func.count()).group_by(OutboxRow.fate)
        return {fate: count for fate, count in self.session.execute(grouped)}

    def recent(self, limit: int) -> list[Posted]:
        """The newest mails, newest first."""
        newest = select(OutboxRow).order_by(OutboxRow.id.desc()).limit(limit)
        rows = self.session.scalars(newest)
        return [_posted(row) for row in rows]

    def waiting(self, limit: int) -> list[Posted]:
        """Mails that a person has to decide about, newest first."""
        undecided = select(OutboxRow).where(OutboxRow.fate.in_(WAITING))
        newest = undecided.order_by(OutboxRow.id.desc()).limit(limit)
        return [_posted(row) for row in self.session.scalars(newest)]

    def held_for(self, what: str) -> list[Posted]:
        """Mails that wait for exactly this, oldest first."""
        held = select(OutboxRow).where(
            OutboxRow.fate == Fate.HELD, OutboxRow.held_for == what
        )
        rows = self.session.scalars(held.order_by(OutboxRow.id))
        return [_posted(row) for row in rows]

    def about(self, ids: Iterable[int], dedup_starts: Iterable[str]) -> list[Posted]:
        """Mails with these ids, or whose dedup key starts so; oldest first."""
        chosen = [OutboxRow.id.in_(some) for some in pieces(list(ids))]
        starting = [
            OutboxRow.dedup_key.startswith(start, autoescape=True)
            for start in dedup_starts
        ]
        found = {
            row.id: _posted(row)
            for condition in [*chosen, *starting]
            for row in self.session.scalars(select(OutboxRow).where(condition))
        }
        return [found[id_] for id_ in sorted(found)]

    def _for_hand(
        self,
        mail_id: int,
        done: str,
        by: str,
        now: datetime,
        allowed: Sequence[Fate],
        note: str,
    ) -> OutboxRow:
        """The mail, if its fate allows what a person wants, written in the trail."""
        statement = select(OutboxRow).where(OutboxRow.id == mail_id)
        # Whoever had it before may have changed it while we waited for the lock.
        fresh = statement.execution_options(populate_existing=True)
        row = self.session.scalar(fresh.with_for_update())
        if row is None:
            raise no_mail(mail_id)
        if row.fate not in allowed:
            raise other_fate(mail_id, row.fate, allowed)
        detail = {"was": row.fate, "id": row.id} | ({"note": note} if note else {})
        self.audit.write(now, by, f"mail {done}", f"mail {row.dedup_key}", **detail)
        return row


def other_fate(mail_id: int, fate: Fate, allowed: Sequence[Fate]) -> UserError:
    return UserError(
        "Mail {mail} is {fate}; this can be done only to mails that are {allowed}.",
        mail=mail_id,
        fate=fate,
        allowed=list(allowed),
    )


def no_mail(mail: object) -> UserError:
    return UserError(
        "There is no mail '{mail}'; choose one from the list, or type its number from "
        "'Show the outbox'.",
        mail=mail,
    )


def _row(posting: Posting, now: datetime) -> dict[str, Any]:
    mail = posting.mail.mail
    return {
        "dedup_key": mail.dedup_key,
        "template": mail.template,
        "reader": mail.reader,
        "recipient": mail.recipient,
        "addresses": [mail.address, *mail.copies],
        "subject": posting.mail.subject,
        "message_id": posting.message_id,
        "fate": Fate.HELD if posting.held_for else Fate.QUEUED,
        "held_for": posting.held_for,
        "created_at": now,
        "not_before": posting.not_before or now,
        "expires_at": posting.expires_at,
        "attempts": 0,
        "repeated": False,
    }


def _posted(row: OutboxRow) -> Posted:
    return Posted(
        id=row.id,
        recipient=row.recipient,
        addresses=tuple(row.addresses),
        subject=row.subject,
        reader=row.reader,
        fate=row.fate,
        held_for=row.held_for,
        created_at=row.created_at,
        not_before=row.not_before,
        finished_at=row.finished_at,
        attempts=row.attempts,
        error=row.error,
    )
