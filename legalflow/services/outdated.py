"""Drafts that rest on earlier facts of their loan or lender: which they are, what was changed, what is to be done.

A draft keeps its facts frozen. Where the loan was changed after the draft was asked for, or what the draft prints of
its lender, the draft is stale until it is asked for again; what was issued before stays as it is, and is only named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlmodel import Session, col, select

from legalflow.access import Actor
from legalflow.errors import NotNow
from legalflow.loans import lender as lenders
from legalflow.loans.loan import Loan
from legalflow.matters.events import LoanChanged
from legalflow.office import CHINA, Office, today
from legalflow.persistence import mapping, repositories
from legalflow.persistence.tables import (
    DocumentRow,
    JournalRow,
    LenderRow,
    LenderVersionRow,
    LoanRow,
    MatterRow,
)

_GONE = frozenset({"void", "failed", "returned"})  # nobody relies on these any more
_UNISSUED = frozenset({"requested", "ready", "approved"})
_NAMES = {
    "contract_name": "合同名称",
    "lender_kind": "贷款人类型",
    "signed": "签订日期",
    "place_signed": "签订地点",
    "note_number": "借据号",
    "product": "产品",
    "purpose": "贷款用途",
    "limit": "合同金额",
    "drawdowns": "放款",
    "start": "起始日",
    "maturity": "到期日",
    "rate": "年利率",
    "penalty_uplift": "罚息上浮",
    "compound": "计收复利",
    "basis": "计息基数",
    "repayment": "还款方式",
    "instalments": "期数",
    "interest_every_months": "付息周期",
    "first_due": "首期还款日",
    "dues": "还款计划",
    "allocation": "抵充顺序",
    "clauses": "合同条款",
    "parties": "当事人",
    "guarantees": "保证",
    "collateral": "担保物",
    "accelerated_on": "提前到期日",
    "acceleration_ground": "提前到期依据",
    "risk_class": "风险分类",
    "unit": "经办机构",
}
_OTHERS = "其他约定"
# What each kind of document prints of its lender, by the parts of `loans.lender`.
_PRINTED = {
    "lawyer_letter": frozenset({lenders.REPAYMENT}),
    "collection_notice": frozenset({"party", "letterhead", lenders.REPAYMENT}),
    "acceleration_notice": frozenset({"party", "letterhead", lenders.REPAYMENT}),
    "assignment_notice": frozenset({"party", "letterhead"}),
    "civil_complaint": frozenset({"party", "agents"}),
    "civil_complaint_financial_loan": frozenset({"party", "agents"}),
    "enforcement_application": frozenset({"party", "agents", lenders.ENFORCEMENT}),
}


@dataclass(frozen=True)
class Stale:
    """What was changed in the loan or its lender since a draft was asked for, and the day of the last change."""

    changed: tuple[str, ...]
    on: date


def change(session: Session, office: Office, actor: Actor, row: LoanRow, loan: Loan, matter: MatterRow) -> LoanChanged:
    """The event of a loan's new facts in its matter, naming the drafts that used the earlier ones."""
    before = mapping.loan_of(row, (), office.keys)
    differing = (each.name for each in fields(Loan) if each.name not in {"payments", "lender", "contract_number"})
    changed = [name for name in differing if getattr(before, name) != getattr(loan, name)]
    drafts = [each.id for each in repositories.documents(session, matter.id) if each.state not in _GONE]
    return LoanChanged(
        at=office.now(),
        on=today(office),
        actor=actor.id,
        changed=tuple(dict.fromkeys(_NAMES.get(name, _OTHERS) for name in changed)),
        before=row.digest,
        after=mapping.loan_digest(loan),
        documents=tuple(drafts),
    )


def of_document(session: Session, document: DocumentRow) -> Stale | None:
    """What makes a draft stale; None where it rests on the loan as it is, or was issued already."""
    if document.state not in _UNISSUED:
        return None
    query = (
        select(JournalRow)
        .where(JournalRow.matter_id == document.matter_id, JournalRow.name == LoanChanged.__name__)
        .where(col(JournalRow.at) > document.created_at)
        .order_by(col(JournalRow.sequence))
    )
    later = [row for row in session.exec(query) if document.id in row.body["documents"]]
    named = [f"贷款的{name}" for row in later for name in row.body["changed"]]
    days = [row.happened_on for row in later]
    for part, at in _of_lender(session, document):
        named.append(f"贷款人的{lenders.PARTS[part]}")
        days.append(at.astimezone(CHINA).date())
    return Stale(tuple(dict.fromkeys(named)), max(days)) if named else None


def _of_lender(session: Session, document: DocumentRow) -> Iterator[tuple[str, datetime]]:
    """What a draft prints of its lender and was changed since it was asked for, each with the instant."""
    printed = _PRINTED.get(document.kind, frozenset())
    if not printed:
        return
    query = (
        select(LenderVersionRow)
        .join(LenderRow, col(LenderRow.id) == col(LenderVersionRow.lender_id))
        .join(LoanRow, col(LoanRow.lender) == col(LenderRow.name))
        .join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id))
        .where(MatterRow.id == document.matter_id, col(LenderVersionRow.changed_at) > document.created_at)
        .order_by(col(LenderVersionRow.version))
    )
    for row in session.exec(query):
        for part in row.parts:
            if part in printed:
                yield part, row.changed_at


def refuse(session: Session, document: DocumentRow) -> None:
    """Refuse to go on with a stale draft."""
    stale = of_document(session, document)
    if stale is None:
        return
    changed = "、".join(stale.changed)
    raise NotNow.one(
        "document.stale",
        f"{changed}已于 {stale.on} 更正，本稿依据的是更正前的要素",
        f"the loan or its lender was changed on {stale.on}; this draft rests on its earlier facts",
        found=changed,
        mend="重新制作文书后再办理",
        mend_en="ask for the document again first",
    )


def shown(office: Office, document: DocumentRow) -> Stale | None:
    """What makes a document stale, for its page; whoever sees the document may see this."""
    with office.database.reading() as session:
        return of_document(session, document)
