"""Visits"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "touchpoints",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("with_customer", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column(
            "in_calendars", sa.String(length=40), server_default="no", nullable=False
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_touchpoints_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["touchpoints.id"], name=op.f("fk_touchpoints_merged_into")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_touchpoints_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoints")),
        sa.UniqueConstraint(
            "account_id",
            "cadence",
            "slot",
            name=op.f("uq_touchpoints_account_id_cadence_slot"),
        ),
    )
    op.create_index(
        op.f("ix_touchpoints_account_id_touchpoints_on"),
        "touchpoints",
        ["account_id", "on"],
    )
    op.create_index(
        "ix_touchpoints_merged_into",
        "touchpoints",
        ["merged_into"],
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    not_in_calendars = sa.text(
        "in_calendars = 'no' AND state = 'planned' AND minutes > 0"
    )
    op.create_index(
        "ix_touchpoints_not_in_calendars",
        "touchpoints",
        ["in_calendars", "on"],
        sqlite_where=not_in_calendars,
        postgresql_where=not_in_calendars,
    )
    op.create_index(
        "ix_touchpoints_planned",
        "touchpoints",
        ["on"],
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_touchpoints_to_check",
        "touchpoints",
        ["on"],
        sqlite_where=sa.text("in_calendars = 'to_check'"),
        postgresql_where=sa.text("in_calendars = 'to_check'"),
    )

    op.create_table(
        "visit_plans",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_from", sa.String(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=False),
        sa.Column("served", sa.JSON(), nullable=False),
        sa.Column("next_slot_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_visit_plans_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_plans")),
        sa.UniqueConstraint("account_id", name=op.f("uq_visit_plans_account_id")),
    )
    op.create_table(
        "promise_steps",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["file_entries.id"], name=op.f("fk_promise_steps_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox.id"], name=op.f("fk_promise_steps_mail_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_steps")),
        sa.UniqueConstraint(
            "entry_id",
            "kind",
            "number",
            name=op.f("uq_promise_steps_entry_id_kind_number"),
        ),
    )
    op.create_index(op.f("ix_promise_steps_mail_id"), "promise_steps", ["mail_id"])
    op.create_index(
        "ix_file_entries_promised",
        "file_entries",
        ["due_on"],
        sqlite_where=sa.text("kind = 'promise' AND kept_at IS NULL"),
        postgresql_where=sa.text("kind = 'promise' AND kept_at IS NULL"),
    )

    op.create_table(
        "signals",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("touchpoint_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_signals_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"], ["touchpoints.id"], name=op.f("fk_signals_touchpoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    op.create_index(op.f("ix_signals_account_id"), "signals", ["account_id"])

    op.create_table(
        "touchpoint_outcomes",
        sa.Column("touchpoint_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("present", sa.String(), nullable=False),
        sa.Column("learned", sa.String(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"],
            ["touchpoints.id"],
            name=op.f("fk_touchpoint_outcomes_touchpoint_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoint_outcomes")),
        sa.UniqueConstraint(
            "touchpoint_id", name=op.f("uq_touchpoint_outcomes_touchpoint_id")
        ),
    )
    op.create_table(
        "touchpoint_steps",
        sa.Column("touchpoint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox.id"], name=op.f("fk_touchpoint_steps_mail_id")
        ),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"],
            ["touchpoints.id"],
            name=op.f("fk_touchpoint_steps_touchpoint_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touchpoint_steps")),
        sa.UniqueConstraint(
            "touchpoint_id",
            "kind",
            "number",
            name=op.f("uq_touchpoint_steps_touchpoint_id_kind_number"),
        ),
    )
    op.create_index(
        op.f("ix_touchpoint_steps_mail_id"), "touchpoint_steps", ["mail_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_touchpoint_steps_mail_id"), "touchpoint_steps")

    op.drop_table("touchpoint_steps")
    op.drop_table("touchpoint_outcomes")
    op.drop_index(op.f("ix_signals_account_id"), "signals")

    op.drop_table("signals")
    op.drop_index("ix_file_entries_promised", "file_entries")
    op.drop_index(op.f("ix_promise_steps_mail_id"), "promise_steps")

    op.drop_table("promise_steps")
    op.drop_table("visit_plans")
    op.drop_index("ix_touchpoints_to_check", "touchpoints")
    op.drop_index("ix_touchpoints_planned", "touchpoints")
    op.drop_index("ix_touchpoints_not_in_calendars", "touchpoints")
    op.drop_index("ix_touchpoints_merged_into", "touchpoints")
    op.drop_index(op.f("ix_touchpoints_account_id_touchpoints_on"), "touchpoints")

    op.drop_table("touchpoints")
