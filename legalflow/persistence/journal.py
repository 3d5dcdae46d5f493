"""The journal: every event of a matter, in order, never changed; and the audit trail beside it.

Both are chained by digests. What a matter is, is the fold of its journal (`matters/matter.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.matters.events import EVENTS
from legalflow.matters.matter import Recorded
from legalflow.persistence import chain
from legalflow.persistence.tables import AuditRow, JournalRow
from legalflow.values import codec
from legalflow.values.event import Event


def append(session: Session, matter_id: str, event: Event, after: int) -> Recorded:
    """Append an event as number `after + 1` of the matter; another's append at the same place is a `Conflict`."""
    last = session.exec(
        select(JournalRow).where(JournalRow.matter_id == matter_id).order_by(col(JournalRow.sequence).desc()).limit(1)
    ).first()
    previous = last.digest if last else chain.START
    row = JournalRow(
        matter_id=matter_id,
        sequence=after + 1,
        name=type(event).__name__,
        body=codec.plain(event),
        at=event.at,
        happened_on=event.on,
        actor=event.actor,
        previous=previous,
        digest="",
    )
    row.digest = chain.link(previous, _content(row))
    session.add(row)
    session.flush()
    return Recorded(sequence=row.sequence, event=event)


def begin(session: Session, journals: Mapping[str, Sequence[Recorded]]) -> None:
    """The whole journals of new matters, by the matter's id, with one statement."""
    rows = []
    for matter_id, recorded in journals.items():
        previous = chain.START
        for each in recorded:
            event = each.event
            row = {
                "matter_id": matter_id, "sequence": each.sequence, "name": type(event).__name__,
                "body": codec.plain(event), "at": event.at, "happened_on": event.on, "actor": event.actor,
                "previous": previous,
            }  # fmt: skip
            row["digest"] = previous = chain.link(previous, _content(SimpleNamespace(**row)))
            rows.append(row)
    session.execute(sa.insert(JournalRow), rows)


def events(session: Session, matter_id: str) -> list[Recorded]:
    """Every event of a matter, in order."""
    rows = session.exec(select(JournalRow).where(JournalRow.matter_id == matter_id).order_by(col(JournalRow.sequence)))
    return [Recorded(sequence=row.sequence, event=event_of(row)) for row in rows]


def event_of(row: JournalRow) -> Event:
    """The event a row keeps."""
    return codec.decode(EVENTS[row.name], row.body)


def broken(session: Session) -> Iterator[str]:
    """The place of every journal row whose chain does not hold."""
    previous: dict[str, str] = {}
    expected: dict[str, int] = {}
    query = select(JournalRow).order_by(col(JournalRow.matter_id), col(JournalRow.sequence))
    for row in session.exec(query.execution_options(yield_per=500)):
        before = previous.get(row.matter_id, chain.START)
        number = expected.get(row.matter_id, 0) + 1
        if row.previous != before or row.sequence != number or row.digest != chain.link(before, _content(row)):
            yield f"journal {row.matter_id}#{row.sequence}"
        previous[row.matter_id], expected[row.matter_id] = row.digest, row.sequence


# Where what is being done comes from: set once as a request, a command or a job begins, read by `note`.
_origin: ContextVar[str] = ContextVar("origin", default="")


def comes_from(origin: str) -> None:
    """Say where what follows comes from (a network address, `command line`, `worker`), for the audit trail."""
    _origin.set(origin[:60])


def origin() -> str:
    """Where what is being done comes from, as the door said; empty where nobody said it."""
    return _origin.get()


def note(session: Session, *, at: Any, actor: str, action: str, subject: str, **detail: Any) -> AuditRow:
    """Append to the audit trail who did what; `detail` holds our ids and digests, never a name or a number."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite's writers already take turns
        session.execute(sa.text("SELECT pg_advisory_xact_lock(7301)"))
    last = session.exec(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
    previous = last.digest if last else chain.START
    row = AuditRow(
        at=at,
        actor=actor,
        origin=_origin.get(),
        action=action,
        subject=subject,
        detail=codec.plain(detail),
        previous=previous,
        digest="",
    )
    row.digest = chain.link(previous, _audited(row))
    session.add(row)
    session.flush()
    return row


def note_all(session: Session, notes: Sequence[Mapping[str, Any]]) -> None:
    """Append many entries to the audit trail in their order, each of `at`, `actor`, `action`, `subject`, `detail`."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(7301)"))
    last = session.exec(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
    previous, rows = last.digest if last else chain.START, []
    for each in notes:
        row = {**each, "detail": codec.plain(each["detail"]), "origin": _origin.get(), "previous": previous}
        row["digest"] = previous = chain.link(previous, _audited(SimpleNamespace(**row)))
        rows.append(row)
    session.execute(sa.insert(AuditRow), rows)


def audit_broken(session: Session) -> Iterator[str]:
    """The place of every audit row whose chain does not hold."""
    previous = chain.START
    for row in session.exec(select(AuditRow).order_by(col(AuditRow.id)).execution_options(yield_per=500)):
        if row.previous != previous or row.digest != chain.link(previous, _audited(row)):
            yield f"audit {row.id}"
        previous = row.digest


def audit_head(session: Session) -> tuple[int, str]:
    """How many audit rows there are, and the last one's digest: what a checkpoint keeps."""
    last = session.exec(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
    count = session.exec(select(sa.func.count()).select_from(AuditRow)).one()
    return int(count), last.digest if last else chain.START


def _content(row: Any) -> dict[str, Any]:
    return {"matter": row.matter_id, "sequence": row.sequence, "name": row.name, "body": row.body}


def _audited(row: Any) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "actor": row.actor,
        "origin": row.origin,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
    }
