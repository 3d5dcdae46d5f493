"""The ways proposed to pursue a claim that wait for another person's decision, read from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from legalflow.access import Actor, Right
from legalflow.matters.events import WAYS
from legalflow.persistence import repositories
from legalflow.persistence.tables import JournalRow, MatterRow

_DECIDING = "A15"
_STEPS = ("StrategyProposed", "StrategyApproved", "StrategyReturned")
_READ = 5000  # entries; far more than wait for a person at a time


@dataclass(frozen=True)
class Waiting:
    """A way that waits: of which matter, which way in Chinese, since when."""

    matter_id: str
    number: str
    way: str
    since: datetime


def waiting(session: Session, actor: Actor) -> list[Waiting]:
    """What waits for the actor's decision, the longest waiting first; never what they proposed themselves."""
    if not actor.may(Right.APPROVE_STRATEGY):
        return []
    query = (
        sa.select(*map(col, (MatterRow.id, MatterRow.number, JournalRow.name)))
        .add_columns(*map(col, (JournalRow.sequence, JournalRow.at, JournalRow.body)))
        .join(JournalRow, col(JournalRow.matter_id) == col(MatterRow.id))
        .where(
            repositories.visible_to(actor),
            col(MatterRow.stage) == _DECIDING,
            col(JournalRow.name).in_((*_STEPS, "EventReversed")),
        )
        .order_by(col(MatterRow.id), col(JournalRow.sequence))
        .limit(_READ)
    )
    return sorted(_open(session.execute(query).all(), actor), key=lambda each: (each.since, each.number))


def _open(rows: Any, actor: Actor) -> Iterator[Waiting]:
    words = {choice.value: choice.zh for choice in WAYS}
    for _, entries in groupby(rows, key=lambda row: row[0]):
        steps = list(entries)
        undone = {row[5]["sequence"] for row in steps if row[2] == "EventReversed"}
        last = next((row for row in reversed(steps) if row[2] in _STEPS and row[3] not in undone), None)
        if last is None or last[2] != "StrategyProposed":
            continue
        matter_id, number, _, _, at, body = last
        if not actor.accounts & {body["actor"], body.get("proposed_by", "")}:
            yield Waiting(matter_id, number, words.get(body["way"], ""), at)
