"""Who looks after a deadline, what was carried further before it was late, and how people are reminded."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The mark of each deadline, which the next day's tick fills in, and four tables."""
    op.add_column("deadline", sa.Column("mark", _TEXT(), server_default="", nullable=False))
    op.create_index("ix_deadline_mark", "deadline", ["mark"])
    _care()
    _escalation()
    op.create_table(
        "reminder",
        sa.Column("account_id", _TEXT(), nullable=False),
        sa.Column("address", _TEXT(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("feed_hash", _TEXT(), nullable=True),
        sa.Column("feed_made_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reminder_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("feed_hash", name=op.f("uq_reminder_feed_hash")),
    )
    op.create_table(
        "digest",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("account_id", _TEXT(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_digest_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_digest_account_id_day")),
    )
    op.create_index("ix_digest_day", "digest", ["day"])


def _care() -> None:
    op.create_table(
        "deadline_care",
        sa.Column("mark", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("owner_id", _TEXT(), nullable=True),
        sa.Column("substitute_id", _TEXT(), nullable=True),
        sa.Column("acknowledged_by", _TEXT(), nullable=True),
        sa.Column("acknowledged_day", sa.Date(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "substitute_id is null or owner_id is null or substitute_id <> owner_id",
            name=op.f("ck_deadline_care_two_people"),
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_deadline_care_matter_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_deadline_care_owner_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["account.id"], name=op.f("fk_deadline_care_substitute_id")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["account.id"], name=op.f("fk_deadline_care_acknowledged_by")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_deadline_care")),
    )
    for column in ("matter_id", "owner_id", "substitute_id"):
        op.create_index(f"ix_deadline_care_{column}", "deadline_care", [column])


def _escalation() -> None:
    op.create_table(
        "escalation",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("mark", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("level", _TEXT(), nullable=False),
        sa.Column("to_id", _TEXT(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level in ('substitute', 'reviewer')", name=op.f("ck_escalation_level")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_escalation_matter_id")),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_escalation_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("mark", "last_day", "level", name=op.f("uq_escalation_mark_last_day_level")),
    )
    op.create_index("ix_escalation_matter_id", "escalation", ["matter_id"])
    op.create_index("ix_escalation_to_id", "escalation", ["to_id"])


def downgrade() -> None:
    """Take it back; the deadlines themselves stay."""
    for table in ("digest", "reminder", "escalation", "deadline_care"):
        op.drop_table(table)
    op.drop_index("ix_deadline_mark", "deadline")
    op.drop_column("deadline", "mark")
