"""How long what is kept: every class with its period and ground, how much there is of it, and what was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from legalflow.access import SYSTEM, Actor, Right
from legalflow.office import Office, today
from legalflow.persistence import retention
from legalflow.persistence.retention import Retention
from legalflow.persistence.tables import AccountRow, AuditRow, PersonRow
from legalflow.services import tracking

DELETED = "person.deleted"
PAGE = 100


@dataclass(frozen=True)
class Line:
    """A class of records: its rule, and its tables with how many rows each holds."""

    rule: Retention
    tables: tuple[tuple[str, int], ...]

    @property
    def rows(self) -> int:
        """How many rows are kept under the class."""
        return sum(count for _, count in self.tables)


@dataclass(frozen=True)
class Kept:
    """The classes, how many persons' data is restricted, and what was deleted: when and by whom, the latest first."""

    lines: tuple[Line, ...]
    restricted: int
    deleted: tuple[tuple[datetime, str], ...]


def kept(office: Office, actor: Actor) -> Kept:
    """How long what is kept, as in force today, with what there is."""
    tracking.require_any(actor, (Right.OPERATE, Right.READ_AUDIT))
    classes = retention.classes(office.law, today(office))
    rules = {each.name: each for each in classes.values()}
    with office.database.reading() as session:
        tables = {name: [(table, _rows(session, table)) for table in _of(classes, name)] for name in rules}
        restricted = session.exec(
            select(sa.func.count(sa.distinct(col(PersonRow.number_index)))).where(PersonRow.restriction != "")
        ).one()
        names = {each.id: each.name for each in session.exec(select(AccountRow))} | {SYSTEM.id: SYSTEM.name}
        query = select(AuditRow).where(AuditRow.action == DELETED).order_by(col(AuditRow.id).desc()).limit(PAGE)
        deleted = tuple((row.at, names.get(row.actor, row.actor)) for row in session.exec(query))
    lines = tuple(Line(rules[name], tuple(tables[name])) for name in rules)
    return Kept(lines, int(restricted), deleted)


def _of(classes: Mapping[str, Retention], name: str) -> list[str]:
    return sorted(table for table, rule in classes.items() if rule.name == name)


def _rows(session: Session, table: str) -> int:
    found = SQLModel.metadata.tables[table]
    return int(session.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())
