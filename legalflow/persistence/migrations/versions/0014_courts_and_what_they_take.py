"""The directory of courts a house keeps, with what each takes when papers are filed with it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """The table; the names that come with the release stay where they are."""
    op.create_table(
        "court",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("level", _TEXT(), nullable=False),
        sa.Column("province", _TEXT(), nullable=False),
        sa.Column("city", _TEXT(), nullable=False),
        sa.Column("address", _TEXT(), nullable=False),
        sa.Column("phone", _TEXT(), nullable=False),
        sa.Column("profile", _JSON, nullable=False),
        sa.Column("source", _TEXT(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("changed_by", _TEXT(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_court")),
        sa.UniqueConstraint("name", name=op.f("uq_court_name")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("court")
