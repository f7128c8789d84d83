"""The tables of the house itself: what was found wrong, and who came through its doors."""

from datetime import datetime

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kam_flows.persistence.models import Row

OPEN = text("cleared_at IS NULL")


class HeartbeatRow(Row):
    """When a part of the house last said that it is alive."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    place: Mapped[str | None]
    """How far it has come with what it does a share at a time."""


class HouseFindingRow(Row):
    """Something that is wrong, from the look that found it to the one that did not."""

    __tablename__ = "house_findings"
    __table_args__ = (
        # Found once, however often it is looked for; again only after it has cleared.
        Index(
            "uq_house_findings_open",
            "key",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    key: Mapped[str]
    kind: Mapped[str]
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    """What the sentence about it names."""
    found_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]


class UsedLinkRow(Row):
    """A signed link acts once."""

    __tablename__ = "used_links"

    signature: Mapped[str] = mapped_column(unique=True)
    flow_run: Mapped[str] = mapped_column(index=True)
    """The run that used it, which may go on with it when it is tried again."""
    used_at: Mapped[datetime]


class ErasureRow(Row):
    """A contact who was erased on request, by a name that tells nobody who it was."""

    __tablename__ = "erasures"

    alias: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    """Of the contact who was: no file brings them back without a word."""
    address_digest: Mapped[str]
    """By which their address is known again; empty: they had none."""
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    is_open: Mapped[bool]
    """Only in the transaction that erases: the audit trail lets names go meanwhile."""


class RestoreRow(Row):
    """A backup was put in the place of this database."""

    __tablename__ = "restores"

    at: Mapped[datetime]
    taken_at: Mapped[datetime]
    """When the backup was made: what happened from then on is not in this database."""
    source: Mapped[str]
    """The name of its file."""
    released_at: Mapped[datetime | None]
    """Since when mail written after it leaves again without being asked for."""
