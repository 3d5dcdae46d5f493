"""Vouchers of what was written off, came back or was taken back, by component, with the accounts finance posts them to.

An entry of the ledger is one line of a voucher. What takes an entry back is posted to the same accounts as the entry,
as an amount below zero (红字). The accounts are the house's own: until finance has set them, ours are suggestions and
shown as not verified (企业会计准则第22号 says what a write-off does, not what a lender's accounts are called).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import Invalid, Problem
from legalflow.intake import accounts
from legalflow.intake.report import safe
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, EntryRow, LoanRow, MatterRow, PostingRow, WriteOffRow
from legalflow.rendering import workbook
from legalflow.values.money import Money

KINDS = {"write_off": "核销", "recovery": "收回", "reversal": "冲销"}
COMPONENTS = {"principal": "本金", "interest": "利息", "fees": "费用", "accrued": "核销后新生利息费用"}
NOT_VERIFIED = "未核验"
LONGEST = 60  # characters of an account's name
# Our suggestions: debit and credit by what is booked and its component; a lender's own file, `forms/accounts.yaml`.
SUGGESTED = accounts.suggested()
_HEADINGS = (
    "日期",
    "凭证号",
    "业务",
    "项目",
    "借方科目",
    "贷方科目",
    "金额（元）",
    "金额（分）",
    "案件编号",
    "合同编号",
    "借款人",
    "科目核验",
    "分录号",
)


@dataclass(frozen=True)
class Posting:
    """The accounts of a component; `ours` where they are our suggestion, else who set them."""

    kind: str
    component: str
    debit: str
    credit: str
    ours: bool
    set_by: str = ""


@dataclass(frozen=True, kw_only=True)
class VoucherLine:
    """One line of a voucher; an amount below zero takes an earlier one back."""

    entry: int
    on: date
    voucher: str
    kind: str
    posting: Posting
    amount: Money
    matter_number: str
    contract_number: str
    borrower: str
    write_off_id: str


def postings(office: Office, actor: Actor) -> list[Posting]:
    """The accounts of every component, set by finance or suggested."""
    actor.require(Right.VIEW_MONEY)
    with office.database.reading() as session:
        return list(_postings(session).values())


def set_posting(office: Office, actor: Actor, kind: str, component: str, debit: str, credit: str) -> None:
    """Decide on the accounts of a component; by the finance checker, who books nothing."""
    actor.require(Right.CHECK_WRITE_OFF)
    debit, credit = debit.strip(), credit.strip()
    problems = []
    if (kind, component) not in SUGGESTED:
        problems.append(Problem("posting.unknown", "没有这个项目", "there is no such component", "component"))
    for name, zh, value in (("debit", "借方科目", debit), ("credit", "贷方科目", credit)):
        if not value or len(value) > LONGEST or not value.isprintable():
            said = f"{zh}须填写，且不超过 {LONGEST} 个字"
            problems.append(Problem("posting.account", said, f"name an account, at most {LONGEST} letters", name))
    if debit and debit == credit:
        problems.append(
            Problem("posting.same", "借方与贷方科目不能相同", "debit and credit are two accounts", "credit", credit)
        )
    Invalid.raise_any(problems)
    with office.database.writing() as session:
        at = office.now()
        session.merge(
            PostingRow(kind=kind, component=component, debit=debit, credit=credit, set_by=actor.id, set_at=at)
        )
        subject = f"{kind} {component}"
        journal.note(session, at=at, actor=actor.id, action="posting.set", subject=subject, debit=debit, credit=credit)


def suggest_again(office: Office, actor: Actor, kind: str, component: str) -> None:
    """Let the suggested accounts of a component hold again."""
    actor.require(Right.CHECK_WRITE_OFF)
    with office.database.writing() as session:
        row = session.get(PostingRow, (kind, component))
        if row is not None:
            session.delete(row)
            subject = f"{kind} {component}"
            journal.note(session, at=office.now(), actor=actor.id, action="posting.unset", subject=subject)


def lines(office: Office, actor: Actor, first: date, last: date) -> list[VoucherLine]:
    """The lines of a period by the day of what they book, both days counted."""
    actor.require(Right.VIEW_MONEY)
    if last < first:
        raise Invalid(
            Problem("vouchers.period", "结束日期早于开始日期", "the period ends before it begins", "last", str(last))
        )
    with office.database.reading() as session:
        chosen = _postings(session)
        query = (
            select(EntryRow, MatterRow.number, LoanRow.contract_number, LoanRow.borrower)
            .join(WriteOffRow, col(WriteOffRow.id) == col(EntryRow.write_off_id))
            .join(MatterRow, col(MatterRow.id) == col(WriteOffRow.matter_id))
            .join(LoanRow, col(LoanRow.id) == col(EntryRow.loan_id))
            .where(EntryRow.happened_on >= first, EntryRow.happened_on <= last, repositories.visible_to(actor))
            .order_by(col(EntryRow.happened_on), col(EntryRow.id))
        )
        return [
            _voucher_line(entry, chosen, number, contract, borrower)
            for entry, number, contract, borrower in session.execute(query)
        ]


def export(office: Office, actor: Actor, first: date, last: date, form: str) -> bytes:
    """The lines of a period as a workbook (`xlsx`) or a CSV (`csv`) no spreadsheet runs; the audit trail keeps it."""
    require_form(form)
    found = lines(office, actor, first, last)
    cells = [_cells(each) for each in found]
    with office.database.writing() as session:
        at, period = office.now(), f"{first}/{last}"
        journal.note(
            session, at=at, actor=actor.id, action="vouchers.exported", subject=period, form=form, lines=len(found)
        )
    return table("凭证分录", _HEADINGS, cells, form)


def require_form(form: str) -> None:
    """Refuse any form of an export but `xlsx` and `csv`."""
    if form not in {"xlsx", "csv"}:
        raise Invalid(Problem("export.form", "只能导出 XLSX 或 CSV", "an export is XLSX or CSV", "as", form[:10]))


def table(name: str, headings: tuple[str, ...], cells: list[tuple[str | int, ...]], form: str) -> bytes:
    """Rows as a workbook or, guarded against formulas, as a CSV (UTF-8 with mark)."""
    if form == "csv":
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(headings)
        writer.writerows([cell if isinstance(cell, int) else _plain(cell) for cell in row] for row in cells)
        return text.getvalue().encode("utf-8-sig")
    return workbook.write([workbook.Table(name=name, headings=headings, rows=cells)])


def _plain(cell: str) -> str:
    """A cell that no spreadsheet runs; an amount of ours below zero is a number and stays one."""
    amount = cell.removeprefix("-").replace(".", "", 1)
    return cell if amount.isascii() and amount.isdigit() and "." in cell else safe(cell)


def _cells(each: VoucherLine) -> tuple[str | int, ...]:
    return (
        each.on.isoformat(),
        each.voucher,
        KINDS[each.kind],
        COMPONENTS[each.posting.component],
        each.posting.debit,
        each.posting.credit,
        str(each.amount),
        each.amount.fen,
        each.matter_number,
        each.contract_number,
        each.borrower,
        NOT_VERIFIED if each.posting.ours else "已设定",
        each.entry,
    )


def _voucher_line(
    entry: EntryRow, chosen: Mapping[tuple[str, str], Posting], number: str, contract: str, borrower: str
) -> VoucherLine:
    booking = entry.kind == "write_off" or (entry.kind == "reversal" and entry.fen < 0)
    return VoucherLine(
        entry=entry.id or 0,
        on=entry.happened_on,
        voucher=entry.voucher,
        kind=entry.kind,
        posting=chosen["write_off" if booking else "recovery", entry.component],
        amount=Money.of_fen(entry.fen if booking else -entry.fen),
        matter_number=number,
        contract_number=contract,
        borrower=borrower,
        write_off_id=entry.write_off_id,
    )


def _postings(session: Session) -> dict[tuple[str, str], Posting]:
    there = {(row.kind, row.component): row for row in session.exec(select(PostingRow))}
    people = dict(map(tuple, session.execute(select(AccountRow.id, AccountRow.name))))
    found = {}
    for key, (debit, credit) in SUGGESTED.items():
        row = there.get(key)
        set_by = people.get(row.set_by, "") if row else ""
        found[key] = Posting(*key, row.debit if row else debit, row.credit if row else credit, row is None, set_by)
    return found
