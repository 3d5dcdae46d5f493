"""Money in a bank's file matched to loans: each line is proposed with how sure and why, and a person decides.

Nothing is booked by itself. A line is known by its serial number and comes in once. What finance confirms becomes a
payment, or after a booked write-off a recovery, through the use cases that record these; what fits no loan waits in a
list, and what is not ours is set aside with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, LegalflowError, NotFound, NotNow, Problem
from legalflow.intake import readers, rows
from legalflow.intake.readers import Line
from legalflow.matters.writeoff import Shares
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories, searching
from legalflow.persistence.tables import (
    AccountRow,
    ClaimRow,
    LoanRow,
    MatterRow,
    PaymentRow,
    ReceiptRow,
    WriteOffRow,
)
from legalflow.services import importing, tracking, writing_off
from legalflow.values import codec
from legalflow.values.money import Money

KIND = "receipts"
MOST = 5_000  # lines of a file read while somebody waits
PAGE = 200  # lines of a state shown at once
CHANNEL = "银行转账"
_DIGITS = re.compile(r"\d{1,8}")
_LEAST = 5  # characters a number has that is looked for inside a reference


@dataclass(frozen=True)
class Taken:
    """What became of a file: lines that are new, that were there before, and those refused with everything wrong."""

    added: int
    again: int
    proposed: int
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """The loan a line is proposed to: how sure (`certain`, `likely`, `possible`, empty: to none) and why."""

    loan_id: str | None
    sure: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ReceiptLine:
    """A line as it is shown, opened; `shares` is how a recovery would be allocated, None where it is a payment."""

    row: ReceiptRow
    payer: str
    reference: str
    contract_number: str
    borrower: str
    matter_number: str
    matter_id: str
    written_off: bool
    decided_by: str
    early: bool = False  # came in before its loan's write-off was booked
    shares: Shares | None = None


@dataclass
class _Loan:
    """What a loan is told by."""

    id: str
    contract_number: str
    numbers: frozenset[str]
    names: frozenset[str]
    owed: int | None


@dataclass
class _Known:
    """The loans by what a line may say of them, read once for a file."""

    by_number: dict[str, list[_Loan]] = field(default_factory=dict)
    by_name: dict[str, list[_Loan]] = field(default_factory=dict)
    lengths: set[int] = field(default_factory=set)


def receive(office: Office, actor: Actor, content: bytes) -> Taken:
    """Take the lines of a bank's file in, each with a proposal. The file is not kept: it tells of strangers too.

    The same line again is passed over; the same serial number with another day or amount is refused, named.
    """
    actor.require(Right.RECORD_RECOVERY)
    sheet = readers.read(content, rows.known(KIND), office.settings)
    places, _ = rows.matched(sheet, KIND)
    if len(sheet.lines) > MOST:
        zh, en = f"一次最多读取 {MOST} 行", f"at most {MOST} lines at once"
        raise Invalid(Problem("receipts.many", zh, en, "file", str(len(sheet.lines)), "请分成几个文件", "split it"))
    digest = codec.digest(content)
    refused: list[str] = []
    read = list(_read(sheet.lines, places, sheet.epoch, refused, today(office)))
    with office.database.writing() as session:
        known = _known(session, actor)
        there = _there(session, [values["serial"] for _, values in read])
        added, again, proposed = 0, 0, 0
        for line, values in read:
            serial, fen = values["serial"], values["amount"].fen
            if serial in there:
                if there[serial] == (values["on"], fen):
                    again += 1
                else:
                    refused.append(f"第{line.number}行 交易流水号：{serial} 已有另一日期或金额的到账")
                continue
            there[serial] = (values["on"], fen)
            row = _row(session, office, actor, values, known, digest, line.number)
            added, proposed = added + 1, proposed + (row.state == "proposed")
        at = office.now()
        journal.note(
            session, at=at, actor=actor.id, action="receipts.received", subject=digest, added=added, again=again
        )
    return Taken(added, again, proposed, tuple(refused))


def listed(
    office: Office, actor: Actor, states: Sequence[str], most: int | None = PAGE
) -> tuple[list[ReceiptLine], dict[str, int]]:
    """The lines in some states, the latest day first (`most` of them, None: all), and how many are in each state."""
    tracking.require_any(actor, (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF))
    with office.database.reading() as session:
        ours = _ours(actor)
        counted = select(ReceiptRow.state, sa.func.count()).where(ours).group_by(col(ReceiptRow.state))
        counts: dict[str, int] = dict(map(tuple, session.execute(counted)))
        query = select(ReceiptRow).where(ours, col(ReceiptRow.state).in_(states))
        query = query.order_by(col(ReceiptRow.received_on).desc(), col(ReceiptRow.serial)).limit(most)
        found = list(session.exec(query))
        lines = [_line(session, office, row) for row in found]
    return lines, counts


def shown(office: Office, actor: Actor, receipt_id: str) -> ReceiptLine:
    """One line; where its loan is written off, how a recovery of it would be allocated."""
    tracking.require_any(actor, (Right.RECORD_RECOVERY, Right.CHECK_WRITE_OFF))
    with office.database.reading() as session:
        row = _receipt(session, actor, receipt_id)
        line = _line(session, office, row)
        booked = _booked(session, row.loan_id)
    if booked is None or line.early or row.state == "confirmed" or not actor.may(Right.RECORD_RECOVERY):
        return line
    shares = writing_off.propose(office, actor, booked, Money.of_fen(row.fen))
    return ReceiptLine(**{**vars(line), "shares": shares})


def confirm(office: Office, actor: Actor, receipt_id: str, contract_number: str) -> None:
    """Book a line to a loan, by its contract's number: a payment, or after a write-off a recovery.

    Where a process died between booking and this line's end, confirming again finds the booking and only ends the line.
    """
    actor.require(Right.RECORD_RECOVERY)
    with office.database.writing() as session:
        row = _receipt(session, actor, receipt_id)
        loan_id = _chosen(session, actor, row, contract_number)
        before = {"state": row.state, "loan_id": row.loan_id}
        if _is_early(session, loan_id, row):
            raise NotNow.one(
                "receipt.before_booking",
                "到账日早于核销入账日：入账时的余额没有扣除这笔款",
                "the money came in before the write-off was booked, which did not take it into account",
                field="contract_number",
                found=row.received_on.isoformat(),
                mend="由财务复核人冲销该笔入账，登记还款后重新申报核销",
                mend_en="have the finance checker take the booking back, record the payment and apply anew",
            )
        if row.state == "confirming" and row.loan_id != loan_id:
            raise Conflict.one(
                "receipt.at_work", "该到账正在登记到另一笔贷款", "it is being booked to another loan; confirm that one"
            )
        _step(session, row, "confirming", ("proposed", "unmatched", "confirming"), loan_id=loan_id)
        texts = {"number": row.serial, "amount": str(Money.of_fen(row.fen)), "on": row.received_on.isoformat()}
        done, booked = _recorded(session, loan_id, row), _booked(session, loan_id)
    try:
        if not done and booked is None:
            importing.record_payment(office, actor, loan_id, {**texts, "channel": CHANNEL})
        elif not done and booked is not None:
            writing_off.recover(office, actor, booked, {**texts, "channel": CHANNEL})
    except LegalflowError:
        _end(office, actor, receipt_id, "receipt.not_booked", **before)
        raise
    _end(office, actor, receipt_id, "receipt.confirmed", state="confirmed", decided_by=actor.id)


def set_aside(office: Office, actor: Actor, receipt_id: str, reason: str) -> None:
    """Say of a line that it is no money on any loan here, and why."""
    actor.require(Right.RECORD_RECOVERY)
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "请说明理由", "say why", "reason"))
    with office.database.writing() as session:
        row = _receipt(session, actor, receipt_id)
        at = office.now()
        note = reason.strip()[:500]
        _step(session, row, "set_aside", ("proposed", "unmatched"), note=note, decided_by=actor.id, decided_at=at)
        journal.note(session, at=at, actor=actor.id, action="receipt.set_aside", subject=receipt_id)


def take_back(office: Office, actor: Actor, receipt_id: str) -> None:
    """Take back that a line was set aside; it is proposed anew by what is known of loans now."""
    actor.require(Right.RECORD_RECOVERY)
    with office.database.writing() as session:
        row = _receipt(session, actor, receipt_id)
        found = _proposed(session, office, actor, row)
        state = "proposed" if found.loan_id else "unmatched"
        changes = {"loan_id": found.loan_id, "sure": found.sure, "reasons": list(found.reasons), "note": ""}
        _step(session, row, state, ("set_aside",), decided_by=None, decided_at=None, **changes)
        journal.note(session, at=office.now(), actor=actor.id, action="receipt.taken_back", subject=receipt_id)


def again(office: Office, actor: Actor) -> int:
    """Propose anew the lines that fitted no loan, by the loans as they are now; how many fit one."""
    actor.require(Right.RECORD_RECOVERY)
    with office.database.writing() as session:
        known, fitted = _known(session, actor), 0
        for row in session.exec(select(ReceiptRow).where(ReceiptRow.state == "unmatched", _ours(actor))).all():
            found = _propose(known, *_opened(office, row), row.fen)
            row.sure, row.reasons, row.loan_id = found.sure, list(found.reasons), found.loan_id
            if found.loan_id:
                row.state, fitted = "proposed", fitted + 1
            session.add(row)
        journal.note(
            session, at=office.now(), actor=actor.id, action="receipts.again", subject="receipts", added=fitted
        )
    return fitted


def _read(
    lines: Sequence[Line], places: Mapping[int, rows.Column], epoch: str, refused: list[str], latest: date
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """The lines that can be read; what is wrong with the others goes to `refused`."""
    for line in lines:
        named = {column.id: line.cells[place] for place, column in places.items() if place < len(line.cells)}
        values, problems = rows.read_values(named, KIND, line.number, epoch)
        said = [problem.line("zh") for problem in problems]
        if not said and values["amount"].fen <= 0:
            said.append(f"第{line.number}行 到账金额：须大于零；支出、冲正的行不读取")
        if not said and values["on"] > latest:
            said.append(f"第{line.number}行 到账日期：晚于今天")
        if not said and values.get("account") and not _DIGITS.fullmatch(values["account"]):
            said.append(f"第{line.number}行 账号尾号：只写末尾最多 8 位数字，不写完整账号")
        if said:
            refused += said
        else:
            yield line, values


def _row(
    session: Session, office: Office, actor: Actor, values: Mapping[str, Any], known: _Known, digest: str, number: int
) -> ReceiptRow:
    payer, reference = values.get("payer") or "", values.get("reference") or ""
    found = _propose(known, payer, reference, values["amount"].fen)
    row = ReceiptRow(
        id=repositories.new_id(),
        serial=values["serial"],
        account=values.get("account") or "",
        received_on=values["on"],
        fen=values["amount"].fen,
        payer=office.keys.seal(payer),
        reference=office.keys.seal(reference),
        state="proposed" if found.loan_id else "unmatched",
        sure=found.sure,
        reasons=list(found.reasons),
        loan_id=found.loan_id,
        file_digest=digest,
        line=number,
        desk=actor.desk,
        received_by=actor.id,
        created_at=office.now(),
    )
    if found.loan_id and _recorded(session, found.loan_id, row):
        row.state, row.reasons = "confirmed", ["同一流水号、日期、金额已登记为还款"]
    session.add(row)
    return row


def _propose(known: _Known, payer: str, reference: str, fen: int) -> Proposal:
    """The loan that a line speaks of: by a number in its reference first, then by who paid, the amount deciding."""
    text, name = searching.plain(reference), _name(payer)
    named = {loan.id: (number, loan) for number in _numbers_in(known, text) for loan in known.by_number[number]}
    if len(named) == 1:
        [(number, loan)] = named.values()
        reasons = [
            f"附言中有{'合同编号' if number == searching.plain(loan.contract_number) else '该贷款的案号或案件编号'}"
        ]
        if text[text.index(number) + len(number) :][:1].isdigit():
            reasons.append("编号之后紧接数字，可能是另一编号，请核对")
            return _weighed(loan, "possible", reasons, fen)
        if name and name in loan.names:
            return _weighed(loan, "certain", [*reasons, "付款人是该贷款的当事人"], fen)
        reasons.append("付款人不是该贷款的当事人，可能由他人代为清偿" if name else "文件中没有付款人")
        return _weighed(loan, "likely", reasons, fen)
    paying = known.by_name.get(name, []) if name else []
    if named:
        paying = [loan for _, loan in named.values() if not name or name in loan.names]
    if len(paying) == 1:
        return _weighed(paying[0], "likely", ["付款人是且仅是这一笔贷款的当事人"], fen)
    several = f"{'附言中的编号属于' if named else '付款人有'} {len(paying)} 笔贷款"
    equal = [loan for loan in paying if loan.owed == fen]
    if len(equal) == 1:
        return Proposal(equal[0].id, "possible", (f"{several}，金额恰为这一笔的债权总额",))
    if paying:
        return Proposal(None, "", (f"{several}，不能分辨是哪一笔",))
    if named:
        return Proposal(None, "", (f"附言中的编号属于 {len(named)} 笔贷款，付款人都不是其当事人",))
    return Proposal(None, "", ("附言中没有已知的合同编号、案号，付款人也不是任何贷款的当事人",))


def _weighed(loan: _Loan, sure: str, reasons: list[str], fen: int) -> Proposal:
    """The amount held against what is owed: more than that makes a match less sure."""
    if loan.owed is not None and fen > loan.owed:
        lower = {"certain": "likely"}.get(sure, "possible")
        return Proposal(loan.id, lower, (*reasons, f"金额超过该贷款的债权总额 {Money.of_fen(loan.owed).grouped()} 元"))
    if loan.owed == fen:
        reasons = [*reasons, "金额恰为债权总额"]
    return Proposal(loan.id, sure, tuple(reasons))


def _numbers_in(known: _Known, text: str) -> list[str]:
    """The known numbers that stand in a text; of two that overlap, the longer."""
    found: list[str] = []
    for length in sorted(known.lengths, reverse=True):
        for start in range(len(text) - length + 1):
            part = text[start : start + length]
            if part in known.by_number and not any(part in longer for longer in found):
                found.append(part)
    return found


def _ours(actor: Actor) -> sa.ColumnElement[bool]:
    """The lines an actor sees: those proposed to a loan in scope, and of the others those of the actor's own desk."""
    to_none = sa.and_(col(ReceiptRow.loan_id).is_(None), repositories.at_desk(actor, col(ReceiptRow.desk)))
    return sa.or_(to_none, repositories.in_scope(actor, col(ReceiptRow.loan_id)))


def _receipt(session: Session, actor: Actor, receipt_id: str) -> ReceiptRow:
    query = select(ReceiptRow).where(ReceiptRow.id == receipt_id, _ours(actor))
    return repositories.found(session.exec(query).first(), "receipt")


def _proposed(session: Session, office: Office, actor: Actor, row: ReceiptRow) -> Proposal:
    return _propose(_known(session, actor), *_opened(office, row), row.fen)


def _opened(office: Office, row: ReceiptRow) -> tuple[str, str]:
    return office.keys.unseal(row.payer), office.keys.unseal(row.reference)


def _name(text: str) -> str:
    """A name as it is compared: one width, no blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _known(session: Session, actor: Actor) -> _Known:
    """Every loan in scope by its numbers (of the contract, the matter, the courts) and by its debtors' names."""
    known = _Known()
    owed: dict[str, int | None] = dict(
        map(tuple, session.execute(sa.select(col(ClaimRow.loan_id), col(ClaimRow.total_fen))))
    )
    matters: dict[str, set[str]] = {}
    for loan_id, number, state in session.execute(
        sa.select(col(MatterRow.loan_id), col(MatterRow.number), col(MatterRow.state))
    ):
        matters[loan_id] = searching.texts_of_matter(number, state)
    columns = (col(LoanRow.id), col(LoanRow.contract_number), col(LoanRow.borrower), col(LoanRow.facts))
    query = sa.select(*columns).where(repositories.loans_visible_to(actor))
    for loan_id, contract, borrower, facts in session.execute(query).yield_per(1000):
        names = frozenset(map(_name, searching.texts_of_loan(borrower, "", facts) - {""}))
        numbers = {searching.plain(each) for each in (contract, *matters.get(loan_id, ()))}
        loan = _Loan(
            loan_id, contract, frozenset(each for each in numbers if len(each) >= _LEAST), names, owed.get(loan_id)
        )
        for number in loan.numbers:
            known.by_number.setdefault(number, []).append(loan)
            known.lengths.add(len(number))
        for name in loan.names:
            known.by_name.setdefault(name, []).append(loan)
    return known


def _there(session: Session, serials: Sequence[str]) -> dict[str, tuple[date, int]]:
    """The day and amount of serial numbers that came in before."""
    found: dict[str, tuple[date, int]] = {}
    for start in range(0, len(serials), 500):
        query = select(ReceiptRow).where(col(ReceiptRow.serial).in_(serials[start : start + 500]))
        found |= {row.serial: (row.received_on, row.fen) for row in session.exec(query)}
    return found


def _recorded(session: Session, loan_id: str, row: ReceiptRow) -> bool:
    """Whether the line counts among the loan's payments already."""
    query = select(PaymentRow.id).where(
        PaymentRow.loan_id == loan_id,
        PaymentRow.number == row.serial,
        PaymentRow.paid_on == row.received_on,
        PaymentRow.fen == row.fen,
        col(PaymentRow.reversed).is_(False),
    )
    return session.exec(query).first() is not None


def _booked(session: Session, loan_id: str | None) -> str | None:
    """The booked write-off of a loan."""
    query = select(WriteOffRow.id).where(WriteOffRow.loan_id == loan_id, WriteOffRow.state == "booked")
    return session.exec(query).first()


def _is_early(session: Session, loan_id: str | None, row: ReceiptRow) -> bool:
    """Whether the money came in before the loan's write-off was booked, so that it is neither payment nor recovery."""
    booked = _booked(session, loan_id)
    write_off = session.get(WriteOffRow, booked) if booked else None
    return write_off is not None and write_off.booked_on is not None and row.received_on < write_off.booked_on


def _chosen(session: Session, actor: Actor, row: ReceiptRow, contract_number: str) -> str:
    """The loan in scope of a contract's number; where several lenders have it, the one proposed."""
    number = contract_number.strip()
    named = select(LoanRow.id).where(LoanRow.contract_number == number, repositories.loans_visible_to(actor))
    found = list(session.exec(named))
    if row.loan_id in found and row.loan_id is not None:
        return row.loan_id
    if len(found) != 1:
        zh = "没有这个合同编号的贷款" if not found else "多个贷款人都有此合同编号，请在贷款页面登记"
        en = "no loan has this contract number" if not found else "several lenders have this number"
        raise Invalid(
            Problem("receipt.loan", zh, en, "contract_number", number[:60], "核对合同编号", "check the number")
        )
    return found[0]


def _step(session: Session, row: ReceiptRow, state: str, allowed: Sequence[str], **changes: Any) -> None:
    """The line one step on, by compare-and-set: of two racing, one is a `Conflict`."""
    if row.state not in allowed:
        raise Conflict.one("receipt.decided", "该到账已处理，请刷新", "this line was decided on; reload")
    changed = session.execute(
        sa.update(ReceiptRow)
        .where(col(ReceiptRow.id) == row.id, col(ReceiptRow.version) == row.version)
        .values(state=state, version=row.version + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict.one("receipt.moved_on", "该到账已被他人处理，请刷新", "somebody dealt with it meanwhile; reload")
    session.expire(row)


def _end(office: Office, actor: Actor, receipt_id: str, action: str, **changes: Any) -> None:
    with office.database.writing() as session:
        row = session.get(ReceiptRow, receipt_id)
        if row is None:
            raise NotFound.one("receipt.unknown", "没有这笔到账", "there is no such line")
        for name, value in changes.items():
            setattr(row, name, value)
        if row.state == "confirmed":
            row.decided_at = office.now()
        session.add(row)
        journal.note(session, at=office.now(), actor=actor.id, action=action, subject=receipt_id)


def _line(session: Session, office: Office, row: ReceiptRow) -> ReceiptLine:
    loan = session.get(LoanRow, row.loan_id) if row.loan_id else None
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.loan_id)).first() if loan else None
    decided = session.get(AccountRow, row.decided_by) if row.decided_by else None
    payer, reference = _opened(office, row)
    return ReceiptLine(
        row=row,
        payer=payer,
        reference=reference,
        contract_number=loan.contract_number if loan else "",
        borrower=loan.borrower if loan else "",
        matter_number=matter.number if matter else "",
        matter_id=matter.id if matter else "",
        written_off=_booked(session, row.loan_id) is not None,
        decided_by=decided.name if decided else "",
        early=row.state != "confirmed" and _is_early(session, row.loan_id, row),
    )
