"""What a firm's lawyers took, and the receipt (回执) by which they say so: who holds which version, by its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.errors import NotFound
from legalflow.office import Office
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import AccountRow, BundleRow, DeliveryRow, DocumentRow, MatterRow


@dataclass(frozen=True)
class Delivered:
    """A delivery as a page shows it. `newer` names a later version that is there now, empty where it is the latest."""

    row: DeliveryRow
    title: str
    taken_by: str
    confirmed_by: str
    newer: str


def keep(
    session: Session,
    office: Office,
    actor: Actor,
    matter: MatterRow,
    kind: str,
    thing_id: str,
    digest: str,
    link_id: str | None = None,
) -> None:
    """Keep, in the caller's transaction, that a firm's lawyer took a file; of the lender's own people nothing is."""
    if actor.role is not Role.FIRM_LAWYER:
        return
    session.add(
        DeliveryRow(
            id=repositories.new_id(),
            matter_id=matter.id,
            firm_id=actor.firm,
            link_id=link_id,
            bundle_id=thing_id if kind == "bundle" else None,
            document_id=thing_id if kind == "document" else None,
            digest=digest,
            taken_by=actor.id,
            origin=journal.origin(),
            at=office.now(),
        )
    )
    session.flush()


def confirm(office: Office, actor: Actor, delivery_id: str) -> str:
    """Say that what one's firm took arrived whole; said twice it is said once. The id of its matter."""
    actor.require(Right.RECEIVE)
    with office.database.writing() as session:
        row, matter = repositories.of_matter(session, actor, DeliveryRow, delivery_id)
        if row.firm_id != actor.firm:
            raise NotFound.one(
                "delivery.absent", "没有找到，或您无权查看", "there is no such thing, or it is not yours to see"
            )
        if row.confirmed_at is None:
            row.confirmed_by, row.confirmed_at = actor.id, office.now()
            session.add(row)
            journal.note(
                session,
                at=office.now(),
                actor=actor.id,
                action="delivery.confirmed",
                subject=matter.id,
                delivery=row.id,
                digest=row.digest,
            )
        return matter.id


def of_matter(session: Session, actor: Actor, matter: MatterRow) -> list[Delivered]:
    """What was taken of a matter, the latest first; a firm's lawyer sees what its own firm took."""
    rows = _rows(session, matter.id, actor.firm if actor.role is Role.FIRM_LAWYER else "")
    ids = {row.taken_by for row in rows} | {row.confirmed_by or "" for row in rows}
    query = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(ids - {""}))
    names: dict[str, str] = dict(tuple(row) for row in session.execute(query))
    bundles = {row.id: row for row in repositories.bundles(session, matter.id)}
    documents = {row.id: row for row in repositories.documents(session, matter.id)}
    return [
        Delivered(
            row=row,
            title=_title(bundles.get(row.bundle_id or ""), documents.get(row.document_id or "")),
            taken_by=names.get(row.taken_by, ""),
            confirmed_by=names.get(row.confirmed_by or "", ""),
            newer=_newer(row, bundles, documents),
        )
        for row in rows
    ]


def held_bundle(session: Session, matter: MatterRow, before: int) -> BundleRow | None:
    """The latest bundle below version `before` that the matter's firm took, or None."""
    query = (
        select(BundleRow)
        .join(DeliveryRow, col(DeliveryRow.bundle_id) == col(BundleRow.id))
        .where(
            DeliveryRow.matter_id == matter.id,
            DeliveryRow.firm_id == (matter.firm_id or ""),
            col(BundleRow.version) < before,
        )
        .order_by(col(BundleRow.version).desc())
        .limit(1)
    )
    return session.exec(query).first()


def latest(session: Session, matter: MatterRow) -> DeliveryRow | None:
    """The last thing the matter's firm took, or None."""
    return next(iter(_rows(session, matter.id, matter.firm_id or "-")), None)


def _rows(session: Session, matter_id: str, firm: str) -> list[DeliveryRow]:
    query = select(DeliveryRow).where(DeliveryRow.matter_id == matter_id)
    if firm:
        query = query.where(DeliveryRow.firm_id == firm)
    return list(session.exec(query.order_by(col(DeliveryRow.at).desc(), col(DeliveryRow.id))))


def _title(bundle: BundleRow | None, document: DocumentRow | None) -> str:
    if bundle is not None:
        return f"证据材料第{bundle.version}册"
    if document is None:
        return ""
    to = f"（致{document.addressee}）" if document.addressee else ""
    return f"{document.title}{to} 第{document.version}版"


def _newer(row: DeliveryRow, bundles: dict[str, BundleRow], documents: dict[str, DocumentRow]) -> str:
    bundle, document = bundles.get(row.bundle_id or ""), documents.get(row.document_id or "")
    if bundle is not None:
        last = max((each for each in bundles.values() if each.state == "ready"), key=lambda each: each.version)
        return _title(last, None) if last.version > bundle.version else ""
    if document is not None:
        kin = (document.kind, document.addressee)
        later = [
            each
            for each in documents.values()
            if (each.kind, each.addressee) == kin and each.version > document.version and each.state != "void"
        ]
        return _title(None, max(later, key=lambda each: each.version)) if later else ""
    return ""
