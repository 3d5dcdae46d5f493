"""What may be done with many loans or matters at once, each for one of them: looked at first, then done.

`look` says what is known of one before anything is done, and refuses what could not be done, with the reason. `ready`
does all that takes time with no transaction open, and answers what remains to be written, in the caller's transaction.
Both ask the rights and the scope of whoever asked for it anew: a row that is no longer theirs is not done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.documents import compose
from legalflow.errors import Conflict, NotNow
from legalflow.loans import oddities
from legalflow.loans.loan import Loan
from legalflow.loans.parties import Party
from legalflow.matters.events import FirmAssigned
from legalflow.matters.matter import admit
from legalflow.office import Office, today
from legalflow.persistence import portfolio, repositories
from legalflow.persistence.tables import DeadlineRow, MatterRow, RunRow
from legalflow.rendering import docx, pdf
from legalflow.services import drafting, minding, tracking
from legalflow.services.drafting import Prepared
from legalflow.values import codec
from legalflow.values.money import Money

Write = Callable[[Session], str]


@dataclass(frozen=True)
class Subject:
    """One line of a run: its place, its loan, and its matter where there is one (else empty)."""

    place: int
    loan_id: str
    matter_id: str


@dataclass(frozen=True)
class Seen:
    """What is known of one before it is done. `digest` names what it rests on; `marks` are what is odd about it."""

    digest: str
    total: Money | None
    marks: tuple[str, ...]
    debtor: str


@dataclass(frozen=True)
class Action:
    """One thing that may be done with many: the right it asks besides that to do many, and of which lists."""

    name: str
    zh: str
    right: Right
    subjects: frozenset[str]
    look: Callable[[Office, Actor, RunRow, Subject], Seen]
    ready: Callable[[Office, Actor, RunRow, Subject, str], Write]


def kinds(actor: Actor) -> tuple[str, ...]:
    """The kinds of documents that may be made for many; what is internal and decided one by one is not among them."""
    return tuple(kind for kind in drafting.KINDS if kind != drafting.WRITE_OFF and drafting.may_see(actor, kind))


def changed() -> Conflict:
    """What a line was foreseen from has changed since."""
    return Conflict.one(
        "run.changed",
        "预览之后该笔的内容已有变动，未按旧预览办理",
        "what this rests on has changed since it was foreseen",
        mend="对该笔重新发起并预览",
        mend_en="choose it again and look at the new preview",
    )


def sample(office: Office, actor: Actor, run: RunRow, subject: Subject) -> bytes:
    """The document that would be made for one, as PDF; nothing is kept."""
    prepared = _prepared(office, actor, run, subject)
    return pdf.write(compose.compose(run.kind, json.loads(prepared.facts)))


# --- documents -------------------------------------------------------------------------------------------------------


def _prepared(office: Office, actor: Actor, run: RunRow, subject: Subject) -> Prepared:
    if not subject.matter_id:
        raise NotNow.one(
            "run.no_matter",
            "该笔贷款尚未立案件，文书须属于案件",
            "the loan is no matter yet, and documents belong to one",
            mend="先对这些贷款办理“立案件”",
            mend_en="open their matters first",
        )
    number = f"{run.number}-{subject.place:04d}"
    return drafting.prepare(office, actor, subject.matter_id, run.kind, run.answers, number)


def _look_document(office: Office, actor: Actor, run: RunRow, subject: Subject) -> Seen:
    prepared = _prepared(office, actor, run, subject)
    pdf.check(compose.compose(run.kind, json.loads(prepared.facts)))
    with office.database.reading() as session:
        _refuse_twin(session, run, subject, prepared.digest)
    return _seen(office, prepared.digest, prepared.total, prepared.addressee)


def _ready_document(office: Office, actor: Actor, run: RunRow, subject: Subject, digest: str) -> Write:
    if run.words_digest != compose.version(run.kind):
        raise Conflict.one(
            "run.words_changed",
            "文书模板在预览之后已更换；一批文书只用一个模板版本",
            "the words were changed since; a batch is made from one version of them",
            mend="重新发起并预览",
            mend_en="choose the rows again and look at the new preview",
        )
    prepared = _prepared(office, actor, run, subject)
    if prepared.digest != digest:
        raise changed()
    document = compose.compose(run.kind, json.loads(prepared.facts))
    files = office.store.put(docx.write(document)), office.store.put(pdf.write(document))
    office.store.put(prepared.facts)

    def write(session: Session) -> str:
        _refuse_twin(session, run, subject, digest)
        return drafting.record_made(session, office, actor, subject.matter_id, prepared, files)

    return write


def _refuse_twin(session: Session, run: RunRow, subject: Subject, digest: str) -> None:
    twin = drafting.twin_of(session, subject.matter_id, run.kind, digest)
    if twin is not None:
        raise NotNow.one(
            "run.twin",
            f"已有内容相同的文书（第{twin.version}版），不重复制作",
            f"there is a document of the same content (version {twin.version})",
        )


# --- matters opened, given to a firm, their deadlines acknowledged ----------------------------------------------------


def _look_open(office: Office, actor: Actor, run: RunRow, subject: Subject) -> Seen:
    if subject.matter_id:
        raise NotNow.one("run.open_already", "该笔贷款已立案件", "the loan is a matter already")
    loan, total = _loan(office, actor, subject)
    return _seen(office, subject.loan_id, total, loan.borrower)


def _ready_open(office: Office, actor: Actor, run: RunRow, subject: Subject, digest: str) -> Write:
    if subject.matter_id:
        raise NotNow.one("run.open_already", "该笔贷款已立案件", "the loan is a matter already")
    return lambda session: tracking.opened(session, office, actor, subject.loan_id)


def _look_assign(office: Office, actor: Actor, run: RunRow, subject: Subject) -> Seen:
    loan, total = _loan(office, actor, subject)
    firm = str(run.answers.get("firm", ""))
    with office.database.reading() as session:
        row = _matter(session, actor, subject)
        repositories.open_firm(session, firm)
        if row.firm_id == firm:
            raise NotNow.one("run.firm_already", "已委派该律所", "the matter is with this firm already")
        event = FirmAssigned(at=office.now(), on=today(office), actor=actor.id, firm=firm)
        admit(tracking.current(session, row), event)
        digest = codec.digest(f"{row.firm_id or ''} {firm}".encode())
    return _seen(office, digest, total, loan.borrower)


def _ready_assign(office: Office, actor: Actor, run: RunRow, subject: Subject, digest: str) -> Write:
    if _look_assign(office, actor, run, subject).digest != digest:
        raise changed()

    def write(session: Session) -> str:
        tracking.assigned(session, office, actor, subject.matter_id, str(run.answers["firm"]))
        return subject.matter_id

    return write


def _look_acknowledge(office: Office, actor: Actor, run: RunRow, subject: Subject) -> Seen:
    loan, total = _loan(office, actor, subject)
    due = _to_acknowledge(office, actor, subject)
    return _seen(office, codec.digest(codec.encode(sorted(due.items()))), total, loan.borrower)


def _ready_acknowledge(office: Office, actor: Actor, run: RunRow, subject: Subject, digest: str) -> Write:
    due = _to_acknowledge(office, actor, subject)
    if codec.digest(codec.encode(sorted(due.items()))) != digest:
        raise changed()

    def write(session: Session) -> str:
        for mark, last_day in due.items():
            minding.acknowledged_by(session, office, actor, mark, last_day)
        return subject.matter_id

    return write


def _to_acknowledge(office: Office, actor: Actor, subject: Subject) -> dict[str, str]:
    """The pressing deadlines of a matter that nobody has seen yet and that are the actor's: last days by mark."""
    with office.database.reading() as session:
        row = _matter(session, actor, subject)
        query = minding.with_care(
            select(DeadlineRow.mark, DeadlineRow.last_day)
            .select_from(DeadlineRow)
            .join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
        ).where(
            col(MatterRow.id) == row.id,
            col(DeadlineRow.state).in_(minding.PRESSING),
            sa.not_(minding.acknowledged()),
            minding.mine(actor),
        )
        found = {mark: last_day.isoformat() for mark, last_day in session.execute(query)}
    if not found:
        raise NotNow.one("run.no_deadline", "没有须由您确认的期限", "there is no deadline for you to acknowledge")
    return found


def _matter(session: Session, actor: Actor, subject: Subject) -> MatterRow:
    if not subject.matter_id:
        raise NotNow.one("run.no_matter", "该笔贷款尚未立案件", "the loan is no matter yet")
    return repositories.matter(session, actor, subject.matter_id)


def _loan(office: Office, actor: Actor, subject: Subject) -> tuple[Loan, Money | None]:
    """A loan within scope and its claim as the night kept it."""
    with office.database.reading() as session:
        row = repositories.loan(session, actor, subject.loan_id)
        kept = portfolio.claims_of(session, [row.id]).get(row.id)
        total = None if kept is None or kept.total_fen is None else Money.of_fen(kept.total_fen)
        return repositories.whole_loan(session, row, office.keys), total


def _seen(office: Office, digest: str, total: Money | None, debtor: Party) -> Seen:
    marks = [*oddities.of_name(debtor, pdf.prints), *oddities.of_address(debtor)]
    if total is not None and total.fen <= 0:
        marks.insert(0, "negative" if total.fen < 0 else "zero")
    named = office.keys.index(debtor.number) if debtor.number else ""
    return Seen(digest, total, tuple(marks), named)


_BOTH = frozenset({"loans", "matters"})
ACTIONS: Mapping[str, Action] = {
    each.name: each
    for each in (
        Action("make_documents", "制作文书", Right.DRAFT, _BOTH, _look_document, _ready_document),
        Action("open_matters", "立案件", Right.OPEN_MATTER, frozenset({"loans"}), _look_open, _ready_open),
        Action("assign_firm", "委派律所", Right.ASSIGN, _BOTH, _look_assign, _ready_assign),
        Action("acknowledge", "确认期限", Right.ACKNOWLEDGE, _BOTH, _look_acknowledge, _ready_acknowledge),
    )
}
