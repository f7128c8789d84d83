"""Onboarding"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("signed_for_us", sa.String(), nullable=True),
        sa.Column("signed_at_place", sa.String(), nullable=True),
        sa.Column("face_to_face", sa.Boolean(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.Column("outdated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outdated_why", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_agreements_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_agreements_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint(
            "account_id", "version", name=op.f("uq_agreements_account_id_version")
        ),
    )
    op.create_table(
        "file_entries",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_by", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_file_entries_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_entries")),
    )
    with op.batch_alter_table("file_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_file_entries_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "handovers",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("leaving", sa.String(), nullable=False),
        sa.Column("successor", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("accept_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("climbed", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_handovers_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_handovers_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handovers_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            "ix_handovers_next_look_at",
            ["next_look_at"],
            unique=False,
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_handovers_open",
            ["account_id", "leaving"],
            unique=True,
            sqlite_where=sa.text("accepted_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NULL"),
        )

    op.create_table(
        "onboardings",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("predecessor", sa.String(), nullable=True),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("progressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_onboardings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_onboardings_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onboardings")),
    )
    with op.batch_alter_table("onboardings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_onboardings_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            "ix_onboardings_next_look_at",
            ["next_look_at"],
            unique=False,
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_onboardings_running",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("completed_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL"),
        )

    op.create_table(
        "survey_answers",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_survey_answers_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_answers_account_id_survey_answers_dimension"),
            ["account_id", "dimension"],
            unique=False,
        )

    op.create_table(
        "transactions",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_transactions_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint(
            "account_id", "reference", name=op.f("uq_transactions_account_id_reference")
        ),
    )
    op.create_table(
        "checklist_items",
        sa.Column("onboarding_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["onboarding_id"],
            ["onboardings.id"],
            name=op.f("fk_checklist_items_onboarding_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_items")),
        sa.UniqueConstraint(
            "onboarding_id", "code", name=op.f("uq_checklist_items_onboarding_id_code")
        ),
    )
    op.create_table(
        "checklist_steps",
        sa.Column("onboarding_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("skips", sa.JSON(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outbox.id"], name=op.f("fk_checklist_steps_mail_id")
        ),
        sa.ForeignKeyConstraint(
            ["onboarding_id"],
            ["onboardings.id"],
            name=op.f("fk_checklist_steps_onboarding_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_steps")),
        sa.UniqueConstraint(
            "onboarding_id",
            "item",
            "kind",
            "number",
            name=op.f("uq_checklist_steps_onboarding_id_item_kind_number"),
        ),
    )
    with op.batch_alter_table("checklist_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_checklist_steps_mail_id"), ["mail_id"], unique=False
        )

    op.create_table(
        "handover_items",
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handovers.id"],
            name=op.f("fk_handover_items_handover_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_items")),
        sa.UniqueConstraint(
            "handover_id", "place", name=op.f("uq_handover_items_handover_id_place")
        ),
    )


def downgrade() -> None:
    op.drop_table("handover_items")
    with op.batch_alter_table("checklist_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_steps_mail_id"))

    op.drop_table("checklist_steps")
    op.drop_table("checklist_items")
    op.drop_table("transactions")
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_survey_answers_account_id_survey_answers_dimension")
        )

    op.drop_table("survey_answers")
    with op.batch_alter_table("onboardings", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_onboardings_running",
            sqlite_where=sa.text("completed_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_onboardings_next_look_at",
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_onboardings_account_id"))

    op.drop_table("onboardings")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handovers_open",
            sqlite_where=sa.text("accepted_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_handovers_next_look_at",
            sqlite_where=sa.text("next_look_at IS NOT NULL"),
            postgresql_where=sa.text("next_look_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_handovers_account_id"))

    op.drop_table("handovers")
    with op.batch_alter_table("file_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_entries_account_id"))

    op.drop_table("file_entries")
    op.drop_table("agreements")
