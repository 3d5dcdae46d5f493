"""What time alone changes: deadlines come nearer, are carried further and pass, sessions and old requests end.

A tick is asked for once an hour (`hour-2026-03-01T05`) and once a legal day (`day-2026-03-01`). Either may run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.errors import Invalid
from legalflow.matters import deadlines
from legalflow.office import Office, today
from legalflow.persistence import repositories
from legalflow.persistence.tables import DeadlineRow, LoanRow, MatterRow, RequestRow, SessionRow, SignInTryRow
from legalflow.services import minding, notifying, reviving, tracking

Finish = Callable[[Session], None]
CHUNK = 100  # matters in one read; nothing is locked between two of them
REQUESTS_KEPT = timedelta(hours=48)  # an idempotency key answers for at least a day
TRIES_KEPT = timedelta(days=1)


def tick(office: Office, slot: str, finish: Finish) -> None:
    """What an hour or a legal day brings (a task); `slot` begins with `hour-` or `day-`."""
    kind, _, _ = slot.partition("-")
    if kind not in {"hour", "day"}:
        raise Invalid.one("tick.slot", "未知的定时任务", "there is no such tick", found=slot[:40])
    if kind == "day":
        refresh_all(office)
        minding.escalate(office)
        notifying.ask(office)
    else:
        reviving.take_up(office)
    with office.database.writing() as session:
        if kind == "hour":
            _clean(session, office)
        finish(session)


def fail(office: Office, slot: str, reason: str, finish: Finish) -> None:
    """A tick that could not be done: the next one does the same, so that only the work's own row says why."""
    with office.database.writing() as session:
        finish(session)


def refresh_all(office: Office) -> int:
    """Work out the deadlines of every open matter anew and keep those that differ; how many matters changed."""
    changed = 0
    for matter_id in _open_matters(office):
        if _differs(office, matter_id):
            with office.database.writing() as session:
                row = repositories.found(session.get(MatterRow, matter_id), "matter")
                matter = tracking.current(session, row)
                tracking.keep(row, matter)
                tracking.refresh_deadlines(session, office, row, matter)
            changed += 1
    return changed


def _open_matters(office: Office) -> Iterator[str]:
    after = ""
    while True:
        with office.database.reading() as session:
            query = select(MatterRow.id).where(col(MatterRow.id) > after, MatterRow.stage != "A90")
            ids = list(session.exec(query.order_by(col(MatterRow.id)).limit(CHUNK)))
        yield from ids
        if len(ids) < CHUNK:
            return
        after = ids[-1]


def _differs(office: Office, matter_id: str) -> bool:
    with office.database.reading() as session:
        row = repositories.found(session.get(MatterRow, matter_id), "matter")
        loan_row = repositories.found(session.get(LoanRow, row.loan_id), "loan")
        loan = repositories.whole_loan(session, loan_row, office.keys)
        matter = tracking.current(session, row)
        if row.stage != matter.stage:  # the table of stages has changed since
            return True
        now_due = deadlines.due(matter, loan, office.law, today(office))
        kept = session.exec(select(DeadlineRow).where(DeadlineRow.matter_id == matter_id))
        return {(each.rule, each.party, each.mark, each.last_day, each.state) for each in kept} != {
            (
                each.id,
                each.party,
                tracking.mark_of(office, matter_id, each.id, each.party),
                each.last_day.value,
                each.state,
            )
            for each in now_due
        }


def _clean(session: Session, office: Office) -> None:
    """Sessions that have ended, answered requests of the day before yesterday, failed sign-ins of yesterday."""
    now, settings = office.now(), office.settings
    idle, life = timedelta(seconds=settings.session_idle), timedelta(seconds=settings.session_life)
    ended = sa.or_(col(SessionRow.seen_at) < now - idle, col(SessionRow.created_at) < now - life)
    session.execute(sa.delete(SessionRow).where(ended))
    session.execute(sa.delete(RequestRow).where(col(RequestRow.at) < now - REQUESTS_KEPT))
    session.execute(sa.delete(SignInTryRow).where(col(SignInTryRow.at) < now - TRIES_KEPT))
