"""Opening balances of loans taken over from another system."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_AT = sa.DateTime(timezone=True)
_STANDING = sa.text("state in ('proposed', 'in_force')")
_AMOUNTS = ("principal_fen", "interest_fen", "penalty_fen", "compound_fen", "costs_fen")


def upgrade() -> None:
    """A table of its own."""
    op.create_table(
        "opening_balance",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("loan_id", _TEXT(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _AMOUNTS),
        sa.Column("source", _TEXT(), nullable=False),
        sa.Column("file_digest", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("proposed_by", _TEXT(), nullable=False),
        sa.Column("proposed_at", _AT, nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("reversed_by", _TEXT(), nullable=True),
        sa.Column("reversed_at", _AT, nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'in_force', 'refused', 'reversed')", name=op.f("ck_opening_balance_state")
        ),
        sa.CheckConstraint(" and ".join(f"{name} >= 0" for name in _AMOUNTS), name=op.f("ck_opening_balance_amounts")),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name=op.f("ck_opening_balance_decided")),
        sa.CheckConstraint(
            "(state = 'reversed') = (reversed_by is not null)", name=op.f("ck_opening_balance_taken_back")
        ),
        sa.CheckConstraint(
            "state not in ('in_force', 'reversed') or decided_by <> proposed_by",
            name=op.f("ck_opening_balance_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_opening_balance_loan_id_loan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_balance")),
    )
    op.create_index(op.f("ix_opening_balance_loan_id"), "opening_balance", ["loan_id"])
    op.create_index(op.f("ix_opening_balance_state"), "opening_balance", ["state"])
    op.create_index(
        "uq_opening_balance_standing",
        "opening_balance",
        ["loan_id"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def downgrade() -> None:
    """The table goes, and with it from where ledgers begin."""
    op.drop_table("opening_balance")
