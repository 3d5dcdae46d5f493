"""Things done with many loans or matters at once: the set, what was foreseen of each, and what came of it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_RUN = "state in ('chosen', 'foreseeing', 'foreseen', 'running', 'done', 'cancelled', 'failed')"
_LINE = "state in ('chosen', 'waiting', 'skipped', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    """The two tables; nothing that is there changes."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "run",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("number", _TEXT(), nullable=False),
        sa.Column("subject", _TEXT(), nullable=False),
        sa.Column("query", _TEXT(), nullable=False),
        sa.Column("ids_digest", _TEXT(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("action", _TEXT(), nullable=False),
        sa.Column("kind", _TEXT(), nullable=False),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("words_digest", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("asked_by", _TEXT(), nullable=False),
        sa.Column("firm_id", _TEXT(), nullable=True),
        sa.Column("desk", _TEXT(), nullable=False),
        sa.Column("pack_state", _TEXT(), nullable=False),
        sa.Column("pack", _TEXT(), nullable=True),
        sa.Column("pack_reason", _TEXT(), nullable=False),
        sa.Column("released_pack", _TEXT(), nullable=True),
        sa.Column("released_by", _TEXT(), nullable=True),
        sa.Column("released_at", instant, nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("foreseen_at", instant, nullable=True),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(_RUN, name=op.f("ck_run_state")),
        sa.CheckConstraint("subject in ('loans', 'matters')", name=op.f("ck_run_subject")),
        sa.CheckConstraint("released_by is null or released_by <> asked_by", name=op.f("ck_run_released_by_another")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_run_asked_by")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_run_firm_id")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_run_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("number", name=op.f("uq_run_number")),
    )
    for column in ("state", "asked_by", "firm_id"):
        op.create_index(f"ix_run_{column}", "run", [column])
    op.create_table(
        "run_line",
        sa.Column("run_id", _TEXT(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("subject_id", _TEXT(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("marks", _JSON, nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=True),
        sa.Column("debtor", _TEXT(), nullable=False),
        sa.Column("seen_digest", _TEXT(), nullable=False),
        sa.Column("result_id", _TEXT(), nullable=False),
        sa.Column("done_at", instant, nullable=True),
        sa.CheckConstraint(_LINE, name=op.f("ck_run_line_state")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_line_run_id")),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_run_line")),
        sa.UniqueConstraint("run_id", "subject_id", name=op.f("uq_run_line_run_id_subject_id")),
    )
    op.create_index("ix_run_line_progress", "run_line", ["run_id", "state", "place"])


def downgrade() -> None:
    """Take them back; what was made stands with its matters."""
    op.drop_index("ix_run_line_progress", "run_line")
    op.drop_table("run_line")
    for column in ("firm_id", "asked_by", "state"):
        op.drop_index(f"ix_run_{column}", "run")
    op.drop_table("run")
