"""What is no longer kept goes, a few rows at a time."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from kam_flows.domain.mails import Fate
from kam_flows.persistence.bulk import among
from kam_flows.persistence.house_models import HouseFindingRow, UsedLinkRow
from kam_flows.persistence.models import ContentRow, OutboxRow, table_of

CONTENTS = table_of(ContentRow)
FINDINGS = table_of(HouseFindingRow)
LINKS = table_of(UsedLinkRow)
OUTBOX = table_of(OutboxRow)
OVER = (Fate.SENT, Fate.EXPIRED, Fate.CANCELLED)
"""With any other fate somebody may still want to send the mail, or read why not."""
GONE: Mapping[Table, str] = {LINKS: "used_at", FINDINGS: "cleared_at"}


class Retention:
    def __init__(self, session: Session) -> None:
        self.session = session

    def bodies(
        self, before: datetime, after: int, limit: int
    ) -> tuple[list[int], int | None]:
        """Among the next bodies above this id: those of mails that were over by then,
        and the id to go on from, `None` at the end.

        Bodies lie in the order in which mails were written: the first that was written
        later is the end, and however many are kept, they are not read.
        """
        statement = (
            select(
                CONTENTS.c.id, OUTBOX.c.fate, OUTBOX.c.finished_at, OUTBOX.c.created_at
            )
            .join(OUTBOX, OUTBOX.c.id == CONTENTS.c.id)
            .where(CONTENTS.c.id > after)
            .order_by(CONTENTS.c.id)
            .limit(limit)
        )
        rows = self.session.execute(statement).all()
        old = [
            row.id
            for row in rows
            if row.fate in OVER and row.finished_at and row.finished_at < before
        ]
        is_end = len(rows) < limit or rows[-1].created_at >= before
        return old, None if is_end else rows[-1].id

    def drop_bodies(self, mail_ids: Collection[int]) -> None:
        self.session.execute(
            delete(CONTENTS).where(among(self.session, CONTENTS.c.id, mail_ids))
        )

    def used_links(self, before: datetime, limit: int) -> int:
        return self._drop(LINKS, before, limit)

    def house_findings(self, before: datetime, limit: int) -> int:
        return self._drop(FINDINGS, before, limit)

    def _drop(self, table: Table, before: datetime, limit: int) -> int:
        """How many went; as many as the limit: there may be more."""
        over = table.c[GONE[table]] < before
        some = select(table.c.id).where(over).order_by(table.c.id).limit(limit)
        gone = delete(table).where(table.c.id.in_(some)).returning(table.c.id)
        return len(self.session.scalars(gone).all())
