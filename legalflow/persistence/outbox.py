"""The outbox: work named in the same transaction that asks for it, and kept until its effect is committed.

A task claims its row by compare-and-set (attempt + 1, a lease, a new fence), renews the lease while it works, and its
effect commits only where the fence is still its own: run at least once, done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.errors import Conflict
from legalflow.persistence.tables import OutboxRow


@dataclass(frozen=True)
class Claimed:
    """A row claimed for one attempt."""

    id: int
    task: str
    subject_id: str
    attempt: int
    fence: int


def ask(session: Session, task: str, subject_id: str, queue: str, at: datetime) -> None:
    """Ask for a task on a subject; the same asked twice while it waits is one."""
    row = session.exec(select(OutboxRow).where(OutboxRow.task == task, OutboxRow.subject_id == subject_id)).first()
    if row is None:
        session.add(OutboxRow(task=task, subject_id=subject_id, queue=queue, due_at=at, created_at=at))
    elif row.state == "dead":
        row.state, row.attempt, row.reason, row.due_at, row.sent_at, row.lease_until = "waiting", 0, "", at, None, None
        session.add(row)
    session.flush()


def withdraw(session: Session, task: str, subject_id: str) -> None:
    """Take back what was asked in this same transaction: its effect commits with it, so there is nothing left to do."""
    session.execute(
        sa.delete(OutboxRow)
        .where(col(OutboxRow.task) == task, col(OutboxRow.subject_id) == subject_id, col(OutboxRow.attempt) == 0)
        .execution_options(synchronize_session="fetch")
    )


def due(session: Session, at: datetime, resend: timedelta, limit: int = 500) -> list[OutboxRow]:
    """Rows to be sent: waiting and due and not sent lately, or leased and the lease has run out."""
    query = (
        select(OutboxRow)
        .where(
            sa.or_(
                sa.and_(
                    OutboxRow.state == "waiting",
                    col(OutboxRow.due_at) <= at,
                    sa.or_(col(OutboxRow.sent_at).is_(None), col(OutboxRow.sent_at) <= at - resend),
                ),
                sa.and_(OutboxRow.state == "leased", col(OutboxRow.lease_until) < at),
            )
        )
        .order_by(col(OutboxRow.id))
        .limit(limit)
    )
    return list(session.exec(query))


def claim(session: Session, task: str, subject_id: str, at: datetime, lease: timedelta) -> Claimed | None:
    """Claim the row, or None where it is gone, dead, or still leased to another."""
    row = session.exec(select(OutboxRow).where(OutboxRow.task == task, OutboxRow.subject_id == subject_id)).first()
    if row is None or row.state == "dead" or row.id is None:
        return None
    if row.state == "leased" and row.lease_until is not None and row.lease_until >= at:
        return None
    changed = session.execute(
        sa.update(OutboxRow)
        .where(col(OutboxRow.id) == row.id, col(OutboxRow.fence) == row.fence)
        .values(state="leased", attempt=row.attempt + 1, fence=row.fence + 1, lease_until=at + lease)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return None
    return Claimed(row.id, task, subject_id, row.attempt + 1, row.fence + 1)


def renew(session: Session, claimed: Claimed, at: datetime, lease: timedelta) -> bool:
    """Lengthen the lease; False where the fence is no longer ours."""
    changed = session.execute(
        sa.update(OutboxRow)
        .where(col(OutboxRow.id) == claimed.id, col(OutboxRow.fence) == claimed.fence)
        .values(lease_until=at + lease)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]


def done(session: Session, claimed: Claimed) -> None:
    """Take the row away in the transaction of the effect; a lost fence is a `Conflict`, and nothing is committed."""
    changed = session.execute(
        sa.delete(OutboxRow)
        .where(col(OutboxRow.id) == claimed.id, col(OutboxRow.fence) == claimed.fence)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict.one(
            "outbox.fence",
            "该任务已由另一进程接手，本次结果不计入",
            "another worker has taken this task over; this result does not count",
            found=f"{claimed.task} {claimed.subject_id}",
        )


def put_back(session: Session, claimed: Claimed, reason: str, due_at: datetime, attempts: int, final: bool) -> bool:
    """After a failure: wait until `due_at`, or dead where attempts are used up or `final`. Whether it is dead now."""
    dead = final or claimed.attempt >= attempts
    session.execute(
        sa.update(OutboxRow)
        .where(col(OutboxRow.id) == claimed.id, col(OutboxRow.fence) == claimed.fence)
        .values(state="dead" if dead else "waiting", reason=reason[:500], due_at=due_at, lease_until=None, sent_at=None)
        .execution_options(synchronize_session=False)
    )
    return dead
