"""Documents handed to a firm as bundles are, what its lawyers took, the papers they send and the facts they propose."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_ONE = "(bundle_id is null) <> (document_id is null)"


def upgrade() -> None:
    """A link is of a bundle or of a document; beside it the three tables."""
    with op.batch_alter_table("link", schema=None) as link:
        link.alter_column("bundle_id", existing_type=_TEXT(), nullable=True)
        link.add_column(sa.Column("document_id", _TEXT(), nullable=True))
        link.add_column(sa.Column("direct", sa.Boolean(), nullable=False, server_default=sa.false()))
        link.create_foreign_key(op.f("fk_link_document_id"), "document", ["document_id"], ["id"])
        link.create_check_constraint(op.f("ck_link_of_one_thing"), _ONE)
    op.create_table(
        "delivery",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("firm_id", _TEXT(), nullable=False),
        sa.Column("link_id", _TEXT(), nullable=True),
        sa.Column("bundle_id", _TEXT(), nullable=True),
        sa.Column("document_id", _TEXT(), nullable=True),
        sa.Column("digest", _TEXT(), nullable=False),
        sa.Column("taken_by", _TEXT(), nullable=False),
        sa.Column("origin", _TEXT(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", _TEXT(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_ONE, name=op.f("ck_delivery_of_one_thing")),
        sa.CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name=op.f("ck_delivery_confirmed")),
        *(
            sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_delivery_{table}_id"))
            for table in ("matter", "firm", "link", "bundle", "document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_matter_id"), "delivery", ["matter_id"])
    op.create_table(
        "paper",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("kind", _TEXT(), nullable=False),
        sa.Column("file_name", _TEXT(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("original", _TEXT(), nullable=False),
        sa.Column("working", _TEXT(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("notes", _JSON, nullable=False),
        sa.Column("added_by", _TEXT(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_paper_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    op.create_index(op.f("ix_paper_matter_id"), "paper", ["matter_id"])
    op.create_table(
        "proposal",
        sa.Column("id", _TEXT(), nullable=False),
        sa.Column("matter_id", _TEXT(), nullable=False),
        sa.Column("firm_id", _TEXT(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("texts", _JSON, nullable=False),
        sa.Column("paper_id", _TEXT(), nullable=True),
        sa.Column("obstacle", _TEXT(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", _TEXT(), nullable=False),
        sa.Column("proposed_by", _TEXT(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("event_sequence", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('proposed', 'confirmed', 'refused', 'withdrawn')", name=op.f("ck_proposal_state")
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name=op.f("ck_proposal_decided")),
        sa.CheckConstraint("state <> 'confirmed' or decided_by <> proposed_by", name=op.f("ck_proposal_four_eyes")),
        sa.CheckConstraint("(state = 'confirmed') = (event_sequence is not null)", name=op.f("ck_proposal_recorded")),
        *(
            sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_proposal_{table}_id"))
            for table in ("matter", "firm", "paper")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_matter_id"), "proposal", ["matter_id"])
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"])


def downgrade() -> None:
    """Take them back; what was confirmed stands in the journal. Links of documents go, for no column holds them."""
    for table in ("proposal", "paper", "delivery"):
        op.drop_table(table)
    op.execute("DELETE FROM link WHERE bundle_id IS NULL")
    with op.batch_alter_table("link", schema=None) as link:
        link.drop_constraint(op.f("ck_link_of_one_thing"), type_="check")
        link.drop_constraint(op.f("fk_link_document_id"), type_="foreignkey")
        link.drop_column("direct")
        link.drop_column("document_id")
        link.alter_column("bundle_id", existing_type=_TEXT(), nullable=False)
