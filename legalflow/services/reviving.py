"""Work that is dead, run again: by an administrator, once what stopped it is mended.

A file or a batch that counted as refused waits again; a document or a bundle is made from the facts it was asked with.
Of a run over many the lines that no attempt could do wait again; lines that nothing is at work on, as after a backup
was brought back, are found by the hour and asked for anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from legalflow.access import Actor, Right
from legalflow.errors import NotFound
from legalflow.office import Office
from legalflow.persistence import dispatch, journal, outbox, runs
from legalflow.persistence.dispatch import Work
from legalflow.persistence.tables import BatchRow, BundleRow, DocumentRow, ExhibitRow
from legalflow.services import foreseeing, packing, running

# The subject of each task, and the state in which its task takes it up.
_SUBJECTS: dict[str, tuple[Any, str]] = {
    "render_document": (DocumentRow, "requested"),
    "bind_bundle": (BundleRow, "requested"),
    "inspect_exhibit": (ExhibitRow, "received"),
    "import_batch": (BatchRow, "reading"),  # looked at anew, so that nothing goes in that nobody confirmed
}
_ENDED = {"failed", "rejected"}
_RUNS: Mapping[str, Callable[[Session, str], None]] = {
    foreseeing.TASK: foreseeing.wait_again,
    running.TASK: running.wait_again,
    packing.TASK: packing.wait_again,
}
# Of which state runs and their lines are while a task works on them, and how many lines it takes at once.
LINES: Mapping[str, tuple[str, str, int]] = {
    foreseeing.TASK: ("foreseeing", "chosen", foreseeing.SHARE),
    running.TASK: ("running", "waiting", runs.SHARE),
}


def all_work(office: Office, actor: Actor) -> list[Work]:
    """Everything that waits, runs or is dead, oldest first."""
    actor.require(Right.OPERATE)
    with office.database.reading() as session:
        return dispatch.all_work(session)


def rerun(office: Office, actor: Actor, row_id: int) -> Work:
    """Let dead work wait again with all its attempts; `NotFound` where there is none of that number."""
    actor.require(Right.OPERATE)
    with office.database.writing() as session:
        work = dispatch.revive(session, row_id, office.now())
        if work is None:
            raise NotFound.one(
                "work.not_dead",
                "没有这项已停止的任务",
                "there is no dead work of that number",
                found=str(row_id),
                mend="运行 legalflow work list 查看编号",
                mend_en="run legalflow work list to see the numbers",
            )
        _wait_again(session, work)
        journal.note(
            session, at=office.now(), actor=actor.id, action="work.rerun", subject=work.subject_id, task=work.task
        )
    return work


def take_up(office: Office) -> int:
    """Ask anew for what runs over many still wait for and nothing is at work on; how many pieces of work."""
    with office.database.writing() as session:
        before = dispatch.count(session, foreseeing.QUEUE)
        for task, (state, line_state, size) in LINES.items():
            for run_id, places in runs.forsaken(session, state, line_state, task).items():
                runs.ask(session, task, foreseeing.QUEUE, run_id, places, size, office.now())
        for row in runs.unpacked(session, packing.TASK):
            outbox.ask(session, packing.TASK, row.id, packing.QUEUE, office.now())
        return dispatch.count(session, foreseeing.QUEUE) - before


def _wait_again(session: Session, work: Work) -> None:
    if work.task in _RUNS:
        _RUNS[work.task](session, work.subject_id)
        return
    table, state = _SUBJECTS.get(work.task, (None, ""))
    row = session.get(table, work.subject_id) if table else None
    if row is not None and row.state in _ENDED:
        row.state = state
        session.add(row)
