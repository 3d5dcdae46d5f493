"""Lines of a bank's file waiting to be matched to a loan, and the accounts that vouchers are posted to."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """The two tables; nothing that is there changes."""
    op.create_table(
        "receipt",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("serial", _TEXT(), nullable=False),
        sa.Column("account", _TEXT(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("payer", _TEXT(), nullable=False),
        sa.Column("reference", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("sure", _TEXT(), nullable=False),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("loan_id", _TEXT(), nullable=True),
        sa.Column("file_digest", _TEXT(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("received_by", _TEXT(), nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", _TEXT(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("fen > 0", name=op.f("ck_receipt_positive")),
        sa.CheckConstraint(
            "state in ('proposed', 'unmatched', 'confirming', 'confirmed', 'set_aside')", name=op.f("ck_receipt_state")
        ),
        sa.CheckConstraint("sure in ('', 'certain', 'likely', 'possible')", name=op.f("ck_receipt_sure")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_receipt_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("serial", name=op.f("uq_receipt_serial")),
    )
    op.create_index("ix_receipt_state", "receipt", ["state"])
    op.create_index("ix_receipt_loan_id", "receipt", ["loan_id"])
    op.create_table(
        "posting",
        sa.Column("kind", _TEXT(), nullable=False),
        sa.Column("component", _TEXT(), nullable=False),
        sa.Column("debit", _TEXT(), nullable=False),
        sa.Column("credit", _TEXT(), nullable=False),
        sa.Column("set_by", _TEXT(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('write_off', 'recovery')", name=op.f("ck_posting_kind")),
        sa.PrimaryKeyConstraint("kind", "component", name=op.f("pk_posting")),
    )


def downgrade() -> None:
    """Take them back; what was confirmed stands among payments and in the journal."""
    op.drop_table("posting")
    op.drop_index("ix_receipt_loan_id", "receipt")
    op.drop_index("ix_receipt_state", "receipt")
    op.drop_table("receipt")
