"""The tables: what is kept, in whole fen and in UTC, with the rules the database itself can hold.

Rows know nothing of pages, law or documents. `journal`, `audit` and `entry` are append-only: triggers of the first
migration refuse every UPDATE and DELETE (see `append_only.py`). Relationships are left out on purpose: a repository
says which rows it loads.
"""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

APPEND_ONLY = ("journal", "audit", "entry")


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant in UTC; a naive one is refused, and SQLite gives its zone back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The instant in UTC, for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant has a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """The instant with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _json(server_default: str | None = None, **more: Any) -> Any:
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    return Field(sa_column=sa.Column(kind, nullable=False, server_default=server_default), **more)


def _instant(nullable: bool = False, index: bool = False) -> Any:
    if nullable:
        return Field(default=None, sa_column=sa.Column(Instant(), nullable=True, index=index))
    return Field(sa_column=sa.Column(Instant(), nullable=False, index=index))


def _fen(**more: Any) -> Any:
    return Field(sa_column=sa.Column(sa.BigInteger(), nullable=False), **more)


def _fen_if_known() -> Any:
    return Field(default=None, sa_column=sa.Column(sa.BigInteger(), nullable=True))


_ALONE = sa.text("personnel_number <> '' AND second_reason = '' AND NOT disabled")  # a person's only open account


def _row() -> Any:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return Field(default=None, sa_column=sa.Column(number, primary_key=True, autoincrement=True))


class FirmRow(SQLModel, table=True):
    """A law firm; `facts` is a `loans.parties.Firm`. A disabled one gets no matter, and its lawyers do not sign in."""

    __tablename__ = "firm"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    facts: dict[str, Any] = _json()
    disabled: bool = False
    version: int = 1


class LenderRow(SQLModel, table=True):
    """A lender in whose name we sue; `facts` is a `loans.parties.Party`, `agents` its agents ad litem."""

    __tablename__ = "lender"
    name: str = Field(primary_key=True)
    id: str = Field(unique=True)
    facts: dict[str, Any] = _json()
    agents: list[Any] = _json(default_factory=list)
    letterhead: dict[str, Any] = _json(default_factory=dict, server_default="{}")
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class LenderVersionRow(SQLModel, table=True):
    """A lender as it was from a change on: `facts` are the sealed profile, `parts` what was changed; never altered."""

    __tablename__ = "lender_version"
    lender_id: str = Field(primary_key=True, foreign_key="lender.id")
    version: int = Field(primary_key=True)
    facts: dict[str, Any] = _json()
    parts: list[Any] = _json(default_factory=list)
    why: str = ""
    changed_by: str
    changed_at: datetime = _instant()


class LenderAccountRow(SQLModel, table=True):
    """A bank account of a lender for one purpose, proposed by one person and used once another has confirmed it.

    `facts` is a sealed `loans.lender.Account`. States: proposed, in_force, replaced, refused, withdrawn.
    """

    __tablename__ = "lender_account"
    __table_args__ = (
        sa.CheckConstraint("state in ('proposed', 'in_force', 'replaced', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("state not in ('in_force', 'replaced') or decided_by <> proposed_by", name="four_eyes"),
        sa.Index(
            "uq_lender_account_in_force",
            "lender_id",
            "purpose",
            unique=True,
            sqlite_where=sa.text("state = 'in_force'"),
            postgresql_where=sa.text("state = 'in_force'"),
        ),
    )
    id: str = Field(primary_key=True)
    lender_id: str = Field(foreign_key="lender.id", index=True)
    purpose: str
    facts: dict[str, Any] = _json()
    state: str
    why: str = ""
    proposed_by: str
    proposed_at: datetime = _instant()
    decided_by: str | None = None
    decided_at: datetime | None = _instant(nullable=True)
    reason: str = ""


class LenderSealRow(SQLModel, table=True):
    """The picture of a lender's seal: a PNG with a transparent ground, sealed; one of a kind is in use at a time.

    `digest` is of the picture, `width` and `height` are its pixels, `millimetres` is its width on paper.
    """

    __tablename__ = "lender_seal"
    __table_args__ = (
        sa.CheckConstraint("width > 0 and height > 0 and millimetres > 0", name="size"),
        sa.CheckConstraint("(retired_by is null) = (retired_at is null)", name="retired"),
        sa.Index(
            "uq_lender_seal_kept",
            "lender_id",
            "seal",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    lender_id: str = Field(foreign_key="lender.id")
    seal: str
    content: str
    digest: str
    width: int
    height: int
    millimetres: int
    why: str = ""
    added_by: str
    added_at: datetime = _instant()
    retired_by: str | None = None
    retired_at: datetime | None = _instant(nullable=True)


class UnitRow(SQLModel, table=True):
    """A branch of a lender (机构), known by a code of its own in the whole installation; it is never taken away.

    `parent_code` is the unit above it: who belongs to that sees the loans of this one.
    """

    __tablename__ = "unit"
    __table_args__ = (
        sa.UniqueConstraint("lender", "name"),
        sa.CheckConstraint("parent_code <> code", name="not_its_own_parent"),
    )
    code: str = Field(primary_key=True)
    name: str
    lender: str
    parent_code: str | None = Field(default=None, foreign_key="unit.code", index=True)
    address: str = ""
    phone: str = ""
    version: int = 1


class AccountRow(SQLModel, table=True):
    """Somebody who signs in. `language` and `look` (light or dark) are of the pages, empty as the browser says.

    Accounts of one `personnel_number` are one person's; a second that is not disabled says why (`second_reason`).
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.Index(
            "ix_account_personnel_number",
            "personnel_number",
            unique=True,
            sqlite_where=_ALONE,
            postgresql_where=_ALONE,
        ),
        sa.CheckConstraint("language in ('', 'zh', 'en')", name="language"),
        sa.CheckConstraint("look in ('', 'light', 'dark')", name="look"),
    )
    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    name: str
    role: str
    firm_id: str | None = Field(default=None, foreign_key="firm.id")
    password: str
    disabled: bool = False
    version: int = 1
    language: str = ""
    look: str = ""
    personnel_number: str = ""
    second_reason: str = ""
    created_by: str = ""
    created_at: datetime | None = _instant(nullable=True)
    signed_in_at: datetime | None = _instant(nullable=True)


class AccountUnitRow(SQLModel, table=True):
    """A unit an account belongs to; an account without any is of head office."""

    __tablename__ = "account_unit"
    account_id: str = Field(primary_key=True, foreign_key="account.id")
    unit_code: str = Field(primary_key=True, foreign_key="unit.code", index=True)


class SessionRow(SQLModel, table=True):
    """A session on the server; the cookie's value is kept as its SHA-256 only."""

    __tablename__ = "session"
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    csrf: str
    created_at: datetime = _instant()
    seen_at: datetime = _instant()


class SignInTryRow(SQLModel, table=True):
    """A failed sign-in; `subject` is a keyed digest of the login or the address."""

    __tablename__ = "sign_in_try"
    id: int | None = _row()
    subject: str = Field(index=True)
    at: datetime = _instant()


class LoanRow(SQLModel, table=True):
    """A loan; `facts` is a `loans.loan.Loan` without payments, its persons' numbers and accounts sealed."""

    __tablename__ = "loan"
    __table_args__ = (
        sa.UniqueConstraint("lender", "contract_number"),
        sa.Index("ix_loan_listing", "unit", "product", "lender", "id"),  # lists count by these without reading facts
        sa.Index("ix_loan_of_unit", "unit_code", "id", "unit", "product", "lender"),  # likewise for those of a unit
    )
    id: str = Field(primary_key=True)
    lender: str
    contract_number: str
    unit: str = ""
    unit_code: str | None = None  # of the unit that the lender and `unit` name; see `units`
    borrower: str = Field(index=True)
    product: str = ""
    maturity: date = Field(index=True)
    disbursed_fen: int = _fen()
    currency: str = Field(default="CNY", sa_column_kwargs={"server_default": "CNY"})
    facts: dict[str, Any] = _json()
    digest: str  # of the facts as received: the same again changes nothing
    created_at: datetime = _instant()
    persons_changed_at: datetime | None = _instant(nullable=True)  # on a person's request: no import undoes it
    apart: dict[str, Any] = _json(default_factory=dict, server_default="{}")  # facts that came in files of their own
    version: int = 1


class PersonRow(SQLModel, table=True):
    """A keyed index from an identity number to the loans it stands in; the number itself is nowhere in clear.

    `restriction` says what may still be done with the person's data: empty, no restriction; `except_claims`, kept and
    used in court only; `all`, kept only. It holds for the person, whichever of its rows bears it.
    """

    __tablename__ = "person"
    __table_args__ = (
        sa.UniqueConstraint("loan_id", "number_index"),
        sa.CheckConstraint("restriction in ('', 'except_claims', 'all')", name="restriction"),
    )
    id: int | None = _row()
    loan_id: str = Field(foreign_key="loan.id", index=True)
    number_index: str = Field(index=True)
    restriction: str = Field(default="", sa_column_kwargs={"server_default": ""})
    restricted_at: datetime | None = _instant(nullable=True)


class ContactRow(SQLModel, table=True):
    """A way to reach a party of a loan, beside what its contract says: sealed, with where it was learnt and when.

    The party is known by its number's keyed index where it has one, and by its name; `value_index` tells doubles.
    """

    __tablename__ = "contact"
    __table_args__ = (
        sa.UniqueConstraint("loan_id", "party", "kind", "value_index"),
        sa.CheckConstraint("kind in ('phone', 'address', 'email', 'service_address')", name="kind"),
    )
    id: int | None = _row()
    loan_id: str = Field(foreign_key="loan.id", index=True)
    number_index: str = Field(default="", index=True)
    party: str
    kind: str
    value: str
    value_index: str
    source: str
    learnt_on: date
    note: str = ""
    recorded_by: str
    at: datetime = _instant()


class PaymentRow(SQLModel, table=True):
    """Money received from the debtor's side; a receipt's number counts once, and may be recorded anew once reversed."""

    __tablename__ = "payment"
    __table_args__ = (
        sa.Index(
            "uq_payment_counting",
            "loan_id",
            "number",
            unique=True,
            sqlite_where=sa.text("reversed = 0"),
            postgresql_where=sa.text("not reversed"),
        ),
        sa.CheckConstraint("fen > 0", name="positive"),
    )
    id: int | None = _row()
    loan_id: str = Field(foreign_key="loan.id", index=True)
    paid_on: date
    fen: int = _fen()
    number: str
    channel: str = ""
    designation: str = ""
    reversed: bool = False  # recorded wrongly: it stays, and no longer counts
    recorded_by: str
    at: datetime = _instant()


class MatterRow(SQLModel, table=True):
    """A matter as the fold of its events: `state` is the whole of it, the rest is for lists."""

    __tablename__ = "matter"
    __table_args__ = (  # lists count by these without reading states
        sa.Index(
            "ix_matter_listing",
            *("firm_id", "loan_id", "id", "stage", "write_off", "owner_id", "number", "next_due"),
        ),
        sa.Index("ix_matter_next_due", "next_due", "number"),
    )
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    loan_id: str = Field(foreign_key="loan.id", unique=True)
    stage: str = Field(index=True)
    write_off: str = Field(index=True)
    firm_id: str | None = Field(default=None, foreign_key="firm.id", index=True)
    owner_id: str = Field(index=True)
    next_due: date | None = None  # the first last day of what is open or missed
    filed_on: date | None = Field(default=None, index=True)  # of the filing that stands
    fees_fen: int = Field(  # court fees and other costs advanced, less what came back
        default=0, sa_column=sa.Column(sa.BigInteger(), nullable=False, server_default="0")
    )
    sequence: int = 0
    state: dict[str, Any] = _json()
    opened_at: datetime = _instant()
    changed_at: datetime = _instant()
    version: int = 1


class JournalRow(SQLModel, table=True):
    """One event of a matter; `digest` chains it to the one before in the same matter."""

    __tablename__ = "journal"
    __table_args__ = (sa.UniqueConstraint("matter_id", "sequence"),)
    id: int | None = _row()
    matter_id: str = Field(foreign_key="matter.id", index=True)
    sequence: int
    name: str
    body: dict[str, Any] = _json()
    at: datetime = _instant()
    happened_on: date
    actor: str
    previous: str
    digest: str


class AuditRow(SQLModel, table=True):
    """Who did what from where; hash-chained over the whole table."""

    __tablename__ = "audit"
    __table_args__ = (sa.Index("ix_audit_action_id", "action", "id"),)
    id: int | None = _row()
    at: datetime = _instant(index=True)
    actor: str = Field(index=True)
    origin: str = ""  # the network address, or which process of ours
    action: str
    subject: str = Field(index=True)
    detail: dict[str, Any] = _json()
    previous: str = Field(unique=True)
    digest: str = Field(unique=True)


class OutboxRow(SQLModel, table=True):
    """Work to be done: stays until the work has committed its effect."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("task", "subject_id"),
        sa.CheckConstraint("state in ('waiting', 'leased', 'dead')", name="state"),
    )
    id: int | None = _row()
    task: str
    subject_id: str
    queue: str
    state: str = Field(default="waiting", index=True)
    attempt: int = 0
    fence: int = 0
    due_at: datetime = _instant(index=True)
    lease_until: datetime | None = _instant(nullable=True)
    sent_at: datetime | None = _instant(nullable=True)
    reason: str = ""
    created_at: datetime = _instant()


class DocumentRow(SQLModel, table=True):
    """One version of a document. States: requested, ready, failed, approved, sealed, served, submitted, void."""

    __tablename__ = "document"
    __table_args__ = (
        sa.UniqueConstraint("matter_id", "kind", "version"),
        sa.UniqueConstraint("matter_id", "kind", "facts_digest"),
        sa.CheckConstraint("approved_by is null or approved_by <> requested_by", name="maker_is_not_checker"),
    )
    id: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    kind: str
    version: int
    title: str
    addressee: str = ""
    state: str = Field(index=True)
    facts_digest: str
    docx: str | None = None
    pdf: str | None = None
    sealed: str | None = None
    requested_by: str
    approved_by: str | None = None
    sealed_by: str | None = None
    reason: str = ""
    created_at: datetime = _instant()
    changed_at: datetime = _instant()


class ExhibitRow(SQLModel, table=True):
    """A file received as evidence. States: received, ready, rejected, withdrawn. `original` never changes."""

    __tablename__ = "exhibit"
    id: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    state: str
    name: str
    group_number: int
    place: int
    kind: str
    source: str = ""
    proves: str = ""
    form: str = ""
    proves_facts: list[Any] = _json(default_factory=list)
    file_name: str
    size: int
    original: str
    working: str | None = None
    pages: int = 0
    outcome: str = ""
    reason_code: str = ""
    message: str = ""
    notes: list[Any] = _json(default_factory=list)
    added_by: str
    created_at: datetime = _instant()


class BundleRow(SQLModel, table=True):
    """One version of a matter's evidence bundle. States: requested, ready, failed."""

    __tablename__ = "bundle"
    __table_args__ = (sa.UniqueConstraint("matter_id", "version"), sa.UniqueConstraint("matter_id", "inputs_digest"))
    id: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    version: int
    state: str
    inputs_digest: str
    plan: dict[str, Any] = _json(default_factory=dict)
    pdf: str | None = None
    manifest: str | None = None
    list_docx: str | None = None
    list_pdf: str | None = None
    pages: int = 0
    requested_by: str
    reason: str = ""
    created_at: datetime = _instant()


class LinkRow(SQLModel, table=True):
    """What is handed to a firm, a bundle or a document, for a while and so many times; only the token's hash is kept.

    `direct`: the firm's lawyers take it once signed in; otherwise a code, shown once, is asked for.
    """

    __tablename__ = "link"
    __table_args__ = (sa.CheckConstraint("(bundle_id is null) <> (document_id is null)", name="of_one_thing"),)
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    firm_id: str = Field(foreign_key="firm.id")
    matter_id: str = Field(foreign_key="matter.id", index=True)
    bundle_id: str | None = Field(default=None, foreign_key="bundle.id")
    document_id: str | None = Field(default=None, foreign_key="document.id")
    digest: str
    direct: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    expires_at: datetime = _instant()
    uses: int = 0
    uses_allowed: int
    revoked_at: datetime | None = _instant(nullable=True)
    created_by: str
    created_at: datetime = _instant()


class DeliveryRow(SQLModel, table=True):
    """A bundle or a document that a lawyer of a firm took, by a link or on its page, and whether its receipt was said.

    `digest` is the SHA-256 of what was taken; `origin` the network address it went to.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.CheckConstraint("(bundle_id is null) <> (document_id is null)", name="of_one_thing"),
        sa.CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name="confirmed"),
    )
    id: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    firm_id: str = Field(foreign_key="firm.id")
    link_id: str | None = Field(default=None, foreign_key="link.id")
    bundle_id: str | None = Field(default=None, foreign_key="bundle.id")
    document_id: str | None = Field(default=None, foreign_key="document.id")
    digest: str
    taken_by: str
    origin: str = ""
    at: datetime = _instant()
    confirmed_by: str | None = None
    confirmed_at: datetime | None = _instant(nullable=True)


class PaperRow(SQLModel, table=True):
    """A paper of the court or another authority that came in; `original` never changes, `working` is what is shown."""

    __tablename__ = "paper"
    id: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    kind: str
    file_name: str
    size: int
    original: str
    working: str
    pages: int
    notes: list[Any] = _json(default_factory=list)
    added_by: str
    created_at: datetime = _instant()


class ProposalRow(SQLModel, table=True):
    """A fact that a firm's lawyer says happened, as the form's texts; it is recorded where counsel confirms it.

    `obstacle` says what of the stage stood against it when it was proposed, `sequence` how far the matter was then,
    `event_sequence` which event it became. States: proposed, confirmed, refused, withdrawn.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("state in ('proposed', 'confirmed', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("state <> 'confirmed' or decided_by <> proposed_by", name="four_eyes"),
        sa.CheckConstraint("(state = 'confirmed') = (event_sequence is not null)", name="recorded"),
    )
    id: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    firm_id: str = Field(foreign_key="firm.id")
    name: str
    texts: dict[str, Any] = _json()
    paper_id: str | None = Field(default=None, foreign_key="paper.id")
    obstacle: str = ""
    sequence: int
    state: str = Field(default="proposed", index=True)
    proposed_by: str
    proposed_at: datetime = _instant()
    decided_by: str | None = None
    decided_at: datetime | None = _instant(nullable=True)
    reason: str = ""
    corrected: bool = False
    event_sequence: int | None = None
    version: int = 1


class DeadlineRow(SQLModel, table=True):
    """What falls due for a matter, worked out anew from its events; `reasons` are the finding's steps.

    `mark` is a keyed digest of matter, rule and party: it stays the same while the row is written anew, and names
    nobody.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        sa.UniqueConstraint("matter_id", "rule", "party"),
        sa.Index("ix_deadline_next", "matter_id", "state", "last_day"),
        # Lists and counts read no row: `reasons` are long.
        sa.Index("ix_deadline_soon", "state", "last_day", "matter_id", "mark", "rule", "title"),
    )
    id: int | None = _row()
    matter_id: str = Field(foreign_key="matter.id", index=True)
    rule: str
    party: str = ""
    mark: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    title: str
    last_day: date
    state: str
    provisional: bool = False
    if_missed: str = ""
    reasons: list[Any] = _json(default_factory=list)


class WriteOffRow(SQLModel, table=True):
    """A write-off asked for, by component. States: applied, checked, approved, booked, refused."""

    __tablename__ = "write_off"
    __table_args__ = (
        sa.CheckConstraint(
            "principal_fen >= 0 and on_interest_fen >= 0 and off_interest_fen >= 0 and fees_fen >= 0", name="amounts"
        ),
        sa.CheckConstraint("checked_by is null or checked_by <> applied_by", name="checker_is_not_maker"),
        sa.CheckConstraint(
            "approved_by is null or (approved_by <> applied_by and approved_by <> checked_by)",
            name="approver_is_another",
        ),
        sa.CheckConstraint("state in ('applied', 'checked', 'approved', 'booked', 'refused')", name="state"),
        sa.Index(
            "uq_write_off_effective",
            "loan_id",
            unique=True,
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        ),
    )
    id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.id", index=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    state: str = Field(index=True)
    principal_fen: int = _fen()
    on_interest_fen: int = _fen()
    off_interest_fen: int = _fen()
    fees_fen: int = _fen()
    cut_off: date
    request_digest: str
    request: dict[str, Any] = _json()
    applied_by: str
    checked_by: str | None = None
    approved_by: str | None = None
    booked_by: str | None = None
    voucher: str = ""
    booked_on: date | None = None
    reason: str = ""
    created_at: datetime = _instant()
    version: int = 1


class OpeningBalanceRow(SQLModel, table=True):
    """What another system's books showed of a loan at the end of a day; its ledgers begin there once it is in force.

    States: proposed, in_force, refused, reversed. `file_digest` is of the file it came in; amounts are never changed.
    """

    __tablename__ = "opening_balance"
    __table_args__ = (
        sa.CheckConstraint("state in ('proposed', 'in_force', 'refused', 'reversed')", name="state"),
        sa.CheckConstraint(
            "principal_fen >= 0 and interest_fen >= 0 and penalty_fen >= 0 and compound_fen >= 0 and costs_fen >= 0",
            name="amounts",
        ),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("(state = 'reversed') = (reversed_by is not null)", name="taken_back"),
        sa.CheckConstraint("state not in ('in_force', 'reversed') or decided_by <> proposed_by", name="four_eyes"),
        sa.Index(
            "uq_opening_balance_standing",
            "loan_id",
            unique=True,
            sqlite_where=sa.text("state in ('proposed', 'in_force')"),
            postgresql_where=sa.text("state in ('proposed', 'in_force')"),
        ),
    )
    id: str = Field(primary_key=True)
    loan_id: str = Field(foreign_key="loan.id", index=True)
    as_of: date
    principal_fen: int = _fen()
    interest_fen: int = _fen()
    penalty_fen: int = _fen()
    compound_fen: int = _fen()
    costs_fen: int = _fen()
    source: str
    file_digest: str
    state: str = Field(index=True)
    reason: str = ""
    proposed_by: str
    proposed_at: datetime = _instant()
    decided_by: str | None = None
    decided_at: datetime | None = _instant(nullable=True)
    reversed_by: str | None = None
    reversed_at: datetime | None = _instant(nullable=True)


class EntryRow(SQLModel, table=True):
    """The ledger of written-off loans, append-only. Kinds: write_off, recovery, reversal; fen is signed.

    `sequence` is the number of the event in the matter's journal that it books.
    """

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("write_off_id", "sequence", "component"),
        sa.CheckConstraint("kind in ('write_off', 'recovery', 'reversal')", name="kind"),
    )
    id: int | None = _row()
    loan_id: str = Field(foreign_key="loan.id", index=True)
    write_off_id: str = Field(foreign_key="write_off.id", index=True)
    kind: str
    component: str
    fen: int = _fen()
    happened_on: date
    at: datetime = _instant()
    actor: str
    voucher: str
    sequence: int


class BatchRow(SQLModel, table=True):
    """A file imported; the same bytes twice at one desk are one batch.

    States: reading, previewed, received, done, failed.

    `chosen` says what a person decided headings to be; `preview`, `report` and `workbook` (the refused rows as CSV and
    as XLSX) are digests in the store.
    """

    __tablename__ = "batch"
    __table_args__ = (sa.UniqueConstraint("kind", "digest", "desk"),)
    id: str = Field(primary_key=True)
    kind: str
    digest: str
    desk: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the units of who sent it; see `Actor`
    file_name: str
    state: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    report: str | None = None
    workbook: str | None = None
    preview: str | None = None
    chosen: dict[str, Any] = _json(default_factory=dict, server_default="{}")
    reason: str = ""
    received_by: str
    created_at: datetime = _instant()


class RequestRow(SQLModel, table=True):
    """A request with an effect, by its idempotency key: the same body gets the same answer.

    `act` names the form that was sent and `path` its address; `back` holds, sealed, what its taking back needs, empty
    where nothing takes it back; `undone_at` says that it was.
    """

    __tablename__ = "request"
    key: str = Field(primary_key=True)
    actor: str
    body_digest: str
    answer: str = ""
    at: datetime = _instant()
    act: str = ""
    path: str = ""
    back: str = ""
    undone_at: datetime | None = _instant(nullable=True)


class BeatRow(SQLModel, table=True):
    """The last sign of life of a process, by its name."""

    __tablename__ = "beat"
    name: str = Field(primary_key=True)
    at: datetime = _instant()


class ClaimRow(SQLModel, table=True):
    """A loan's claim as of a day, worked out anew each night; every figure null where it could not be, with the reason.

    Figures are hundredths of `currency`, `per_day` is the exact growth of one day in it, `grade` the mildest grade that
    the days allow. `facts_digest` names the facts it was computed from, `rules_digest` the law's data and the release.
    `reason` holds the codes of `problems`, empty where there are none.
    """

    __tablename__ = "claim"
    __table_args__ = (
        sa.CheckConstraint(
            "total_fen = principal_fen + interest_fen + penalty_fen + compound_fen"
            " + liquidated_damages_fen + costs_fen",
            name="adds_up",
        ),
        sa.CheckConstraint("(total_fen is null) = (reason <> '')", name="known_or_why"),
        sa.Index("ix_claim_listing", "loan_id", "grade", "total_fen", "overdue_days"),
    )
    loan_id: str = Field(primary_key=True, foreign_key="loan.id")
    as_of: date = Field(index=True)
    currency: str = "CNY"
    principal_fen: int | None = _fen_if_known()
    interest_fen: int | None = _fen_if_known()
    penalty_fen: int | None = _fen_if_known()
    compound_fen: int | None = _fen_if_known()
    liquidated_damages_fen: int | None = _fen_if_known()
    costs_fen: int | None = _fen_if_known()
    total_fen: int | None = _fen_if_known()
    overdue_since: date | None = None
    overdue_days: int = 0
    per_day: str = ""
    grade: str = ""
    facts_digest: str
    rules_digest: str
    reason: str = Field(default="", index=True)
    problems: list[Any] = _json(default_factory=list)
    computed_at: datetime = _instant()


class ClaimChunkRow(SQLModel, table=True):
    """A share of a night's work: the open loans with ids above `after_id` up to `last_id`, done when `done_at` is set.

    `changed_only`: not of a night but of an hour, for those loans alone whose claim no longer fits their facts. `loans`
    were counted when it was asked for; `computed` and `failed` say what became of them, `changed` how many differ
    from those kept before. `reason` says why it was given up.
    """

    __tablename__ = "claim_chunk"
    __table_args__ = (sa.UniqueConstraint("as_of", "number"),)
    id: str = Field(primary_key=True)
    as_of: date
    number: int
    after_id: str
    last_id: str
    changed_only: bool = False
    loans: int
    computed: int = 0
    failed: int = 0
    changed: int = 0
    reason: str = ""
    asked_at: datetime = _instant()
    done_at: datetime | None = _instant(nullable=True)


class CourtRow(SQLModel, table=True):
    """A court as the house knows it: its official name, where it is, and what it takes when papers are filed with it.

    `profile` holds what its filing takes: formats, the most megabytes of a file and in all, the most files and pages,
    resolution, how files are named; what is not known is left out. `checked_on` is the day somebody held the name
    against an official source.
    """

    __tablename__ = "court"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    level: str
    province: str = ""
    city: str = ""
    address: str = ""
    phone: str = ""
    profile: dict[str, Any] = _json()
    source: str = ""
    checked_on: date | None = None
    changed_by: str
    changed_at: datetime = _instant()
    version: int = 1


class LawValueRow(SQLModel, table=True):
    """A dated value of the law proposed after the release; it is in force once another person has approved it.

    `value` holds the value under the key `value`; null there ends the topic. `decided_by` approved, refused or withdrew
    it. States: proposed, approved, refused, withdrawn.
    """

    __tablename__ = "law_value"
    __table_args__ = (
        sa.CheckConstraint("state in ('proposed', 'approved', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("state <> 'approved' or decided_by <> proposed_by", name="four_eyes"),
        sa.Index(
            "uq_law_value_live",
            "topic",
            "first_day",
            unique=True,
            sqlite_where=sa.text("state in ('proposed', 'approved')"),
            postgresql_where=sa.text("state in ('proposed', 'approved')"),
        ),
    )
    id: int | None = _row()
    topic: str
    first_day: date
    value: dict[str, Any] = _json()
    instrument: str
    article: str
    verified: bool
    note: str = ""
    state: str
    reason: str = ""
    proposed_by: str
    proposed_at: datetime = _instant()
    decided_by: str | None = None
    decided_at: datetime | None = _instant(nullable=True)


class DeadlineCareRow(SQLModel, table=True):
    """Who looks after a deadline, and who has seen which last day of it.

    `mark` is the deadline's, or the matter's own id for what holds for all its deadlines. An acknowledgement counts
    while `acknowledged_day` is the deadline's last day.
    """

    __tablename__ = "deadline_care"
    __table_args__ = (
        sa.CheckConstraint("substitute_id is null or owner_id is null or substitute_id <> owner_id", name="two_people"),
    )
    mark: str = Field(primary_key=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    owner_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    substitute_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    acknowledged_by: str | None = Field(default=None, foreign_key="account.id")
    acknowledged_day: date | None = None
    acknowledged_at: datetime | None = _instant(nullable=True)


class EscalationRow(SQLModel, table=True):
    """A deadline carried to the next person before it was late, once a level and last day.

    `to_id` is the substitute; none: every reviewer. `days` were left, negative where it had passed already.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        sa.UniqueConstraint("mark", "last_day", "level"),
        sa.CheckConstraint("level in ('substitute', 'reviewer')", name="level"),
    )
    id: int | None = _row()
    mark: str
    matter_id: str = Field(foreign_key="matter.id", index=True)
    last_day: date
    level: str
    to_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    days: int
    at: datetime = _instant()


class ReminderRow(SQLModel, table=True):
    """How a person is reminded: the address of the daily digest, and the hash of the calendar's secret link."""

    __tablename__ = "reminder"
    account_id: str = Field(primary_key=True, foreign_key="account.id")
    address: str = ""
    digest: bool = False
    feed_hash: str | None = Field(default=None, unique=True)
    feed_made_at: datetime | None = _instant(nullable=True)


class DigestRow(SQLModel, table=True):
    """A person's digest of a day: asked for once, sent where `sent_at` is set, given up where `reason` says why."""

    __tablename__ = "digest"
    __table_args__ = (sa.UniqueConstraint("account_id", "day"),)
    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    day: date = Field(index=True)
    asked_at: datetime = _instant()
    sent_at: datetime | None = _instant(nullable=True)
    reason: str = ""


class SearchTailRow(SQLModel, table=True):
    """A tail of a name or number by which a loan is found; see `searching`. Sources: loan, matter.

    Compared letter by letter on either database, so that a range of its key holds all that begin alike.
    """

    __tablename__ = "search_tail"
    __table_args__ = (sa.Index("ix_search_tail_loan_id_source", "loan_id", "source"),)
    tail: str = Field(
        sa_column=sa.Column(sa.String().with_variant(sa.String(collation="C"), "postgresql"), primary_key=True)
    )
    loan_id: str = Field(primary_key=True, foreign_key="loan.id", ondelete="CASCADE")
    source: str = Field(primary_key=True)


class SavedViewRow(SQLModel, table=True):
    """A list as somebody left it: what was looked for and chosen, its order and columns, under a name.

    `subject` names the list, `state` is the sealed query of its address: a name may have been looked for. A shared one
    is seen by those of the same firm, or by the lender's own staff of the same desk where `firm_id` is null.
    """

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("owner_id", "subject", "name"),)
    id: str = Field(primary_key=True)
    subject: str
    name: str
    owner_id: str = Field(foreign_key="account.id")
    firm_id: str | None = Field(default=None, foreign_key="firm.id")
    desk: str = Field(default="", sa_column_kwargs={"server_default": ""})
    shared: bool = False
    state: str
    created_at: datetime = _instant()
    changed_at: datetime = _instant()
    version: int = 1


class ReceiptRow(SQLModel, table=True):
    """A line of a bank's file, matched to a loan or not; a serial number counts once.

    `payer` and `reference` are sealed, for they may tell of strangers. `sure` says how sure the match is, `reasons`
    why. States: proposed, unmatched, confirming (being booked), confirmed, set_aside.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        sa.CheckConstraint("fen > 0", name="positive"),
        sa.CheckConstraint("state in ('proposed', 'unmatched', 'confirming', 'confirmed', 'set_aside')", name="state"),
        sa.CheckConstraint("sure in ('', 'certain', 'likely', 'possible')", name="sure"),
    )
    id: str = Field(primary_key=True)
    serial: str = Field(unique=True)
    account: str = ""  # the last figures of the account
    received_on: date
    fen: int = _fen()
    payer: str = ""
    reference: str = ""
    state: str = Field(index=True)
    sure: str = ""
    reasons: list[Any] = _json(default_factory=list)
    loan_id: str | None = Field(default=None, foreign_key="loan.id", index=True)
    file_digest: str
    line: int
    desk: str = Field(default="", sa_column_kwargs={"server_default": ""})
    received_by: str
    decided_by: str | None = None
    decided_at: datetime | None = _instant(nullable=True)
    note: str = ""
    created_at: datetime = _instant()
    version: int = 1


class PostingRow(SQLModel, table=True):
    """The accounts that finance decided a component of a write-off or a recovery is posted to."""

    __tablename__ = "posting"
    __table_args__ = (sa.CheckConstraint("kind in ('write_off', 'recovery')", name="kind"),)
    kind: str = Field(primary_key=True)
    component: str = Field(primary_key=True)
    debit: str
    credit: str
    set_by: str
    set_at: datetime = _instant()


class AuthorityLimitRow(SQLModel, table=True):
    """Up to which amount write-offs of a unit and a kind of claim may be approved; in force once another approved it.

    Empty `unit` and `product` hold for all, `account_id` null for every approver, `up_to_fen` null without a limit.
    `document` names the paper that grants the power. States: proposed, approved, refused, withdrawn.
    """

    __tablename__ = "authority_limit"
    __table_args__ = (
        sa.CheckConstraint("up_to_fen is null or up_to_fen >= 0", name="amount"),
        sa.CheckConstraint("state in ('proposed', 'approved', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided"),
        sa.CheckConstraint("state <> 'approved' or decided_by <> proposed_by", name="four_eyes"),
    )
    id: int | None = _row()
    unit: str = ""
    product: str = ""
    account_id: str | None = Field(default=None, foreign_key="account.id")
    up_to_fen: int | None = _fen_if_known()
    first_day: date
    document: str
    state: str = Field(index=True)
    reason: str = ""
    proposed_by: str
    proposed_at: datetime = _instant()
    decided_by: str | None = None
    decided_at: datetime | None = _instant(nullable=True)


class WriteOffListRow(SQLModel, table=True):
    """A list of write-offs dealt with together; `digest` binds the lines that stand and what each asks.

    `excluded` are the matters that were chosen and did not go in, each with every reason. `judged` is what a person
    said of standards that the programme cannot tell. States: applied, checked, approved, booked, refused.
    """

    __tablename__ = "write_off_list"
    __table_args__ = (
        sa.CheckConstraint("checked_by is null or checked_by <> applied_by", name="checker_is_not_maker"),
        sa.CheckConstraint(
            "approved_by is null or (approved_by <> applied_by and approved_by <> checked_by)",
            name="approver_is_another",
        ),
        sa.CheckConstraint("state in ('applied', 'checked', 'approved', 'booked', 'refused')", name="state"),
    )
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    criterion: str
    as_of: date
    judged: str = ""
    digest: str
    state: str = Field(index=True)
    excluded: list[Any] = _json(default_factory=list)
    opinion: str = ""
    approval: str = ""
    voucher: str = ""
    booked_on: date | None = None
    reason: str = ""
    applied_by: str
    checked_by: str | None = None
    approved_by: str | None = None
    booked_by: str | None = None
    created_at: datetime = _instant()
    version: int = 1


class WriteOffLineRow(SQLModel, table=True):
    """A line of a list: one write-off, in one list at most; `fell` says why it no longer goes with the list."""

    __tablename__ = "write_off_line"
    __table_args__ = (sa.UniqueConstraint("list_id", "place"),)
    write_off_id: str = Field(primary_key=True, foreign_key="write_off.id")
    list_id: str = Field(foreign_key="write_off_list.id", index=True)
    place: int
    answer: str
    why: str = ""
    fell: str = ""


class LedgerCheckRow(SQLModel, table=True):
    """A night's holding of both ledgers to their identity, loan by loan, and what was found; kept as history.

    `slot` is the day, or the day and the instant where somebody asked for another. `after_id` is how far it has come,
    `rows` the rows that break a ledger with our ids only, at most as many as are kept of a night; `broken` counts all.
    """

    __tablename__ = "ledger_check"
    slot: str = Field(primary_key=True)
    as_of: date = Field(index=True)
    after_id: str = ""
    loans: int = 0
    legal: dict[str, Any] = _json(default_factory=dict)
    book: dict[str, Any] = _json(default_factory=dict)
    broken: int = 0
    rows: list[Any] = _json(default_factory=list)
    not_computed: int = 0
    other_currency: int = 0
    reason: str = ""
    asked_at: datetime = _instant()
    done_at: datetime | None = _instant(nullable=True)


class WriteOffDutyRow(SQLModel, table=True):
    """What somebody did about a duty that follows a write-off: took note of it, did it, with the paper that shows it.

    `subject` is the write-off, or the year where the duty is owed once for all of a year. `last_day` is the day up to
    which it was owed as it was acknowledged or done.
    """

    __tablename__ = "write_off_duty"
    __table_args__ = (sa.CheckConstraint("(done_on is null) = (done_by is null)", name="done"),)
    rule: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    last_day: date = Field(primary_key=True)
    owner_id: str | None = Field(default=None, foreign_key="account.id")
    acknowledged_by: str | None = Field(default=None, foreign_key="account.id")
    acknowledged_at: datetime | None = _instant(nullable=True)
    done_on: date | None = None
    done_by: str | None = Field(default=None, foreign_key="account.id")
    paper: str = ""
    note: str = ""
    recorded_at: datetime | None = _instant(nullable=True)
    version: int = 1


class SealRow(SQLModel, table=True):
    """A line of the seal register: what was applied for and by whom, and once sealed by whom, with both digests.

    States: applied, sealed. `approved` is the digest of the approved PDF, `sealed` of the file derived from it. Where
    nobody applied (`applied_by` is null) the document was sealed as it was approved.
    """

    __tablename__ = "seal"
    __table_args__ = (
        sa.CheckConstraint("state in ('applied', 'sealed')", name="state"),
        sa.CheckConstraint("copies > 0", name="copies"),
        sa.CheckConstraint("(state = 'sealed') = (sealed_by is not null)", name="by_somebody"),
        sa.CheckConstraint(
            "applied_by is null or sealed_by is null or sealed_by <> applied_by", name="keeper_is_another"
        ),
    )
    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="document.id", unique=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    state: str
    seal: str
    copies: int
    pages: int
    across: bool = False
    body: str = ""
    reason: str = ""
    approved: str
    applied_by: str | None = None
    applied_at: datetime | None = _instant(nullable=True)
    register_number: str = ""
    sealed: str | None = None
    sealed_by: str | None = None
    sealed_at: datetime | None = _instant(nullable=True, index=True)


class SourceCheckRow(SQLModel, table=True):
    """A field of a loan that somebody held against a page of an exhibit; it counts while the field's value is the same.

    `value_digest` is keyed, since the value may be a person's number.
    """

    __tablename__ = "source_check"
    __table_args__ = (
        sa.UniqueConstraint("loan_id", "field"),
        sa.CheckConstraint("page > 0", name="page"),
    )
    id: int | None = _row()
    loan_id: str = Field(foreign_key="loan.id", index=True)
    matter_id: str = Field(foreign_key="matter.id", index=True)
    field: str
    value_digest: str
    exhibit_id: str = Field(foreign_key="exhibit.id", index=True)
    page: int
    checked_by: str
    checked_at: datetime = _instant()


class RunRow(SQLModel, table=True):
    """One thing done with many loans or matters (批量任务): the set as it was clicked, what is done, how far it is.

    `subject` says what the ids of the lines are. `query` is the sealed address of the list, its conditions in words,
    `ids_digest` names the set, `words_digest` the words and form of the one kind of document. `pack` is the digest of
    the ZIP of its files, released by another person where `released_pack` is the same. States: chosen, foreseeing,
    foreseen, running, done, cancelled, failed. States of the pack: empty, asked, ready, failed.
    """

    __tablename__ = "run"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('chosen', 'foreseeing', 'foreseen', 'running', 'done', 'cancelled', 'failed')", name="state"
        ),
        sa.CheckConstraint("subject in ('loans', 'matters')", name="subject"),
        sa.CheckConstraint("released_by is null or released_by <> asked_by", name="released_by_another"),
    )
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    subject: str
    query: str
    ids_digest: str
    count: int
    action: str = ""
    kind: str = ""
    answers: dict[str, Any] = _json(default_factory=dict)
    words_digest: str = ""
    state: str = Field(index=True)
    reason: str = ""
    asked_by: str = Field(foreign_key="account.id", index=True)
    firm_id: str | None = Field(default=None, foreign_key="firm.id", index=True)
    desk: str = ""
    pack_state: str = ""
    pack: str | None = None
    pack_reason: str = ""
    released_pack: str | None = None
    released_by: str | None = Field(default=None, foreign_key="account.id")
    released_at: datetime | None = _instant(nullable=True)
    created_at: datetime = _instant()
    foreseen_at: datetime | None = _instant(nullable=True)
    confirmed_at: datetime | None = _instant(nullable=True)
    ended_at: datetime | None = _instant(nullable=True)
    version: int = 1


class RunLineRow(SQLModel, table=True):
    """One loan or matter of a run, by its place in the set: what was foreseen of it and what came of it.

    `problems` say why it was left out or failed, `marks` what is unusual about it, `debtor` is the keyed index of the
    debtor's number, `seen_digest` names what it was foreseen from, `result_id` is the document or matter made. States:
    chosen, waiting, skipped, done, failed, cancelled.
    """

    __tablename__ = "run_line"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "subject_id"),
        sa.CheckConstraint("state in ('chosen', 'waiting', 'skipped', 'done', 'failed', 'cancelled')", name="state"),
        sa.Index("ix_run_line_progress", "run_id", "state", "place"),
    )
    run_id: str = Field(primary_key=True, foreign_key="run.id")
    place: int = Field(primary_key=True)
    subject_id: str
    state: str
    problems: list[Any] = _json(default_factory=list)
    marks: list[Any] = _json(default_factory=list)
    sample: bool = False
    total_fen: int | None = _fen_if_known()
    debtor: str = ""
    seen_digest: str = ""
    result_id: str = ""
    done_at: datetime | None = _instant(nullable=True)
