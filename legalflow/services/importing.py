"""Loans and payments taken in: from a file row by row, or from a form.

Good rows go in, refused ones come back named; the same file twice adds nothing, and a corrected one may be sent whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, Problem
from legalflow.intake import readers, report, rows
from legalflow.intake.readers import Line
from legalflow.intake.rows import PaymentLine, Refused
from legalflow.loans.loan import Loan
from legalflow.loans.payments import Payment
from legalflow.office import Office
from legalflow.persistence import journal, mapping, outbox, repositories
from legalflow.persistence.tables import AccountRow, BatchRow, LoanRow, MatterRow, PaymentRow, PersonRow
from legalflow.services import tracking

KINDS = ("loans", "payments")
TASK, QUEUE = "import_batch", "imports"
Finish = Callable[[Session], None]


@dataclass
class _Result:
    """What became of the rows of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


def receive(office: Office, actor: Actor, kind: str, file_name: str, content: bytes) -> str:
    """Keep a file and ask for its import; the batch's id. The same bytes again are the same batch."""
    actor.require(Right.IMPORT)
    if kind not in KINDS:
        raise Invalid(
            Problem("import.kind", "只能导入 loans 或 payments", "loans or payments are imported", "kind", kind)
        )
    digest = office.store.put(content)
    with office.database.writing() as session:
        earlier = session.exec(select(BatchRow).where(BatchRow.kind == kind, BatchRow.digest == digest)).first()
        if earlier is not None and earlier.state != "failed":
            return earlier.id
        row = earlier or BatchRow(
            id=repositories.new_id(),
            kind=kind,
            digest=digest,
            file_name=file_name[:200],
            state="received",
            received_by=actor.id,
            created_at=office.now(),
        )
        row.state, row.reason = "received", ""
        session.add(row)
        outbox.ask(session, TASK, row.id, QUEUE, office.now())
        journal.note(session, at=office.now(), actor=actor.id, action=f"import.{kind}", subject=row.id, digest=digest)
        return row.id


def run(office: Office, batch_id: str, finish: Finish) -> None:
    """Import the rows of a batch (a task); run twice, it finds its result."""
    with office.database.reading() as session:
        batch = repositories.found(session.get(BatchRow, batch_id), "batch")
        account = repositories.found(session.get(AccountRow, batch.received_by), "account")
    actor = actor_of(account)
    sheet = readers.read_csv(office.store.read(batch.digest))
    result = _Result()
    good: list[tuple[Line, Loan]] | list[tuple[Line, PaymentLine]]
    good, result.refused, unknown = rows.loans(sheet) if batch.kind == "loans" else rows.payments(sheet)
    with office.database.writing() as session:
        kept = repositories.found(session.get(BatchRow, batch_id), "batch")
        if kept.state != "done":
            for line, item in good:
                _one(session, office, actor, line, item, result)
            kept.added, kept.changed, kept.unchanged = result.added, result.changed, result.unchanged
            kept.refused = len(result.refused)
            kept.reason = f"未识别的列：{'、'.join(unknown)}" if unknown else ""
            if result.refused:
                in_order = sorted(result.refused, key=lambda each: each.line.number)
                kept.report = office.store.put(report.refused_rows(sheet, in_order))
            kept.state = "done"
            session.add(kept)
        finish(session)


def fail(office: Office, batch_id: str, reason: str, finish: Finish) -> None:
    """Record that a batch could not be imported."""
    with office.database.writing() as session:
        row = repositories.found(session.get(BatchRow, batch_id), "batch")
        if row.state == "received":
            row.state, row.reason = "failed", reason[:500]
            session.add(row)
        finish(session)


def add_loan(office: Office, actor: Actor, texts: Mapping[str, str]) -> str:
    """A loan from a form's texts, by the columns of a file; its id. One that is there already is a `Conflict`."""
    actor.require(Right.IMPORT)
    loan = rows.loan(texts)
    if not isinstance(loan, Loan):
        raise Invalid.of(loan)
    with office.database.writing() as session:
        if _loan_row(session, loan.lender, loan.contract_number) is not None:
            raise Conflict.one(
                "loan.there",
                "该贷款人的同一合同编号已经存在",
                "this lender's contract number is already here",
                found=loan.contract_number,
            )
        return _put_loan(session, office, actor, loan).id


def record_payment(office: Office, actor: Actor, loan_id: str, texts: Mapping[str, str]) -> None:
    """A payment from a form's texts; it enters the journal of the loan's matter where there is one."""
    actor.require(Right.RECORD_PAYMENT)
    with office.database.writing() as session:
        row = repositories.loan(session, actor, loan_id)
        line = rows.payment({**texts, "contract_number": row.contract_number})
        if not isinstance(line, PaymentLine):
            raise Invalid.of(line)
        if not _put_payment(session, office, actor, row, line.payment):
            raise Conflict.one(
                "payment.there",
                "该流水号已登记过",
                "this receipt number was recorded before",
                found=line.payment.number,
            )


def actor_of(account: AccountRow) -> Actor:
    """The actor an account signs in as."""
    return Actor(account.id, account.name, Role(account.role), account.firm_id or "")


def _one(session: Session, office: Office, actor: Actor, line: Line, item: Loan | PaymentLine, result: _Result) -> None:
    """One good row; what the database's own state refuses is a refused row, and the others go on."""
    try:
        with session.begin_nested():
            if isinstance(item, Loan):
                _merge_loan(session, office, actor, item, result)
            else:
                _merge_payment(session, office, actor, item, result)
    except LegalflowError as error:
        placed = tuple(
            replace(problem, field=f"第{line.number}行 {problem.field}".strip()) for problem in error.problems
        )
        result.refused.append(Refused(line, placed))


def _merge_loan(session: Session, office: Office, actor: Actor, loan: Loan, result: _Result) -> None:
    row = _loan_row(session, loan.lender, loan.contract_number)
    if row is None:
        _put_loan(session, office, actor, loan)
        result.added += 1
    elif row.digest == mapping.loan_digest(loan):
        result.unchanged += 1
    elif session.exec(select(MatterRow.id).where(MatterRow.loan_id == row.id)).first():
        raise Conflict.one(
            "loan.in_matter",
            "该贷款已立有案件，合同要素与已导入的不同，不能由导入更改",
            "this loan has a matter and its facts differ from those imported; an import does not change it",
            found=loan.contract_number,
            mend="核对后更正文件，或先结束案件",
            mend_en="compare and correct the file, or close the matter first",
        )
    else:
        _fill(row, loan, office)
        row.version += 1
        session.add(row)
        _index(session, office, row.id, loan)
        _noted(session, office, actor, "loan.changed", row)
        result.changed += 1


def _merge_payment(session: Session, office: Office, actor: Actor, line: PaymentLine, result: _Result) -> None:
    query = select(LoanRow).where(LoanRow.contract_number == line.contract_number)
    if line.lender:
        query = query.where(LoanRow.lender == line.lender)
    found = session.exec(query).all()
    if len(found) != 1:
        zh = "没有这个合同编号的贷款" if not found else "多个贷款人都有此合同编号，请填写贷款人"
        en = "no loan has this contract number" if not found else "several lenders have this number; name the lender"
        raise Invalid(Problem("payment.loan", zh, en, "合同编号", line.contract_number))
    if _put_payment(session, office, actor, found[0], line.payment):
        result.added += 1
    else:
        result.unchanged += 1


def _put_loan(session: Session, office: Office, actor: Actor, loan: Loan) -> LoanRow:
    row = LoanRow(
        id=repositories.new_id(),
        lender=loan.lender,
        contract_number=loan.contract_number,
        borrower=loan.borrower.name,
        maturity=loan.maturity,
        disbursed_fen=0,
        facts={},
        digest="",
        created_at=office.now(),
    )
    _fill(row, loan, office)
    session.add(row)
    session.flush()
    _index(session, office, row.id, loan)
    _noted(session, office, actor, "loan.added", row)
    return row


def _fill(row: LoanRow, loan: Loan, office: Office) -> None:
    row.unit, row.borrower, row.product = loan.unit, loan.borrower.name, loan.product
    row.maturity, row.disbursed_fen = loan.maturity, loan.disbursed.fen
    row.facts, row.digest = mapping.loan_facts(loan, office.keys), mapping.loan_digest(loan)


def _index(session: Session, office: Office, loan_id: str, loan: Loan) -> None:
    there = set(session.exec(select(PersonRow.number_index).where(PersonRow.loan_id == loan_id)))
    for number in sorted(mapping.person_indexes(loan, office.keys) - there):
        session.add(PersonRow(loan_id=loan_id, number_index=number))


def _put_payment(session: Session, office: Office, actor: Actor, row: LoanRow, payment: Payment) -> bool:
    """Keep a payment; False where the very same one is there. Another under the same number is a `Conflict`."""
    query = select(PaymentRow).where(PaymentRow.loan_id == row.id, PaymentRow.number == payment.number)
    earlier = session.exec(query).first()
    if earlier is not None:
        if (earlier.paid_on, earlier.fen) == (payment.on, payment.amount.fen):
            return False
        raise Conflict.one(
            "payment.other",
            f"流水号 {payment.number} 已登记为 {earlier.paid_on} 的另一笔金额",
            f"receipt {payment.number} was recorded with another day or amount",
            field="流水号",
            found=payment.number,
        )
    if payment.on < min(drawdown.on for drawdown in repositories.whole_loan(session, row, office.keys).drawdowns):
        raise Invalid(
            Problem(
                "payment.early", "还款日早于首次放款日", "paid before the first drawdown", "还款日期", str(payment.on)
            )
        )
    kept = PaymentRow(
        loan_id=row.id,
        paid_on=payment.on,
        fen=payment.amount.fen,
        number=payment.number,
        channel=payment.channel,
        designation=payment.designation,
        recorded_by=actor.id,
        at=office.now(),
    )
    session.add(kept)
    session.flush()
    matter = session.exec(select(MatterRow).where(col(MatterRow.loan_id) == row.id)).first()
    if matter is not None:
        tracking.admit_event(session, office, actor, matter, tracking.payment_event(office, actor, kept))
    _noted(session, office, actor, "payment.recorded", row)
    return True


def _loan_row(session: Session, lender: str, number: str) -> LoanRow | None:
    return session.exec(select(LoanRow).where(LoanRow.lender == lender, LoanRow.contract_number == number)).first()


def _noted(session: Session, office: Office, actor: Actor, action: str, row: LoanRow) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id, digest=row.digest)
