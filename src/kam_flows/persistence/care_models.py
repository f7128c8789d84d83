"""The tables of care: occasions, what was prepared for them, and gifts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.care_rules import Action
from kam_flows.domain.people import TeamRole
from kam_flows.persistence.models import Row


class OccasionRow(Row):
    """A day to think of, of an account, of a contact there, or an event of ours."""

    __tablename__ = "occasions"
    __table_args__ = (
        Index(None, "account_id"),
        # All that a day's run reads: occasions whose preparation begins.
        Index(
            "ix_occasions_next_on",
            "next_on",
            sqlite_where=text("next_on IS NOT NULL"),
            postgresql_where=text("next_on IS NOT NULL"),
        ),
        # The few that people keep stand in the lists of forms.
        Index(
            "ix_occasions_kept",
            "id",
            sqlite_where=text("origin = '' AND ended IS 0"),
            postgresql_where=text("origin = '' AND ended IS false"),
        ),
    )

    key: Mapped[str] = mapped_column(unique=True)
    """What it is of: entering or deriving the same twice makes one."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    contact: Mapped[str]
    contact_code: Mapped[str]
    kind: Mapped[str]
    about: Mapped[str]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_on: Mapped[date | None]
    origin: Mapped[str]
    seen_until: Mapped[date]
    """Its days up to this one are seen to."""
    next_on: Mapped[date | None]
    """When the preparation of its next day begins; `None`: it has none, or is over."""
    ended: Mapped[bool]
    """A person has ended it."""


class CareMarkRow(Row):
    """From what an account's occasions were read last; empty: something has changed."""

    __tablename__ = "care_marks"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    made_from: Mapped[str] = mapped_column(index=True)
    """Digest of the policy and the days of the account's calendar."""


class CareRow(Row):
    """One occasion in one year."""

    __tablename__ = "cares"
    __table_args__ = (
        UniqueConstraint("occasion_id", "edition"),
        Index(None, "account_id"),
        Index(
            "ix_cares_open",
            "deliver_on",
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index(None, "closed_on"),
    )

    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id"))
    edition: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    on: Mapped[date]
    years: Mapped[int | None]
    prepare_on: Mapped[date]
    deliver_on: Mapped[date]
    state: Mapped[CareState]
    skip: Mapped[Skip | None]
    late: Mapped[bool]
    actions: Mapped[list[str]] = mapped_column(JSON)
    cents: Mapped[int] = mapped_column(BigInteger)
    """Budget of the gift, in hundredths of the policy's currency."""
    approval: Mapped[bool]
    owner: Mapped[str | None]
    """Staff code of who prepares it."""
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy_versions.id"))
    prepared_at: Mapped[datetime]
    letter: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Its parts, as they stand now; null: it has none."""
    trouble: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why it has no letter though it should: a sentence and its values."""
    held_because: Mapped[str]
    released_over: Mapped[str]
    """Why a person let it go though it was held: it is not held for the same again."""
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    closed_on: Mapped[date | None]


class CareStepRow(Row):
    __tablename__ = "care_steps"
    __table_args__ = (UniqueConstraint("care_id", "code"),)

    care_id: Mapped[int] = mapped_column(ForeignKey("cares.id"))
    code: Mapped[str]
    action: Mapped[Action | None]
    due_on: Mapped[date]
    role: Mapped[TeamRole]
    owner: Mapped[str | None]
    is_approval: Mapped[bool]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]


class GiftRow(Row):
    """What was given to whom: the ledger."""

    __tablename__ = "gifts"
    __table_args__ = (Index(None, "account_id", "on"), Index(None, "recipient", "on"))

    care_id: Mapped[int | None] = mapped_column(ForeignKey("cares.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recipient: Mapped[str]
    """Contact code, or the name of somebody who is not on record."""
    recipient_name: Mapped[str]
    item: Mapped[str]
    cents: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date]
    reason: Mapped[str]
    """Of a supervisor, where it went over the recipient's cap."""
    by: Mapped[str]
    recorded_at: Mapped[datetime]
