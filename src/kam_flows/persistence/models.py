"""Tables as typed declarative rows."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from kam_flows.domain.accounts import Tier
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.mails import Fate, Reader
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.policy import Target
from kam_flows.domain.tickets import Happening, Priority, TicketState


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on every database, SQLite included."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value and value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if not value.tzinfo else value.astimezone(UTC)


class Row(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        # Stored by value; 40 characters leave room for words to come.
        StrEnum: Enum(StrEnum, native_enum=False, values_callable=list, length=40),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


def table_of(row: type[Row]) -> Table:
    """The table behind a row class, for statements that need no objects.

    A sweep reads and writes thousands of rows and never watches their attributes.
    """
    return cast(Table, row.__table__)


class StaffRow(Row):
    __tablename__ = "staff"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[StaffRole]
    # People name each other by code, as the files do: a row may name one that a later
    # row of the same file brings.
    supervisor: Mapped[str | None]
    department_head: Mapped[str | None]
    deputy: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str]
    timezone: Mapped[str]
    quiet_start: Mapped[time | None]
    quiet_end: Mapped[time | None]


class AbsenceRow(Row):
    __tablename__ = "absences"
    __table_args__ = (UniqueConstraint("staff_id", "first", "last"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    first: Mapped[date]
    last: Mapped[date]


class AccountRow(Row):
    __tablename__ = "accounts"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    tier: Mapped[Tier]
    calendar: Mapped[str]
    language: Mapped[str]
    industry: Mapped[str]
    city: Mapped[str]
    signed_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)


class ContactRow(Row):
    __tablename__ = "contacts"

    code: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    language: Mapped[str]
    birthday: Mapped[date | None]
    is_decision_maker: Mapped[bool] = mapped_column(default=False)


class TeamMemberRow(Row):
    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("account_id", "staff_id", "role"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[TeamRole]


class PolicyVersionRow(Row):
    """The very text of a policy, kept as long as a case runs under it."""

    __tablename__ = "policy_versions"

    name: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    stored_at: Mapped[datetime]


class PolicyUseRow(Row):
    """Since when which policy version is in force; the newest row is today's."""

    __tablename__ = "policy_uses"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    since: Mapped[datetime]
    by: Mapped[str]


class TicketRow(Row):
    """A ticket as its history left it. The clock columns are computed, never typed in."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "ix_tickets_open",
            "opened_at",
            sqlite_where=text("state NOT IN ('resolved', 'confirmed')"),
            postgresql_where=text("state NOT IN ('resolved', 'confirmed')"),
        ),
        # Of them the newest stand in the lists of forms.
        Index(
            "ix_tickets_unconfirmed",
            "id",
            sqlite_where=text("state != 'confirmed'"),
            postgresql_where=text("state != 'confirmed'"),
        ),
    )

    number: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    title: Mapped[str]
    # What it was at the opening: the history says what it became.
    first_scene: Mapped[str]
    first_priority: Mapped[Priority]
    first_tier: Mapped[Tier]
    scene: Mapped[str]
    priority: Mapped[Priority]
    tier: Mapped[Tier]
    owner: Mapped[str | None]
    state: Mapped[TicketState]
    episode: Mapped[int]
    opened_at: Mapped[datetime]
    episode_started_at: Mapped[datetime]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    calendar: Mapped[str]

    respond_by: Mapped[datetime | None]
    plan_by: Mapped[datetime | None]
    resolve_by: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    waited_seconds: Mapped[int] = mapped_column(default=0)
    provisional: Mapped[bool] = mapped_column(default=False)
    ladder: Mapped[str]
    armed: Mapped[list[list[float]]] = mapped_column(JSON)
    """`[rung number, due at as epoch seconds]` for every rung still armed, by time."""


class LookRow(Row):
    """When a sweep has to look at a ticket, apart from the ticket: one for each.

    A sweep changes nothing else of it. With the moment in the ticket itself, PostgreSQL
    wrote the whole wide row anew and an entry in each of its five indexes, and SQLite
    the whole row: that was the dearest statement of a sweep.
    """

    __tablename__ = "looks"
    __table_args__ = (
        # All that a sweep reads: tickets with something to decide.
        Index(
            "ix_looks_at",
            "at",
            sqlite_where=text("at IS NOT NULL"),
            postgresql_where=text("at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    at: Mapped[datetime | None]
    """The next rung falls due, or a held one may be told; `None`: nothing can."""


class TicketEventRow(Row):
    __tablename__ = "ticket_events"
    __table_args__ = (UniqueConstraint("ticket_id", "source_key"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[datetime]
    kind: Mapped[Happening]
    by: Mapped[str]
    value: Mapped[str]
    note: Mapped[str]
    recorded_at: Mapped[datetime]
    source_key: Mapped[str | None]
    """Names the line of an imported log; an import finds what it has already brought."""


class EscalationRow(Row):
    """The ledger: every rung that ever fell due, once."""

    __tablename__ = "escalations"
    __table_args__ = (
        UniqueConstraint("ticket_id", "episode", "rung"),
        Index(
            "ix_escalations_held",
            "ticket_id",
            sqlite_where=text("outcome = 'held'"),
            postgresql_where=text("outcome = 'held'"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    episode: Mapped[int]
    rung: Mapped[int]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    outcome: Mapped[Outcome]
    deliver_at: Mapped[datetime | None]
    """While held: when it may be told."""
    stopped_at: Mapped[datetime | None]
    """When its stop condition came true, told or not."""
    recipient: Mapped[str | None]
    skips: Mapped[list[list[str]]] = mapped_column(JSON)
    """`[staff code, reason]` for everybody who was passed over."""


class NoticeKind(StrEnum):
    ALERT = "alert"
    COPY = "copy"
    """The person of a superseded rung, copied on the mail about the higher one."""
    OVERNIGHT = "overnight"
    """Opened and closed while the alert was held: one line, never an urgent mail."""


class NoticeRow(Row):
    """One line owed to one person about one rung, and the mail it stands in."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("escalation_id", "recipient"),
        Index(
            "ix_notices_mail_id",
            "mail_id",
            sqlite_where=text("mail_id IS NOT NULL"),
            postgresql_where=text("mail_id IS NOT NULL"),
        ),
        Index(
            "ix_notices_owed",
            "recipient",
            sqlite_where=text("mail_id IS NULL"),
            postgresql_where=text("mail_id IS NULL"),
        ),
    )

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"))
    recipient: Mapped[str]
    kind: Mapped[NoticeKind]
    owed_from: Mapped[datetime]
    """It stands in no mail before this moment."""
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))


class BreachRow(Row):
    """A target that was met late, once per episode."""

    __tablename__ = "breaches"
    __table_args__ = (UniqueConstraint("ticket_id", "episode", "target"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    episode: Mapped[int]
    target: Mapped[Target]
    due_at: Mapped[datetime]
    met_at: Mapped[datetime]


class OutboxRow(Row):
    """A mail we owe somebody, and its fate."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "fate", "expires_at"),
        Index(
            "ix_outbox_queued",
            "not_before",
            sqlite_where=text("fate = 'queued'"),
            postgresql_where=text("fate = 'queued'"),
        ),
        Index(
            "ix_outbox_sending",
            "leased_until",
            sqlite_where=text("fate = 'sending'"),
            postgresql_where=text("fate = 'sending'"),
        ),
    )

    dedup_key: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    reader: Mapped[Reader]
    recipient: Mapped[str]
    addresses: Mapped[list[str]] = mapped_column(JSON)
    """Envelope recipients: the address it goes to, then copies."""
    subject: Mapped[str]
    message_id: Mapped[str]
    fate: Mapped[Fate]
    held_for: Mapped[str | None]
    """While held: what it waits for."""
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    repeated: Mapped[bool] = mapped_column(default=False)
    """An unknown mail to staff was queued again, which is done once."""
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]

    bytes_: Mapped["ContentRow"] = relationship(viewonly=True)

    @property
    def content(self) -> bytes:
        """The very bytes that are sent, read when they are asked for."""
        return self.bytes_.content


class ContentRow(Row):
    """The bytes of a mail, apart from its fate.

    SQLite writes a whole row anew for every change; with 20 kB of mail in it, claiming
    and recording took four times as long. On PostgreSQL they are stored as they are:
    trying to compress base64 took longer than all else it does for a new mail.
    """

    __tablename__ = "outbox_contents"

    id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    content: Mapped[bytes]


class FormRow(Row):
    """The id that the Prefect server gave to a deployment, for links in mails."""

    __tablename__ = "forms"

    deployment: Mapped[str] = mapped_column(unique=True)
    deployment_id: Mapped[str]


class AuditRow(Row):
    """Who did what to what, and why."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject", "at"), Index(None, "at"))

    at: Mapped[datetime]
    actor: Mapped[str]
    """Staff code, or the name of the flow that did it by itself."""
    action: Mapped[str]
    subject: Mapped[str]
    """Kind and code: `ticket T-0001`, `account ACME`."""
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
