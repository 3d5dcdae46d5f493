"""What a form did, kept with its answer: which form it was and of which address, how it is taken back, and whether."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TEXTS = ("act", "path", "back")


def upgrade() -> None:
    """Four columns; what was asked before has none of it and is taken back by nobody."""
    with op.batch_alter_table("request") as table:
        for column in _TEXTS:
            table.add_column(sa.Column(column, _TEXT(), nullable=False, server_default=""))
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    for column in _TEXTS:
        with op.batch_alter_table("request") as table:
            table.alter_column(column, server_default=None)


def downgrade() -> None:
    """The answers alone."""
    with op.batch_alter_table("request") as table:
        for column in ("undone_at", *reversed(_TEXTS)):
            table.drop_column(column)
