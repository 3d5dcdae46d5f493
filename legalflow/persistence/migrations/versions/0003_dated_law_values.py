"""Dated values of the law that two persons add after a release."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_LIVE = sa.text("state in ('proposed', 'approved')")


def upgrade() -> None:
    """The table, with its rules."""
    op.create_table(
        "law_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("topic", _TEXT(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column(
            "value", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("instrument", _TEXT(), nullable=False),
        sa.Column("article", _TEXT(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("proposed_by", _TEXT(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'refused', 'withdrawn')", name=op.f("ck_law_value_state")
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name=op.f("ck_law_value_decided")),
        sa.CheckConstraint("state <> 'approved' or decided_by <> proposed_by", name=op.f("ck_law_value_four_eyes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_value")),
    )
    op.create_index(
        "uq_law_value_live",
        "law_value",
        ["topic", "first_day"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


def downgrade() -> None:
    """Take it back; the released law alone is in force again."""
    op.drop_index("uq_law_value_live", "law_value", sqlite_where=_LIVE, postgresql_where=_LIVE)
    op.drop_table("law_value")
