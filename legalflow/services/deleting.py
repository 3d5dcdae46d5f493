"""What is held of a person deleted on request, as far as nothing hinders it (个人信息保护法 第四十七条).

While the claim lives or the records' period runs, the answer is no, with the ground. Afterwards the person's facts in
the loans are overwritten and the index by which they were found goes. Files and journals are bytes that never change:
they are not deleted but named, each with its ground, and from then on only kept (`restricting.refuse`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import SYSTEM, Actor, Right
from legalflow.claims import claim
from legalflow.errors import LegalflowError, NotNow, Problem
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Party
from legalflow.office import Office, today
from legalflow.persistence import journal, mapping, repositories, retention
from legalflow.persistence.tables import (
    BatchRow,
    BundleRow,
    DocumentRow,
    ExhibitRow,
    LoanRow,
    MatterRow,
    PaperRow,
    PersonRow,
    ProposalRow,
    ReceiptRow,
    WriteOffRow,
)
from legalflow.services import addressing, persons, restricting, tracking
from legalflow.values import codec

_CLOSED, _ENDED_FOR_GOOD = "A90", "C7"
_FILES: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (DocumentRow, "文书", ("facts_digest", "docx", "pdf", "sealed")),
    (ExhibitRow, "证据", ("original", "working")),
    (PaperRow, "法院文书", ("original", "working")),
    (BundleRow, "证据材料", ("inputs_digest", "pdf", "manifest", "list_docx", "list_pdf")),
)


@dataclass(frozen=True)
class _Kept:
    """Something that stays: what it is, where, and why; `until` where its period has an end that is known."""

    what: str
    place: str
    ground: str
    until: date | None = None


def delete(office: Office, actor: Actor, number: str, confirmed: int | None = None) -> dict[str, Any]:
    """Overwrite what is held of a person in every loan where nothing hinders it; what went and what stays, and why.

    `NotNow` with the ground of every loan where none can go. What is overwritten never comes back: `confirmed` is in
    how many loans, and where it is another number, or none, nothing happens and the refusal says in which.
    """
    actor.require(Right.DELETE_PERSON)
    index = office.keys.index(number)
    hindered: list[Problem] = []
    deleted: list[str] = []
    kept: list[_Kept] = []
    with office.database.writing() as session:
        rows = repositories.loans_of_person(session, actor, index, to_change=True)
        restricting.require_natural([party for row in rows for party in _mine(office, row, index)])
        for row in rows:
            hindrance = _hindrance(session, office, row)
            if hindrance is not None:
                hindered.append(hindrance)
                continue
            _overwrite(session, office, actor, row, index)
            deleted.append(row.contract_number)
            kept += _stays(session, office, row)
        if not deleted:
            _refused(session, office, actor, rows, hindered)
        elif confirmed != len(deleted):
            raise _unconfirmed(deleted)  # with it goes all that was written above
    NotNow.raise_any(hindered if not deleted else [])
    kept += _stays_everywhere(office, number)
    told = [codec.plain(each) for each in kept]
    told += [_hindered(each) for each in hindered]
    return {"deleted": deleted, "kept": told}


def _unconfirmed(contracts: list[str]) -> NotNow:
    count, named = len(contracts), "、".join(contracts)
    return NotNow.one(
        "person.confirm",
        f"将在 {count} 笔贷款中删除此人的信息，删除后不能恢复：{named}",
        f"this deletes the person in {count} loans for good: {named}",
        mend=f"核对后加上 --confirm {count}",
        mend_en=f"look, then add --confirm {count}",
    )


def _refused(session: Session, office: Office, actor: Actor, rows: list[LoanRow], why: list[Problem]) -> None:
    """That a deletion was asked for and refused is kept too."""
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action="person.delete_refused",
        subject="person",
        loans=[row.id for row in rows],
        codes=sorted({problem.code for problem in why}),
    )


def _mine(office: Office, row: LoanRow, index: str) -> list[Party]:
    loan = mapping.loan_of(row, (), office.keys)
    return [loan.parties[place] for place in mapping.places_of(loan, index, office.keys)]


def _hindered(problem: Problem) -> dict[str, Any]:
    return {"what": "贷款", "place": problem.found, "ground": problem.message, "until": None}


def _hindrance(session: Session, office: Office, row: LoanRow) -> Problem | None:
    """Why a person cannot be deleted from a loan: the claim lives, is kept off the books, or the period runs."""
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    if matter is not None and matter.stage != _CLOSED:
        return _no(row, "person.claim_lives", f"案件 {matter.number} 尚未结束", "its matter is still open")
    off = repositories.effective_write_off(session, row.id)
    if matter is not None and off is not None and matter.write_off != _ENDED_FOR_GOOD:
        zh, en = "核销后账销案存，债权尚未完全终结", "written off and still pursued"
        return _no(row, "person.claim_lives", zh, en)
    ended = _settled_on(session, office, row) if matter is None else _closed_on(session, matter)
    if ended is None:
        return _no(row, "person.claim_lives", "债权尚未清偿", "the loan is not paid off")
    rule = retention.of_table(office.law, today(office), "loan")
    until = rule.until(ended)
    if until is None or today(office) < until:
        note = "，出处未核验" if rule.provisional else ""
        return _no(
            row,
            "person.retention_runs",
            f"保存期限未届满：自 {ended} 起保存，{until} 起可删除（{rule.citation}{note}；{_cited(office)}）",
            f"the period of retention runs: from {ended}, may go from {until} ({rule.citation})",
        )
    return None


def _no(row: LoanRow, code: str, zh: str, en: str) -> Problem:
    return Problem(
        code,
        f"不能删除：{zh}",
        f"cannot be deleted: {en}",
        found=row.contract_number,
        mend="可先限制处理：legalflow person restrict",
        mend_en="its use may be restricted meanwhile: legalflow person restrict",
    )


def _settled_on(session: Session, office: Office, row: LoanRow) -> date | None:
    """The day a loan without a matter was paid off; None while anything is owed, or nobody can say what is."""
    loan = repositories.whole_loan(session, row, office.keys)
    try:
        owed = claim.state_claim(loan, today(office), office.law).value.total
    except LegalflowError:
        return None
    if owed:
        return None
    return max((payment.on for payment in loan.payments), default=loan.maturity)


def _closed_on(session: Session, matter: MatterRow) -> date | None:
    return tracking.current(session, matter).closed_on


def _overwrite(session: Session, office: Office, actor: Actor, row: LoanRow, index: str) -> None:
    """The person's facts go from the loan, and the index with them; the trail has the digests before and after."""
    earlier = row.digest
    loan = mapping.loan_of(row, (), office.keys)
    names: set[str] = set()
    for place in mapping.places_of(loan, index, office.keys):
        party = loan.parties[place]
        names.add(party.name)
        loan = _without_property(loan, party.name)
        loan = mapping.with_party(loan, place, Party(name=mapping.DELETED, kind=party.kind, role=party.role))
    mapping.put_facts(row, loan, office.keys)
    row.persons_changed_at = office.now()
    row.version += 1
    session.add(row)
    session.execute(sa.delete(PersonRow).where(col(PersonRow.loan_id) == row.id, col(PersonRow.number_index) == index))
    addressing.forget(session, row.id, names)
    _overwrite_lists(session, office, row, names)
    session.execute(  # what a bank wrote of who paid; day, amount and serial number stay with the payment
        sa.update(ReceiptRow).where(col(ReceiptRow.loan_id) == row.id).values(payer="", reference="")
    )
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action="person.deleted",
        subject=row.id,
        before=earlier,
        after=row.digest,
    )
    session.flush()


def _without_property(loan: Loan, owner: str) -> Loan:
    """What describes a person's property (an address, a certificate) goes with the person."""
    return replace(
        loan,
        collateral=tuple(
            replace(each, description=mapping.DELETED, certificate="") if each.owner == owner else each
            for each in loan.collateral
        ),
    )


def _overwrite_lists(session: Session, office: Office, row: LoanRow, names: set[str]) -> None:
    """The person's name goes from the lists of its matter that are no record of their own: deadlines, addressees."""
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    if matter is None:
        return
    session.flush()
    tracking.refresh_deadlines(session, office, matter, tracking.current(session, matter))
    for document in repositories.documents(session, matter.id):
        if document.addressee in names:
            document.addressee = mapping.DELETED
            session.add(document)
    session.execute(  # what a firm wrote of the parties; what was confirmed of it stands in the journal
        sa.update(ProposalRow).where(col(ProposalRow.matter_id) == matter.id).values(texts={})
    )


def _stays(session: Session, office: Office, row: LoanRow) -> Iterator[_Kept]:
    """What of a loan stays after its person is gone: journal, files, money."""
    yield _Kept("还款和贷款条件", f"loan {row.id}", "不含姓名、号码、住址，不识别个人")
    matter = session.exec(select(MatterRow).where(MatterRow.loan_id == row.id)).first()
    if matter is None:
        return
    cited = _cited(office)
    yield _Kept("案件日志和期限", f"matter {matter.number}", f"只增不改，逐项相连，删除在技术上难以实现（{cited}）")
    for table, what, columns in _FILES:
        for each in session.exec(select(table).where(table.matter_id == matter.id).order_by(table.id)):
            for digest in [getattr(each, name) for name in columns]:
                if digest:
                    yield _file(session, matter, f"{what} {table.__tablename__} {each.id}", digest, cited)
    if session.exec(select(WriteOffRow.id).where(WriteOffRow.loan_id == row.id)).first() is not None:
        rule = retention.of_table(office.law, today(office), "entry")
        yield _Kept("核销申报和分录", f"matter {matter.number}", f"{rule.zh}（{rule.citation}）；分录只增不改")


def _file(session: Session, matter: MatterRow, what: str, digest: str, cited: str) -> _Kept:
    """A file in the store: whether another matter refers to it too decides whether anybody could ever take it out."""
    if _is_used_elsewhere(session, matter, digest):
        return _Kept(what, digest, "另有案件引用同一文件")
    return _Kept(
        what, digest, f"原件和已制作的文件不可更改，且无他处引用；只存储、不使用，是否移出由机构决定（{cited}）"
    )


def _is_used_elsewhere(session: Session, matter: MatterRow, digest: str) -> bool:
    for table, _, columns in _FILES:
        uses = sa.or_(*(getattr(table, name) == digest for name in columns))
        if session.exec(select(table.id).where(uses, table.matter_id != matter.id)).first() is not None:
            return True
    kept = (BatchRow.digest, BatchRow.report, BatchRow.workbook, BatchRow.preview)
    imported = select(BatchRow.id).where(sa.or_(*(col(column) == digest for column in kept)))
    return session.exec(imported).first() is not None


def _stays_everywhere(office: Office, number: str) -> Iterator[_Kept]:
    """What stays of a person outside of its loans: imported files, the trail, backups."""
    cited = _cited(office)
    for each in persons.files_with(office, SYSTEM, number):
        ground = f"文件另载有他人的贷款，原件不可更改；只存储、不使用（{cited}）"
        yield _Kept(f"导入文件 batch {each['batch']}", each["digest"], ground)
    rule = retention.of_table(office.law, today(office), "audit")
    yield _Kept("审计记录", "audit", f"只含编号和摘要；{rule.ends}（{rule.citation}）")
    yield _Kept("此前的备份（如有）", "backup", f"随备份轮换清除；由备份恢复的，须再次办理删除（{cited}）")


def _cited(office: Office) -> str:
    return str(office.law.at("persons/hindrance", today(office)).citation)
