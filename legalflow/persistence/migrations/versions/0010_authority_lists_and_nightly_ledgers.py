"""Who may approve up to which amount, lists of write-offs, nightly ledgers, and what was done about duties."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The five tables; nothing that is there changes."""
    _authority()
    _lists()
    _nights()


def downgrade() -> None:
    """Take them back; what was approved and booked stands among the write-offs and in the journal."""
    for table in ("write_off_duty", "ledger_check", "write_off_line", "write_off_list", "authority_limit"):
        op.drop_table(table)


def _authority() -> None:
    op.create_table(
        "authority_limit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("unit", _TEXT(), nullable=False),
        sa.Column("product", _TEXT(), nullable=False),
        sa.Column("account_id", _TEXT(), nullable=True),
        sa.Column("up_to_fen", sa.BigInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("document", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("proposed_by", _TEXT(), nullable=False),
        sa.Column("proposed_at", _INSTANT, nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=True),
        sa.Column("decided_at", _INSTANT, nullable=True),
        sa.CheckConstraint("up_to_fen is null or up_to_fen >= 0", name=op.f("ck_authority_limit_amount")),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'refused', 'withdrawn')", name=op.f("ck_authority_limit_state")
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name=op.f("ck_authority_limit_decided")),
        sa.CheckConstraint(
            "state <> 'approved' or decided_by <> proposed_by", name=op.f("ck_authority_limit_four_eyes")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_authority_limit_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_limit")),
    )
    op.create_index("ix_authority_limit_state", "authority_limit", ["state"])


def _lists() -> None:
    op.create_table(
        "write_off_list",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("number", _TEXT(), nullable=False),
        sa.Column("criterion", _TEXT(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("judged", _TEXT(), nullable=False),
        sa.Column("digest", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("excluded", _JSON, nullable=False),
        sa.Column("opinion", _TEXT(), nullable=False),
        sa.Column("approval", _TEXT(), nullable=False),
        sa.Column("voucher", _TEXT(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("applied_by", _TEXT(), nullable=False),
        sa.Column("checked_by", _TEXT(), nullable=True),
        sa.Column("approved_by", _TEXT(), nullable=True),
        sa.Column("booked_by", _TEXT(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "checked_by is null or checked_by <> applied_by", name=op.f("ck_write_off_list_checker_is_not_maker")
        ),
        sa.CheckConstraint(
            "approved_by is null or (approved_by <> applied_by and approved_by <> checked_by)",
            name=op.f("ck_write_off_list_approver_is_another"),
        ),
        sa.CheckConstraint(
            "state in ('applied', 'checked', 'approved', 'booked', 'refused')", name=op.f("ck_write_off_list_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off_list")),
        sa.UniqueConstraint("number", name=op.f("uq_write_off_list_number")),
    )
    op.create_index("ix_write_off_list_state", "write_off_list", ["state"])
    op.create_table(
        "write_off_line",
        sa.Column("write_off_id", _TEXT(), nullable=False),
        sa.Column("list_id", _TEXT(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("answer", _TEXT(), nullable=False),
        sa.Column("why", _TEXT(), nullable=False),
        sa.Column("fell", _TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["write_off_id"], ["write_off.id"], name=op.f("fk_write_off_line_write_off_id")),
        sa.ForeignKeyConstraint(["list_id"], ["write_off_list.id"], name=op.f("fk_write_off_line_list_id")),
        sa.PrimaryKeyConstraint("write_off_id", name=op.f("pk_write_off_line")),
        sa.UniqueConstraint("list_id", "place", name=op.f("uq_write_off_line_list_id_place")),
    )
    op.create_index("ix_write_off_line_list_id", "write_off_line", ["list_id"])


def _nights() -> None:
    op.create_table(
        "ledger_check",
        sa.Column("slot", _TEXT(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("after_id", _TEXT(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("legal", _JSON, nullable=False),
        sa.Column("book", _JSON, nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("rows", _JSON, nullable=False),
        sa.Column("not_computed", sa.Integer(), nullable=False),
        sa.Column("other_currency", sa.Integer(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_ledger_check")),
    )
    op.create_index("ix_ledger_check_as_of", "ledger_check", ["as_of"])
    op.create_table(
        "write_off_duty",
        sa.Column("rule", _TEXT(), nullable=False),
        sa.Column("subject", _TEXT(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("owner_id", _TEXT(), nullable=True),
        sa.Column("acknowledged_by", _TEXT(), nullable=True),
        sa.Column("acknowledged_at", _INSTANT, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", _TEXT(), nullable=True),
        sa.Column("paper", _TEXT(), nullable=False),
        sa.Column("note", _TEXT(), nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(done_on is null) = (done_by is null)", name=op.f("ck_write_off_duty_done")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_write_off_duty_owner_id")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["account.id"], name=op.f("fk_write_off_duty_acknowledged_by")),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_write_off_duty_done_by")),
        sa.PrimaryKeyConstraint("rule", "subject", "last_day", name=op.f("pk_write_off_duty")),
    )
