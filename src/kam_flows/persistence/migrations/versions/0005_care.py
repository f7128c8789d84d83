"""Care"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "care_marks",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_from", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_care_marks_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_marks")),
        sa.UniqueConstraint("account_id", name=op.f("uq_care_marks_account_id")),
    )
    op.create_index(op.f("ix_care_marks_made_from"), "care_marks", ["made_from"])

    op.create_table(
        "occasions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("contact_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("seen_until", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_occasions_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
        sa.UniqueConstraint("key", name=op.f("uq_occasions_key")),
    )
    op.create_index(op.f("ix_occasions_account_id"), "occasions", ["account_id"])
    op.create_index(
        "ix_occasions_next_on",
        "occasions",
        ["next_on"],
        sqlite_where=sa.text("next_on IS NOT NULL"),
        postgresql_where=sa.text("next_on IS NOT NULL"),
    )

    op.create_table(
        "cares",
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("prepare_on", sa.Date(), nullable=False),
        sa.Column("deliver_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("skip", sa.String(length=40), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter", sa.JSON(), nullable=True),
        sa.Column("trouble", sa.JSON(), nullable=True),
        sa.Column("held_because", sa.String(), nullable=False),
        sa.Column("released_over", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_cares_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox.id"], name=op.f("fk_cares_mail_id")
        ),
        sa.ForeignKeyConstraint(
            ["occasion_id"], ["occasions.id"], name=op.f("fk_cares_occasion_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_cares_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cares")),
        sa.UniqueConstraint(
            "occasion_id", "edition", name=op.f("uq_cares_occasion_id_edition")
        ),
    )
    op.create_index(op.f("ix_cares_account_id"), "cares", ["account_id"])
    op.create_index(op.f("ix_cares_closed_on"), "cares", ["closed_on"])
    op.create_index(op.f("ix_cares_mail_id"), "cares", ["mail_id"])
    op.create_index(
        "ix_cares_open",
        "cares",
        ["deliver_on"],
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )

    op.create_table(
        "care_steps",
        sa.Column("care_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("is_approval", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["care_id"], ["cares.id"], name=op.f("fk_care_steps_care_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_steps")),
        sa.UniqueConstraint("care_id", "code", name=op.f("uq_care_steps_care_id_code")),
    )
    op.create_table(
        "gifts",
        sa.Column("care_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("recipient_name", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_gifts_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["care_id"], ["cares.id"], name=op.f("fk_gifts_care_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gifts")),
    )
    op.create_index(op.f("ix_gifts_account_id_gifts_on"), "gifts", ["account_id", "on"])
    op.create_index(op.f("ix_gifts_care_id"), "gifts", ["care_id"])
    op.create_index(op.f("ix_gifts_recipient_gifts_on"), "gifts", ["recipient", "on"])

    op.create_table(
        "events",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_events_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_on"), "events", ["on"])

    op.create_table(
        "event_steps",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_steps_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_steps")),
        sa.UniqueConstraint(
            "event_id", "code", name=op.f("uq_event_steps_event_id_code")
        ),
    )
    op.create_index(
        "ix_event_steps_open",
        "event_steps",
        ["due_on"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )

    op.create_table(
        "event_guests",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_event_guests_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_guests_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox.id"], name=op.f("fk_event_guests_mail_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_guests")),
        sa.UniqueConstraint(
            "event_id", "contact", name=op.f("uq_event_guests_event_id_contact")
        ),
    )
    op.create_index(op.f("ix_event_guests_account_id"), "event_guests", ["account_id"])
    op.create_index(op.f("ix_event_guests_mail_id"), "event_guests", ["mail_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_event_guests_mail_id"), "event_guests")
    op.drop_index(op.f("ix_event_guests_account_id"), "event_guests")

    op.drop_table("event_guests")
    op.drop_index("ix_event_steps_open", "event_steps")

    op.drop_table("event_steps")
    op.drop_index(op.f("ix_events_on"), "events")

    op.drop_table("events")
    op.drop_index(op.f("ix_gifts_recipient_gifts_on"), "gifts")
    op.drop_index(op.f("ix_gifts_care_id"), "gifts")
    op.drop_index(op.f("ix_gifts_account_id_gifts_on"), "gifts")

    op.drop_table("gifts")
    op.drop_table("care_steps")
    op.drop_index("ix_cares_open", "cares")
    op.drop_index(op.f("ix_cares_mail_id"), "cares")
    op.drop_index(op.f("ix_cares_closed_on"), "cares")
    op.drop_index(op.f("ix_cares_account_id"), "cares")

    op.drop_table("cares")
    op.drop_index("ix_occasions_next_on", "occasions")
    op.drop_index(op.f("ix_occasions_account_id"), "occasions")

    op.drop_table("occasions")
    op.drop_index(op.f("ix_care_marks_made_from"), "care_marks")

    op.drop_table("care_marks")
