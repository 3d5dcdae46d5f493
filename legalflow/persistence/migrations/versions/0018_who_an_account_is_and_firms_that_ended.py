"""Who an account is, who made it and when it last came in; firms that were ended; the audit trail found by action."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TEXTS = ("personnel_number", "second_reason", "created_by")
_INSTANTS = ("created_at", "signed_in_at")
_ALONE = sa.text("personnel_number <> '' AND second_reason = '' AND NOT disabled")


def upgrade() -> None:
    """What the audit trail knows of the accounts that are there is put beside them."""
    with op.batch_alter_table("account") as table:
        for column in _TEXTS:
            table.add_column(sa.Column(column, _TEXT(), nullable=False, server_default=""))
        for column in _INSTANTS:
            table.add_column(sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("account") as table:
        for column in _TEXTS:
            table.alter_column(column, server_default=None)
    with op.batch_alter_table("firm") as table:
        table.add_column(sa.Column("disabled", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("firm") as table:
        table.alter_column("disabled", server_default=None)
        table.alter_column("version", server_default=None)
    op.create_index(
        op.f("ix_account_personnel_number"),
        "account",
        ["personnel_number"],
        unique=True,
        sqlite_where=_ALONE,
        postgresql_where=_ALONE,
    )
    op.create_index(op.f("ix_audit_action_id"), "audit", ["action", "id"])
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    for column, aim, action in (
        ("created_at", "min(audit.at)", "account.created"),
        ("created_by", "min(audit.actor)", "account.created"),
        ("signed_in_at", "max(audit.at)", "sign_in"),
    ):
        said = f"SELECT {aim} FROM audit WHERE audit.action = '{action}' AND audit.subject = account.id"
        kept = f"coalesce(({said}), '')" if column == "created_by" else f"({said})"
        op.execute(f"UPDATE account SET {column} = {kept}")


def downgrade() -> None:
    """None of it."""
    op.drop_index(op.f("ix_audit_at"), "audit")
    op.drop_index(op.f("ix_audit_action_id"), "audit")
    op.drop_index(op.f("ix_account_personnel_number"), "account")
    with op.batch_alter_table("firm") as table:
        table.drop_column("version")
        table.drop_column("disabled")
    with op.batch_alter_table("account") as table:
        for column in (*_INSTANTS, *_TEXTS):
            table.drop_column(column)
