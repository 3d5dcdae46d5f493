"""The relay: sends what is due to the queue, again and again until its effect is committed. It alone enqueues.

The outbox is the truth and the queue server a reminder, so a relay that was away, or a server that forgot everything,
costs time and nothing else. A row that was sent is looked at again after a while: if the server no longer knows of it,
it is sent anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job
from rq.registry import StartedJobRegistry

from legalflow.errors import LegalflowError
from legalflow.jobs import queues
from legalflow.jobs.queues import Task
from legalflow.office import Office
from legalflow.persistence import dispatch, outbox
from legalflow.persistence.dispatch import Work

PERFORM = "legalflow.jobs.tasks.perform"
POLL = 0.3  # seconds; a page waits for its draft
TIDY = 60.0  # seconds between looks at jobs RQ believes to be running
LONGEST_PAUSE = 2.0
_MARK = "legalflow:remembers"  # gone when the server was emptied
_LOG = logging.getLogger("relay")


def run(office: Office, connection: Redis, stop: threading.Event, table: Mapping[str, Task] = queues.TASKS) -> None:
    """Relay until `stop` is set. The server or the database being away is waited out, never fatal."""
    pause, swept, tidied = POLL, float("-inf"), float("-inf")
    while not stop.is_set():
        now = time.monotonic()
        try:
            if now - swept >= office.settings.sweep:
                sweep(office, connection, table)
                swept = now
            elif _anything(office):
                send(office, connection, table, office.settings.sweep * 2)
            if now - tidied >= TIDY:
                tidy(connection, table)
                tidied = now
            pause = POLL
        except (RedisError, LegalflowError, OSError) as error:
            _LOG.warning("away, trying again: %s", type(error).__name__)
            pause = min(pause * 2, LONGEST_PAUSE)
        stop.wait(pause)


def sweep(office: Office, connection: Redis, table: Mapping[str, Task] = queues.TASKS) -> int:
    """Everything that is due, also what was sent and is not heard of; how many rows were sent."""
    forgot = connection.set(_MARK, "1", nx=True)  # true where the mark was gone: the server has lost what it knew
    with office.database.writing() as session:
        released = dispatch.release(session, office.now())
        dispatch.beat(session, "relay", office.now())
    if released:
        _LOG.info("leases run out: %d", released)
    return send(office, connection, table, 0.0 if forgot else office.settings.sweep * 2)


def send(office: Office, connection: Redis, table: Mapping[str, Task], resend: float) -> int:
    """Send every row that is due and was not sent in the last `resend` seconds; how many the server had to be told."""
    count, at, waiting = 0, office.now(), _Waiting(connection, table)
    wait = max(timedelta(seconds=resend), timedelta(microseconds=1))  # what this call sends is never due again in it
    while True:
        with office.database.reading() as session:
            rows = [dispatch.seen(row) for row in outbox.due(session, at, wait) if row.state == "waiting"]
        if not rows:
            return count
        known = [row for row in rows if row.task in table]
        count += sum(_enqueue(connection, table, row, waiting) for row in known)
        with office.database.writing() as session:
            # A row of a task unknown here counts as sent too: a newer process may know it, and the sweep goes on.
            dispatch.sent(session, rows, at)
        if len(known) < len(rows):
            _LOG.error("rows of unknown tasks: %d", len(rows) - len(known))


def tidy(connection: Redis, table: Mapping[str, Task] = queues.TASKS) -> None:
    """Let RQ drop jobs whose worker died; it would do so itself only every ten minutes, in a living worker."""
    for queue in _queues(connection, table).values():
        StartedJobRegistry(queue=queue).cleanup()


def job_id(row: Work) -> str:
    """The name of the job for a row's next attempt: sent twice it is one job.

    The row's number is followed by when it was made, because SQLite gives the number of a deleted row away again.
    """
    return f"{row.task}-{row.id}-{row.created_at.timestamp() * 1000:.0f}-{row.attempt}"


def _anything(office: Office) -> bool:
    with office.database.reading() as session:
        return dispatch.unsent(session, office.now())


class _Waiting:
    """The names of the jobs that wait in each queue, read once a sweep and only where they are asked for."""

    def __init__(self, connection: Redis, table: Mapping[str, Task]) -> None:
        self.queues = _queues(connection, table)
        self._names: dict[str, set[str]] = {}

    def __contains__(self, queue_and_name: tuple[str, str]) -> bool:
        queue, name = queue_and_name
        if queue not in self._names:
            self._names[queue] = set(self.queues[queue].get_job_ids())
        return name in self._names[queue]


def _queues(connection: Redis, table: Mapping[str, Task]) -> dict[str, Queue]:
    names = dict.fromkeys(task.queue for task in table.values())
    return {name: Queue(name, connection=connection, serializer="json") for name in names}


def _enqueue(connection: Redis, table: Mapping[str, Task], row: Work, waiting: _Waiting) -> bool:
    """Have a row's job in its queue; whether the server had to be told of it."""
    task, name = table[row.task], job_id(row)
    if row.sent_at is not None and (task.queue, name) in waiting:
        return False
    if _put(waiting.queues[task.queue], task, row):
        return True
    if (task.queue, name) in waiting:
        return False
    # The server knows a job of that name that does not wait: its worker died between taking it and claiming the row,
    # for a claim would have changed the attempt. Where the worker lives after all, the second job finds nothing to do.
    _forget(name, connection)
    return _put(waiting.queues[task.queue], task, row)


def _put(queue: Queue, task: Task, row: Work) -> bool:
    """Put a row's job into its queue; False where the server has a job of that name already."""
    try:
        queue.enqueue_call(
            PERFORM,
            args=(row.task, row.subject_id, row.attempt),
            job_id=job_id(row),
            unique=True,
            timeout=task.limit,
            result_ttl=0,
            failure_ttl=60,
            description=row.task,
        )
    except DuplicateJobError:
        return False
    return True


def _forget(name: str, connection: Redis) -> None:
    try:
        Job.fetch(name, connection=connection, serializer="json").delete()
    except NoSuchJobError:
        return
