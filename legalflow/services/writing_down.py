"""New matters whose events are all known, written down together: journal, audit trail, rows and deadlines.

What is written is what the same events give one by one (`tracking.admit_event`), with a statement for a table instead
of ten for an event. No task is asked for: what an event would have a worker make is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from legalflow.office import Office
from legalflow.persistence import journal
from legalflow.services import tracking
from legalflow.services.rehearsing import Lived
from legalflow.values import codec


def write_down(session: Session, office: Office, lived: Sequence[Lived]) -> None:
    """Enter matters that were lived through, in the caller's transaction; their loans stand in the database."""
    due: list[SQLModel] = []
    for each in lived:
        tracking.keep(each.row, each.matter)
        each.row.changed_at = each.recorded[-1].event.at
        each.row.version = len(each.recorded) + 1
        due += tracking.deadline_rows(office, each.row, each.matter, each.loan)
        for document in each.documents:
            document.state = each.matter.documents[document.id].state.value
            document.changed_at = each.row.changed_at
    session.add_all([each.row for each in lived])
    session.flush()  # what follows names the matters
    _put(session, due)
    _put(session, [row for each in lived for row in each.documents])
    _put(session, [row for each in lived for row in each.exhibits])
    _put(session, [row for each in lived for row in each.bundles])
    _put(session, [row for each in lived for row in each.payments])
    journal.begin(session, {each.row.id: each.recorded for each in lived})
    journal.note_all(session, list(_notes(lived)))


def _put(session: Session, rows: Sequence[SQLModel]) -> None:
    """Rows of one table with one statement; a number that the database gives is left to it."""
    if not rows:
        return
    table: sa.Table = SQLModel.metadata.tables[str(rows[0].__tablename__)]
    given = [column.name for column in table.columns if column.name != "id" or rows[0].id is not None]
    session.execute(sa.insert(table), [{name: getattr(row, name) for name in given} for row in rows])


def _notes(lived: Sequence[Lived]) -> Iterator[dict[str, Any]]:
    for each in lived:
        for recorded in each.recorded:
            event = recorded.event
            yield {
                "at": event.at,
                "actor": event.actor,
                "action": f"event.{type(event).__name__}",
                "subject": each.row.id,
                "detail": {"sequence": recorded.sequence, "digest": codec.digest(codec.encode(event))},
            }
