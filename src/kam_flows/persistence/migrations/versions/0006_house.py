"""The house itself, and an audit trail that can only grow"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = ("id", "at", "actor", "action", "subject")
"""Of an entry of the audit trail nobody changes these, not even who erases a person."""


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
        sa.UniqueConstraint("name", name=op.f("uq_heartbeats_name")),
    )
    op.create_table(
        "house_findings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_findings")),
    )
    op.create_index(
        "uq_house_findings_open",
        "house_findings",
        ["key"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "used_links",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("flow_run", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_links")),
        sa.UniqueConstraint("signature", name=op.f("uq_used_links_signature")),
    )
    op.create_index(op.f("ix_used_links_flow_run"), "used_links", ["flow_run"])
    op.create_table(
        "erasures",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("address_digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("alias", name=op.f("uq_erasures_alias")),
    )
    # Days are looked up; written in order, it costs a sweep next to nothing.
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_table(
        "restores",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _keep_audit_on_sqlite()
    else:
        _keep_audit_on_postgresql()


def _keep_audit_on_sqlite() -> None:
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in KEPT)
    op.execute(
        f"""
        CREATE TRIGGER audit_keeps_what_was_done BEFORE UPDATE ON audit
        WHEN {changed} OR NOT EXISTS (SELECT 1 FROM erasures WHERE is_open)
        BEGIN SELECT RAISE(ABORT, 'the audit trail can only grow'); END
        """  # nosec B608
    )
    op.execute(
        """
        CREATE TRIGGER audit_keeps_every_entry BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail can only grow'); END
        """
    )


def _keep_audit_on_postgresql() -> None:
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in KEPT)
    op.execute(
        f"""
        CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'UPDATE' THEN
            RAISE EXCEPTION 'the audit trail can only grow';
          END IF;
          IF {changed} OR NOT EXISTS (SELECT 1 FROM erasures WHERE is_open) THEN
            RAISE EXCEPTION 'the audit trail can only grow';
          END IF;
          RETURN NEW;
        END $$
        """  # nosec B608
    )
    op.execute(
        """
        CREATE TRIGGER audit_keeps_what_was_done BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION keep_audit()
        """
    )
    op.execute(
        """
        CREATE TRIGGER audit_keeps_every_entry BEFORE TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION keep_audit()
        """
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_keeps_what_was_done")
        op.execute("DROP TRIGGER audit_keeps_every_entry")
    else:
        op.execute("DROP TRIGGER audit_keeps_what_was_done ON audit")
        op.execute("DROP TRIGGER audit_keeps_every_entry ON audit")
        op.execute("DROP FUNCTION keep_audit()")
    op.drop_index(op.f("ix_audit_at"), table_name="audit")
    op.drop_table("restores")
    op.drop_table("erasures")
    op.drop_table("used_links")
    op.drop_table("house_findings")
    op.drop_table("heartbeats")
