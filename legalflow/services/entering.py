"""One loan or one payment put into the books, and what refuses it there; for files and forms alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import Conflict, Invalid, Problem
from legalflow.loans.loan import Loan
from legalflow.loans.payments import Payment
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, repositories
from legalflow.persistence.tables import LoanRow, MatterRow, PaymentRow, PersonRow
from legalflow.services import tracking


@dataclass(frozen=True)
class Receipt:
    """A payment as it stands in the books: its day, its amount, whether it was reversed."""

    on: date
    fen: int
    reversed: bool


def unit_of(known: Mapping[tuple[str, str], str], loan: Loan, row: LoanRow | None = None) -> str | None:
    """The unit a loan names; where it names what it named before, the one it belonged to: units may be renamed."""
    kept = row.unit_code if row is not None and row.unit == loan.unit else None
    return known.get((loan.lender, loan.unit), kept)


def is_ours(actor: Actor, unit_code: str | None) -> bool:
    """Whether an actor may import into a unit; an actor of no unit is head office and may into all."""
    return actor.units is None or unit_code in actor.units


def require_own_unit(
    actor: Actor, known: Mapping[tuple[str, str], str], loan: Loan, row: LoanRow | None = None
) -> None:
    """Refuse a loan of another unit than the actor's, and one that stands with another unit already."""
    if is_ours(actor, unit_of(known, loan, row)) and (row is None or is_ours(actor, row.unit_code)):
        return
    own = "、".join(name for (lender, name), code in known.items() if lender == loan.lender and is_ours(actor, code))
    raise Invalid(
        Problem(
            "loan.unit",
            "不属于您所在机构的贷款，不能导入",
            "a loan of another unit than yours is not imported",
            "经办机构",
            loan.unit,
            mend=f"填写您所在机构的名称或代码（{own}），或由该贷款所属机构、总部办理"
            if own
            else "由该贷款所属机构或总部办理",
            mend_en="name a unit of yours, or leave it to the loan's own unit or head office",
        )
    )


def put_loan(session: Session, office: Office, loan: Loan, known: Mapping[tuple[str, str], str]) -> LoanRow:
    """Keep a loan that is not there yet, with what its persons are found by."""
    row = foreseen(loan, office, known)
    mapping.put_facts(row, loan, office.keys)
    session.add(row)
    session.flush()
    session.add_all(persons_of(row, loan, office))
    return row


def persons_of(row: LoanRow, loan: Loan, office: Office) -> list[PersonRow]:
    """What a new loan's persons are found by."""
    return [PersonRow(loan_id=row.id, number_index=each) for each in sorted(mapping.person_indexes(loan, office.keys))]


def foreseen(loan: Loan, office: Office, known: Mapping[tuple[str, str], str]) -> LoanRow:
    """The row a loan would get, with nothing of its persons in it; its digest tells a second row of the same file."""
    return LoanRow(
        id=repositories.new_id(),
        lender=loan.lender,
        contract_number=loan.contract_number,
        unit_code=unit_of(known, loan),
        borrower=loan.borrower.name,
        maturity=loan.maturity,
        disbursed_fen=0,
        facts={},
        digest=mapping.loan_digest(loan),
        created_at=office.now(),
    )


def index(session: Session, office: Office, loan_id: str, loan: Loan) -> None:
    """The loan is found by the numbers of its persons as they are now, and no longer by earlier ones."""
    now = mapping.person_indexes(loan, office.keys)
    there = {row.number_index: row for row in session.exec(select(PersonRow).where(PersonRow.loan_id == loan_id))}
    for number, row in there.items():
        if number not in now:
            session.delete(row)
    for number in sorted(now - set(there)):
        session.add(PersonRow(loan_id=loan_id, number_index=number))


def counts(there: Sequence[Receipt], payment: Payment) -> bool:
    """Whether the very same payment counts already. Another under the same number is a `Conflict`, and so is one that
    was reversed: a file sent again may not bring it back; only a person may, on the loan's page."""
    same = (payment.on, payment.amount.fen)
    if any(each.reversed and (each.on, each.fen) == same for each in there):
        raise Conflict.one(
            "payment.reversed",
            f"流水号 {payment.number} 的同一登记已被撤销，不由导入恢复",
            f"receipt {payment.number} was reversed as recorded here; an import does not bring it back",
            field="流水号",
            found=payment.number,
            mend="确属实际收款的，在贷款页面重新登记",
            mend_en="record it anew on the loan's page if the money did come in",
        )
    return stands(there, payment)


def stands(there: Sequence[Receipt], payment: Payment) -> bool:
    """Whether the payment counts already, reversed ones aside; another under the same number is a `Conflict`."""
    earlier = next((each for each in there if not each.reversed), None)
    if earlier is None or (earlier.on, earlier.fen) == (payment.on, payment.amount.fen):
        return earlier is not None
    raise Conflict.one(
        "payment.other",
        f"流水号 {payment.number} 已登记为 {earlier.on} 的另一笔金额",
        f"receipt {payment.number} was recorded with another day or amount",
        field="流水号",
        found=payment.number,
        mend="核对后更正文件；登记有误的，由复核人撤销原登记后再导入",
        mend_en="correct the file, or have the reviewer reverse the payment recorded wrongly and import again",
    )


def refuse_impossible(first_paid_out: date, today_: date, payment: Payment) -> None:
    """Refuse a payment before the first drawdown or after today."""
    field, found = "还款日期", str(payment.on)
    if payment.on < first_paid_out:
        zh, en = "还款日早于首次放款日", "paid before the first drawdown"
        raise Invalid(Problem("payment.early", zh, en, field, found))
    if payment.on > today_:
        raise Invalid(Problem("payment.future", "还款日晚于今天", "paid on a day to come", field, found))


def put_payment(
    session: Session,
    office: Office,
    actor: Actor,
    row: LoanRow,
    payment: Payment,
    matter: MatterRow | None = None,
    due_later: bool = False,
) -> None:
    """Keep a payment that is not there yet, and enter it in the journal of the loan's matter."""
    refuse_impossible(mapping.first_drawdown(row), today(office), payment)
    kept = PaymentRow(**payment_values(office, actor, row, payment))
    session.add(kept)
    if matter is not None:
        event = tracking.payment_event(office, actor, kept)
        tracking.admit_event(session, office, actor, matter, event, due_later=due_later)


def payment_values(office: Office, actor: Actor, row: LoanRow, payment: Payment) -> dict[str, Any]:
    """A payment as the columns of its row, so that many go in with one statement."""
    return {
        "loan_id": row.id,
        "paid_on": payment.on,
        "fen": payment.amount.fen,
        "number": payment.number,
        "channel": payment.channel,
        "designation": payment.designation,
        "reversed": False,
        "recorded_by": actor.id,
        "at": office.now(),
    }


def receipts(session: Session, loan_ids: Sequence[str]) -> dict[tuple[str, str], list[Receipt]]:
    """The payments in the books of some loans, by loan and number of the receipt; columns only, for there are many."""
    columns = (PaymentRow.loan_id, PaymentRow.number, PaymentRow.paid_on, PaymentRow.fen, PaymentRow.reversed)
    found: dict[tuple[str, str], list[Receipt]] = {}
    for start in range(0, len(loan_ids), 500):
        query = sa.select(*columns).where(col(PaymentRow.loan_id).in_(loan_ids[start : start + 500]))  # type: ignore[call-overload]
        for loan_id, number, on, fen, reversed_ in session.execute(query):
            found.setdefault((loan_id, number), []).append(Receipt(on, fen, reversed_))
    return found


def matter_of(session: Session, row: LoanRow) -> MatterRow | None:
    """The matter of a loan, where there is one."""
    return session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()


def loan_row(session: Session, lender: str, number: str) -> LoanRow | None:
    """The loan a lender has under a contract number, where there is one."""
    return session.exec(select(LoanRow).where(LoanRow.lender == lender, LoanRow.contract_number == number)).first()


def noted(session: Session, office: Office, actor: Actor, action: str, row: LoanRow) -> None:
    """Put what happened to a loan into the audit trail, with the digest of its facts."""
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id, digest=row.digest)
