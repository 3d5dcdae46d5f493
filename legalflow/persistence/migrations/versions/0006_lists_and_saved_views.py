"""What lists are searched by, kept for what is there already; views of lists that people keep; indexes for both."""

from collections.abc import Iterator

import sqlalchemy as sa
import sqlmodel
from alembic import op

from legalflow.persistence import searching

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_LETTERS = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_AT_ONCE = 500
_INDEXES = {
    "ix_loan_listing": ("loan", ["unit", "product", "lender", "id"]),
    "ix_matter_listing": ("matter", ["firm_id", "loan_id", "id", "stage", "write_off", "owner_id", "number"]),
    "ix_deadline_next": ("deadline", ["matter_id", "state", "last_day"]),
    "ix_deadline_soon": ("deadline", ["state", "last_day", "matter_id"]),
    "ix_claim_listing": ("claim", ["loan_id", "grade", "total_fen", "overdue_days"]),
}


def upgrade() -> None:
    """The tables, and the tails of every loan and matter there is."""
    op.create_table(
        "search_tail",
        sa.Column("tail", _LETTERS, nullable=False),
        sa.Column("loan_id", _TEXT(), nullable=False),
        sa.Column("source", _TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_search_tail_loan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tail", "loan_id", "source", name=op.f("pk_search_tail")),
    )
    op.create_index("ix_search_tail_loan_id_source", "search_tail", ["loan_id", "source"])
    op.create_table(
        "saved_view",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("subject", _TEXT(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("owner_id", _TEXT(), nullable=False),
        sa.Column("firm_id", _TEXT(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_saved_view_firm_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "subject", "name", name=op.f("uq_saved_view_owner_id_subject_name")),
    )
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)
    _keep_what_is_there()


def downgrade() -> None:
    """Take them back; nothing of them is told anywhere else."""
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table_name=table)
    op.drop_table("saved_view")
    op.drop_index("ix_search_tail_loan_id_source", table_name="search_tail")
    op.drop_table("search_tail")


def _keep_what_is_there() -> None:
    connection = op.get_bind()
    of_loan, of_matter = sa.column("facts", sa.JSON()), sa.column("state", sa.JSON())
    loans = sa.table("loan", sa.column("id"), sa.column("borrower"), sa.column("contract_number"), of_loan)
    matters = sa.table("matter", sa.column("id"), sa.column("loan_id"), sa.column("number"), of_matter)
    for row in _all(connection, loans):
        texts = searching.texts_of_loan(row.borrower, row.contract_number, row.facts)
        searching.keep(connection, row.id, "loan", texts)
    for row in _all(connection, matters):
        searching.keep(connection, row.loan_id, "matter", searching.texts_of_matter(row.number, row.state))


def _all(connection: sa.Connection, table: sa.TableClause) -> Iterator[sa.Row]:
    """Every row, some at a time, so that a large portfolio is not held at once."""
    after = ""
    while rows := connection.execute(
        sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(_AT_ONCE)
    ).all():
        yield from rows
        after = rows[-1].id
