"""The claim of every loan as of a day, and the shares in which a night works them out."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_PARTS = ("principal_fen", "interest_fen", "penalty_fen", "compound_fen", "liquidated_damages_fen", "costs_fen")


def upgrade() -> None:
    """The two tables, with their rules."""
    op.create_table(
        "claim",
        sa.Column("loan_id", _TEXT(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("currency", _TEXT(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in (*_PARTS, "total_fen")),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.Column("overdue_days", sa.Integer(), nullable=False),
        sa.Column("per_day", _TEXT(), nullable=False),
        sa.Column("grade", _TEXT(), nullable=False),
        sa.Column("facts_digest", _TEXT(), nullable=False),
        sa.Column("rules_digest", _TEXT(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column(
            "problems", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            f"total_fen = {' + '.join(_PARTS)}",
            name=op.f("ck_claim_adds_up"),
        ),
        sa.CheckConstraint("(total_fen is null) = (reason <> '')", name=op.f("ck_claim_known_or_why")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_claim_loan_id")),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_as_of"), ["as_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_reason"), ["reason"], unique=False)
    op.create_table(
        "claim_chunk",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("after_id", _TEXT(), nullable=False),
        sa.Column("last_id", _TEXT(), nullable=False),
        sa.Column("changed_only", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("loans", "computed", "failed", "changed")),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_chunk")),
        sa.UniqueConstraint("as_of", "number", name=op.f("uq_claim_chunk_as_of_number")),
    )


def downgrade() -> None:
    """Take them back; what they held is worked out anew."""
    op.drop_table("claim_chunk")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_reason"))
        batch_op.drop_index(batch_op.f("ix_claim_as_of"))
    op.drop_table("claim")
