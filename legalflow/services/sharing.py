"""What is handed to a law firm: a bundle or a document, for a while and so many times, by a code or on its own page.

Bound to the firm, the matter and the file's digest; it ends by time, by use, by revocation, by unassignment and with
the matter. A code is shown once, and only its hash is kept; it is typed or pasted into a page, so that it stands in no
address and in no log.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import Invalid, LegalflowError, NotFound, NotNow, Problem
from legalflow.forms import Form
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import BundleRow, DocumentRow, LinkRow, MatterRow
from legalflow.services import delivering, downloads, restricting
from legalflow.services.downloads import Download

LONGEST = timedelta(days=7)
MOST_USES = 5
# The states in which a document may leave the house: its bytes were approved and change no more.
OUTWARD = ("approved", "sealed", "served", "submitted")


@dataclass(frozen=True)
class Thing:
    """What is handed over: `kind` is bundle or document; `title` as a person calls it, `file_name` as it is saved."""

    kind: str
    id: str
    title: str
    file_name: str
    digest: str


def share(office: Office, actor: Actor, bundle_id: str) -> str:
    """A new code for the matter's firm to fetch this bundle, with the life and uses of the settings; shown once."""
    actor.require(Right.SHARE)
    life = min(timedelta(seconds=office.settings.link_life), LONGEST)
    return _made(office, actor, "bundle", bundle_id, life, office.settings.link_uses, direct=False)


def hand_over(
    office: Office, actor: Actor, kind: str, thing_id: str, *, days: int | None, uses: int | None, direct: bool
) -> str:
    """Hand a bundle or a document to the matter's firm for `days` and `uses`; its code, empty where it is direct."""
    actor.require(Right.SHARE)
    problems = []
    if days is None or not 1 <= days <= LONGEST.days:
        zh, en = f"有效期为1至{LONGEST.days}天", f"it lives from 1 to {LONGEST.days} days"
        problems.append(Problem("link.days", zh, en, "days"))
    if uses is None or not 1 <= uses <= MOST_USES:
        zh, en = f"可下载次数为1至{MOST_USES}次", f"it may be used from 1 to {MOST_USES} times"
        problems.append(Problem("link.uses", zh, en, "uses"))
    Invalid.raise_any(problems)
    assert days is not None and uses is not None
    return _made(office, actor, kind, thing_id, timedelta(days=days), uses, direct=direct)


def revoke(office: Office, actor: Actor, link_id: str) -> str:
    """End a link at once; the id of its matter."""
    actor.require(Right.SHARE)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, LinkRow, link_id)
        if row.revoked_at is None:
            row.revoked_at = office.now()
            session.add(row)
            _noted(session, office, actor, "link.revoked", row)
        return matter.id


def matter_of(office: Office, actor: Actor, link_id: str) -> tuple[str, str]:
    """The id and the number of the matter a link is of, within scope."""
    actor.require(Right.SHARE)
    with office.database.reading() as session:
        _, matter = repositories.of_matter(session, actor, LinkRow, link_id)
        return matter.id, matter.number


def open_link(office: Office, actor: Actor, code: str) -> Download:
    """What a code stands for, for a lawyer of the firm it was made for; one use. Every fault is the same `NotFound`."""
    actor.require(Right.DOWNLOAD)
    with office.database.writing() as session:
        row = session.exec(select(LinkRow).where(LinkRow.token_hash == _hash(code))).first()
        query = select(MatterRow).where(MatterRow.id == row.matter_id, repositories.visible_to(actor)) if row else None
        matter = session.exec(query).first() if query is not None else None
        if row is None or matter is None or not actor.firm or row.firm_id != actor.firm:
            raise _no_link()
        if hindrance(session, row, office.now()) is not None:
            raise _no_link()
        return _taken(session, office, actor, row, matter)


def take(office: Office, actor: Actor, link_id: str) -> Download:
    """What was handed to the actor's firm to be taken on its page; one use. Says why where it may not be taken now."""
    actor.require(Right.RECEIVE)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, LinkRow, link_id)
        if row.firm_id != actor.firm:
            raise NotFound.one(
                "link.absent", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see"
            )
        if (why := hindrance(session, row, office.now())) is not None:
            raise why
        if not row.direct:
            raise NotNow.one(
                "link.needs_code",
                "此文件须凭提取码下载",
                "this file is fetched with its code",
                mend="在“提取文件”页面输入经办人交给您的提取码",
                mend_en="type the code that counsel gave you on the page that asks for it",
            )
        return _taken(session, office, actor, row, matter)


def taken_on_page(office: Office, actor: Actor, kind: str, thing_id: str) -> None:
    """Keep that a firm's lawyer takes a file on its own page, without a link; a draft is no version to be held."""
    if actor.role is not Role.FIRM_LAWYER:
        return
    with office.database.writing() as session:
        if kind == "bundle":
            bundle, matter = repositories.of_matter(session, actor, BundleRow, thing_id)
            thing = _of_bundle(bundle, matter)
        else:
            document, matter = repositories.of_matter(session, actor, DocumentRow, thing_id)
            if not goes_out(document):
                return
            thing = _of_document(document, matter)
        if thing.digest:
            delivering.keep(session, office, actor, matter, kind, thing_id, thing.digest)


def hindrance(session: Session, row: LinkRow, now: datetime) -> LegalflowError | None:
    """Why a link gives nothing now: revoked, expired, used up, or its file is another by now; None where it does."""
    mend = {"mend": "请联系案件经办人重新提供", "mend_en": "ask the counsel of the matter to hand it over anew"}
    if row.revoked_at is not None:
        return NotNow.one("link.revoked", "已由经办人撤销", "it was revoked", **mend)
    if row.expires_at <= now:
        return NotNow.one("link.expired", "已过有效期", "it has expired", **mend)
    if row.uses >= row.uses_allowed:
        return NotNow.one("link.used_up", "可下载次数已用完", "it is used up", **mend)
    if row.digest not in _digests(session, row):
        return NotNow.one("link.other_bytes", "文件已作废或更换", "the file was voided or exchanged", **mend)
    return None


def thing_of(session: Session, row: LinkRow, matter: MatterRow) -> Thing:
    """What a link stands for."""
    if row.bundle_id:
        return _of_bundle(repositories.found(session.get(BundleRow, row.bundle_id), "bundle"), matter)
    return _of_document(repositories.found(session.get(DocumentRow, row.document_id), "document"), matter)


def things(session: Session, matter: MatterRow) -> list[Thing]:
    """What of a matter could be handed over now: the bundles that are made, the documents that may leave the house."""
    bundles = [_of_bundle(row, matter) for row in repositories.bundles(session, matter.id) if row.state == "ready"]
    documents = [_of_document(row, matter) for row in repositories.documents(session, matter.id) if goes_out(row)]
    return [*bundles, *documents]


def goes_out(row: DocumentRow) -> bool:
    """Whether a document may leave the house: approved or further, and nothing that stays inside."""
    return row.state in OUTWARD and not Form.load(row.kind).confidential


def _made(office: Office, actor: Actor, kind: str, thing_id: str, life: timedelta, uses: int, *, direct: bool) -> str:
    code = secrets.token_urlsafe(32)  # also where nobody is told it: the row's hash is never of something guessable
    with office.database.writing() as session:
        thing, matter = _to_hand_over(session, actor, kind, thing_id)
        _refuse_restricted(session, office, matter, thing, session.get(DocumentRow, thing.id))
        if not matter.firm_id:
            raise NotNow.one(
                "link.no_firm",
                "案件尚未委派律所",
                "the matter has no law firm",
                mend="先委派律所",
                mend_en="assign a firm first",
            )
        if matter.stage == repositories.CLOSED:
            raise NotNow.one(
                "link.closed", "案件已结束，不再向律所提供文件", "the matter is over; nothing is handed out"
            )
        row = LinkRow(
            id=repositories.new_id(),
            token_hash=_hash(code),
            firm_id=matter.firm_id,
            matter_id=matter.id,
            bundle_id=thing.id if thing.kind == "bundle" else None,
            document_id=thing.id if thing.kind == "document" else None,
            digest=thing.digest,
            direct=direct,
            expires_at=office.now() + life,
            uses_allowed=uses,
            created_by=actor.id,
            created_at=office.now(),
        )
        session.add(row)
        _noted(session, office, actor, "link.made", row)
    return "" if direct else code


def _to_hand_over(session: Session, actor: Actor, kind: str, thing_id: str) -> tuple[Thing, MatterRow]:
    if kind == "bundle":
        bundle, matter = repositories.of_matter(session, actor, BundleRow, thing_id)
        if bundle.state != "ready" or not bundle.pdf:
            raise NotNow.one("link.not_made", "证据材料尚未装订完成", "the bundle is not made yet")
        return _of_bundle(bundle, matter), matter
    document, matter = repositories.of_matter(session, actor, DocumentRow, thing_id)
    if not goes_out(document):
        raise NotNow.one(
            "link.not_approved",
            "只能提供已批准或已用印、且可对外的文书",
            "only a document that is approved or sealed, and no internal one, is handed over",
            mend="先复核批准",
            mend_en="have it approved first",
        )
    return _of_document(document, matter), matter


def _of_bundle(row: BundleRow, matter: MatterRow) -> Thing:
    name = f"{matter.number}-证据材料-{row.version}.pdf"
    return Thing("bundle", row.id, f"证据材料第{row.version}册", name, row.pdf or "")


def _of_document(row: DocumentRow, matter: MatterRow) -> Thing:
    to, about = (f"（致{row.addressee}）", f"-{row.addressee}") if row.addressee else ("", "")
    words = "-用印件" if row.sealed else ""
    name = f"{matter.number}-{row.title}{about}-{row.version}{words}.pdf"
    return Thing("document", row.id, f"{row.title}{to} 第{row.version}版", name, row.sealed or row.pdf or "")


def _digests(session: Session, row: LinkRow) -> set[str]:
    """The digests of what a link names, as far as it may still leave the house."""
    if row.bundle_id:
        bundle = session.get(BundleRow, row.bundle_id)
        return {bundle.pdf} if bundle and bundle.pdf else set()
    document = session.get(DocumentRow, row.document_id)
    return {each for each in (document.pdf, document.sealed) if each} if document and goes_out(document) else set()


def _taken(session: Session, office: Office, actor: Actor, row: LinkRow, matter: MatterRow) -> Download:
    """One use of a link, kept as a delivery."""
    thing = thing_of(session, row, matter)
    _refuse_restricted(session, office, matter, thing, session.get(DocumentRow, row.document_id or ""))
    used = session.execute(
        sa.update(LinkRow)
        .where(col(LinkRow.id) == row.id, col(LinkRow.uses) < col(LinkRow.uses_allowed))
        .values(uses=LinkRow.uses + 1)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise _no_link()
    _noted(session, office, actor, "download.link", row)
    delivering.keep(session, office, actor, matter, thing.kind, thing.id, row.digest, link_id=row.id)
    return downloads.of(office, row.digest, thing.file_name)


def _refuse_restricted(
    session: Session, office: Office, matter: MatterRow, thing: Thing, document: DocumentRow | None
) -> None:
    in_court = thing.kind == "bundle" or (document is not None and document.kind in restricting.IN_COURT)
    restricting.refuse(session, office, matter.loan_id, in_court=in_court)


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _no_link() -> NotFound:
    return NotFound.one(
        "link.absent",
        "提取码无效、已过期、已用完或已撤销",
        "the code is wrong, has expired, is used up or was revoked",
        mend="请向案件经办人索取新的提取码",
        mend_en="ask the counsel of the matter for a new code",
    )


def _noted(session: Session, office: Office, actor: Actor, action: str, row: LinkRow) -> None:
    journal.note(
        session,
        at=office.now(),
        actor=actor.id,
        action=action,
        subject=row.matter_id,
        link=row.id,
        digest=row.digest,
    )
