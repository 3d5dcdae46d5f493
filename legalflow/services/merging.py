"""The good rows of a file laid beside the books: what is new goes in, what is there stays, what changed is told."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import Conflict, Invalid, LegalflowError, Problem
from legalflow.intake import contact_rows, opening_rows, parts, rows, unit_rows
from legalflow.intake.contact_rows import ContactLine
from legalflow.intake.opening_rows import OpeningLine
from legalflow.intake.parts import Part
from legalflow.intake.readers import Line, Sheet
from legalflow.intake.rows import PaymentLine, Refused
from legalflow.intake.unit_rows import UnitLine
from legalflow.loans.loan import Loan
from legalflow.office import Office, today
from legalflow.persistence import apart, mapping, units
from legalflow.persistence.tables import LoanRow, MatterRow, PaymentRow, PersonRow
from legalflow.services import addressing, entering, opening, outdated, stationing, tracking

_READERS: Mapping[str, Callable[[Sheet, Mapping[str, str]], Any]] = {
    "loans": rows.loans,
    "payments": rows.payments,
    **{kind: functools.partial(parts.read, kind) for kind in parts.KINDS},
    contact_rows.KIND: contact_rows.read,
    opening_rows.KIND: opening_rows.read,
    unit_rows.KIND: unit_rows.read,
}
KINDS = tuple(_READERS)
AT_ONCE = 5_000  # payments inserted by one statement


@dataclass
class Result:
    """What became of the rows of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass
class Desk:
    """An import at work: its transaction, what it found there once for all rows, and what it is about to write.

    A desk that only foresees finds the same and writes nothing.
    """

    session: Session
    office: Office
    actor: Actor
    result: Result
    loans: dict[str, list[LoanRow]]
    matters: dict[str, MatterRow]
    receipts: dict[tuple[str, str], list[entering.Receipt]]
    units: Mapping[tuple[str, str], str]
    writes: bool = True
    file_digest: str = ""
    payments: list[dict[str, Any]] = field(default_factory=list)
    persons: list[PersonRow] = field(default_factory=list)
    first_paid_out: dict[str, date] = field(default_factory=dict)
    moved: dict[str, MatterRow] = field(default_factory=dict)


def open_desk(
    session: Session,
    office: Office,
    actor: Actor,
    result: Result,
    good: Sequence[tuple[Line, Any]],
    writes: bool = True,
) -> Desk:
    """The desk of an import, with all that its rows may meet read at once."""
    there = _loans(session, {item.contract_number for _, item in good if not isinstance(item, UnitLine)})
    ids = [row.id for same in there.values() for row in same]
    pays = any(isinstance(item, PaymentLine) for _, item in good)
    receipts = entering.receipts(session, ids) if pays else {}
    return Desk(session, office, actor, result, there, _matters(session, ids), receipts, units.by_name(session), writes)


def settle(desk: Desk) -> None:
    """Write what was gathered for all rows at once, and move the clocks of the matters that were paid into."""
    _write_loans(desk)
    table = PaymentRow.__table__  # type: ignore[attr-defined]
    for start in range(0, len(desk.payments), AT_ONCE):
        desk.session.execute(sa.insert(table), desk.payments[start : start + AT_ONCE])
    for matter in desk.moved.values():
        tracking.refresh_deadlines(desk.session, desk.office, matter, tracking.current(desk.session, matter))


def _write_loans(desk: Desk) -> None:
    """Write the new loans together, then the persons they are found by, who need them there."""
    if desk.persons:
        desk.session.flush()
        desk.session.add_all(desk.persons)
        desk.persons.clear()
        desk.session.flush()


def merge(desk: Desk, good: Sequence[tuple[Line, Any]]) -> None:
    """Every good row: loans, payments and contacts one by one, the parts of a loan together, and so all units."""
    together: dict[tuple[str, str], list[tuple[Line, Part]]] = {}
    told: list[tuple[Line, UnitLine]] = []
    for line, item in good:
        if isinstance(item, Part):
            together.setdefault((item.lender, item.contract_number), []).append((line, item))
        elif isinstance(item, UnitLine):
            told.append((line, item))
        else:
            _one(desk, line, item)
    if told:
        _merge_units(desk, told)
    for lines in together.values():
        try:
            _merge_parts(desk, [item for _line, item in lines])
        except LegalflowError as error:
            for line, _item in lines:
                desk.result.refused.append(_placed(line, error))


def _placed(line: Line, error: LegalflowError) -> Refused:
    """A row refused for what is wrong with it, said with its number."""
    return Refused(
        line, tuple(replace(each, field=f"第{line.number}行 {each.field}".strip()) for each in error.problems)
    )


def _merge_units(desk: Desk, told: Sequence[tuple[Line, UnitLine]]) -> None:
    outcomes = stationing.merge(desk.session, desk.office, desk.actor, [item for _, item in told], desk.writes)
    for (line, _item), outcome in zip(told, outcomes, strict=True):
        if isinstance(outcome, LegalflowError):
            desk.result.refused.append(_placed(line, outcome))
        else:
            setattr(desk.result, outcome, getattr(desk.result, outcome) + 1)


def _merge_contact(desk: Desk, item: ContactLine) -> None:
    """What a row says of a person: it counts as new where any way in it is, else as changed where any is."""
    row = _the_loan(desk, item.lender, item.contract_number)
    added, changed, _ = addressing.merge(desk.session, desk.office, desk.actor, row, item, desk.writes)
    desk.result.added += bool(added)
    desk.result.changed += bool(changed and not added)
    desk.result.unchanged += not (added or changed)


def _merge_opening(desk: Desk, item: OpeningLine) -> None:
    row, on = _the_loan(desk, item.lender, item.contract_number), today(desk.office)
    outcome = opening.merge(desk.session, desk.office, desk.actor, row, item, desk.file_digest, on, desk.writes)
    setattr(desk.result, outcome, getattr(desk.result, outcome) + 1)


def _merge_parts(desk: Desk, told: Sequence[Part]) -> None:
    """Put the parts of one loan into it; they stay there when the file of loans is sent again."""
    row = _the_loan(desk, told[0].lender, told[0].contract_number)
    kind, keys = told[0].kind, desk.office.keys
    before = mapping.loan_of(row, (), keys)
    after = parts.put(before, kind, told)
    if row.persons_changed_at is not None and after.parties != before.parties:
        raise _person_corrected(before)
    Invalid.raise_any(parts.wrong_with(before, after, kind))
    there = [*before.parties, *before.collateral, *before.dues, *before.drawdowns]
    same = sum(each.value in there and (each.guarantee is None or each.guarantee in before.guarantees) for each in told)
    if after != before and desk.writes:
        _change(desk, row, after)
        row.apart = apart.with_parts(row.apart, kind, told, keys)
    desk.result.unchanged += same
    if kind in parts.WHOLE and getattr(before, kind):
        desk.result.changed += len(told) - same
    else:
        desk.result.added += len(told) - same


def _the_loan(desk: Desk, lender: str, contract_number: str) -> LoanRow:
    """The one loan of a contract number in scope; none, or several lenders' without a name, is `Invalid`."""
    there = [row for row in desk.loans.get(contract_number, []) if entering.is_ours(desk.actor, row.unit_code)]
    found = [row for row in there if lender in {"", row.lender}]
    if len(found) != 1:
        zh = "没有这个合同编号的贷款" if not found else "多个贷款人都有此合同编号，请填写贷款人"
        en = "no loan has this contract number" if not found else "several lenders have this number; name the lender"
        raise Invalid(Problem("payment.loan", zh, en, "合同编号", contract_number))
    return found[0]


def _one(desk: Desk, line: Line, item: Loan | PaymentLine | ContactLine | OpeningLine) -> None:
    """One good row; what the database's own state refuses is a refused row, and the others go on."""
    try:
        if isinstance(item, Loan):
            _merge_loan(desk, item)
        elif isinstance(item, ContactLine):
            _merge_contact(desk, item)
        elif isinstance(item, OpeningLine):
            _merge_opening(desk, item)
        else:
            _merge_payment(desk, item)
    except LegalflowError as error:
        desk.result.refused.append(_placed(line, error))


def _merge_loan(desk: Desk, loan: Loan) -> None:
    session, office = desk.session, desk.office
    there = desk.loans.setdefault(loan.contract_number, [])
    row = next((each for each in there if each.lender == loan.lender), None)
    entering.require_own_unit(desk.actor, desk.units, loan, row)
    if row is not None and row.apart:
        loan = apart.kept(row.apart, mapping.loan_of(row, (), office.keys), loan, office.keys)
    if row is None:
        row = entering.foreseen(loan, office, desk.units)
        there.append(row)
        if desk.writes:
            mapping.put_facts(row, loan, office.keys)
            session.add(row)
            desk.persons += entering.persons_of(row, loan, office)
        desk.result.added += 1
    elif row.digest == mapping.loan_digest(loan):
        desk.result.unchanged += 1
    elif row.persons_changed_at is not None and _tells_other_persons(row, loan, office):
        raise _person_corrected(loan)
    else:
        if desk.writes:
            _change(desk, row, loan)
        desk.result.changed += 1


def _person_corrected(loan: Loan) -> Conflict:
    return Conflict.one(
        "loan.person_corrected",
        "该贷款当事人的信息已依本人请求更正或删除，与文件所载不同，不由导入改回",
        "a person's data in this loan were corrected or deleted on request and differ from the file; an import "
        "does not undo that",
        found=loan.contract_number,
        mend="按更正后的信息修改文件；确需再改的用 legalflow person correct",
        mend_en="write the corrected data into the file; to change them again use legalflow person correct",
    )


def _change(desk: Desk, row: LoanRow, loan: Loan) -> None:
    """Put new facts in the place of a loan's old ones; where there is a matter, its journal says what they made stale.

    The claim kept of the loan is known by the digest of its facts, so that the next hour works it out anew.
    """
    session, office = desk.session, desk.office
    _write_loans(desk)
    matter = desk.matters.get(row.id)
    event = outdated.change(session, office, desk.actor, row, loan, matter) if matter else None
    with session.begin_nested():
        if matter is not None and event is not None:
            tracking.admit_event(session, office, desk.actor, matter, event, due_later=True)
            desk.moved[matter.id] = matter
        row.unit_code = entering.unit_of(desk.units, loan, row)
        mapping.put_facts(row, loan, office.keys)
        row.version += 1
        session.add(row)
        entering.index(session, office, row.id, loan)
        entering.noted(session, office, desk.actor, "loan.changed", row)


def _tells_other_persons(row: LoanRow, loan: Loan, office: Office) -> bool:
    return mapping.loan_of(row, (), office.keys).parties != loan.parties


def _merge_payment(desk: Desk, line: PaymentLine) -> None:
    row, payment = _the_loan(desk, line.lender, line.contract_number), line.payment
    receipts = desk.receipts.setdefault((row.id, payment.number), [])
    if entering.counts(receipts, payment):
        desk.result.unchanged += 1
        return
    if row.id not in desk.first_paid_out:
        desk.first_paid_out[row.id] = mapping.first_drawdown(row)
    entering.refuse_impossible(desk.first_paid_out[row.id], today(desk.office), payment)
    matter = desk.matters.get(row.id)
    if desk.writes and matter is None:
        desk.payments.append(entering.payment_values(desk.office, desk.actor, row, payment))
    elif desk.writes and matter is not None:
        with desk.session.begin_nested():
            entering.put_payment(desk.session, desk.office, desk.actor, row, payment, matter, due_later=True)
        desk.moved[matter.id] = matter
    receipts.append(entering.Receipt(payment.on, payment.amount.fen, False))
    desk.result.added += 1


def _matters(session: Session, loan_ids: Sequence[str]) -> dict[str, MatterRow]:
    """The matters of some loans, by loan."""
    found: dict[str, MatterRow] = {}
    for start in range(0, len(loan_ids), 500):
        asked = loan_ids[start : start + 500]
        for row in session.exec(select(MatterRow).where(col(MatterRow.loan_id).in_(asked))):
            found[row.loan_id] = row
    return found


def _loans(session: Session, numbers: Collection[str]) -> dict[str, list[LoanRow]]:
    """The loans of these contract numbers, by number, whoever lends."""
    found: dict[str, list[LoanRow]] = {}
    asked = sorted(numbers)
    for start in range(0, len(asked), 500):
        for row in session.exec(select(LoanRow).where(col(LoanRow.contract_number).in_(asked[start : start + 500]))):
            found.setdefault(row.contract_number, []).append(row)
    return found


def read(
    sheet: Sheet, kind: str, chosen: Mapping[str, str]
) -> tuple[list[tuple[Line, Any]], list[Refused], tuple[str, ...]]:
    """The good rows of a sheet, the refused ones, and the headings nobody knows."""
    read: tuple[list[tuple[Line, Any]], list[Refused], tuple[str, ...]] = _READERS[kind](sheet, chosen)
    return read
