"""What lists in forms offer is found without reading what they leave out"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_tickets_unconfirmed",
        "tickets",
        ["id"],
        sqlite_where=sa.text("state != 'confirmed'"),
        postgresql_where=sa.text("state != 'confirmed'"),
    )
    op.create_index(
        "ix_occasions_kept",
        "occasions",
        ["id"],
        sqlite_where=sa.text("origin = '' AND ended IS 0"),
        postgresql_where=sa.text("origin = '' AND ended IS false"),
    )


def downgrade() -> None:
    op.drop_index("ix_occasions_kept", "occasions")
    op.drop_index("ix_tickets_unconfirmed", "tickets")
