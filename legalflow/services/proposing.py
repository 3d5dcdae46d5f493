"""Facts of the proceedings that a firm's lawyer proposes with the paper, and counsel confirms, corrects or refuses.

Nothing is recorded by proposing: only the confirmation makes the event, and the event keeps both persons and the
paper's digest. A proposal that waits longer than a working day is late, for a term may run from what it tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Conflict, Invalid, LegalflowError, NotFound, NotNow, Problem
from legalflow.intake import files
from legalflow.matters import fields, proposals
from legalflow.matters.events import EVENTS, MatterEvent
from legalflow.matters.stages import RULES
from legalflow.office import CHINA, Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, FirmRow, MatterRow, PaperRow, ProposalRow
from legalflow.services import downloads, keeping, repeating, restricting, tracking
from legalflow.services.downloads import Download


@dataclass(frozen=True)
class Upload:
    """A paper as it was sent: its kind (see `matters.proposals.PAPERS`), the file's name and its bytes."""

    kind: str
    file_name: str
    content: bytes
    password: str = ""


@dataclass(frozen=True)
class Waiting:
    """A proposal as a list shows it. `late`: it has waited longer than the working day after it came (`by`)."""

    row: ProposalRow
    matter_number: str
    title: str
    proposed_by: str
    firm: str
    decided_by: str
    paper: str
    by: date
    late: bool


@dataclass(frozen=True)
class Sheet:
    """A proposal with its matter's number, and what stands against the event now (empty where nothing does)."""

    line: Waiting
    matter: MatterRow
    paper: PaperRow | None
    against: tuple[Problem, ...]
    since: int  # events recorded after it was proposed


def propose(
    office: Office,
    actor: Actor,
    matter_id: str,
    name: str,
    texts: Mapping[str, str],
    upload: Upload | None = None,
    *,
    anyway: bool = False,
) -> str:
    """Propose that something happened, from a form's texts, with its paper; the proposal's id.

    Everything wrong in the form is said at once. What of the stage stands against it is said too (`NotNow`), unless
    the lawyer sends it `anyway`: what happened in court is told in time even where the matter lags behind.
    """
    actor.require(Right.PROPOSE)
    _proposable(name)
    event = _read(office, actor.id, name, texts)
    with office.database.reading() as session:
        matter = repositories.matter(session, actor, matter_id)
        against = _against(session, office, matter, event)
    if against is not None and not (anyway and isinstance(against, NotNow)):
        raise against
    kept = _received(office, actor, matter_id, upload) if upload else None
    row = ProposalRow(
        id=repositories.new_id(),
        matter_id=matter_id,
        firm_id=actor.firm,
        name=name,
        texts={key: text for key, text in texts.items() if text},
        obstacle="；".join(problem.message for problem in against.problems) if against else "",
        sequence=0,
        proposed_by=actor.id,
        proposed_at=office.now(),
    )
    with office.database.writing() as session:
        matter = repositories.matter(session, actor, matter_id)
        row.sequence = matter.sequence
        if kept:
            _keep(session, office, kept)
            row.paper_id = kept.id
        session.add(row)
        _noted(session, office, actor, "proposal.made", row)
    return row.id


def send_paper(office: Office, actor: Actor, matter_id: str, upload: Upload) -> str:
    """Keep a paper of the court with the matter without proposing anything; its id."""
    actor.require(Right.PROPOSE)
    row = _received(office, actor, matter_id, upload)
    with office.database.writing() as session:
        repositories.matter(session, actor, matter_id)
        _keep(session, office, row)
        return row.id


def open_paper(office: Office, actor: Actor, paper_id: str, *, original: bool) -> Download:
    """A paper as it was received, or the safe copy that is shown; recorded."""
    actor.require(Right.DOWNLOAD)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, PaperRow, paper_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        digest = row.original if original else row.working
        name = row.file_name if original else f"{matter.number}-{proposals.paper_name(row.kind)}.pdf"
        download = downloads.of(office, digest, name)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="download.paper",
            subject=matter.id,
            paper=row.id,
            digest=digest,
        )
    if original:
        return Download(name, "application/octet-stream", download.digest, download.path, download.size)
    return download


def shown(office: Office, actor: Actor, proposal_id: str) -> Sheet:
    """A proposal with what counsel must know to decide on it; a firm's lawyer sees its own firm's."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        row, matter = _found(session, actor, proposal_id)
        line = _lines(session, office, [(row, matter.number)])[0]
        paper = session.get(PaperRow, row.paper_id) if row.paper_id else None
        against: tuple[Problem, ...] = ()
        if row.state == "proposed":
            try:
                event = _read(office, actor.id, row.name, row.texts)
                proposals_before = proposals.obstacles(tracking.current(session, matter), (), event)
                against = proposals_before.problems if proposals_before else ()
            except LegalflowError as error:
                against = error.problems
    return Sheet(line, matter, paper, against, matter.sequence - row.sequence)


def confirm(
    office: Office, actor: Actor, proposal_id: str, texts: Mapping[str, str], version: int | None = None
) -> tuple[str, int]:
    """Record what was proposed, as corrected in `texts`; the matter's id and the number of the event.

    The stage is looked at again: where the matter has moved on meanwhile, that is said. `version` is the matter's as
    the page showed it.
    """
    actor.require(Right.RECORD)
    with office.database.reading() as session:
        row, _ = _found(session, actor, proposal_id)
        paper = session.get(PaperRow, row.paper_id) if row.paper_id else None
    tracking.require_any(actor, RULES[row.name].rights)
    given = {"proposed_by": row.proposed_by, "proof": (paper.original,) if paper else ()}
    event = fields.read(EVENTS[row.name], texts, at=office.now(), actor=actor.id, latest=today(office), given=given)
    with office.database.writing() as session:
        row, matter = _found(session, actor, proposal_id)
        _still_open(row)
        if version is not None and version != matter.sequence:
            raise Conflict.one(
                "matter.moved_on",
                f"案件在您打开页面之后已有新的事项（第{matter.sequence}项）",
                f"the matter has moved on meanwhile (event {matter.sequence})",
                mend="刷新页面，核对后再确认",
                mend_en="reload the page, look, and confirm again",
            )
        tracking.not_too_early(session, office, matter, event)
        recorded = tracking.admit_event(session, office, actor, matter, event)
        row.corrected = {key: text for key, text in texts.items() if text} != row.texts
        row.event_sequence = recorded.sequence
        _decide(session, office, actor, row, "confirmed")
        return matter.id, recorded.sequence


def refuse(office: Office, actor: Actor, proposal_id: str, reason: str) -> str:
    """Refuse a proposal, saying why; the matter's id."""
    actor.require(Right.RECORD)
    if not reason.strip():
        raise Invalid(Problem("reason.missing", "请说明退回理由", "say why it is refused", "reason"))
    with office.database.writing() as session:
        row, matter = _found(session, actor, proposal_id)
        _still_open(row)
        row.reason = reason.strip()[:2000]
        _decide(session, office, actor, row, "refused")
        return matter.id


def withdraw(office: Office, actor: Actor, proposal_id: str) -> str:
    """Take one's firm's proposal back before it is decided; the matter's id."""
    actor.require(Right.PROPOSE)
    with office.database.writing() as session:
        row, matter = _found(session, actor, proposal_id)
        _still_open(row)
        _decide(session, office, actor, row, "withdrawn")
        return matter.id


def propose_again(office: Office, actor: Actor, proposal_id: str) -> str:
    """Let what one's firm withdrew wait for a decision again, as it was; the matter's id."""
    actor.require(Right.PROPOSE)
    with office.database.writing() as session:
        row, matter = _found(session, actor, proposal_id)
        if row.state != "withdrawn" or row.decided_by != actor.id:
            raise repeating.moved_on()
        row.state, row.decided_by, row.decided_at, row.version = "proposed", None, None, row.version + 1
        session.add(row)
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="proposal.proposed_again",
            subject=matter.id,
            proposal=row.id,
        )
        return matter.id


def waiting(office: Office, actor: Actor) -> list[Waiting]:
    """The proposals that wait for a decision in the actor's scope, the oldest first; none for who decides nothing."""
    if not (actor.may(Right.RECORD) or actor.may(Right.PROPOSE)):
        return []
    with office.database.reading() as session:
        query = _query(actor).where(ProposalRow.state == "proposed").order_by(col(ProposalRow.proposed_at))
        return _lines(session, office, session.exec(query).all())


def count_waiting(office: Office, actor: Actor, matter_id: str) -> int:
    """How many proposals of a matter wait for a decision."""
    with office.database.reading() as session:
        query = _query(actor).where(ProposalRow.matter_id == matter_id, ProposalRow.state == "proposed")
        return len(session.exec(query).all())


def of_matter(office: Office, actor: Actor, matter_id: str) -> list[Waiting]:
    """All proposals of a matter, those that wait first, then the latest first."""
    actor.require(Right.VIEW)
    with office.database.reading() as session:
        repositories.matter(session, actor, matter_id)
        query = _query(actor).where(ProposalRow.matter_id == matter_id).order_by(col(ProposalRow.proposed_at).desc())
        lines = _lines(session, office, session.exec(query).all())
    return sorted(lines, key=lambda each: each.row.state != "proposed")


def _query(actor: Actor) -> Any:
    query = select(ProposalRow, MatterRow.number).join(MatterRow, col(MatterRow.id) == col(ProposalRow.matter_id))
    query = query.where(repositories.visible_to(actor))
    return query.where(ProposalRow.firm_id == actor.firm) if actor.role is Role.FIRM_LAWYER else query


def _found(session: Session, actor: Actor, proposal_id: str) -> tuple[ProposalRow, MatterRow]:
    row, matter = repositories.of_matter(session, actor, ProposalRow, proposal_id)
    if actor.role is Role.FIRM_LAWYER and row.firm_id != actor.firm:
        raise NotFound.one(
            "proposal.absent", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see"
        )
    return row, matter


def _lines(session: Session, office: Office, rows: Sequence[Any]) -> list[Waiting]:
    ids = {row.proposed_by for row, _ in rows} | {row.decided_by or "" for row, _ in rows}
    query = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(ids - {""}))
    names: dict[str, str] = dict(tuple(each) for each in session.execute(query))
    firms = {each.id: each.name for each in session.exec(select(FirmRow))}
    papers = {
        each.id: proposals.paper_name(each.kind)
        for each in session.exec(select(PaperRow).where(col(PaperRow.id).in_([row.paper_id for row, _ in rows])))
    }
    return [_line(office, row, number, names, firms, papers) for row, number in rows]


def _line(
    office: Office,
    row: ProposalRow,
    number: str,
    names: Mapping[str, str],
    firms: Mapping[str, str],
    papers: Mapping[str, str],
) -> Waiting:
    by = proposals.look_by(office.law, row.proposed_at.astimezone(CHINA).date())
    return Waiting(
        row=row,
        matter_number=number,
        title=EVENTS[row.name].title[0],
        proposed_by=names.get(row.proposed_by, ""),
        firm=firms.get(row.firm_id, ""),
        decided_by=names.get(row.decided_by or "", ""),
        paper=papers.get(row.paper_id or "", ""),
        by=by,
        late=row.state == "proposed" and today(office) > by,
    )


def _proposable(name: str) -> None:
    if not proposals.may_be_proposed(name):
        raise NotFound.one("event.unknown", "没有可以提报的这种事项", "no such event is proposed", found=name[:60])


def _read(office: Office, who: str, name: str, texts: Mapping[str, str]) -> MatterEvent:
    return fields.read(EVENTS[name], texts, at=office.now(), actor=who, latest=today(office))


def _against(session: Session, office: Office, matter: MatterRow, event: MatterEvent) -> LegalflowError | None:
    """What stands against an event, were those that wait confirmed in their order."""
    query = select(ProposalRow).where(ProposalRow.matter_id == matter.id, ProposalRow.state == "proposed")
    before = []
    for row in session.exec(query.order_by(col(ProposalRow.proposed_at))):
        try:
            before.append(_read(office, row.proposed_by, row.name, row.texts))
        except LegalflowError:  # counsel corrects it; nothing follows from it yet
            continue
    return proposals.obstacles(tracking.current(session, matter), before, event)


def _received(office: Office, actor: Actor, matter_id: str, upload: Upload) -> PaperRow:
    """The judged file in the store, as a row that is not written yet; `Invalid` where it cannot be taken."""
    if upload.kind not in {each.value for each in proposals.PAPERS}:
        raise Invalid(Problem("paper.kind", "请选择文书种类", "choose what kind of paper it is", "paper_kind"))
    with office.database.reading() as session:
        repositories.matter(session, actor, matter_id)
        keeping.refuse_too_large(session, office, matter_id, upload.content)
    found = files.inspect(upload.content, upload.file_name, office.settings, upload.password or None)
    if found.working is None:
        said = {"mend": found.mend, "mend_en": found.mend_en}
        raise Invalid(Problem(f"paper.{found.reason_code}", found.message, found.message_en, "file", **said))
    return PaperRow(
        id=repositories.new_id(),
        matter_id=matter_id,
        kind=upload.kind,
        file_name=keeping.file_name_of(upload.file_name),
        size=len(upload.content),
        original=office.store.put(upload.content),
        working=office.store.put(found.working),
        pages=found.pages,
        notes=[{"code": note.code, "zh": note.message, "en": note.message_en} for note in found.notes],
        added_by=actor.id,
        created_at=office.now(),
    )


def _keep(session: Session, office: Office, row: PaperRow) -> None:
    session.add(row)
    session.flush()
    journal.note(
        session,
        at=office.now(),
        actor=row.added_by,
        action="paper.received",
        subject=row.matter_id,
        paper=row.id,
        digest=row.original,
    )


def _still_open(row: ProposalRow) -> None:
    if row.state != "proposed":
        raise Conflict.one(
            "proposal.decided",
            "此项提报已有处理结果",
            "this proposal is decided already",
            mend="刷新页面查看结果",
            mend_en="reload the page to see how",
        )


def _decide(session: Session, office: Office, actor: Actor, row: ProposalRow, state: str) -> None:
    row.state, row.decided_by, row.decided_at, row.version = state, actor.id, office.now(), row.version + 1
    session.add(row)
    _noted(session, office, actor, f"proposal.{state}", row)


def _noted(session: Session, office: Office, actor: Actor, action: str, row: ProposalRow) -> None:
    session.flush()
    journal.note(
        session, at=office.now(), actor=actor.id, action=action, subject=row.matter_id, proposal=row.id, event=row.name
    )
