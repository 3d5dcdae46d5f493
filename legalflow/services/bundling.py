"""The evidence bundle of a matter: asked for from the exhibits at hand, planned on paper, bound by a task.

What it is bound from is frozen at the request; the same exhibits give the same bundle and are not bound twice. The
complaint cites from the plan kept here, so that a page cited can be proved to be that page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.documents import compose, words
from legalflow.documents.blocks import Document
from legalflow.errors import NotNow
from legalflow.evidence import bundle as planning
from legalflow.evidence import checklist, front, manifest
from legalflow.evidence.bundle import Plan
from legalflow.evidence.exhibits import Exhibit
from legalflow.matters.events import BundleFailed, BundleMade, BundleRequested
from legalflow.office import Office, today
from legalflow.persistence import journal, outbox, repositories, units
from legalflow.persistence.tables import AccountRow, BundleRow, MatterRow
from legalflow.rendering import docx, pdf, stitch
from legalflow.services import downloads, keeping, narrating, restricting, tracking
from legalflow.services.downloads import Download
from legalflow.values import codec

PARTS = {"pdf": "pdf", "manifest": "json", "list_docx": "docx", "list_pdf": "pdf"}
Finish = Callable[[Session], None]


@dataclass(frozen=True, kw_only=True)
class BundleFacts:
    """What a bundle is bound from, frozen at the request."""

    title: str
    case_title: str
    submitter: str
    exhibits: tuple[Exhibit, ...]


def request_bundle(office: Office, actor: Actor, matter_id: str) -> str:
    """Ask for the bundle of the exhibits at hand; its id. The same exhibits again are the same bundle."""
    actor.require(Right.BUNDLE)
    with office.database.reading() as session:
        matter = repositories.matter(session, actor, matter_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        rows = repositories.exhibits(session, matter_id)
        loan = repositories.whole_loan(session, repositories.loan(session, actor, matter.loan_id), office.keys)
    if any(row.state == "received" for row in rows):
        raise NotNow.one(
            "bundle.still_judging",
            "还有证据文件正在检查，请稍候",
            "some files are still being looked at; wait a moment",
        )
    bindable = keeping.bindable(rows)
    if not bindable:
        raise NotNow.one(
            "bundle.empty",
            "没有可以装订的证据",
            "there is no exhibit to bind",
            mend="先上传证据",
            mend_en="upload evidence first",
        )
    facts = BundleFacts(
        title="证据材料",
        case_title=narrating.case_title(loan, loan.lender),
        submitter=loan.lender,
        exhibits=tuple(keeping.exhibit_of(row) for row in bindable),
    )
    content = codec.encode(facts)
    digest = office.store.put(content)
    with office.database.writing() as session:
        matter = repositories.matter(session, actor, matter_id)
        twin = session.exec(
            select(BundleRow).where(BundleRow.matter_id == matter_id, BundleRow.inputs_digest == digest)
        ).first()
        if twin is not None:
            if twin.state == "failed":
                _try_again(session, office, actor, twin)
            return twin.id
        row = BundleRow(
            id=repositories.new_id(),
            matter_id=matter_id,
            version=_next_version(session, matter_id),
            state="requested",
            inputs_digest=digest,
            requested_by=actor.id,
            created_at=office.now(),
        )
        session.add(row)
        session.flush()
        event = BundleRequested(
            at=office.now(),
            on=today(office),
            actor=actor.id,
            bundle=row.id,
            facts=digest,
            exhibits=tuple(exhibit.id for exhibit in facts.exhibits),
        )
        tracking.admit_event(session, office, actor, matter, event)
        return row.id


def _try_again(session: Session, office: Office, actor: Actor, row: BundleRow) -> None:
    """Ask once more for a bundle that failed, from the same frozen facts."""
    row.state, row.reason = "requested", ""
    session.add(row)
    task, queue, _ = tracking.REACTIONS["BundleRequested"]
    outbox.ask(session, task, row.id, queue, office.now())
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action="bundle.again",
        subject=row.matter_id,
        bundle=row.id,
        digest=row.inputs_digest,
    )


def bind(office: Office, bundle_id: str, finish: Finish) -> None:
    """Bind a bundle that was asked for (a task): plan, cover, list, exhibits, manifest; then keep and record them."""
    with office.database.reading() as session:
        row = repositories.found(session.get(BundleRow, bundle_id), "bundle")
    made = _made(office, row) if row.state == "requested" else None
    with office.database.writing() as session:
        kept = repositories.found(session.get(BundleRow, bundle_id), "bundle")
        if kept.state == "requested" and made is not None:
            _record(session, office, kept, made)
        finish(session)


def fail(office: Office, bundle_id: str, reason: str, finish: Finish) -> None:
    """Record that a bundle could not be bound, and why."""
    with office.database.writing() as session:
        row = repositories.found(session.get(BundleRow, bundle_id), "bundle")
        if row.state == "requested":
            row.state, row.reason = "failed", reason[:500]
            session.add(row)
            event = BundleFailed(
                at=office.now(), on=today(office), actor=row.requested_by, reason=reason[:500], bundle=row.id
            )
            tracking.admit_event(session, office, _requester(session, row), _matter(session, row), event)
        finish(session)


def open_bundle(office: Office, actor: Actor, bundle_id: str, part: str) -> Download:
    """A file of a bundle: the bundle itself, its manifest, or its list as DOCX or PDF; recorded."""
    actor.require(Right.DOWNLOAD)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, BundleRow, bundle_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        digest = getattr(row, part) if part in PARTS else None
        name = {"pdf": "证据材料", "manifest": "装订清单"}.get(part, "证据目录")
        download = downloads.of(office, digest, f"{matter.number}-{name}-{row.version}.{PARTS.get(part, '')}")
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action=f"download.bundle.{part}",
            subject=matter.id,
            bundle=row.id,
            digest=download.digest,
        )
    return download


def plan_of(row: BundleRow) -> Plan:
    """The plan a bundle was bound by."""
    return codec.decode(Plan, row.plan)


@dataclass(frozen=True)
class _Made:
    """The files of a bundle by digest, with the plan that gave them."""

    plan: Plan
    pdf: str
    manifest: str
    list_docx: str
    list_pdf: str


def _made(office: Office, row: BundleRow) -> _Made:
    facts = codec.decode(BundleFacts, office.store.read(row.inputs_digest))
    titles = checklist.group_titles()

    def plan_for(cover: int, listing: int) -> Plan:
        return planning.plan(facts.exhibits, titles, title=facts.title, cover_pages=cover, list_pages=listing)

    def front_of(plan: Plan) -> stitch.Front:
        cover = words.blocks(front.cover_form(), front.cover_facts(plan, facts.case_title, "", facts.submitter))
        listed = replace(_listed(plan, facts), profile="bundle")
        return stitch.Front(
            pdf.write(Document(plan.title, cover, profile="bundle")), pdf.write(stitch.linked(listed, plan))
        )

    plan, pages = stitch.settle(plan_for, front_of)
    working = {exhibit.id: office.store.path(exhibit.working) for exhibit in facts.exhibits}
    with tempfile.TemporaryDirectory(prefix="legalflow-") as folder:
        out = Path(folder) / "bundle.pdf"
        stitch.stitch(plan, pages, working, out)
        content = out.read_bytes()
    alone = _listed(plan, facts)
    bundle = office.store.put(content)
    return _Made(
        plan=plan,
        pdf=bundle,
        manifest=office.store.put(codec.encode(_manifest(plan, facts, bundle, len(content)))),
        list_docx=office.store.put(docx.write(alone)),
        list_pdf=office.store.put(pdf.write(alone)),
    )


def _listed(plan: Plan, facts: BundleFacts) -> Document:
    return compose.compose("evidence_list", front.list_facts(plan, facts.case_title, facts.submitter))


def _manifest(plan: Plan, facts: BundleFacts, digest: str, size: int) -> Mapping[str, Any]:
    """What `legalflow bundle check` needs to prove the file without us."""
    exhibits = [manifest.exhibit(item, group.number, group.title) for group in plan.groups for item in group.items]
    volume = manifest.volume(plan, "bundle.pdf", digest, size)
    return manifest.whole(plan, [volume], exhibits, case_title=facts.case_title)


def _record(session: Session, office: Office, row: BundleRow, made: _Made) -> None:
    row.state, row.plan, row.pages = "ready", codec.plain(made.plan), made.plan.pages
    row.pdf, row.manifest, row.list_docx, row.list_pdf = made.pdf, made.manifest, made.list_docx, made.list_pdf
    session.add(row)
    event = BundleMade(
        at=office.now(),
        on=today(office),
        actor=row.requested_by,
        bundle=row.id,
        pdf=made.pdf,
        manifest=made.manifest,
        pages=made.plan.pages,
    )
    tracking.admit_event(session, office, _requester(session, row), _matter(session, row), event)


def _requester(session: Session, row: BundleRow) -> Actor:
    return units.actor_of(session, repositories.found(session.get(AccountRow, row.requested_by), "account"))


def _matter(session: Session, row: BundleRow) -> MatterRow:
    return repositories.found(session.get(MatterRow, row.matter_id), "matter")


def _next_version(session: Session, matter_id: str) -> int:
    query = select(sa.func.max(BundleRow.version)).where(col(BundleRow.matter_id) == matter_id)
    return int(session.exec(query).one() or 0) + 1
