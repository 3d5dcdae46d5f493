"""Rows for use cases: found within the actor's scope, or not found at all.

`visible_to` and `loans_visible_to` are the one scope: a firm sees the matters assigned to it, the lender's own staff
the loans of their units, head office all. Another's matter is `NotFound`, the same as none.
"""

from __future__ import annotations

import secrets
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from legalflow.access import Actor, Role
from legalflow.errors import NotFound, NotNow
from legalflow.loans.loan import Loan
from legalflow.persistence import mapping
from legalflow.persistence.secrets import Keys
from legalflow.persistence.tables import (
    BatchRow,
    BundleRow,
    DocumentRow,
    ExhibitRow,
    FirmRow,
    LoanRow,
    MatterRow,
    PaymentRow,
    PersonRow,
    WriteOffRow,
)

Row = TypeVar("Row", bound=SQLModel)

CLOSED = "A90"  # the stage at which a matter is over


def new_id() -> str:
    """A new id of ours: 20 random letters and digits, safe in paths, URLs and job ids."""
    return secrets.token_hex(10)


def next_number(session: Session, column: Any, start: str, figures: int) -> str:
    """The number after the highest of a column that begins so: `2026-` and four figures give `2026-0001` at first."""
    last = session.execute(sa.select(sa.func.max(col(column))).where(col(column).startswith(start))).scalar_one()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{figures}d}"


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The matters an actor may see, as a condition on `matter`."""
    if actor.role is Role.FIRM_LAWYER:  # until the matter is taken from the firm, or over
        return sa.and_(
            col(MatterRow.firm_id) == actor.firm, sa.literal(bool(actor.firm)), col(MatterRow.stage) != CLOSED
        )
    if actor.role is Role.ADMIN and actor.id != "system":  # keeps the machine, sees no debtor
        return sa.false()
    if actor.units is not None:
        return col(MatterRow.loan_id).in_(_loans_of_units(actor))
    return sa.true()


def loans_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The loans an actor may see, as a condition on `loan`; the lender's staff also those that are no matter yet."""
    if not sees_loans(actor):
        return col(LoanRow.id).in_(sa.select(col(MatterRow.loan_id)).where(visible_to(actor)).correlate(None))
    return sa.true() if actor.units is None else col(LoanRow.unit_code).in_(sorted(actor.units))


def in_scope(actor: Actor, loan_id: Any) -> sa.ColumnElement[bool]:
    """The same as a condition on a column that holds the id of a loan, of a table that need not be joined to any."""
    if sees_loans(actor):
        return sa.true() if actor.units is None else loan_id.in_(_loans_of_units(actor))
    return loan_id.in_(sa.select(col(MatterRow.loan_id)).where(visible_to(actor)).correlate(None))


def at_desk(actor: Actor, desk: Any) -> sa.ColumnElement[bool]:
    """What was put in by those of the same units, as a condition on a column `desk`; head office sees all of it."""
    return sa.or_(sa.literal(not actor.desk), desk == actor.desk)


def sees_loans(actor: Actor) -> bool:
    """Whether the actor sees loans that are no matter yet: the lender's own staff."""
    return actor.id == "system" or actor.role not in {Role.FIRM_LAWYER, Role.ADMIN}


def sees_all(actor: Actor) -> bool:
    """Whether nothing is out of the actor's scope: head office, and the house itself."""
    return sees_loans(actor) and actor.units is None


def _loans_of_units(actor: Actor) -> sa.Select[Any]:
    unit = col(LoanRow.unit_code)
    return sa.select(col(LoanRow.id)).where(unit.in_(sorted(actor.units or ()))).correlate(None)


def matter(session: Session, actor: Actor, matter_id: str) -> MatterRow:
    """A matter within the actor's scope."""
    row = session.exec(select(MatterRow).where(MatterRow.id == matter_id, visible_to(actor))).first()
    return found(row, "matter")


def of_matter(session: Session, actor: Actor, table: type[Row], row_id: str) -> tuple[Row, MatterRow]:
    """A row that belongs to a matter (document, exhibit, bundle, write-off), with the matter, within scope."""
    columns: Any = table
    pair = session.exec(
        select(table, MatterRow)
        .join(MatterRow, columns.matter_id == col(MatterRow.id))
        .where(columns.id == row_id, visible_to(actor))
    ).first()
    if pair is None:
        raise _absent(str(table.__tablename__))
    return pair[0], pair[1]


def loan(session: Session, actor: Actor, loan_id: str) -> LoanRow:
    """A loan within scope: those of their units for the lender's staff, those of its matters for a firm."""
    query = select(LoanRow).where(LoanRow.id == loan_id, loans_visible_to(actor))
    return found(session.exec(query).first(), "loan")


def loans_of_person(session: Session, actor: Actor, number_index: str, *, to_change: bool = False) -> list[LoanRow]:
    """The loans a person stands in, by the keyed index of its number, within scope; locked where they are changed."""
    query = select(LoanRow).join(PersonRow, col(PersonRow.loan_id) == col(LoanRow.id))
    query = query.where(PersonRow.number_index == number_index, loans_visible_to(actor))
    if to_change:
        query = query.with_for_update(of=col(LoanRow.id))
    return list(session.exec(query.order_by(col(LoanRow.contract_number), col(LoanRow.id))))


def whole_loan(session: Session, row: LoanRow, keys: Keys) -> Loan:
    """The loan's facts with the payments that count, persons unsealed; called due as its matter records it."""
    counting = select(PaymentRow).where(PaymentRow.loan_id == row.id, col(PaymentRow.reversed).is_(False))
    payments = session.exec(counting).all()
    state = session.exec(select(MatterRow.state).where(MatterRow.loan_id == row.id)).first() or {}
    return mapping.loan_of(row, payments, keys, called_due=state.get("accelerated_on"))


def batch(session: Session, actor: Actor, batch_id: str) -> BatchRow:
    """A file imported at the actor's own desk, or at any for head office."""
    query = select(BatchRow).where(BatchRow.id == batch_id, at_desk(actor, col(BatchRow.desk)))
    return found(session.exec(query).first(), "batch")


def open_firm(session: Session, firm_id: str) -> FirmRow:
    """A law firm that may be given a matter, held so that it is not ended at the same moment."""
    query = select(FirmRow).where(FirmRow.id == firm_id).with_for_update(read=True)
    row = found(session.exec(query).first(), "firm")
    if row.disabled:
        raise NotNow.one("firm.disabled", "该律所已停用，不能再委派案件", "this firm is disabled and gets no matter")
    return row


def exhibits(session: Session, matter_id: str) -> list[ExhibitRow]:
    """The exhibits of a matter in the order of the bundle."""
    query = select(ExhibitRow).where(ExhibitRow.matter_id == matter_id)
    order = (col(ExhibitRow.group_number), col(ExhibitRow.place), col(ExhibitRow.created_at), col(ExhibitRow.id))
    return list(session.exec(query.order_by(*order)))


def documents(session: Session, matter_id: str) -> list[DocumentRow]:
    """The documents of a matter, newest first."""
    query = select(DocumentRow).where(DocumentRow.matter_id == matter_id)
    return list(session.exec(query.order_by(col(DocumentRow.created_at).desc(), col(DocumentRow.id))))


def bundles(session: Session, matter_id: str) -> list[BundleRow]:
    """The bundles of a matter, newest first."""
    query = select(BundleRow).where(BundleRow.matter_id == matter_id)
    return list(session.exec(query.order_by(col(BundleRow.version).desc())))


def latest_bundle(session: Session, matter_id: str) -> BundleRow | None:
    """The newest bundle that is made, or None."""
    return next((row for row in bundles(session, matter_id) if row.state == "ready"), None)


def effective_write_off(session: Session, loan_id: str) -> WriteOffRow | None:
    """The loan's one write-off that was not refused, or None."""
    query = select(WriteOffRow).where(WriteOffRow.loan_id == loan_id, col(WriteOffRow.state) != "refused")
    return session.exec(query).first()


def found(row: Row | None, what: str) -> Row:
    """The row, or `NotFound`."""
    if row is None:
        raise _absent(what)
    return row


def _absent(what: str) -> NotFound:
    return NotFound.one(f"{what}.absent", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see")
