"""Lists of write-offs as they are read: their lines, sums and decisions, and the lists that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import NotFound
from legalflow.law import write_offs
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import (
    AccountRow,
    LoanRow,
    MatterRow,
    WriteOffLineRow,
    WriteOffListRow,
    WriteOffRow,
)
from legalflow.services import accumulating, empowering
from legalflow.values.money import Money, total


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a list: its write-off, whose it is, and why it fell, if it did."""

    row: WriteOffLineRow
    write_off: WriteOffRow
    matter_number: str
    loan: LoanRow

    @property
    def total(self) -> Money:
        """What the line asks."""
        return accumulating.asked(self.write_off)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A list with its lines in order and the sums of those that stand.

    Of one list, `counted` is what an authority has to cover and `powers` say who may approve that; not in an overview.
    """

    row: WriteOffListRow
    lines: tuple[Line, ...]
    people: dict[str, str]
    criterion: str
    powers: tuple[empowering.Power, ...] = ()
    counted: accumulating.Together | None = None

    @property
    def standing(self) -> tuple[Line, ...]:
        """The lines that did not fall."""
        return tuple(each for each in self.lines if not each.row.fell)

    @property
    def total(self) -> Money:
        """What the lines that stand ask together."""
        return total(each.total for each in self.standing)

    @property
    def parts(self) -> tuple[Money, Money, Money, Money]:
        """The same by component: principal, interest in the books and beside them, fees."""
        rows = [each.write_off for each in self.standing]
        sums = [
            sum(getattr(row, name) for row in rows)
            for name in ("principal_fen", "on_interest_fen", "off_interest_fen", "fees_fen")
        ]
        principal, on, off, fees = (Money.of_fen(each) for each in sums)
        return principal, on, off, fees

    @property
    def may_approve(self) -> bool:
        """Whether the authority of who looks at it covers the list."""
        return all(each.may for each in self.powers)


def sheet(office: Office, actor: Actor, list_id: str) -> Sheet:
    """A list with its lines, for who sees that money."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        return told(session, office, actor, row_of(session, actor, list_id))


def lists(office: Office, actor: Actor) -> list[Sheet]:
    """Every list in scope, newest first."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        query = select(WriteOffListRow).order_by(col(WriteOffListRow.created_at).desc()).limit(100)
        rows = [row for row in session.exec(query) if _seen(session, actor, row.id)]
        return [_read(session, office, row) for row in rows]


def waiting(session: Session, actor: Actor) -> list[WriteOffListRow]:
    """The lists whose next step is the actor's, by another person than those before."""
    steps = {Right.CHECK_WRITE_OFF: "applied", Right.APPROVE_WRITE_OFF: "checked", Right.BOOK_WRITE_OFF: "approved"}
    states = [state for right, state in steps.items() if actor.may(right)]
    query = select(WriteOffListRow).where(col(WriteOffListRow.state).in_(states)) if states else None
    rows = session.exec(query.order_by(WriteOffListRow.number)).all() if query is not None else []
    return [
        row
        for row in rows
        if (row.state == "approved" or not actor.accounts & {row.applied_by, row.checked_by})
        and _seen(session, actor, row.id)
    ]


def list_of(office: Office, actor: Actor, write_off_id: str) -> str | None:
    """The list a write-off is dealt with, or None where it is by itself."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        line = session.get(WriteOffLineRow, write_off_id)
        return line.list_id if line is not None and not line.fell and _seen(session, actor, line.list_id) else None


def lines_of(session: Session, list_id: str) -> list[WriteOffLineRow]:
    """The lines of a list in order, those that fell too."""
    query = select(WriteOffLineRow).where(WriteOffLineRow.list_id == list_id)
    return list(session.exec(query.order_by(col(WriteOffLineRow.place))))


def row_of(session: Session, actor: Actor, list_id: str) -> WriteOffListRow:
    """A list all of whose lines are in scope, or `NotFound`."""
    row = session.get(WriteOffListRow, list_id)
    if row is None or not _seen(session, actor, list_id):
        raise NotFound.one("list.absent", "没有找到，或您无权查看", "there is no such list, or it is not yours to see")
    return row


def _seen(session: Session, actor: Actor, list_id: str) -> bool:
    query = (
        select(WriteOffLineRow.write_off_id)
        .join(WriteOffRow, col(WriteOffRow.id) == col(WriteOffLineRow.write_off_id))
        .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
        .where(WriteOffLineRow.list_id == list_id, sa.not_(repositories.visible_to(actor)))
    )
    return session.exec(query.limit(1)).first() is None


def told(session: Session, office: Office, actor: Actor, row: WriteOffListRow) -> Sheet:
    """A list with its lines, what of its borrowers is added up, and who may approve that."""
    found = _read(session, office, row)
    standing = [(each.loan, each.write_off) for each in found.standing]
    counted = accumulating.together(session, office, actor, standing)
    powers = _powers(session, actor, [loan for loan, _ in standing], counted.amount, today(office))
    return replace(found, counted=counted, powers=powers)


def _read(session: Session, office: Office, row: WriteOffListRow) -> Sheet:
    query = (
        select(WriteOffLineRow, WriteOffRow, MatterRow.number, LoanRow)
        .join(WriteOffRow, col(WriteOffRow.id) == col(WriteOffLineRow.write_off_id))
        .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
        .join(LoanRow, col(LoanRow.id) == col(WriteOffRow.loan_id))
        .where(WriteOffLineRow.list_id == row.id)
        .order_by(col(WriteOffLineRow.place))
    )
    names = {each.id: each.zh for each in write_offs.criteria(office.law, row.as_of)}
    return Sheet(
        row=row,
        lines=tuple(
            Line(row=line, write_off=write_off, matter_number=number, loan=loan)
            for line, write_off, number, loan in session.execute(query)
        ),
        people=_people(session, (row.applied_by, row.checked_by, row.approved_by, row.booked_by)),
        criterion=names.get(row.criterion, row.criterion),
    )


def _powers(
    session: Session, actor: Actor, loans: Iterable[LoanRow], whole: Money, on: date
) -> tuple[empowering.Power, ...]:
    kinds = dict.fromkeys((each.unit, each.product) for each in loans)
    return tuple(empowering.power(session, actor, unit, product, whole, on) for unit, product in kinds)


def _people(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    known = {each for each in ids if each}
    query = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(known))
    return dict(map(tuple, session.execute(query)))
