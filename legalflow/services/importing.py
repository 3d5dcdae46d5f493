"""Loans and payments taken in: from a file row by row, or from a form.

Good rows go in, refused ones come back named; the same file twice adds nothing, and a corrected one may be sent whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, Problem
from legalflow.intake import readers, report, rows
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import PaymentLine, Refused
from legalflow.loans.loan import Loan
from legalflow.loans.payments import Payment
from legalflow.office import Office, today
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
            desk = _Desk(session, office, actor, result, _loans(session, {item.contract_number for _, item in good}))
            for line, item in good:
                _one(desk, line, item)
            for matter in desk.moved.values():
                tracking.refresh_deadlines(session, office, matter, tracking.current(session, matter))
            _close(desk, kept, sheet, unknown)
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
        row = _put_loan(session, office, loan)
        _noted(session, office, actor, "loan.added", row)
        return row.id


def record_payment(office: Office, actor: Actor, loan_id: str, texts: Mapping[str, str]) -> None:
    """A payment from a form's texts; it enters the journal of the loan's matter where there is one."""
    actor.require(Right.RECORD_PAYMENT)
    with office.database.writing() as session:
        row = repositories.loan(session, actor, loan_id)
        line = rows.payment({**texts, "contract_number": row.contract_number})
        if not isinstance(line, PaymentLine):
            raise Invalid.of(line)
        if _is_there(session, row, line.payment):
            raise Conflict.one(
                "payment.there",
                "该流水号已登记过",
                "this receipt number was recorded before",
                found=line.payment.number,
            )
        _put_payment(session, office, actor, row, line.payment, _matter(session, row))
        _noted(session, office, actor, "payment.recorded", row)


def actor_of(account: AccountRow) -> Actor:
    """The actor an account signs in as."""
    return Actor(account.id, account.name, Role(account.role), account.firm_id or "")


@dataclass
class _Desk:
    """An import at work: its transaction, what it found there once for all rows, and the matters it moved."""

    session: Session
    office: Office
    actor: Actor
    result: _Result
    loans: dict[str, list[LoanRow]]
    moved: dict[str, MatterRow] = field(default_factory=dict)


def _one(desk: _Desk, line: Line, item: Loan | PaymentLine) -> None:
    """One good row; what the database's own state refuses is a refused row, and the others go on."""
    try:
        if isinstance(item, Loan):
            _merge_loan(desk, item)
        else:
            _merge_payment(desk, item)
    except LegalflowError as error:
        placed = tuple(
            replace(problem, field=f"第{line.number}行 {problem.field}".strip()) for problem in error.problems
        )
        desk.result.refused.append(Refused(line, placed))


def _close(desk: _Desk, kept: BatchRow, sheet: Sheet, unknown: Sequence[str]) -> None:
    """Write down what became of the rows; the file's digest and these numbers are what the audit trail keeps."""
    result = desk.result
    kept.added, kept.changed, kept.unchanged = result.added, result.changed, result.unchanged
    kept.refused = len(result.refused)
    kept.reason = f"未识别的列：{'、'.join(unknown)}" if unknown else ""
    if result.refused:
        in_order = sorted(result.refused, key=lambda each: each.line.number)
        kept.report = desk.office.store.put(report.refused_rows(sheet, in_order))
    kept.state = "done"
    desk.session.add(kept)
    journal.note(
        desk.session,
        at=desk.office.now(),
        actor=desk.actor.id,
        action=f"import.{kept.kind}.done",
        subject=kept.id,
        digest=kept.digest,
        added=kept.added,
        changed=kept.changed,
        unchanged=kept.unchanged,
        refused=kept.refused,
    )


def _merge_loan(desk: _Desk, loan: Loan) -> None:
    session, office = desk.session, desk.office
    there = desk.loans.setdefault(loan.contract_number, [])
    row = next((each for each in there if each.lender == loan.lender), None)
    if row is None:
        there.append(_put_loan(session, office, loan))
        desk.result.added += 1
    elif row.digest == mapping.loan_digest(loan):
        desk.result.unchanged += 1
    elif row.persons_changed_at is not None and _tells_other_persons(row, loan, office):
        raise Conflict.one(
            "loan.person_corrected",
            "该贷款当事人的信息已依本人请求更正或删除，与文件所载不同，不由导入改回",
            "a person's data in this loan were corrected or deleted on request and differ from the file; an import "
            "does not undo that",
            found=loan.contract_number,
            mend="按更正后的信息修改文件；确需再改的用 legalflow person correct",
            mend_en="write the corrected data into the file; to change them again use legalflow person correct",
        )
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
        mapping.put_facts(row, loan, office.keys)
        row.version += 1
        session.add(row)
        _index(session, office, row.id, loan)
        _noted(session, office, desk.actor, "loan.changed", row)
        desk.result.changed += 1


def _tells_other_persons(row: LoanRow, loan: Loan, office: Office) -> bool:
    return mapping.loan_of(row, (), office.keys).parties != loan.parties


def _merge_payment(desk: _Desk, line: PaymentLine) -> None:
    there = desk.loans.get(line.contract_number, [])
    found = [row for row in there if line.lender in {"", row.lender}]
    if len(found) != 1:
        zh = "没有这个合同编号的贷款" if not found else "多个贷款人都有此合同编号，请填写贷款人"
        en = "no loan has this contract number" if not found else "several lenders have this number; name the lender"
        raise Invalid(Problem("payment.loan", zh, en, "合同编号", line.contract_number))
    session, row, payment = desk.session, found[0], line.payment
    _refuse_reversed(session, row, payment)
    if _is_there(session, row, payment):
        desk.result.unchanged += 1
        return
    matter = _matter(session, row)
    if matter is None:
        _put_payment(session, desk.office, desk.actor, row, payment)
    else:
        with session.begin_nested():
            _put_payment(session, desk.office, desk.actor, row, payment, matter, due_later=True)
        desk.moved[matter.id] = matter
    desk.result.added += 1


def _put_loan(session: Session, office: Office, loan: Loan) -> LoanRow:
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
    mapping.put_facts(row, loan, office.keys)
    session.add(row)
    session.flush()
    for number in sorted(mapping.person_indexes(loan, office.keys)):
        session.add(PersonRow(loan_id=row.id, number_index=number))
    return row


def _index(session: Session, office: Office, loan_id: str, loan: Loan) -> None:
    """The loan is found by the numbers of its persons as they are now, and no longer by earlier ones."""
    now = mapping.person_indexes(loan, office.keys)
    there = {row.number_index: row for row in session.exec(select(PersonRow).where(PersonRow.loan_id == loan_id))}
    for number, row in there.items():
        if number not in now:
            session.delete(row)
    for number in sorted(now - set(there)):
        session.add(PersonRow(loan_id=loan_id, number_index=number))


def _is_there(session: Session, row: LoanRow, payment: Payment) -> bool:
    """Whether the very same payment counts already. Another under the same number is a `Conflict`."""
    query = select(PaymentRow).where(
        PaymentRow.loan_id == row.id, PaymentRow.number == payment.number, col(PaymentRow.reversed).is_(False)
    )
    earlier = session.exec(query).first()
    if earlier is None or (earlier.paid_on, earlier.fen) == (payment.on, payment.amount.fen):
        return earlier is not None
    raise Conflict.one(
        "payment.other",
        f"流水号 {payment.number} 已登记为 {earlier.paid_on} 的另一笔金额",
        f"receipt {payment.number} was recorded with another day or amount",
        field="流水号",
        found=payment.number,
        mend="核对后更正文件；登记有误的，由复核人撤销原登记后再导入",
        mend_en="correct the file, or have the reviewer reverse the payment recorded wrongly and import again",
    )


def _refuse_reversed(session: Session, row: LoanRow, payment: Payment) -> None:
    """A file sent again may not bring back what was reversed; only a person may, on the loan's page."""
    query = select(PaymentRow.id).where(
        PaymentRow.loan_id == row.id,
        PaymentRow.number == payment.number,
        PaymentRow.paid_on == payment.on,
        PaymentRow.fen == payment.amount.fen,
        col(PaymentRow.reversed).is_(True),
    )
    if session.exec(query).first() is not None:
        raise Conflict.one(
            "payment.reversed",
            f"流水号 {payment.number} 的同一登记已被撤销，不由导入恢复",
            f"receipt {payment.number} was reversed as recorded here; an import does not bring it back",
            field="流水号",
            found=payment.number,
            mend="确属实际收款的，在贷款页面重新登记",
            mend_en="record it anew on the loan's page if the money did come in",
        )


def _put_payment(
    session: Session,
    office: Office,
    actor: Actor,
    row: LoanRow,
    payment: Payment,
    matter: MatterRow | None = None,
    due_later: bool = False,
) -> None:
    """Keep a payment that is not there yet, and enter it in the journal of the loan's matter."""
    if payment.on < mapping.first_drawdown(row):
        raise Invalid(
            Problem(
                "payment.early", "还款日早于首次放款日", "paid before the first drawdown", "还款日期", str(payment.on)
            )
        )
    if payment.on > today(office):
        raise Invalid(Problem("payment.future", "还款日晚于今天", "paid on a day to come", "还款日期", str(payment.on)))
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
    if matter is not None:
        event = tracking.payment_event(office, actor, kept)
        tracking.admit_event(session, office, actor, matter, event, due_later=due_later)


def _matter(session: Session, row: LoanRow) -> MatterRow | None:
    return session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()


def _loans(session: Session, numbers: Collection[str]) -> dict[str, list[LoanRow]]:
    """The loans of these contract numbers, by number, whoever lends."""
    found: dict[str, list[LoanRow]] = {}
    asked = sorted(numbers)
    for start in range(0, len(asked), 500):
        for row in session.exec(select(LoanRow).where(col(LoanRow.contract_number).in_(asked[start : start + 500]))):
            found.setdefault(row.contract_number, []).append(row)
    return found


def _loan_row(session: Session, lender: str, number: str) -> LoanRow | None:
    return session.exec(select(LoanRow).where(LoanRow.lender == lender, LoanRow.contract_number == number)).first()


def _noted(session: Session, office: Office, actor: Actor, action: str, row: LoanRow) -> None:
    journal.note(session, at=office.now(), actor=actor.id, action=action, subject=row.id, digest=row.digest)
