"""Lenders with an id and their versions, the accounts they are paid on, and the pictures of their seals."""

import secrets

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_AT = sa.DateTime(timezone=True)
_IN_FORCE = sa.text("state = 'in_force'")
_KEPT = sa.text("retired_at IS NULL")


def upgrade() -> None:
    """The lenders that are there get an id; what they are stays as it is."""
    with op.batch_alter_table("lender") as table:
        table.add_column(sa.Column("id", _TEXT(), nullable=True))
        table.add_column(sa.Column("letterhead", _JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    lender = sa.table("lender", sa.column("name", sa.String()), sa.column("id", sa.String()))
    for (name,) in op.get_bind().execute(sa.select(lender.c.name)).all():
        op.execute(lender.update().where(lender.c.name == name).values(id=secrets.token_hex(10)))
    with op.batch_alter_table("lender") as table:
        table.alter_column("id", existing_type=_TEXT(), nullable=False)
        table.create_unique_constraint(op.f("uq_lender_id"), ["id"])
    op.create_table(
        "lender_version",
        sa.Column("lender_id", _TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("parts", _JSON, nullable=False),
        sa.Column("why", _TEXT(), nullable=False),
        sa.Column("changed_by", _TEXT(), nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["lender_id"], ["lender.id"], name=op.f("fk_lender_version_lender_id")),
        sa.PrimaryKeyConstraint("lender_id", "version", name=op.f("pk_lender_version")),
    )
    op.create_table(
        "lender_account",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("lender_id", _TEXT(), nullable=False),
        sa.Column("purpose", _TEXT(), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("why", _TEXT(), nullable=False),
        sa.Column("proposed_by", _TEXT(), nullable=False),
        sa.Column("proposed_at", _AT, nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=True),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["lender_id"], ["lender.id"], name=op.f("fk_lender_account_lender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lender_account")),
        sa.CheckConstraint(
            "state in ('proposed', 'in_force', 'replaced', 'refused', 'withdrawn')",
            name=op.f("ck_lender_account_state"),
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name=op.f("ck_lender_account_decided")),
        sa.CheckConstraint(
            "state not in ('in_force', 'replaced') or decided_by <> proposed_by",
            name=op.f("ck_lender_account_four_eyes"),
        ),
    )
    op.create_index(op.f("ix_lender_account_lender_id"), "lender_account", ["lender_id"])
    op.create_index(
        "uq_lender_account_in_force",
        "lender_account",
        ["lender_id", "purpose"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    op.create_table(
        "lender_seal",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("lender_id", _TEXT(), nullable=False),
        sa.Column("seal", _TEXT(), nullable=False),
        sa.Column("content", _TEXT(), nullable=False),
        sa.Column("digest", _TEXT(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("millimetres", sa.Integer(), nullable=False),
        sa.Column("why", _TEXT(), nullable=False),
        sa.Column("added_by", _TEXT(), nullable=False),
        sa.Column("added_at", _AT, nullable=False),
        sa.Column("retired_by", _TEXT(), nullable=True),
        sa.Column("retired_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["lender_id"], ["lender.id"], name=op.f("fk_lender_seal_lender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lender_seal")),
        sa.CheckConstraint("width > 0 and height > 0 and millimetres > 0", name=op.f("ck_lender_seal_size")),
        sa.CheckConstraint("(retired_by is null) = (retired_at is null)", name=op.f("ck_lender_seal_retired")),
    )
    op.create_index(
        "uq_lender_seal_kept",
        "lender_seal",
        ["lender_id", "seal"],
        unique=True,
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    )


def downgrade() -> None:
    """The lenders alone, by their names."""
    for table in ("lender_seal", "lender_account", "lender_version"):
        op.drop_table(table)
    with op.batch_alter_table("lender") as table:
        table.drop_constraint(op.f("uq_lender_id"), type_="unique")
        for column in ("version", "letterhead", "id"):
            table.drop_column(column)
