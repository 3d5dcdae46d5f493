"""The seal: applied for on the approved bytes, set by its keeper, and entered into the register (用印登记簿).

Who applies has not approved, who keeps the seal has neither asked for, approved nor applied. The register says which
approved file a sealed one comes from, and that both are still those of their digests can be shown at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from legalflow import forms
from legalflow.access import Actor, Right
from legalflow.errors import Conflict, Invalid, LegalflowError, NotAllowed, NotFound, NotNow, Problem
from legalflow.matters import fields
from legalflow.matters.events import SealApplied
from legalflow.office import CHINA, Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, DocumentRow, LoanRow, MatterRow, SealRow
from legalflow.rendering import seal as imprint
from legalflow.rendering import workbook
from legalflow.services import allowing, picturing, restricting, tracking

PAGE = 200
NOT_APPLIED = "未另行申请"
_APPLICANT: Any = aliased(AccountRow, name="applicant")
_APPROVER: Any = aliased(AccountRow, name="approver")
_KEEPER: Any = aliased(AccountRow, name="keeper")
HEADINGS = (
    "登记号",
    "用印时间",
    "文件名称",
    "案件编号",
    "版本",
    "印章种类",
    "份数",
    "页数",
    "骑缝",
    "用印事由",
    "对外提交机构",
    "申请人",
    "申请时间",
    "批准人",
    "用印人",
    "批准件 SHA-256",
    "用印件 SHA-256",
)


@dataclass(frozen=True)
class Line:
    """A document to be sealed or sealed, with what was applied for, if anything, and the names of who acted."""

    document: DocumentRow
    number: str
    seal: SealRow | None
    asked_by: str
    applicant: str
    approver: str
    keeper: str


@dataclass(frozen=True)
class Proof:
    """Whether a sealed file holds what was approved: both files whole, and the sealed one names the approved digest."""

    approved: str
    sealed: str
    approved_whole: bool
    sealed_whole: bool
    named: str
    register_number: str

    @property
    def holds(self) -> bool:
        """Whether everything fits."""
        return self.approved_whole and self.sealed_whole and self.named == self.approved


def proposed(office: Office, actor: Actor, document_id: str) -> tuple[DocumentRow, MatterRow, dict[str, str]]:
    """An approved document and what its application for the seal begins with, or said when it was made, by field."""
    actor.require(Right.DRAFT)
    with office.database.reading() as session:
        row, matter = _seen(session, actor, document_id)
        kept = _line_of(session, row.id)
    if kept is not None and kept.applied_by:
        said = {"seal": kept.seal, "copies": str(kept.copies), "across": "是" if kept.across else "否"}
        return row, matter, {**said, "body": kept.body, "reason": kept.reason}
    return row, matter, {"seal": forms.usual_seal(row.kind), "copies": "1", "across": "否"}


def apply(office: Office, actor: Actor, document_id: str, texts: Mapping[str, str]) -> None:
    """Apply for the seal on an approved document: which seal, copies, across the edges, where it goes, and why.

    Applied for again before it is sealed, the later application holds.
    """
    actor.require(Right.DRAFT)
    with office.database.writing() as session:
        row, matter = _seen(session, actor, document_id)
        restricting.refuse(session, office, matter.loan_id, in_court=row.kind in restricting.IN_COURT)
        if row.state != "approved" or not row.pdf:
            raise NotNow.one("document.not_approved", "文书尚未批准，不能申请用印", "the document is not approved yet")
        given = {
            "document": row.id,
            "approved": row.pdf,
            "pages": imprint.pages(office.store.read(row.pdf)),
        }
        stated = {"on": today(office).isoformat(), **texts}
        event = fields.read(SealApplied, stated, at=office.now(), actor=actor.id, latest=today(office), given=given)
        assert isinstance(event, SealApplied)
        if event.seal not in forms.seals():
            raise Invalid(Problem("seal.kind", "请从列表中选择印章种类", "choose a seal of the list", "seal"))
        tracking.admit_event(session, office, actor, matter, event)
        line = _line_of(session, row.id) or _new(row)
        line.state, line.seal, line.copies, line.pages = "applied", event.seal, event.copies, event.pages
        line.across, line.body, line.reason, line.approved = event.across, event.body, event.reason, event.approved
        line.applied_by, line.applied_at = actor.id, office.now()
        session.add(line)


def enter(session: Session, office: Office, actor: Actor, row: DocumentRow, number: str, pages: int) -> None:
    """Enter the sealing of a document into the register; refused where its keeper applied for it, or on other bytes."""
    line = _line_of(session, row.id) or _new(row)
    if actor.is_also(line.applied_by):
        raise NotAllowed.one(
            "seal.own_application",
            "本人申请的用印须由另一人办理",
            "who applied for the seal does not set it",
        )
    if line.applied_by and line.approved != row.pdf:
        raise Conflict.one(
            "seal.other_bytes",
            "用印申请所附的不是现在批准的版本，请重新申请",
            "the application was for other bytes; apply again",
        )
    line.state, line.pages, line.approved, line.register_number = "sealed", pages, row.pdf or "", number
    line.sealed, line.sealed_by, line.sealed_at = row.sealed, actor.id, office.now()
    session.add(line)


def picture(office: Office, row: DocumentRow, matter: MatterRow) -> imprint.Picture | None:
    """The picture of the seal that a document bears, as it was applied for or is usual; None where none is in use.

    A lawyer's letter bears its firm's seal, of which no picture is kept here.
    """
    with office.database.reading() as session:
        line = _line_of(session, row.id)
        seal = line.seal if line is not None and line.seal else forms.usual_seal(row.kind)
        loan = session.get(LoanRow, matter.loan_id)
        if loan is None or row.kind == allowing.LETTER:
            return None
        return picturing.of_lender(session, office.keys, loan.lender, seal)


def waiting(office: Office, actor: Actor) -> list[Line]:
    """The approved documents in scope that wait for the seal, the longest waiting first."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        query = _lines(actor).where(DocumentRow.state == "approved").order_by(col(DocumentRow.changed_at))
        return _told(session, actor, query)


def register(office: Office, actor: Actor) -> list[Line]:
    """What was sealed, the latest first."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        query = _lines(actor).where(SealRow.state == "sealed").order_by(col(SealRow.sealed_at).desc(), col(SealRow.id))
        return _told(session, actor, query.limit(PAGE))


def export(office: Office, actor: Actor) -> bytes:
    """The whole register as a workbook, the earliest first; the audit trail keeps who took it."""
    actor.require(Right.VIEW)
    with office.database.writing() as session:
        query = _lines(actor).where(SealRow.state == "sealed").order_by(col(SealRow.sealed_at), col(SealRow.id))
        found = _told(session, actor, query)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="seals.exported",
            subject=today(office).isoformat(),
            lines=len(found),
        )
    rows = [_cells(each) for each in found]
    wide = frozenset({2, 9, 15, 16})
    return workbook.write([workbook.Table(name="用印登记簿", headings=HEADINGS, rows=rows, wide=wide)])


def application(office: Office, actor: Actor, document_id: str) -> Line | None:
    """What was applied for or sealed of one document; None where nobody applied and nothing is sealed."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        _seen(session, actor, document_id)
        found = _told(session, actor, _lines(actor).where(DocumentRow.id == document_id))
    return found[0] if found and found[0].seal else None


def proof(office: Office, actor: Actor, document_id: str) -> Proof | None:
    """Both files of a sealed document held against their digests; None where it is not sealed."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row, _ = _seen(session, actor, document_id)
    if not row.sealed or not row.pdf:
        return None
    named, number = "", ""
    sealed_whole = office.store.verify(row.sealed)
    if sealed_whole:
        with suppress(LegalflowError, ValueError):  # no file of ours names nothing, and the proof fails
            named, number = imprint.register_of(office.store.read(row.sealed))
    return Proof(row.pdf, row.sealed, office.store.verify(row.pdf), sealed_whole, named, number)


def _lines(actor: Actor) -> Any:
    return (
        select(DocumentRow, MatterRow.number, SealRow, AccountRow.name, _APPLICANT.name, _APPROVER.name, _KEEPER.name)
        .join(MatterRow, col(MatterRow.id) == col(DocumentRow.matter_id))
        .join(SealRow, col(SealRow.document_id) == col(DocumentRow.id), isouter=True)
        .join(AccountRow, col(AccountRow.id) == col(DocumentRow.requested_by), isouter=True)
        .join(_APPLICANT, _APPLICANT.id == col(SealRow.applied_by), isouter=True)
        .join(_APPROVER, _APPROVER.id == col(DocumentRow.approved_by), isouter=True)
        .join(_KEEPER, _KEEPER.id == col(SealRow.sealed_by), isouter=True)
        .where(repositories.visible_to(actor))
    )


def _told(session: Session, actor: Actor, query: Any) -> list[Line]:
    found = []
    for document, number, line, asked, applicant, approver, keeper in session.execute(query):
        if allowing.may_see(actor, document.kind):
            names = (asked or "", applicant or "", approver or "", keeper or "")
            found.append(Line(document, number, line, *names))
    return found


def _line_of(session: Session, document_id: str) -> SealRow | None:
    return session.exec(select(SealRow).where(SealRow.document_id == document_id)).first()


def _new(row: DocumentRow) -> SealRow:
    """A line for a document nobody has applied for: the usual seal, one copy."""
    return SealRow(
        id=repositories.new_id(),
        document_id=row.id,
        matter_id=row.matter_id,
        state="applied",
        seal=forms.usual_seal(row.kind),
        copies=1,
        pages=0,
        approved=row.pdf or "",
    )


def _seen(session: Session, actor: Actor, document_id: str) -> tuple[DocumentRow, MatterRow]:
    row, matter = repositories.of_matter(session, actor, DocumentRow, document_id)
    if not allowing.may_see(actor, row.kind):
        raise NotFound.one(
            "document.absent", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see"
        )
    return row, matter


def _cells(each: Line) -> tuple[str | int, ...]:
    line = each.seal
    assert line is not None  # the register holds what has a line
    return (
        line.register_number,
        _moment(line.sealed_at),
        each.document.title + (f"（致{each.document.addressee}）" if each.document.addressee else ""),
        each.number,
        each.document.version,
        line.seal,
        line.copies,
        line.pages,
        "是" if line.across else "否",
        line.reason,
        line.body,
        each.applicant or f"{each.asked_by}（{NOT_APPLIED}）",
        _moment(line.applied_at),
        each.approver,
        each.keeper,
        line.approved,
        line.sealed or "",
    )


def _moment(at: datetime | None) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at else ""
