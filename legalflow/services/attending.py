"""What waits for somebody: deadlines, papers to approve or seal, write-offs to decide, work that is stuck.

Read within the actor's scope, most urgent first; the administrator sees work only, no debtor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right, Role
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import (
    BatchRow,
    BundleRow,
    DocumentRow,
    ExhibitRow,
    MatterRow,
    OutboxRow,
    WriteOffListRow,
    WriteOffRow,
)
from legalflow.services import allowing, drafting, itemised, viewing
from legalflow.services.viewing import PAGE, DeadlineLine


@dataclass(frozen=True)
class WorkLine:
    """A task under way, waiting or dead."""

    id: int
    task: str
    subject_id: str
    matter_id: str
    state: str
    attempt: int
    reason: str
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Dashboard:
    """What waits for the actor, most urgent first, and how many there are of what."""

    deadlines: list[DeadlineLine]
    to_approve: list[tuple[DocumentRow, str]]
    to_seal: list[tuple[DocumentRow, str]]
    returned: list[tuple[DocumentRow, str]]
    write_offs: list[tuple[WriteOffRow, str]]
    write_off_lists: list[WriteOffListRow]
    work: list[WorkLine]
    loans: int
    matters: int
    by_stage: dict[str, int]


def dashboard(office: Office, actor: Actor) -> Dashboard:
    """What waits for the actor. The administrator sees work only, no debtor."""
    with office.database.reading() as session:
        by_stage = _by_stage(session, actor)
        return Dashboard(
            deadlines=viewing.deadlines(session, actor, today(office), mine=actor.role is Role.COUNSEL, limit=15),
            to_approve=_to_approve(session, office, actor),
            to_seal=_documents_in(session, actor, "approved") if actor.may(Right.SEAL) else [],
            returned=_returned(session, actor),
            write_offs=_write_offs_for(session, actor),
            write_off_lists=itemised.waiting(session, actor) if actor.may(Right.VIEW_MONEY) else [],
            work=_work(session, actor, ("dead",)),
            loans=viewing.count(session, viewing.loans_query(actor)),
            matters=sum(by_stage.values()),
            by_stage=by_stage,
        )


def work(office: Office, actor: Actor) -> list[WorkLine]:
    """Tasks that are dead, under way or waiting, in this order: all for the administrator, else those in scope."""
    with office.database.reading() as session:
        return _work(session, actor, ("dead", "leased", "waiting"))


def _by_stage(session: Session, actor: Actor) -> dict[str, int]:
    query = select(MatterRow.stage, sa.func.count()).where(repositories.visible_to(actor)).group_by(MatterRow.stage)
    return dict(tuple(row) for row in session.execute(query.order_by(MatterRow.stage)))


def _documents_in(session: Session, actor: Actor, *states: str) -> list[tuple[DocumentRow, str]]:
    query = (
        select(DocumentRow, MatterRow.number)
        .join(MatterRow, col(DocumentRow.matter_id) == col(MatterRow.id))
        .where(repositories.visible_to(actor), col(DocumentRow.state).in_(states))
        .order_by(col(DocumentRow.created_at))
        .limit(PAGE)
    )
    return [(row, number) for row, number in session.execute(query) if drafting.may_see(actor, row.kind)]


def _to_approve(session: Session, office: Office, actor: Actor) -> list[tuple[DocumentRow, str]]:
    """Drafts the actor may approve, as `allowing` says of each: never one's own."""
    if not any(map(actor.may, allowing.RIGHTS)):
        return []
    return [
        (row, number)
        for row, number in _documents_in(session, actor, "ready")
        if not actor.is_also(row.requested_by) and actor.may(allowing.needed(office, row))
    ]


def _returned(session: Session, actor: Actor) -> list[tuple[DocumentRow, str]]:
    return [
        (row, number)
        for row, number in _documents_in(session, actor, "failed", "returned")
        if row.requested_by == actor.id
    ]


def _write_offs_for(session: Session, actor: Actor) -> list[tuple[WriteOffRow, str]]:
    """The write-offs whose next step is the actor's, by another person than those before."""
    waiting = {
        Right.CHECK_WRITE_OFF: "applied",
        Right.APPROVE_WRITE_OFF: "checked",
        Right.BOOK_WRITE_OFF: "approved",
    }
    states = tuple(state for right, state in waiting.items() if actor.may(right))
    if not states or not actor.may(Right.VIEW_MONEY):
        return []
    return [
        (row, number)
        for row, number in viewing.write_offs_in(session, actor, states)
        if row.state == "approved" or not actor.accounts & {row.applied_by, row.checked_by}
    ]


def _work(session: Session, actor: Actor, states: tuple[str, ...]) -> list[WorkLine]:
    matter_of: Any = sa.func.coalesce(DocumentRow.matter_id, BundleRow.matter_id, ExhibitRow.matter_id)
    query = (
        select(OutboxRow, MatterRow.id)
        .join(DocumentRow, col(DocumentRow.id) == col(OutboxRow.subject_id), isouter=True)
        .join(BundleRow, col(BundleRow.id) == col(OutboxRow.subject_id), isouter=True)
        .join(ExhibitRow, col(ExhibitRow.id) == col(OutboxRow.subject_id), isouter=True)
        .join(MatterRow, col(MatterRow.id) == matter_of, isouter=True)
        .where(col(OutboxRow.state).in_(states))
    )
    if not actor.may(Right.OPERATE):
        mine = repositories.visible_to(actor)
        ours = sa.select(col(BatchRow.id)).where(repositories.at_desk(actor, col(BatchRow.desk)))
        batches = sa.and_(OutboxRow.task == "import_batch", col(OutboxRow.subject_id).in_(ours))
        seen = sa.and_(col(MatterRow.id).is_not(None), mine)
        query = query.where(sa.or_(seen, batches) if actor.may(Right.IMPORT) else seen)
    order = sa.case((col(OutboxRow.state) == "dead", 0), (col(OutboxRow.state) == "leased", 1), else_=2)
    rows = session.execute(query.order_by(order, col(OutboxRow.id)).limit(100))
    return [
        WorkLine(
            id=row.id,
            task=row.task,
            subject_id=row.subject_id,
            matter_id=matter_id or "",
            state=row.state,
            attempt=row.attempt,
            reason=row.reason,
            created_at=row.created_at,
            due_at=row.due_at,
        )
        for row, matter_id in rows
    ]
