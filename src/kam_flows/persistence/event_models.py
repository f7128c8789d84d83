"""The tables of events of ours: the plan, its steps, and who is invited."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kam_flows.domain.events import Reply
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.models import Row


class EventRow(Row):
    __tablename__ = "events"
    __table_args__ = (Index(None, "on"),)

    kind: Mapped[str]
    name: Mapped[str]
    on: Mapped[date]
    first_on: Mapped[date]
    starts: Mapped[time]
    minutes: Mapped[int]
    zone: Mapped[str]
    place: Mapped[str]
    organiser: Mapped[str]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    planned_at: Mapped[datetime]
    planned_by: Mapped[str]
    sequence: Mapped[int]
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str]


class EventStepRow(Row):
    __tablename__ = "event_steps"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        # All that the morning's run reads.
        Index(
            "ix_event_steps_open",
            "due_on",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    code: Mapped[str]
    role: Mapped[TeamRole]
    owner: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[ItemState]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    note: Mapped[str]
    reminded: Mapped[int | None]


class EventGuestRow(Row):
    __tablename__ = "event_guests"
    __table_args__ = (UniqueConstraint("event_id", "contact"), Index(None, "mail_id"))

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    contact: Mapped[str]
    """Code. Name, address and language are those that the mail went to."""
    name: Mapped[str]
    title: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    told: Mapped[bool]
    mails: Mapped[int]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    reply: Mapped[Reply | None]
    note: Mapped[str]
    replied_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None]
