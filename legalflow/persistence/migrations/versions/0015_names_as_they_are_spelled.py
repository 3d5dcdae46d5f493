"""Names of loans there are already, kept as they are spelled, so that they are found by pinyin."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from legalflow.persistence import searching

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    """The spelling beside the tails."""
    for row in _loans(op.get_bind()):
        names = searching.names_of_loan(row.borrower, row.facts)
        searching.keep(op.get_bind(), row.id, "loan", _texts(row), names)


def downgrade() -> None:
    """The tails alone, as they were."""
    for row in _loans(op.get_bind()):
        searching.keep(op.get_bind(), row.id, "loan", _texts(row))


def _texts(row: sa.Row) -> set[str]:
    return searching.texts_of_loan(row.borrower, row.contract_number, row.facts)


def _loans(connection: sa.Connection) -> Iterator[sa.Row]:
    """Every loan, some at a time, so that a large portfolio is not held at once."""
    table = sa.table(
        "loan", sa.column("id"), sa.column("borrower"), sa.column("contract_number"), sa.column("facts", sa.JSON())
    )
    after = ""
    while rows := connection.execute(
        sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(_AT_ONCE)
    ).all():
        yield from rows
        after = rows[-1].id
