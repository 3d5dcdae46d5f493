"""The language of an account's pages and whether they are light or dark, kept with it; empty as the browser says."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_CHECKS = {"language": "language in ('', 'zh', 'en')", "look": "look in ('', 'light', 'dark')"}


def upgrade() -> None:
    """Two columns, empty for whoever is there."""
    with op.batch_alter_table("account") as table:
        for column, check in _CHECKS.items():
            table.add_column(sa.Column(column, _TEXT(), nullable=False, server_default=""))
            table.create_check_constraint(op.f(f"ck_account_{column}"), check)
    with op.batch_alter_table("account") as table:
        for column in _CHECKS:
            table.alter_column(column, server_default=None)


def downgrade() -> None:
    """Neither."""
    with op.batch_alter_table("account") as table:
        for column in _CHECKS:
            table.drop_constraint(op.f(f"ck_account_{column}"), type_="check")
    with op.batch_alter_table("account") as table:
        for column in _CHECKS:
            table.drop_column(column)
