"""The register of claims written off and still pursued (账销案存): what left the book, came back, and is still claimed.

A booking ends nothing: each loan keeps its person and its duties with their days (财金〔2017〕90号 第十四、十五、十九、
二十条), until the claim ends for good (第十六条).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.claims.claim import state_claim
from legalflow.errors import LegalflowError
from legalflow.law import write_off_ends
from legalflow.law.write_off_ends import Duty
from legalflow.law.write_offs import Case, LoanState
from legalflow.matters.events import WriteOffEnded
from legalflow.matters.matter import fold
from legalflow.matters.writeoff import Components, Shares
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, LoanRow, MatterRow, WriteOffRow
from legalflow.services import vouching, writing_off
from legalflow.values.money import ZERO, Money

_HEADINGS = (
    "案件编号",
    "合同编号",
    "借款人",
    "入账日期",
    "凭证号",
    "核销本金",
    "核销利息",
    "核销费用",
    "收回本金",
    "收回利息",
    "收回费用",
    "收回新生利息费用",
    "尚未收回",
    "法律上债权",
    "下一项职责",
    "最后日期",
    "责任人",
    "状态",
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A written-off loan in the register; `claim` is None where it cannot be computed, `ended` where it ended for good.

    `duty` is the next of its duties with a day, or the one without any; `late` are those whose day is over.
    """

    write_off_id: str
    matter_id: str
    matter_number: str
    contract_number: str
    borrower: str
    responsible: str
    booked_on: date
    voucher: str
    off: Components
    recovered: Shares
    still_off: Money
    claim: Money | None
    ended: bool
    duty: Duty | None
    late: tuple[Duty, ...]
    provisional: bool


def register(office: Office, actor: Actor) -> list[Kept]:
    """Every loan whose write-off is booked, the earliest booking first."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        query = (
            select(WriteOffRow, MatterRow, LoanRow, AccountRow.name)
            .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
            .join(LoanRow, col(LoanRow.id) == col(WriteOffRow.loan_id))
            .join(AccountRow, col(AccountRow.id) == col(MatterRow.owner_id), isouter=True)
            .where(WriteOffRow.state == "booked", repositories.visible_to(actor))
            .order_by(col(WriteOffRow.booked_on), col(MatterRow.number))
        )
        return [_kept(session, office, *row) for row in session.execute(query)]


def export(office: Office, actor: Actor, form: str) -> bytes:
    """The register as a workbook (`xlsx`) or a CSV (`csv`); the audit trail keeps who took it."""
    vouching.require_form(form)
    found = register(office, actor)
    with office.database.writing() as session:
        at, day = office.now(), today(office).isoformat()
        journal.note(
            session, at=at, actor=actor.id, action="register.exported", subject=day, form=form, lines=len(found)
        )
    return vouching.table("账销案存", _HEADINGS, [_cells(each) for each in found], form)


def _kept(
    session: Session, office: Office, row: WriteOffRow, matter: MatterRow, loan: LoanRow, responsible: str | None
) -> Kept:
    assert row.booked_on is not None  # a booked write-off has its day
    balance = writing_off.balance(session, row)
    ended = any(isinstance(each.event, WriteOffEnded) for each in fold(journal.events(session, matter.id)).standing)
    case = Case(as_of=today(office), loan=LoanState(outstanding=balance.still_off.total), written_off_on=row.booked_on)
    duties = write_off_ends.duties(office.law, case, stays_open=not ended)
    late = tuple(each for each in duties.value if each.last_day is not None and each.last_day < today(office))
    coming = sorted((each for each in duties.value if each not in late), key=lambda each: each.last_day or date.max)
    return Kept(
        write_off_id=row.id,
        matter_id=matter.id,
        matter_number=matter.number,
        contract_number=loan.contract_number,
        borrower=loan.borrower,
        responsible=responsible or "",
        booked_on=row.booked_on,
        voucher=row.voucher,
        off=balance.booked,
        recovered=balance.recovered,
        still_off=balance.still_off.total,
        claim=ZERO if ended else _claim(session, office, loan),
        ended=ended,
        duty=coming[0] if coming else None,
        late=late,
        provisional=bool(duties.provisional),
    )


def _claim(session: Session, office: Office, loan: LoanRow) -> Money | None:
    whole = repositories.whole_loan(session, loan, office.keys)
    try:
        return state_claim(whole, today(office), office.law).value.total
    except LegalflowError:  # the loan's own page says why
        return None


def _cells(each: Kept) -> tuple[str | int, ...]:
    duty = each.duty
    return (
        each.matter_number,
        each.contract_number,
        each.borrower,
        each.booked_on.isoformat(),
        each.voucher,
        str(each.off.principal),
        str(each.off.interest),
        str(each.off.fees),
        str(each.recovered.principal),
        str(each.recovered.interest),
        str(each.recovered.fees),
        str(each.recovered.accrued),
        str(each.still_off),
        "不能计算" if each.claim is None else str(each.claim),
        duty.zh if duty else "",
        duty.last_day.isoformat() if duty and duty.last_day else "",
        each.responsible,
        "完全终结" if each.ended else "账销案存",
    )
