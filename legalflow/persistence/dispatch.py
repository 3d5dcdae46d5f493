"""What the relay, the ticker and an admin ask of the outbox: what is to be sent, what is dead, who is alive.

`outbox.py` is the task's side of a row (claim, renew, done); this is the side of those who send and watch. Nothing here
talks to the queue server: a transaction is never open while it answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.persistence.tables import BeatRow, OutboxRow


@dataclass(frozen=True)
class Work:
    """One piece of work as an admin sees it. `state`: waiting, leased, dead."""

    id: int
    task: str
    subject_id: str
    queue: str
    state: str
    attempt: int
    due_at: datetime
    sent_at: datetime | None
    reason: str
    created_at: datetime


def unsent(session: Session, at: datetime) -> bool:
    """Whether anything is due that was never sent: cheap enough to be asked several times a second."""
    query = select(OutboxRow.id).where(
        OutboxRow.state == "waiting", col(OutboxRow.sent_at).is_(None), col(OutboxRow.due_at) <= at
    )
    return session.exec(query.limit(1)).first() is not None


def release(session: Session, at: datetime) -> int:
    """Let rows whose lease ran out wait again, to be sent at once; how many. Their worker is dead, or will lose."""
    changed = session.execute(
        sa.update(OutboxRow)
        .where(col(OutboxRow.state) == "leased", col(OutboxRow.lease_until) < at)
        .values(state="waiting", lease_until=None, sent_at=None, due_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def sent(session: Session, rows: Iterable[Work], at: datetime) -> None:
    """Mark rows as sent at an instant, where nobody has claimed them meanwhile."""
    by_attempt: dict[int, list[int]] = {}
    for row in rows:
        by_attempt.setdefault(row.attempt, []).append(row.id)
    for attempt, ids in by_attempt.items():
        session.execute(
            sa.update(OutboxRow)
            .where(col(OutboxRow.id).in_(ids), col(OutboxRow.attempt) == attempt, col(OutboxRow.state) == "waiting")
            .values(sent_at=at)
            .execution_options(synchronize_session=False)
        )


def revive(session: Session, row_id: int, at: datetime) -> Work | None:
    """Let dead work wait again with all its attempts; None where there is no such row or it is not dead."""
    row = session.get(OutboxRow, row_id)
    if row is None or row.state != "dead":
        return None
    row.state, row.attempt, row.reason, row.due_at, row.sent_at, row.lease_until = "waiting", 0, "", at, None, None
    session.add(row)
    session.flush()
    return seen(row)


def all_work(session: Session) -> list[Work]:
    """Everything that waits, runs or is dead, oldest first."""
    return [seen(row) for row in session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))]


def count(session: Session, queue: str) -> int:
    """How many pieces of work of a queue there are, whatever their state."""
    return int(session.exec(select(sa.func.count()).select_from(OutboxRow).where(OutboxRow.queue == queue)).one())


def oldest_due(session: Session, at: datetime) -> datetime | None:
    """Since when the oldest waiting row is due; None where nothing is."""
    query = select(sa.func.min(OutboxRow.due_at)).where(OutboxRow.state == "waiting", col(OutboxRow.due_at) <= at)
    return session.exec(query).first()


def beat(session: Session, name: str, at: datetime) -> None:
    """A process says that it lives."""
    session.merge(BeatRow(name=name, at=at))


def beats(session: Session) -> Mapping[str, datetime]:
    """When each process last said that it lives."""
    return {row.name: row.at for row in session.exec(select(BeatRow))}


def once(session: Session, name: str, slot: datetime) -> bool:
    """Whether this is the first call for `name` in a slot of time; a second ticker gets False."""
    row = session.get(BeatRow, name, with_for_update=True)
    if row is not None and row.at >= slot:
        return False
    session.merge(BeatRow(name=name, at=slot))
    session.flush()
    return True


def seen(row: OutboxRow) -> Work:
    """A row as plain values, usable after its session."""
    assert row.id is not None
    return Work(
        row.id,
        row.task,
        row.subject_id,
        row.queue,
        row.state,
        row.attempt,
        row.due_at,
        row.sent_at,
        row.reason,
        row.created_at,
    )
