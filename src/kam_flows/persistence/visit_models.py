"""The tables of visits: touchpoints, what was told of them and what came of them."""

from datetime import date, datetime, time

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kam_flows.domain.invitations import InCalendars
from kam_flows.domain.touchpoints import (
    SignalKind,
    StepKind,
    TouchpointKind,
    TouchpointState,
)
from kam_flows.domain.visit_follow_up import PromiseStepKind
from kam_flows.persistence.models import Row

NOT_IN_CALENDARS = "in_calendars = 'no' AND state = 'planned' AND minutes > 0"


class TouchpointRow(Row):
    """One slot of a cadence, or a contact that no cadence asked for."""

    __tablename__ = "touchpoints"
    __table_args__ = (
        UniqueConstraint("account_id", "cadence", "slot"),
        Index(None, "account_id", "on"),
        # What lies ahead, and what was never recorded.
        Index(
            "ix_touchpoints_planned",
            "on",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        # What calendars do not show yet, and what they may show otherwise than it is.
        # Of two that begin with the day SQLite would take the one above.
        Index(
            "ix_touchpoints_not_in_calendars",
            "in_calendars",
            "on",
            sqlite_where=text(NOT_IN_CALENDARS),
            postgresql_where=text(NOT_IN_CALENDARS),
        ),
        Index(
            "ix_touchpoints_to_check",
            "on",
            sqlite_where=text("in_calendars = 'to_check'"),
            postgresql_where=text("in_calendars = 'to_check'"),
        ),
        Index(
            "ix_touchpoints_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    cadence: Mapped[str]
    """Code of a cadence of the policy; empty where none asked for it."""
    slot: Mapped[str]
    kind: Mapped[TouchpointKind]
    nominal: Mapped[date]
    on: Mapped[date]
    starts: Mapped[time]
    minutes: Mapped[int]
    owner: Mapped[str | None]
    participants: Mapped[list[str]] = mapped_column(JSON)
    with_customer: Mapped[bool]
    state: Mapped[TouchpointState]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("touchpoints.id"))
    pinned: Mapped[bool]
    why: Mapped[list[list[str]]] = mapped_column(JSON)
    """`[why, what, note]` of every step that led to its day, state and owner."""
    title: Mapped[str]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy_versions.id"))
    moves: Mapped[int]
    concluded_on: Mapped[date | None]
    in_calendars: Mapped[InCalendars] = mapped_column(server_default=InCalendars.NO)


class TouchpointStepRow(Row):
    """The ledger: what was told about a touchpoint, each once."""

    __tablename__ = "touchpoint_steps"
    __table_args__ = (UniqueConstraint("touchpoint_id", "kind", "number"),)

    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("touchpoints.id"))
    kind: Mapped[StepKind]
    number: Mapped[int]
    decided_at: Mapped[datetime]
    recipient: Mapped[str]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    said: Mapped[str] = mapped_column(default="")
    """Digest of what was told, where a change of it is told again."""


class TouchpointOutcomeRow(Row):
    __tablename__ = "touchpoint_outcomes"

    touchpoint_id: Mapped[int] = mapped_column(
        ForeignKey("touchpoints.id"), unique=True
    )
    on: Mapped[date]
    present: Mapped[str]
    learned: Mapped[str]
    satisfaction: Mapped[int | None]
    next_step: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    entries: Mapped[list[int]] = mapped_column(JSON)
    """Ids of what was written into the account file with it."""


class SignalRow(Row):
    __tablename__ = "signals"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("touchpoints.id"))
    kind: Mapped[SignalKind]
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class PromiseStepRow(Row):
    """The ledger of promises: who was reminded of which, each once per number."""

    __tablename__ = "promise_steps"
    __table_args__ = (UniqueConstraint("entry_id", "kind", "number"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("file_entries.id"))
    kind: Mapped[PromiseStepKind]
    number: Mapped[int]
    decided_at: Mapped[datetime]
    recipient: Mapped[str]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)


class VisitPlanRow(Row):
    """Until when an account is planned, and from what: unchanged, it is not read again."""

    __tablename__ = "visit_plans"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    made_from: Mapped[str]
    """Digest of all that the plan depends on; empty: something was recorded since."""
    planned_until: Mapped[date]
    served: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the cadences that the account got then."""
    next_slot_on: Mapped[date | None]
    """The first day from which there is something to plan again."""
