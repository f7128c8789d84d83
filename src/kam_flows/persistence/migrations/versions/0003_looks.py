"""When a sweep has to look at a ticket stands in a narrow table of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LOOKED_AT = sa.text("at IS NOT NULL")
NEXT_LOOK_AT = sa.text("next_look_at IS NOT NULL")
MAILED = sa.text("mail_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["tickets.id"], name=op.f("fk_looks_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.execute("INSERT INTO looks (id, at) SELECT id, next_look_at FROM tickets")
    op.create_index(
        "ix_looks_at",
        "looks",
        ["at"],
        sqlite_where=LOOKED_AT,
        postgresql_where=LOOKED_AT,
    )
    op.drop_index("ix_tickets_next_look_at", "tickets")
    # Not in a batch: SQLite would have to let go of every row that points at a ticket.
    op.drop_column("tickets", "next_look_at")
    op.drop_index("ix_notices_mail_id", "notices")
    op.create_index(
        "ix_notices_mail_id",
        "notices",
        ["mail_id"],
        sqlite_where=MAILED,
        postgresql_where=MAILED,
    )
    _store_contents("EXTERNAL")


def downgrade() -> None:
    _store_contents("EXTENDED")
    op.drop_index("ix_notices_mail_id", "notices")
    op.create_index("ix_notices_mail_id", "notices", ["mail_id"])
    op.add_column(
        "tickets", sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        "UPDATE tickets SET next_look_at = "
        "(SELECT looks.at FROM looks WHERE looks.id = tickets.id)"
    )
    op.create_index(
        "ix_tickets_next_look_at",
        "tickets",
        ["next_look_at"],
        sqlite_where=NEXT_LOOK_AT,
        postgresql_where=NEXT_LOOK_AT,
    )
    op.drop_table("looks")


def _store_contents(storage: str) -> None:
    """Whether PostgreSQL tries to compress the bytes of mails; SQLite never does."""
    if op.get_bind().dialect.name == "postgresql":
        column = "ALTER TABLE outbox_contents ALTER COLUMN content"
        op.execute(f"{column} SET STORAGE {storage}")
