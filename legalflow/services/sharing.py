"""A bundle's link for a law firm: a code shown once, of which only the hash is kept.

Bound to the firm, the matter and the bundle's digest; it ends by time, by use, by revocation and by unassignment. The
code is typed or pasted into a page, so that it stands in no address and in no log.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.errors import NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import BundleRow, LinkRow, MatterRow
from legalflow.services import downloads, restricting
from legalflow.services.downloads import Download

LONGEST = timedelta(days=7)


def share(office: Office, actor: Actor, bundle_id: str) -> str:
    """A new code for the matter's firm to fetch this bundle; it is shown once."""
    actor.require(Right.SHARE)
    code = secrets.token_urlsafe(32)
    life = min(timedelta(seconds=office.settings.link_life), LONGEST)
    with office.database.writing() as session:
        bundle, matter = repositories.of_matter(session, actor, BundleRow, bundle_id)
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        if bundle.state != "ready" or not bundle.pdf:
            raise NotNow.one("link.not_made", "证据材料尚未装订完成", "the bundle is not made yet")
        if not matter.firm_id:
            raise NotNow.one(
                "link.no_firm",
                "案件尚未委派律所",
                "the matter has no law firm",
                mend="先委派律所",
                mend_en="assign a firm first",
            )
        row = LinkRow(
            id=repositories.new_id(),
            token_hash=_hash(code),
            firm_id=matter.firm_id,
            matter_id=matter.id,
            bundle_id=bundle.id,
            digest=bundle.pdf,
            expires_at=office.now() + life,
            uses_allowed=office.settings.link_uses,
            created_by=actor.id,
            created_at=office.now(),
        )
        session.add(row)
        _noted(session, office, actor, "link.made", row)
    return code


def revoke(office: Office, actor: Actor, link_id: str) -> None:
    """End a link at once."""
    actor.require(Right.SHARE)
    with office.database.writing() as session:
        row = repositories.found(session.get(LinkRow, link_id), "link")
        repositories.matter(session, actor, row.matter_id)
        if row.revoked_at is None:
            row.revoked_at = office.now()
            session.add(row)
            _noted(session, office, actor, "link.revoked", row)


def open_link(office: Office, actor: Actor, code: str) -> Download:
    """The bundle of a code, for a lawyer of the firm it was made for; one use. Every fault is the same `NotFound`."""
    actor.require(Right.DOWNLOAD)
    with office.database.writing() as session:
        row = session.exec(select(LinkRow).where(LinkRow.token_hash == _hash(code))).first()
        matter = session.get(MatterRow, row.matter_id) if row else None
        bundle = session.get(BundleRow, row.bundle_id) if row else None
        if row is None or matter is None or bundle is None or not _good(office, actor, row, matter, bundle):
            raise _no_link()
        restricting.refuse(session, office, matter.loan_id, in_court=True)
        used = session.execute(
            sa.update(LinkRow)
            .where(col(LinkRow.id) == row.id, col(LinkRow.uses) < col(LinkRow.uses_allowed))
            .values(uses=LinkRow.uses + 1)
            .execution_options(synchronize_session=False)
        )
        if used.rowcount != 1:  # type: ignore[attr-defined]
            raise _no_link()
        _noted(session, office, actor, "download.link", row)
        return downloads.of(office, row.digest, f"{matter.number}-证据材料-{bundle.version}.pdf")


def _good(office: Office, actor: Actor, row: LinkRow, matter: MatterRow, bundle: BundleRow) -> bool:
    return (
        bool(actor.firm)
        and row.firm_id == actor.firm == matter.firm_id
        and row.revoked_at is None
        and row.expires_at > office.now()
        and bundle.pdf == row.digest
    )


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
