"""Taking back what one has just done: who did it, within half an hour, once.

What an act needs to be taken back is read before it happens and kept, sealed, with the answer of its form (see
`repeating`); the reversal itself is a use case of `restoring`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from legalflow.access import Actor
from legalflow.errors import LegalflowError, NotFound, NotNow
from legalflow.office import Office
from legalflow.persistence.tables import RequestRow
from legalflow.services.restoring import REVERSALS

TIME = timedelta(minutes=30)


@dataclass(frozen=True)
class Done:
    """What a form did: its name and address, when, where one went then, whether it may still be taken back or was."""

    key: str
    act: str
    path: str
    at: datetime
    answer: str
    may_undo: bool
    undone: bool


def before(office: Office, actor: Actor, act: str, said: Mapping[str, str]) -> str:
    """What taking an act back will need, sealed; empty where the act is not of those that can be."""
    reversal = REVERSALS.get(act)
    if reversal is None:
        return ""
    return office.keys.seal(json.dumps(reversal.before(office, actor, said), ensure_ascii=False))


def done(office: Office, actor: Actor, key: str) -> Done | None:
    """What a form of the actor's own did, by its key; None where there is no such, or it is still at work."""
    with office.database.reading() as session:
        row = session.get(RequestRow, key)
    if row is None or row.actor != actor.id or not row.answer:
        return None
    young = row.at >= office.now() - TIME
    may = bool(row.back) and row.undone_at is None and young
    return Done(row.key, row.act, row.path, row.at, row.answer, may, row.undone_at is not None)


def undo(office: Office, actor: Actor, key: str) -> Done:
    """Take back what a form of the actor's own did; taken back already, it stays so."""
    found = done(office, actor, key)
    if found is None:
        raise NotFound.one("undo.absent", "没有可以撤销的操作", "there is nothing to take back")
    if found.undone:
        return found
    if not found.may_undo:
        raise NotNow.one(
            "undo.too_late",
            "已不能直接撤销",
            "it can no longer be taken back here",
            mend="请在原页面另行更改",
            mend_en="change it on its own page",
        )
    kept = _claim(office, key)
    if kept is None:  # another request took it back meanwhile
        return found
    try:
        REVERSALS[found.act].back(office, actor, json.loads(office.keys.unseal(kept)))
    except LegalflowError:
        _release(office, key)
        raise
    return found


def _claim(office: Office, key: str) -> str | None:
    """Mark the row as taken back, by compare-and-set, so that of two at once one reverses."""
    with office.database.writing() as session:
        row = session.get(RequestRow, key)
        claimed = session.execute(
            sa.update(RequestRow)
            .where(col(RequestRow.key) == key, col(RequestRow.undone_at).is_(None))
            .values(undone_at=office.now())
            .execution_options(synchronize_session=False)
        )
        return row.back if row is not None and claimed.rowcount == 1 else None  # type: ignore[attr-defined]


def _release(office: Office, key: str) -> None:
    with office.database.writing() as session:
        session.execute(
            sa.update(RequestRow)
            .where(col(RequestRow.key) == key)
            .values(undone_at=None)
            .execution_options(synchronize_session=False)
        )
