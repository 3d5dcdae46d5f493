"""The lists of matters and loans as people see them: lines, columns, and the same as a workbook.

What is found and in which order says `listing`; here the rows of a page are read and put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.matters.stages import stage_title
from legalflow.office import CHINA, Office
from legalflow.persistence import journal, portfolio
from legalflow.persistence.tables import AccountRow, DeadlineRow, FirmRow, LoanRow, MatterRow
from legalflow.rendering import workbook
from legalflow.services import listing
from legalflow.services.listing import LOANS, MATTERS, Catalogue, Listed, Wanted
from legalflow.services.viewing import OPEN_DEADLINES
from legalflow.values import codec
from legalflow.values.money import Money

MOST_EXPORTED = 20_000  # rows of a workbook
_AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True)
class KeptClaim:
    """A loan's claim as the night kept it: `total` as of a day, None where it could not be computed.

    `outdated`: what it was computed from has changed since, by a payment for instance.
    """

    as_of: date
    total: Money | None
    currency: str
    overdue_days: int
    outdated: bool


@dataclass(frozen=True)
class LoanLine:
    """A loan in a list, with its matter and stage if it has one."""

    id: str
    contract_number: str
    borrower: str
    lender: str
    product: str
    unit: str
    maturity: date
    disbursed: Money
    matter_id: str
    stage: str
    claim: KeptClaim | None = None  # None: no night has seen the loan yet, or its matter is closed


@dataclass(frozen=True)
class MatterLine:
    """A matter in a list, with what falls due next and what a night found to be owed."""

    id: str
    number: str
    borrower: str
    contract_number: str
    unit: str
    product: str
    stage: str
    write_off: str
    firm: str
    owner: str
    opened_at: datetime
    changed_at: datetime
    next_title: str
    next_day: date | None
    claim: KeptClaim | None = None


@dataclass(frozen=True)
class Lines(Generic[T]):
    """One page of a list: its lines, the key to read on after (empty at the end), the count, the facets."""

    rows: list[T]
    after: str
    count: int
    facets: dict[str, list[listing.Value]]


@dataclass(frozen=True)
class Column:
    """A column of a list: its heading and what it says of a line, as a workbook keeps it."""

    name: str
    zh: str
    cell: Callable[[Any], workbook.Cell]
    usual: bool = True
    right: Right | None = None


def matters(office: Office, actor: Actor, wanted: Wanted | None = None, after: str = "") -> Lines[MatterLine]:
    """A page of matters, the newest first unless wanted otherwise."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        found = listing.listed(session, office, actor, MATTERS, wanted or Wanted(), after)
        return _lines(found, _matter_lines(session, found.keys))


def loans(office: Office, actor: Actor, wanted: Wanted | None = None, after: str = "") -> Lines[LoanLine]:
    """A page of loans, the first due first unless wanted otherwise."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        found = listing.listed(session, office, actor, LOANS, wanted or Wanted(), after)
        return _lines(found, _loan_lines(session, found.keys))


def neighbour(office: Office, actor: Actor, wanted: Wanted, matter_id: str, *, back: bool = False) -> str:
    """The matter that comes next after one in a list, or before it; empty at the end."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        return listing.neighbour(session, office, actor, MATTERS, wanted, matter_id, back)


def columns(catalogue: Catalogue, actor: Actor, chosen: Sequence[str] = ()) -> list[Column]:
    """The columns the actor may see, in our order: those chosen, or the usual ones where none is."""
    may = [each for each in COLUMNS[catalogue.name] if each.right is None or actor.may(each.right)]
    named = [each for each in may if each.name in chosen]
    return named or [each for each in may if each.usual]


def export(
    office: Office, actor: Actor, catalogue: Catalogue, wanted: Wanted, chosen: Sequence[str], only: Sequence[str] = ()
) -> bytes:
    """A list as it is seen, as a workbook: its columns and order, all its rows or `only` some.

    The audit trail notes it. Texts are kept as texts whatever they begin with, so that no cell is a formula.
    """
    actor.require(Right.VIEW)
    shown = columns(catalogue, actor, chosen)
    wanted = listing.allowed(catalogue, actor, wanted)
    with office.database.reading() as session:
        keys = listing.keys_of(session, office, actor, catalogue, wanted, MOST_EXPORTED)
        if only:
            keys = [key for key in keys if key in set(only)]
        read: Callable[[Session, list[str]], list[Any]] = _matter_lines if catalogue is MATTERS else _loan_lines
        lines = [line for at in range(0, len(keys), _AT_ONCE) for line in read(session, keys[at : at + _AT_ONCE])]
    rows = [[column.cell(line) for column in shown] for line in lines]
    name = "案件" if catalogue is MATTERS else "贷款"
    content = workbook.write([workbook.Table(name=name, headings=[column.zh for column in shown], rows=rows)])
    with office.database.writing() as session:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action=f"export.{catalogue.name}",
            subject=catalogue.name,
            rows=len(rows),
            digest=codec.digest(content),
        )
    return content


def _lines(found: Listed, rows: list[T]) -> Lines[T]:
    return Lines(rows, found.after, found.count, found.facets)


def _matter_lines(session: Session, keys: list[str]) -> list[MatterLine]:
    """The lines of some matters in the order of their keys."""
    query = (
        sa.select(
            *(getattr(MatterRow, name) for name in ("id", "number", "stage", "write_off", "opened_at", "changed_at")),
            *(getattr(LoanRow, name) for name in ("borrower", "contract_number", "unit", "product")),
            col(LoanRow.id).label("loan_id"),
            col(FirmRow.name).label("firm"),
            col(AccountRow.name).label("owner"),
        )
        .join(LoanRow, col(MatterRow.loan_id) == col(LoanRow.id))
        .join(FirmRow, col(MatterRow.firm_id) == col(FirmRow.id), isouter=True)
        .join(AccountRow, col(MatterRow.owner_id) == col(AccountRow.id), isouter=True)
        .where(col(MatterRow.id).in_(keys))
    )
    rows = {row.id: row for row in session.execute(query)}
    due = _next_due(session, keys)
    claims = _kept_claims(session, [row.loan_id for row in rows.values()])
    return [
        MatterLine(
            id=row.id,
            number=row.number,
            borrower=row.borrower,
            contract_number=row.contract_number,
            unit=row.unit,
            product=row.product,
            stage=row.stage,
            write_off=row.write_off,
            firm=row.firm or "",
            owner=row.owner or "",
            opened_at=row.opened_at,
            changed_at=row.changed_at,
            next_title=due[key].title if key in due else "",
            next_day=due[key].last_day if key in due else None,
            claim=claims.get(row.loan_id),
        )
        for key in keys
        if (row := rows.get(key)) is not None
    ]


def _loan_lines(session: Session, keys: list[str]) -> list[LoanLine]:
    """The lines of some loans in the order of their keys; their facts stay unread."""
    names = ("id", "contract_number", "borrower", "lender", "product", "unit", "maturity", "disbursed_fen")
    query = (
        sa.select(
            *(getattr(LoanRow, name) for name in names), col(MatterRow.id).label("matter_id"), col(MatterRow.stage)
        )
        .join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=True)
        .where(col(LoanRow.id).in_(keys))
    )
    rows = {row.id: row for row in session.execute(query)}
    claims = _kept_claims(session, keys)
    return [
        LoanLine(
            id=row.id,
            contract_number=row.contract_number,
            borrower=row.borrower,
            lender=row.lender,
            product=row.product,
            unit=row.unit,
            maturity=row.maturity,
            disbursed=Money.of_fen(row.disbursed_fen),
            matter_id=row.matter_id or "",
            stage=row.stage or "",
            claim=claims.get(key),
        )
        for key in keys
        if (row := rows.get(key)) is not None
    ]


def _kept_claims(session: Session, loan_ids: list[str]) -> dict[str, KeptClaim]:
    """The claims a night kept of some loans, each held against the facts as they are now."""
    rows = portfolio.claims_of(session, loan_ids)
    now = portfolio.digests(session, list(rows))
    return {
        loan_id: KeptClaim(
            as_of=row.as_of,
            total=None if row.total_fen is None else Money.of_fen(row.total_fen),
            currency=row.currency,
            overdue_days=row.overdue_days,
            outdated=row.facts_digest != now[loan_id],
        )
        for loan_id, row in rows.items()
    }


def _next_due(session: Session, matter_ids: list[str]) -> dict[str, DeadlineRow]:
    query = select(DeadlineRow).where(
        col(DeadlineRow.matter_id).in_(matter_ids), col(DeadlineRow.state).in_(OPEN_DEADLINES)
    )
    found: dict[str, DeadlineRow] = {}
    for row in session.exec(query.order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))):
        found.setdefault(row.matter_id, row)
    return found


def _owed(line: MatterLine | LoanLine) -> workbook.Cell:
    return line.claim.total if line.claim and line.claim.total is not None else ""


def _overdue(line: LoanLine) -> workbook.Cell:
    return line.claim.overdue_days if line.claim else ""


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


COLUMNS: dict[str, tuple[Column, ...]] = {
    "matters": (
        Column("number", "案件", lambda line: line.number),
        Column("borrower", "借款人", lambda line: line.borrower),
        Column("contract", "合同编号", lambda line: line.contract_number, usual=False),
        Column("stage", "阶段", lambda line: stage_title(line.stage)[0]),
        Column("write_off", "核销", lambda line: stage_title(line.write_off)[0], right=Right.VIEW_MONEY),
        Column("total", "债权合计（元）", _owed, usual=False),
        Column("unit", "经办机构", lambda line: line.unit, usual=False),
        Column("product", "产品", lambda line: line.product, usual=False),
        Column("firm", "律所", lambda line: line.firm),
        Column("owner", "经办", lambda line: line.owner),
        Column("due", "下一期限", lambda line: line.next_day or ""),
        Column("due_title", "期限事项", lambda line: line.next_title, usual=False),
        Column("opened", "立案件日", lambda line: _day(line.opened_at), usual=False),
        Column("changed", "最近变动", lambda line: _day(line.changed_at), usual=False),
    ),
    "loans": (
        Column("borrower", "借款人", lambda line: line.borrower),
        Column("contract", "合同编号", lambda line: line.contract_number),
        Column("lender", "贷款人", lambda line: line.lender, usual=False),
        Column("product", "产品", lambda line: line.product),
        Column("unit", "经办机构", lambda line: line.unit),
        Column("maturity", "到期日", lambda line: line.maturity),
        Column("disbursed", "发放金额（元）", lambda line: line.disbursed),
        Column("total", "债权合计（元）", _owed),
        Column("overdue", "逾期天数", _overdue, usual=False),
        Column("stage", "案件阶段", lambda line: stage_title(line.stage)[0] if line.stage else ""),
    ),
}
