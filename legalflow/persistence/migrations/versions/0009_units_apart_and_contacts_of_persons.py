"""Units, the accounts and loans that belong to them, the desk that files and views belong to; contacts of persons."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_OF_A_DESK = ("batch", "saved_view", "receipt")


def upgrade() -> None:
    """The tables and columns: loans that are there belong to no unit yet, accounts, files and views to head office."""
    op.create_table(
        "unit",
        sa.Column("code", _TEXT(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("lender", _TEXT(), nullable=False),
        sa.Column("parent_code", _TEXT(), nullable=True),
        sa.Column("address", _TEXT(), nullable=False),
        sa.Column("phone", _TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent_code <> code", name=op.f("ck_unit_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_code"], ["unit.code"], name=op.f("fk_unit_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
        sa.UniqueConstraint("lender", "name", name=op.f("uq_unit_lender_name")),
    )
    op.create_index(op.f("ix_unit_parent_code"), "unit", ["parent_code"])
    op.create_table(
        "account_unit",
        sa.Column("account_id", _TEXT(), nullable=False),
        sa.Column("unit_code", _TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_unit_account_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_account_unit_unit_code")),
        sa.PrimaryKeyConstraint("account_id", "unit_code", name=op.f("pk_account_unit")),
    )
    op.create_index(op.f("ix_account_unit_unit_code"), "account_unit", ["unit_code"])
    op.add_column("loan", sa.Column("unit_code", _TEXT(), nullable=True))
    op.create_index("ix_loan_of_unit", "loan", ["unit_code", "id", "unit", "product", "lender"])
    for table in _OF_A_DESK:
        op.add_column(table, sa.Column("desk", _TEXT(), server_default="", nullable=False))
    with op.batch_alter_table("batch") as batch:
        batch.drop_constraint(op.f("uq_batch_kind_digest"), type_="unique")
        batch.create_unique_constraint(op.f("uq_batch_kind_digest_desk"), ["kind", "digest", "desk"])
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("loan_id", _TEXT(), nullable=False),
        sa.Column("number_index", _TEXT(), nullable=False),
        sa.Column("party", _TEXT(), nullable=False),
        sa.Column("kind", _TEXT(), nullable=False),
        sa.Column("value", _TEXT(), nullable=False),
        sa.Column("value_index", _TEXT(), nullable=False),
        sa.Column("source", _TEXT(), nullable=False),
        sa.Column("learnt_on", sa.Date(), nullable=False),
        sa.Column("note", _TEXT(), nullable=False),
        sa.Column("recorded_by", _TEXT(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('phone', 'address', 'email', 'service_address')", name=op.f("ck_contact_kind")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_contact_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "loan_id", "party", "kind", "value_index", name=op.f("uq_contact_loan_id_party_kind_value_index")
        ),
    )
    op.create_index(op.f("ix_contact_loan_id"), "contact", ["loan_id"])
    op.create_index(op.f("ix_contact_number_index"), "contact", ["number_index"])


def downgrade() -> None:
    """Take them back; of a file that several desks sent, the first remains."""
    op.drop_table("contact")
    twice = "DELETE FROM batch WHERE id NOT IN (SELECT min(id) FROM batch GROUP BY kind, digest)"
    op.execute(sa.text(twice))
    with op.batch_alter_table("batch") as batch:
        batch.drop_constraint(op.f("uq_batch_kind_digest_desk"), type_="unique")
        batch.create_unique_constraint(op.f("uq_batch_kind_digest"), ["kind", "digest"])
    for table in _OF_A_DESK:
        op.drop_column(table, "desk")
    op.drop_index("ix_loan_of_unit", table_name="loan")
    op.drop_column("loan", "unit_code")
    op.drop_table("account_unit")
    op.drop_table("unit")
