"""Rows of things done with many at once: found within scope, their lines counted and taken up in shares.

Who asked for a run sees it; reviewers and the auditor see those of their desk; lawyers those of their own firm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from legalflow.access import Actor, Role
from legalflow.persistence import outbox, repositories
from legalflow.persistence.tables import LoanRow, MatterRow, OutboxRow, RunLineRow, RunRow

SHARE = 20  # lines of one task: what a dead worker costs is less, for what is done is committed on the way


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The runs an actor may see, as a condition on `run`."""
    if actor.role is Role.FIRM_LAWYER:
        return sa.and_(col(RunRow.firm_id) == actor.firm, sa.literal(bool(actor.firm)))
    own = col(RunRow.asked_by) == actor.id
    if actor.role in {Role.REVIEWER, Role.AUDITOR}:
        return sa.or_(own, repositories.at_desk(actor, col(RunRow.desk)))
    return own


def run(session: Session, actor: Actor, run_id: str, *, to_change: bool = False) -> RunRow:
    """A run within scope, or `NotFound`; locked where it is changed."""
    query = select(RunRow).where(RunRow.id == run_id, visible_to(actor))
    if to_change:
        query = query.with_for_update(of=col(RunRow.id))
    return repositories.found(session.exec(query).first(), "run")


def locked(session: Session, run_id: str) -> RunRow:
    """A run for a task, locked: what a task concludes from all lines must not be concluded twice."""
    return repositories.found(session.get(RunRow, run_id, with_for_update=True), "run")


def lines(session: Session, run_id: str, first: int, last: int, state: str, *, lock: bool = False) -> list[RunLineRow]:
    """The lines of a share that are in a state, in their order."""
    query = select(RunLineRow).where(
        RunLineRow.run_id == run_id,
        col(RunLineRow.place).between(first, last),
        RunLineRow.state == state,
    )
    if lock:
        query = query.with_for_update()
    return list(session.exec(query.order_by(col(RunLineRow.place))))


def counts(session: Session, run_id: str) -> dict[str, int]:
    """How many lines are in each state."""
    query = sa.select(col(RunLineRow.state), sa.func.count()).where(col(RunLineRow.run_id) == run_id)
    return dict(map(tuple, session.execute(query.group_by(col(RunLineRow.state)))))


def left(session: Session, run_id: str, state: str) -> bool:
    """Whether any line is still in a state."""
    query = select(RunLineRow.place).where(RunLineRow.run_id == run_id, RunLineRow.state == state)
    return session.exec(query.limit(1)).first() is not None


def ahead(session: Session, row: RunRow) -> int:
    """How many lines of runs confirmed before this one still wait."""
    query = (
        sa.select(sa.func.count())
        .select_from(RunLineRow)
        .join(RunRow, col(RunRow.id) == col(RunLineRow.run_id))
        .where(
            col(RunRow.state) == "running",
            col(RunLineRow.state) == "waiting",
            col(RunRow.id) != row.id,
            sa.tuple_(col(RunRow.confirmed_at), col(RunRow.number)) < sa.tuple_(row.confirmed_at, row.number),
        )
    )
    return int(session.execute(query).scalar_one())


def done_since(session: Session, run_id: str, since: datetime) -> int:
    """How many lines were done, or found to fail, since an instant."""
    query = sa.select(sa.func.count()).select_from(RunLineRow)
    query = query.where(col(RunLineRow.run_id) == run_id, col(RunLineRow.done_at) >= since)
    return int(session.execute(query).scalar_one())


def set_lines(session: Session, run_id: str, before: Sequence[str], after: str) -> int:
    """Put the lines of some states into another; how many."""
    changed = session.execute(
        sa.update(RunLineRow)
        .where(col(RunLineRow.run_id) == run_id, col(RunLineRow.state).in_(before))
        .values(state=after)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def ask(session: Session, task: str, queue: str, run_id: str, places: Sequence[int], size: int, at: datetime) -> None:
    """Ask for a task on shares of some places, in order; each is named by its first and last place."""
    for start in range(0, len(places), size):
        share = places[start : start + size]
        outbox.ask(session, task, f"{run_id}-{share[0]}-{share[-1]}", queue, at)


def forsaken(session: Session, state: str, line_state: str, task: str) -> dict[str, list[int]]:
    """The places of lines that still wait, in runs of a state, and that no work of a task in the outbox names."""
    asked: dict[str, set[int]] = {}
    for subject_id in session.exec(select(OutboxRow.subject_id).where(OutboxRow.task == task)):
        run_id, first, last = share_of(subject_id)
        asked.setdefault(run_id, set()).update(range(first, last + 1))
    query = (
        sa.select(col(RunLineRow.run_id), col(RunLineRow.place))
        .join(RunRow, col(RunRow.id) == col(RunLineRow.run_id))
        .where(col(RunRow.state) == state, col(RunLineRow.state) == line_state)
    )
    found: dict[str, list[int]] = {}
    for run_id, place in session.execute(query.order_by(col(RunLineRow.run_id), col(RunLineRow.place))):
        if place not in asked.get(run_id, set()):
            found.setdefault(run_id, []).append(place)
    return found


def unpacked(session: Session, task: str) -> list[RunRow]:
    """Runs whose files were asked for and that no work of a task in the outbox names."""
    asked = select(OutboxRow.subject_id).where(OutboxRow.task == task)
    return list(session.exec(select(RunRow).where(RunRow.pack_state == "asked", col(RunRow.id).not_in(asked))))


def unended(session: Session) -> list[RunLineRow]:
    """Lines that still wait though their run has ended."""
    ended = select(RunRow.id).where(col(RunRow.state).in_(["done", "cancelled"]))
    query = select(RunLineRow).where(
        col(RunLineRow.state).in_(["chosen", "waiting"]), col(RunLineRow.run_id).in_(ended)
    )
    return list(session.exec(query.order_by(col(RunLineRow.run_id), col(RunLineRow.place))))


def unexplained(session: Session) -> list[RunLineRow]:
    """Lines that were left out or failed and do not say why."""
    query = select(RunLineRow).where(col(RunLineRow.state).in_(["skipped", "failed"]))
    return [line for line in session.exec(query) if not line.problems]


def twice_done(session: Session) -> list[RunLineRow]:
    """Lines that name a document that another line of documents names too."""
    documents = select(RunRow.id).where(RunRow.action == "make_documents")
    made = sa.and_(col(RunLineRow.result_id) != "", col(RunLineRow.run_id).in_(documents))
    twice = sa.select(col(RunLineRow.result_id)).where(made).group_by(col(RunLineRow.result_id))
    query = select(RunLineRow).where(made, col(RunLineRow.result_id).in_(twice.having(sa.func.count() > 1)))
    return list(session.exec(query))


def share_of(subject_id: str) -> tuple[str, int, int]:
    """The run and the places that a task's subject names."""
    run_id, first, last = subject_id.split("-")
    return run_id, int(first), int(last)


def places(session: Session, run_id: str, state: str) -> list[int]:
    """The places of all lines in a state."""
    query = select(RunLineRow.place).where(RunLineRow.run_id == run_id, RunLineRow.state == state)
    return list(session.exec(query.order_by(col(RunLineRow.place))))


def matters_of(session: Session, row: RunRow, subjects: Sequence[str]) -> dict[str, str]:
    """The id of the matter of each subject that has one."""
    if row.subject == "matters":
        return {each: each for each in subjects}
    query = sa.select(col(MatterRow.loan_id), col(MatterRow.id)).where(col(MatterRow.loan_id).in_(subjects))
    return dict(map(tuple, session.execute(query)))


def loans_of(session: Session, row: RunRow, subjects: Sequence[str]) -> dict[str, str]:
    """The id of the loan of each subject."""
    if row.subject == "loans":
        return {each: each for each in subjects}
    query = sa.select(col(MatterRow.id), col(MatterRow.loan_id)).where(col(MatterRow.id).in_(subjects))
    return dict(map(tuple, session.execute(query)))


def names(session: Session, actor: Actor, row: RunRow, subjects: Sequence[str]) -> dict[str, Any]:
    """What a line's subject is called (borrower, contract, number and id of its matter), within the actor's scope."""
    query = (
        sa.select(
            col(LoanRow.id).label("loan_id"),
            col(LoanRow.borrower),
            col(LoanRow.contract_number),
            col(MatterRow.id).label("matter_id"),
            col(MatterRow.number),
        )
        .select_from(LoanRow)
        .join(MatterRow, col(MatterRow.loan_id) == col(LoanRow.id), isouter=True)
        .where(repositories.loans_visible_to(actor))
    )
    key = col(MatterRow.id) if row.subject == "matters" else col(LoanRow.id)
    found = {}
    for start in range(0, len(subjects), 500):
        for each in session.execute(query.where(key.in_(subjects[start : start + 500]))):
            found[each.matter_id if row.subject == "matters" else each.loan_id] = each
    return found


def every_line(session: Session, run_id: str, states: Sequence[str] = ()) -> Iterator[RunLineRow]:
    """All lines of a run in order, or those of some states."""
    query = select(RunLineRow).where(RunLineRow.run_id == run_id)
    if states:
        query = query.where(col(RunLineRow.state).in_(states))
    yield from session.exec(query.order_by(col(RunLineRow.place)))
