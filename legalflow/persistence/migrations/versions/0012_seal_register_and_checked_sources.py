"""The register of seals, with what was sealed before; the fields of a loan that were held against their source."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The tables, and a line of the register for every document that is sealed already."""
    op.create_table(
        "seal",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("document_id", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("seal", _TEXT(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("across", sa.Boolean(), nullable=False),
        sa.Column("body", _TEXT(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("approved", _TEXT(), nullable=False),
        sa.Column("applied_by", _TEXT(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("register_number", _TEXT(), nullable=False),
        sa.Column("sealed", _TEXT(), nullable=True),
        sa.Column("sealed_by", _TEXT(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('applied', 'sealed')", name=op.f("ck_seal_state")),
        sa.CheckConstraint("copies > 0", name=op.f("ck_seal_copies")),
        sa.CheckConstraint("(state = 'sealed') = (sealed_by is not null)", name=op.f("ck_seal_by_somebody")),
        sa.CheckConstraint(
            "applied_by is null or sealed_by is null or sealed_by <> applied_by", name=op.f("ck_seal_keeper_is_another")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_seal_document_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_seal_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("document_id", name=op.f("uq_seal_document_id")),
    )
    op.create_index(op.f("ix_seal_matter_id"), "seal", ["matter_id"])
    op.create_index(op.f("ix_seal_sealed_at"), "seal", ["sealed_at"])
    op.create_table(
        "source_check",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("loan_id", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("field", _TEXT(), nullable=False),
        sa.Column("value_digest", _TEXT(), nullable=False),
        sa.Column("exhibit_id", _TEXT(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("checked_by", _TEXT(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("page > 0", name=op.f("ck_source_check_page")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_source_check_loan_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_source_check_matter_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_source_check_exhibit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_check")),
        sa.UniqueConstraint("loan_id", "field", name=op.f("uq_source_check_loan_id_field")),
    )
    for column in ("loan_id", "matter_id", "exhibit_id"):
        op.create_index(op.f(f"ix_source_check_{column}"), "source_check", [column])
    _enter_what_is_sealed()


def downgrade() -> None:
    """Take them back; what was sealed stands in the journal."""
    for column in ("exhibit_id", "matter_id", "loan_id"):
        op.drop_index(op.f(f"ix_source_check_{column}"), table_name="source_check")
    op.drop_table("source_check")
    op.drop_index(op.f("ix_seal_sealed_at"), table_name="seal")
    op.drop_index(op.f("ix_seal_matter_id"), table_name="seal")
    op.drop_table("seal")


def _enter_what_is_sealed() -> None:
    connection = op.get_bind()
    columns = ("id", "document_id", "matter_id", "state", "seal", "copies", "pages", "across", "body", "reason")
    more = ("approved", "register_number", "sealed", "sealed_by")
    seal = sa.table("seal", *map(sa.column, columns + more), sa.column("sealed_at", sa.DateTime(timezone=True)))
    journal = sa.table(
        "journal",
        sa.column("id"),
        sa.column("matter_id"),
        sa.column("name"),
        sa.column("body", sa.JSON()),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("actor"),
    )
    matter = sa.table("matter", sa.column("id"), sa.column("number"))
    query = (
        sa.select(journal, matter.c.number)
        .join(matter, matter.c.id == journal.c.matter_id)
        .where(journal.c.name == "DocumentSealed")
        .order_by(journal.c.id)
    )
    for row in connection.execute(query).all():
        connection.execute(seal.insert().values(**_line(row)))


def _line(row: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(row.body) if isinstance(row.body, str) else row.body
    at: datetime = row.at
    return {
        "id": body["document"],
        "document_id": body["document"],
        "matter_id": row.matter_id,
        "state": "sealed",
        "seal": "",
        "copies": 1,
        "pages": 0,
        "across": False,
        "body": "",
        "reason": "",
        "approved": body["approved"],
        "register_number": f"{row.number}-{body['document']}",
        "sealed": body["sealed"],
        "sealed_by": row.actor,
        "sealed_at": at,
    }
