"""Doing one thing with many: confirmed by who looked at the preview, done in shares, each line once.

A share does the slow part of some lines with no transaction open, then writes all of them in one. A line is written
only while it waits and its run runs: a worker that died, a share done twice or a run cancelled meanwhile leaves no
twin and no half. What fails is kept with its reason and can be tried again alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from sqlmodel import Session

from legalflow.access import Actor, Right
from legalflow.errors import Away, Invalid, LegalflowError, NotAllowed, NotFound, NotNow, Problem
from legalflow.office import Office
from legalflow.persistence import repositories, runs
from legalflow.persistence.tables import RunLineRow, RunRow
from legalflow.services import choosing
from legalflow.services.acting import ACTIONS, Subject, Write
from legalflow.services.foreseeing import FAULT, FAULTS, actor_of, leave_out, said, subjects_of

TASK, QUEUE = "do_run", "batches"
TOGETHER = 10  # lines written in one transaction
TYPED_ABOVE = 50  # lines from which the number is typed to confirm
ALONE = 100  # up to so many failed lines are tried again each by itself, so that one cannot take others along
# What will be the same at the next try: the line is left out. Anything else failed, and may be tried again.
_LEFT_OUT = (NotAllowed, NotFound, NotNow)
_LEFT_OUT_CODES = frozenset({"run.changed", "run.words_changed"})
UNDONE = "run.share_failed"  # of a line that no attempt could do
Finish = Callable[[Session], None]
_LOG = logging.getLogger("runs")


def confirm(
    office: Office,
    actor: Actor,
    run_id: str,
    version: int,
    typed: str,
    without: Sequence[int] = (),
    *,
    all_marked: bool = False,
) -> None:
    """Begin what was foreseen, without some lines, or without all that were marked as odd.

    Above `TYPED_ABOVE` lines their number is `typed` by hand. Nothing was made before this.
    """
    actor.require(Right.BATCH)
    with office.database.writing() as session:
        row = choosing.own(session, actor, run_id, version)
        if row.state != "foreseen":
            raise NotNow.one("run.not_foreseen", "请先预览，再确认", "look at the preview first")
        actor.require(ACTIONS[row.action].right)
        marked = [line.place for line in runs.every_line(session, run_id, ("waiting",)) if line.marks]
        leave_out(session, run_id, marked if all_marked else without)
        places = runs.places(session, run_id, "waiting")
        _refuse_count(len(places), typed)
        row.state, row.confirmed_at, row.version = "running", office.now(), row.version + 1
        session.add(row)
        runs.ask(session, TASK, QUEUE, run_id, places, runs.SHARE, office.now())
        choosing.note(session, office, actor, "run.confirmed", row, rows=len(places), digest=row.ids_digest)


def cancel(office: Office, actor: Actor, run_id: str) -> None:
    """Stop a run: what is done stays done, what waits is not done any more."""
    actor.require(Right.BATCH)
    with office.database.writing() as session:
        row = choosing.own(session, actor, run_id)
        if row.state in {"done", "cancelled"}:
            raise NotNow.one("run.ended", "本批任务已结束", "this has ended")
        count = runs.set_lines(session, run_id, ("chosen", "waiting"), "cancelled")
        row.state, row.ended_at, row.version = "cancelled", office.now(), row.version + 1
        session.add(row)
        choosing.note(session, office, actor, "run.cancelled", row, rows=count)


def retry(office: Office, actor: Actor, run_id: str) -> None:
    """Try again the lines that failed, and only those."""
    actor.require(Right.BATCH)
    with office.database.writing() as session:
        row = choosing.own(session, actor, run_id)
        actor.require(ACTIONS[row.action].right if row.action else Right.BATCH)
        if row.state not in {"running", "done"}:
            raise NotNow.one("run.not_run", "本批任务没有可重试的行", "there is nothing to try again")
        places = runs.places(session, run_id, "failed")
        if not places:
            raise NotNow.one("run.none_failed", "没有失败的行", "no line has failed")
        for line in runs.every_line(session, run_id, ("failed",)):
            _wait(session, line)
        _run_again(session, row)
        session.flush()
        size = 1 if len(places) <= ALONE else runs.SHARE
        runs.ask(session, TASK, QUEUE, run_id, places, size, office.now())
        choosing.note(session, office, actor, "run.retried", row, rows=len(places))


def run(office: Office, subject_id: str, finish: Finish) -> None:
    """Do one share (a task). What was written before a worker died is left as it is."""
    run_id, first, last = runs.share_of(subject_id)
    with office.database.reading() as session:
        row = repositories.found(session.get(RunRow, run_id), "run")
        waiting = runs.lines(session, run_id, first, last, "waiting") if row.state == "running" else []
        subjects = subjects_of(session, row, waiting)
    for start in range(0, len(waiting), TOGETHER):
        _together(office, row, waiting[start : start + TOGETHER], subjects)
    with office.database.writing() as session:
        _conclude(session, office, runs.locked(session, run_id))
        finish(session)


def fail(office: Office, subject_id: str, reason: str, finish: Finish) -> None:
    """Record that a share could not be done: its lines failed, with the reason, and may be tried again."""
    run_id, first, last = runs.share_of(subject_id)
    with office.database.writing() as session:
        row = runs.locked(session, run_id)
        if row.state == "running":
            for line in runs.lines(session, run_id, first, last, "waiting", lock=True):
                _ended(office, line, "failed", [{"code": UNDONE, "zh": reason[:500], "mend": "", "en": reason[:500]}])
                session.add(line)
            session.flush()
            _conclude(session, office, row)
        finish(session)


def wait_again(session: Session, subject_id: str) -> None:
    """Let the lines of a share that no attempt could do wait again, where the run was not cancelled meanwhile."""
    run_id, first, last = runs.share_of(subject_id)
    row = runs.locked(session, run_id)
    if row.state not in {"running", "done"}:
        return
    failed = runs.lines(session, run_id, first, last, "failed", lock=True)
    again = [line for line in failed if line.problems and line.problems[0]["code"] == UNDONE]
    for line in again:
        _wait(session, line)
    if again:
        _run_again(session, row)


def _wait(session: Session, line: RunLineRow) -> None:
    line.state, line.problems, line.done_at = "waiting", [], None
    session.add(line)


def _run_again(session: Session, row: RunRow) -> None:
    row.state, row.ended_at, row.version = "running", None, row.version + 1
    row.pack_state, row.pack, row.released_pack = "", None, None  # the files will be others
    session.add(row)


def _together(office: Office, row: RunRow, lines: Sequence[RunLineRow], subjects: dict[int, Subject]) -> None:
    """Make some lines ready with no transaction open, and write them in one."""
    actor = actor_of(office, row)
    ready = {line.place: _ready(office, actor, row, line, subjects[line.place]) for line in lines}
    with office.database.writing() as session:
        if runs.locked(session, row.id).state != "running":
            return  # cancelled meanwhile: nothing of this is written
        places = [line.place for line in lines]
        for line in runs.lines(session, row.id, places[0], places[-1], "waiting", lock=True):
            if line.place in ready:
                _written(session, office, row, line, ready[line.place])


def _ready(
    office: Office, actor: Actor | LegalflowError, row: RunRow, line: RunLineRow, subject: Subject
) -> Write | LegalflowError:
    """What remains to be written of a line, or what is wrong with it; what is away for now ends the task instead."""
    if isinstance(actor, LegalflowError):
        return actor
    try:
        return ACTIONS[row.action].ready(office, actor, row, subject, line.seen_digest)
    except Away:
        raise
    except LegalflowError as error:
        return error
    except FAULTS as error:
        _LOG.error("run=%s place=%d not made", row.id, line.place, exc_info=error)
        return Invalid(FAULT)


def _written(session: Session, office: Office, row: RunRow, line: RunLineRow, ready: Write | LegalflowError) -> None:
    if not isinstance(ready, LegalflowError):
        try:
            with session.begin_nested():
                line.result_id = ready(session)
            _ended(office, line, "done", [])
        except Away:
            raise
        except LegalflowError as error:
            ready = error
    if isinstance(ready, LegalflowError):
        left_out = isinstance(ready, _LEFT_OUT) or any(each.code in _LEFT_OUT_CODES for each in ready.problems)
        line.result_id = ""
        _ended(office, line, "skipped" if left_out else "failed", said(ready.problems))
    session.add(line)


def _ended(office: Office, line: RunLineRow, state: str, problems: list[dict[str, str]]) -> None:
    line.state, line.problems, line.done_at = state, problems, office.now()


def _conclude(session: Session, office: Office, row: RunRow) -> None:
    """A run of which nothing waits any more is done."""
    if row.state == "running" and not runs.left(session, row.id, "waiting"):
        row.state, row.ended_at, row.version = "done", office.now(), row.version + 1
        session.add(row)


def _refuse_count(count: int, typed: str) -> None:
    if not count:
        raise NotNow.one("run.nothing_left", "没有可以办理的行", "there is nothing left to be done")
    if count > TYPED_ABOVE and typed.strip().replace(",", "").replace("，", "") != str(count):
        raise Invalid(
            Problem(
                "run.count",
                f"请输入将要办理的笔数 {count} 以确认",
                f"type the number of lines, {count}, to confirm",
                "typed",
                typed[:20],
                "核对预览和剔除的行后输入",
                "look at the preview and what was left out, then type it",
            )
        )
