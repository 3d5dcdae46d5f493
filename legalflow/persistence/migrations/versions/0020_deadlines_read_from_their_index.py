"""Deadlines read from their index: lists and counts of them need no row."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_deadline_soon", "deadline"
BY_DAY = "ix_deadline_last_day"  # SQLite took it for every list in order, and read the rows of all states


def upgrade() -> None:
    """Widen the index by what a count is made of."""
    op.drop_index(BY_DAY, table_name=TABLE)
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["state", "last_day", "matter_id", "mark", "rule", "title"])


def downgrade() -> None:
    """Narrow it again."""
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["state", "last_day", "matter_id"])
    op.create_index(BY_DAY, TABLE, ["last_day"])
