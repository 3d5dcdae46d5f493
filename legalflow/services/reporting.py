"""Written-off loans as a regulator's report asks for them, one line a loan: of the register, or of a list.

The names of columns are those of supervisory reports; the number of a customer is not kept here and stays empty. The
names of customers are masked: a natural person keeps the surname.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.loans.loan import Loan
from legalflow.loans.parties import PartyKind
from legalflow.matters.matter import fold
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import AccountRow, LoanRow, MatterRow, WriteOffRow
from legalflow.services import itemised, vouching, writing_off
from legalflow.values.money import Money

HEADINGS = (
    "合同号",
    "借据号",
    "客户统一编号",
    "客户名称",
    "客户类别",
    "资产类型",
    "归属分支机构",
    "币种",
    "核销日期",
    "实核本金",
    "实核表内利息",
    "实核表外利息",
    "实核费用",
    "收回标志",
    "收回日期",
    "收回本金",
    "收回利息",
    "收回员工号",
    "核销状态",
)
_LINE = ("清单号", "序号", "认定标准", "标准核对", "说明", "状态")
_STATES = {"applied": "已申报", "checked": "已复核", "approved": "已批准", "booked": "已入账", "refused": "退回"}


def register(office: Office, actor: Actor, form: str) -> bytes:
    """Every booked write-off in scope as the report's file, `xlsx` or `csv`; the audit trail keeps who took it."""
    actor.require(Right.VIEW_MONEY)
    vouching.require_form(form)
    with office.database.writing() as session:
        query = (
            select(WriteOffRow, MatterRow, LoanRow)
            .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
            .join(LoanRow, col(LoanRow.id) == col(WriteOffRow.loan_id))
            .where(WriteOffRow.state == "booked", repositories.visible_to(actor))
            .order_by(col(WriteOffRow.booked_on), col(MatterRow.number))
        )
        cells = [line(session, office, *row) for row in session.execute(query)]
        _note(session, office, actor, "report.exported", today(office).isoformat(), form, len(cells))
    return vouching.table("核销报送", HEADINGS, cells, form)


def of_list(office: Office, actor: Actor, list_id: str, form: str) -> bytes:
    """A list as a file: each line with where it stands, then the report's columns; those that fell say why."""
    vouching.require_form(form)
    found = itemised.sheet(office, actor, list_id)
    with office.database.writing() as session:
        cells: list[tuple[str | int, ...]] = []
        for each in found.lines:
            matter = repositories.matter(session, actor, each.write_off.matter_id)
            loan = repositories.loan(session, actor, each.write_off.loan_id)
            state = f"已退出清单：{each.row.fell}" if each.row.fell else _STATES[each.write_off.state]
            own = (found.row.number, each.row.place, found.criterion, each.row.why, found.row.judged, state)
            cells.append((*own, *line(session, office, each.write_off, matter, loan)))
        _note(session, office, actor, "list.exported", list_id, form, len(cells))
    return vouching.table("核销清单", (*_LINE, *HEADINGS), cells, form)


def line(
    session: Session, office: Office, row: WriteOffRow, matter: MatterRow, loan_row: LoanRow
) -> tuple[str | int, ...]:
    """The report's columns of one write-off; what is only asked for has no day and no recoveries yet."""
    loan = repositories.whole_loan(session, loan_row, office.keys)
    booked = row.state == "booked"
    back = writing_off.balance(session, row).recovered if booked else None
    state = fold(journal.events(session, matter.id)).write_off
    latest = max(state.recoveries, key=lambda each: each.on, default=None) if booked else None
    parts = (row.principal_fen, row.on_interest_fen, row.off_interest_fen, row.fees_fen)
    return (
        loan.contract_number,
        loan.note_number,
        "",
        _customer(loan),
        "个人" if loan.borrower.kind is PartyKind.NATURAL else "对公",
        loan.product,
        loan_row.unit,
        loan.currency,
        row.booked_on.isoformat() if booked and row.booked_on else "",
        *(str(Money.of_fen(each)) for each in parts),
        "是" if back is not None and back.total else "否",
        latest.on.isoformat() if latest else "",
        str(back.principal) if back is not None else "",
        str(back.interest + back.accrued) if back is not None else "",
        _login(session, latest.actor) if latest else "",
        ("完全终结" if state.ended_ground else "账销案存") if booked else "未入账",
    )


def _customer(loan: Loan) -> str:
    name = loan.borrower.name
    return mapping.mask(name, 1, 0) if loan.borrower.kind is PartyKind.NATURAL else name


def _login(session: Session, account: str) -> str:
    return session.exec(select(AccountRow.login).where(AccountRow.id == account)).first() or ""


def _note(session: Session, office: Office, actor: Actor, action: str, subject: str, form: str, lines: int) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=subject, form=form, lines=lines)
