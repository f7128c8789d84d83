"""The tables of onboarding: checklists, survey, account file, agreements, handovers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kam_flows.domain.account_file import EntryKind, TransactionKind
from kam_flows.domain.accounts import Tier
from kam_flows.domain.handovers import HandoverKind
from kam_flows.domain.onboarding import ItemState, StepKind, StepOutcome
from kam_flows.domain.survey import Dimension
from kam_flows.persistence.models import Row


class OnboardingRow(Row):
    """The checklist of one account; an account has one that runs, at the most."""

    __tablename__ = "onboardings"
    __table_args__ = (
        Index(
            "uq_onboardings_running",
            "account_id",
            unique=True,
            sqlite_where=text("completed_at IS NULL"),
            postgresql_where=text("completed_at IS NULL"),
        ),
        # All that a sweep reads: checklists with something to decide.
        Index(
            "ix_onboardings_next_look_at",
            "next_look_at",
            sqlite_where=text("next_look_at IS NOT NULL"),
            postgresql_where=text("next_look_at IS NOT NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    tier: Mapped[Tier]
    signed_at: Mapped[datetime]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    predecessor: Mapped[str | None]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    calendar: Mapped[str]
    pauses: Mapped[list[list[float | None]]] = mapped_column(JSON)
    """`[start, end]` of every hold as epoch seconds; the end is null while it lasts."""
    progressed_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]
    """When a sweep has to look: the next step of an open item falls due."""


class ChecklistItemRow(Row):
    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("onboarding_id", "code"),)

    onboarding_id: Mapped[int] = mapped_column(ForeignKey("onboardings.id"))
    code: Mapped[str]
    """Of a rule of the policy version that the onboarding runs under."""
    state: Mapped[ItemState]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str]
    evidence: Mapped[str]
    note: Mapped[str]


class ChecklistStepRow(Row):
    """The ledger: every step of every item that fell due, once."""

    __tablename__ = "checklist_steps"
    __table_args__ = (UniqueConstraint("onboarding_id", "item", "kind", "number"),)

    onboarding_id: Mapped[int] = mapped_column(ForeignKey("onboardings.id"))
    item: Mapped[str]
    kind: Mapped[StepKind]
    number: Mapped[int]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    outcome: Mapped[StepOutcome]
    recipient: Mapped[str]
    skips: Mapped[list[list[str]]] = mapped_column(JSON)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    """The mail that tells of it."""


class SurveyAnswerRow(Row):
    """Answers are added, never rewritten: the newest of a dimension counts."""

    __tablename__ = "survey_answers"
    __table_args__ = (Index(None, "account_id", "dimension"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    dimension: Mapped[Dimension]
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    source: Mapped[str]


class FileEntryRow(Row):
    __tablename__ = "file_entries"
    __table_args__ = (
        # Promises that somebody has to be reminded of.
        Index(
            "ix_file_entries_promised",
            "due_on",
            sqlite_where=text("kind = 'promise' AND kept_at IS NULL"),
            postgresql_where=text("kind = 'promise' AND kept_at IS NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[EntryKind]
    at: Mapped[datetime]
    text: Mapped[str]
    by: Mapped[str]
    recorded_at: Mapped[datetime]
    owner: Mapped[str | None]
    due_on: Mapped[date | None]
    kept_at: Mapped[datetime | None]
    kept_by: Mapped[str | None]


class TransactionRow(Row):
    """What an account bought, paid, returned or signed; the reference names it."""

    __tablename__ = "transactions"
    __table_args__ = (UniqueConstraint("account_id", "reference"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reference: Mapped[str]
    kind: Mapped[TransactionKind]
    on: Mapped[date]
    cents: Mapped[int] = mapped_column(BigInteger)
    """Hundredths of the currency: no database rounds them."""
    currency: Mapped[str]
    text: Mapped[str]
    ends_on: Mapped[date | None]


class AgreementRow(Row):
    """One version of an account's SLA agreement, and who signed it."""

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("account_id", "version"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int]
    language: Mapped[str]
    tier: Mapped[Tier]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What it promises, to be compared with what the policy promises later."""
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[str]
    document: Mapped[bytes]
    signed_on: Mapped[date | None]
    signed_by: Mapped[str | None]
    """Name of who signed for the account."""
    signed_for_us: Mapped[str | None]
    signed_at_place: Mapped[str | None]
    face_to_face: Mapped[bool | None]
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str | None]
    outdated_at: Mapped[datetime | None]
    outdated_why: Mapped[str | None]


class HandoverRow(Row):
    """An account passed from one person to another, on record."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index(
            "uq_handovers_open",
            "account_id",
            "leaving",
            unique=True,
            sqlite_where=text("accepted_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL"),
        ),
        Index(
            "ix_handovers_next_look_at",
            "next_look_at",
            sqlite_where=text("next_look_at IS NOT NULL"),
            postgresql_where=text("next_look_at IS NOT NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    leaving: Mapped[str]
    successor: Mapped[str]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    accept_by: Mapped[datetime]
    recording: Mapped[str]
    """Reference of the recording where it was told by word of mouth; else empty."""
    climbed: Mapped[int]
    """How often it was told to somebody above that it is not accepted."""
    accepted_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]


class HandoverItemRow(Row):
    __tablename__ = "handover_items"
    __table_args__ = (UniqueConstraint("handover_id", "place"),)

    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"))
    place: Mapped[int]
    kind: Mapped[HandoverKind]
    text: Mapped[str]
    details: Mapped[list[list[str]]] = mapped_column(JSON)
    """`[what, value]` of what is on record beside the words, in the order told."""
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None]
    note: Mapped[str]
