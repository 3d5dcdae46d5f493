"""The law in force: the released law with the dated values that two persons approved since."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from legalflow.errors import Invalid
from legalflow.law.catalogue import HOLIDAYS, Added, Law
from legalflow.persistence.tables import LawValueRow
from legalflow.values import codec

_CHINA = ZoneInfo("Asia/Shanghai")
_APPROVED = "approved"
_HELD = 4  # laws kept ready: the one in force, and those of tests or of a moment ago


def in_force(session: Session, released: Law) -> Law:
    """The law in force now; the same object as long as nothing was approved or withdrawn."""
    query = select(LawValueRow).where(LawValueRow.state == _APPROVED).order_by(col(LawValueRow.id))
    kept = tuple(_key(row) for row in session.exec(query))
    return _composed(released, kept) if kept else released


def added(row: LawValueRow) -> Added:
    """A row as the value it adds, held against its text on the day of its approval."""
    return Added(
        topic=row.topic,
        since=row.first_day,
        value=row.value["value"],
        instrument=row.instrument,
        article=row.article,
        verified=row.verified,
        checked=row.decided_at.astimezone(_CHINA).date() if row.decided_at else None,
        note=row.note,
    )


def with_all(released: Law, rows: Iterable[Added]) -> Law:
    """The released law with every value added that fits it.

    A release may have caught up with a value or changed the shape of its topic. The release's own value of the same
    first day holds; a value that no longer fits ends its topic on its first day, so that whoever asks meets a gap and
    not an older value.
    """
    law = released
    for row in sorted(rows, key=lambda row: (row.topic != HOLIDAYS, row.since)):
        if row.topic not in released.topics() or row.since in {each.since for each in released.history(row.topic)}:
            continue
        try:
            law = law.with_values([row])
        except Invalid:
            law = _ended(law, row)
    return law


def _ended(law: Law, row: Added) -> Law:
    try:
        return law.with_values([Added(row.topic, row.since, None, row.instrument, row.article, row.verified)])
    except Invalid:  # nothing was in force there: a gap as it is
        return law


@lru_cache(maxsize=_HELD)
def _composed(released: Law, kept: tuple[bytes, ...]) -> Law:
    return with_all(released, (codec.decode(Added, each) for each in kept))


def _key(row: LawValueRow) -> bytes:
    return codec.encode(added(row))
