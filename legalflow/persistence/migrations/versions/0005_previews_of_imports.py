"""What an import would do before it does it, refused rows as a workbook, and facts that came in files of their own."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    """The columns; what is there already has no preview and nothing apart."""
    kind = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("batch", sa.Column("workbook", _TEXT(), nullable=True))
    op.add_column("batch", sa.Column("preview", _TEXT(), nullable=True))
    op.add_column("batch", sa.Column("chosen", kind, server_default="{}", nullable=False))
    op.add_column("loan", sa.Column("apart", kind, server_default="{}", nullable=False))


def downgrade() -> None:
    """Take them back; files that were only previewed are to be uploaded again."""
    op.execute(sa.text("UPDATE batch SET state = 'failed' WHERE state IN ('reading', 'previewed')"))
    op.drop_column("loan", "apart")
    for name in ("chosen", "preview", "workbook"):
        op.drop_column("batch", name)
