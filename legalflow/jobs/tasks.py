"""`perform`: the only function the queue calls. It claims the outbox row, does the work, and commits the effect once.

What RQ thinks of a job does not matter: the row is the truth. `perform` therefore raises nothing, so that no message of
an error, which may quote a person, is ever written into the queue server.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from rq.timeouts import JobTimeoutException

from legalflow.errors import Conflict, Corrupt, Invalid, LawGap, LegalflowError, Missing, NotAllowed, NotFound, NotNow
from legalflow.jobs import queues
from legalflow.jobs.queues import Task
from legalflow.office import Office, in_force
from legalflow.persistence import outbox
from legalflow.persistence.outbox import Claimed
from legalflow.services import auditing

_LOG = logging.getLogger("task")
_NO_USE = (Invalid, Missing, LawGap, NotFound, NotNow, NotAllowed, Corrupt)  # the same facts fail the same way again
_TOO_BIG = (MemoryError, JobTimeoutException)  # it would cost as much again


@dataclass(frozen=True)
class Bench:
    """What a worker process has at hand for its jobs: the office and the table of tasks."""

    office: Office
    table: Mapping[str, Task]


_bench: list[Bench] = []  # set once by the worker before it forks; a job's arguments are ids only


class _Stale(Exception):
    """The job was meant for an earlier attempt."""


def prepare(office: Office, table: Mapping[str, Task] = queues.TASKS) -> None:
    """Lay out what `perform` needs, once for a worker process."""
    _bench[:] = [Bench(office, table)]


def perform(name: str, subject_id: str, attempt: int) -> None:
    """Called by the queue: one attempt at a task on a subject; `attempt` counts those before it."""
    (bench,) = _bench
    attempt_once(bench.office, bench.table, name, subject_id, attempt)


def attempt_once(office: Office, table: Mapping[str, Task], name: str, subject_id: str, attempt: int) -> str:
    """One attempt; what came of it: `done`, `skipped`, `again`, `failed` or `dead`. Raises nothing but `BaseException`.

    Skipped is a job whose row is gone, leased to another, or already at a later attempt: the same job ten times has its
    effect once.
    """
    task = table.get(name)
    if task is None:
        _LOG.error("unknown task refused")
        return "skipped"
    claimed = _claim(office, name, subject_id, attempt)
    if claimed is None:
        return "skipped"
    outcome = _attempt(office, task, claimed)
    _LOG.info("task=%s subject=%s attempt=%d outcome=%s", name, subject_id, claimed.attempt, outcome)
    return outcome


def _attempt(office: Office, task: Task, claimed: Claimed) -> str:
    auditing.comes_from("worker")
    try:
        if claimed.attempt > office.settings.attempts:  # every worker before died without a word
            return _give_up(office, task, claimed, "处理进程多次意外终止 / the worker died each time")
        with _lease_kept(office, claimed):
            queues.resolve(task.run)(in_force(office), claimed.subject_id, partial(outbox.done, claimed=claimed))
    except Conflict as error:
        if any(problem.code == "outbox.fence" for problem in error.problems):
            return "skipped"  # another has taken it over, and its effect counts
        return _again(office, task, claimed, error)
    except _NO_USE as error:
        return _fail(office, task, claimed, _said(error))
    except _TOO_BIG as error:
        return _give_up(office, task, claimed, _said(error))
    except Exception as error:
        return _again(office, task, claimed, error)
    return "done"


def _claim(office: Office, name: str, subject_id: str, attempt: int) -> Claimed | None:
    lease = timedelta(seconds=office.settings.lease)
    try:
        with office.database.writing() as session:
            claimed = outbox.claim(session, name, subject_id, office.now(), lease)
            if claimed is not None and claimed.attempt != attempt + 1:
                raise _Stale
    except _Stale:
        return None
    except Exception as error:
        _LOG.warning("task=%s subject=%s not claimed, the relay sends it again: %s", name, subject_id, _kind(error))
        return None
    return claimed


@contextmanager
def _lease_kept(office: Office, claimed: Claimed) -> Iterator[None]:
    """Renew the lease beside the work, until the work ends or the fence is lost."""
    stop = threading.Event()
    renewer = threading.Thread(target=_renew, args=(office, claimed, stop), daemon=True, name="lease")
    renewer.start()
    try:
        yield
    finally:
        stop.set()
        renewer.join()


def _renew(office: Office, claimed: Claimed, stop: threading.Event) -> None:
    lease = timedelta(seconds=office.settings.lease)
    while not stop.wait(office.settings.renew):
        try:
            with office.database.writing() as session:
                if not outbox.renew(session, claimed, office.now(), lease):
                    return
        except LegalflowError as error:  # locked for a while: the lease is longer than a few renewals
            _LOG.warning("row=%d lease not renewed: %s", claimed.id, _kind(error))


def _again(office: Office, task: Task, claimed: Claimed, error: Exception) -> str:
    """Put the row back with a growing pause, or give up where the attempts are used up."""
    _LOG.warning("task=%s subject=%s failed", claimed.task, claimed.subject_id, exc_info=error)
    reason = _said(error)
    if claimed.attempt >= office.settings.attempts:
        return _give_up(office, task, claimed, reason)
    due = office.now() + timedelta(seconds=task.pause(claimed.attempt))
    with _logged(claimed), office.database.writing() as session:
        outbox.put_back(session, claimed, reason, due, office.settings.attempts, final=False)
    return "again"


def _fail(office: Office, task: Task, claimed: Claimed, reason: str) -> str:
    """End the work with its reason: the subject says `failed`, and the row goes."""
    return _end(office, task, claimed, reason, partial(outbox.done, claimed=claimed), "failed")


def _give_up(office: Office, task: Task, claimed: Claimed, reason: str) -> str:
    """End the work for now: the subject says why, and the row stays, dead, for an admin to run again."""
    return _end(office, task, claimed, reason, partial(_bury, office=office, claimed=claimed, reason=reason), "dead")


def _end(office: Office, task: Task, claimed: Claimed, reason: str, finish: Callable[[Any], Any], outcome: str) -> str:
    try:
        queues.resolve(task.fail)(office, claimed.subject_id, reason, finish)
        return outcome
    except Exception as error:
        _LOG.error("task=%s subject=%s cannot say that it failed", claimed.task, claimed.subject_id, exc_info=error)
    with _logged(claimed), office.database.writing() as session:  # at least the row says so
        _bury(session, office=office, claimed=claimed, reason=reason)
    return "dead"


def _bury(session: Any, *, office: Office, claimed: Claimed, reason: str) -> None:
    outbox.put_back(session, claimed, reason, office.now(), office.settings.attempts, final=True)


@contextmanager
def _logged(claimed: Claimed) -> Iterator[None]:
    """A row that cannot be written now stays leased; when the lease runs out it is sent again."""
    try:
        yield
    except LegalflowError as error:
        _LOG.warning("row=%d left to its lease: %s", claimed.id, _kind(error))


def _said(error: BaseException) -> str:
    """The reason kept with the work: of ours the message without what a person typed, of others the kind alone."""
    if isinstance(error, LegalflowError):
        return "; ".join(dict.fromkeys(f"{problem.message} ({problem.code})" for problem in error.problems))
    if isinstance(error, MemoryError):
        return "内存不足 / out of memory"
    if isinstance(error, JobTimeoutException):
        return "超过时限 / took longer than it may"
    return _kind(error)


def _kind(error: BaseException) -> str:
    if isinstance(error, LegalflowError):
        return ",".join(dict.fromkeys(problem.code for problem in error.problems))
    return type(error).__name__
