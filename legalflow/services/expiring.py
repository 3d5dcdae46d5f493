"""The measures of all matters by their last day: a list to look ahead in, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Right
from legalflow.matters import events as e
from legalflow.matters.assets import Asset, assets_of
from legalflow.matters.clocks import EXPIRY
from legalflow.matters.deadlines import OPEN
from legalflow.office import Office, today
from legalflow.persistence import journal, repositories
from legalflow.persistence.tables import DeadlineRow, LoanRow, MatterRow
from legalflow.rendering import workbook
from legalflow.services import tracking, viewing
from legalflow.services.securing import KINDS
from legalflow.services.viewing import PAGE, Page
from legalflow.values import codec

MOST_EXPORTED = 5_000
WITHIN = {"expired": None, "week": 7, "month": 30, "quarter": 90}  # how far ahead the list looks, in days
_RANKS = {choice.value: choice.zh for choice in e.MEASURE_RANKS}


@dataclass(frozen=True)
class MeasureLine:
    """A measure in the list over all matters, by its last day; `days` until then, negative after it."""

    matter_id: str
    number: str
    borrower: str
    asset: Asset
    last_day: date
    days: int
    provisional: bool
    mark: str

    @property
    def kind(self) -> str:
        """The kind of the asset, in Chinese."""
        return KINDS.get(self.asset.kind, self.asset.kind)

    @property
    def rank(self) -> str:
        """Its rank, in Chinese."""
        return _RANKS.get(self.asset.measure.rank, "") if self.asset.measure else ""


def measures(office: Office, actor: Actor, within: str = "", after: str = "") -> Page[MeasureLine]:
    """The measures of all matters in scope, the first to end first; `within` is one of `WITHIN`, empty for all."""
    actor.require(Right.VIEW)
    on = today(office)
    with office.database.reading() as session:
        query = _found(actor, within, on)
        count = viewing.count(session, query)
        begun = _key(after)
        if begun is not None:
            same_day = sa.and_(col(DeadlineRow.last_day) == begun[0], col(DeadlineRow.id) > begun[1])
            query = query.where(sa.or_(col(DeadlineRow.last_day) > begun[0], same_day))
        rows = session.execute(_ordered(query).limit(PAGE + 1)).all()
        lines = _measure_lines(session, rows[:PAGE], on)
    more = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return Page(lines, f"{more.last_day.isoformat()}_{more.id}" if more else "", count)


def counts(office: Office, actor: Actor) -> dict[str, int]:
    """How many measures in scope end within each span."""
    actor.require(Right.VIEW)
    on = today(office)
    with office.database.reading() as session:
        return {name: viewing.count(session, _found(actor, name, on)) for name in ("", *WITHIN)}


def export(office: Office, actor: Actor, within: str = "") -> bytes:
    """The list as a workbook; the audit trail notes it."""
    actor.require(Right.VIEW)
    on = today(office)
    with office.database.reading() as session:
        rows = session.execute(_ordered(_found(actor, within, on)).limit(MOST_EXPORTED)).all()
        lines = _measure_lines(session, rows, on)
    headings = [
        "案件",
        "借款人",
        "财产",
        "类别",
        "顺位",
        "法院",
        "裁定书文号",
        "采取日期",
        "届满日",
        "剩余天数",
        "价值（元）",
    ]
    content = workbook.write(
        [workbook.Table(name="查封到期", headings=headings, rows=[_cells(line) for line in lines])]
    )
    with office.database.writing() as session:
        journal.note(
            session,
            at=office.now(),
            actor=actor.id,
            action="export.measures",
            subject="measures",
            rows=len(lines),
            digest=codec.digest(content),
        )
    return content


def _cells(line: MeasureLine) -> list[workbook.Cell]:
    measure = line.asset.measure
    return [
        line.number,
        line.borrower,
        line.asset.name,
        line.kind,
        line.rank,
        measure.court if measure else "",
        measure.ruling if measure else "",
        measure.taken_on if measure else "",
        line.last_day,
        line.days,
        line.asset.value or "",
    ]


def _key(after: str) -> tuple[date, int] | None:
    """The last line of the page before, as the address carries it; None where it means nothing."""
    day, _, number = after.partition("_")
    try:
        return date.fromisoformat(day), int(number[:18])
    except ValueError:
        return None


def _found(actor: Actor, within: str, on: date) -> Any:
    numbered = col(DeadlineRow.rule).startswith(f"{EXPIRY}-", autoescape=True)
    query = (
        select(DeadlineRow, MatterRow, LoanRow.borrower)
        .join(MatterRow, col(DeadlineRow.matter_id) == col(MatterRow.id))
        .join(LoanRow, col(MatterRow.loan_id) == col(LoanRow.id))
        .where(
            sa.or_(col(DeadlineRow.rule) == EXPIRY, numbered),
            col(DeadlineRow.state).in_(OPEN),
            repositories.visible_to(actor),
        )
    )
    if within == "expired":
        return query.where(col(DeadlineRow.last_day) < on)
    span = WITHIN.get(within)
    if span is None:
        return query
    return query.where(col(DeadlineRow.last_day).between(on, on + timedelta(days=span)))


def _ordered(query: Any) -> Any:
    return query.order_by(col(DeadlineRow.last_day), col(DeadlineRow.id))


def _measure_lines(session: Session, rows: Sequence[Any], on: date) -> list[MeasureLine]:
    """The lines of some deadlines; each matter is folded once."""
    known: dict[str, dict[str, Asset]] = {}
    found = []
    for due, row, borrower in rows:
        if row.id not in known:
            known[row.id] = {each.name: each for each in assets_of(tracking.current(session, row))}
        name = due.title.partition("：")[2]  # as `clocks` words the title of a clock that is about an asset
        asset = known[row.id].get(name) or Asset(number=0, name=name)
        found.append(
            MeasureLine(
                matter_id=row.id,
                number=row.number,
                borrower=borrower,
                asset=asset,
                last_day=due.last_day,
                days=(due.last_day - on).days,
                provisional=due.provisional,
                mark=due.mark,
            )
        )
    return found
