"""A migration of a later version, run while this one works."""

import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from kam_flows.persistence.migrate import config

LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade():
    for table in ("tickets", "outbox"):
        op.add_column(table, sa.Column("later", sa.String(), nullable=True))
        op.create_index(f"ix_{{table}}_later", table, ["later"])


def downgrade():
    for table in ("tickets", "outbox"):
        op.drop_index(f"ix_{{table}}_later", table)
        op.drop_column(table, "later")
"""


def there_and_back() -> None:
    made = config()
    ours = ScriptDirectory.from_config(made)
    head = ours.get_current_head()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "later.py").write_text(LATER.format(head=head), encoding="utf-8")
        made.set_main_option("version_path_separator", "space")
        made.set_main_option("version_locations", f"{ours.versions} {folder}")
        command.upgrade(made, "later")
        command.downgrade(made, str(head))
