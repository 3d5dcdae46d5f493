"""What lists and pictures read of a matter as columns: its next day due, its filing, its fees; the money of a loan."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_BEFORE = ["firm_id", "loan_id", "id", "stage", "write_off", "owner_id", "number"]


def upgrade() -> None:
    """The columns, filled from what the rows keep, and the indexes lists count by."""
    op.add_column("matter", sa.Column("next_due", sa.Date(), nullable=True))
    op.add_column("matter", sa.Column("filed_on", sa.Date(), nullable=True))
    op.add_column("matter", sa.Column("fees_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("loan", sa.Column("currency", sa.String(), nullable=False, server_default="CNY"))
    _fill()
    op.drop_index("ix_matter_listing", table_name="matter")
    op.create_index("ix_matter_listing", "matter", [*_BEFORE, "next_due"])
    op.create_index("ix_matter_next_due", "matter", ["next_due", "number"])
    op.create_index(op.f("ix_matter_filed_on"), "matter", ["filed_on"])


def downgrade() -> None:
    """Take them back; the rows keep what they were filled from."""
    op.drop_index(op.f("ix_matter_filed_on"), table_name="matter")
    op.drop_index("ix_matter_next_due", table_name="matter")
    op.drop_index("ix_matter_listing", table_name="matter")
    op.create_index("ix_matter_listing", "matter", _BEFORE)
    op.drop_column("loan", "currency")
    for name in ("fees_fen", "filed_on", "next_due"):
        op.drop_column("matter", name)


def _fill() -> None:
    connection = op.get_bind()
    loans = sa.table("loan", sa.column("id"), sa.column("facts", sa.JSON()), sa.column("currency"))
    for row in _all(connection, loans):
        if (currency := row.facts.get("currency") or "CNY") != "CNY":
            connection.execute(loans.update().where(loans.c.id == row.id).values(currency=currency))
    matters = sa.table(
        "matter",
        sa.column("id"),
        sa.column("state", sa.JSON()),
        sa.column("next_due", sa.Date()),
        sa.column("filed_on", sa.Date()),
        sa.column("fees_fen"),
    )
    deadlines = sa.table("deadline", sa.column("matter_id"), sa.column("state"), sa.column("last_day", sa.Date()))
    first = sa.select(sa.func.min(deadlines.c.last_day)).where(
        deadlines.c.matter_id == matters.c.id, deadlines.c.state.in_(("open", "missed"))
    )
    connection.execute(matters.update().values(next_due=first.scalar_subquery()))
    for row in _all(connection, matters):
        filing: dict[str, Any] | None = row.state.get("filing")
        fees = sum(int(Decimal(paid["amount"]) * 100) for paid in row.state.get("fees_paid") or ())
        if filing or fees:
            filed_on = date.fromisoformat(filing["on"]) if filing else None
            change = matters.update().where(matters.c.id == row.id)
            connection.execute(change.values(filed_on=filed_on, fees_fen=fees))


def _all(connection: sa.Connection, table: sa.TableClause) -> Iterator[sa.Row]:
    """Every row, some at a time, so that a large portfolio is not held at once."""
    after = ""
    while rows := connection.execute(
        sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(_AT_ONCE)
    ).all():
        yield from rows
        after = rows[-1].id
