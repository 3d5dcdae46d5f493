"""A worker of one queue: RQ's own, started from here so that it outlives the server and its jobs die with it.

One queue a worker, because only then does RQ move a job instead of popping it. Each job runs in a forked child; heavy
libraries are imported in the parent, once.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

import rq
from redis import Redis
from rq import Queue
from rq.job import Job

from legalflow.errors import Invalid, LegalflowError
from legalflow.jobs import queues, tasks
from legalflow.jobs.queues import Task
from legalflow.office import Office
from legalflow.persistence import dispatch

_LOG = logging.getLogger("worker")
_PR_SET_PDEATHSIG = 1


def run(
    office: Office,
    connection: Redis,
    queue: str,
    table: Mapping[str, Task] = queues.TASKS,
    burst: bool = False,
) -> None:
    """Work on one queue until told to stop (SIGTERM: after the job at hand); `burst` ends when the queue is empty."""
    known = tuple(dict.fromkeys(task.queue for task in table.values()))
    if queue not in known:
        raise Invalid.one(
            "queue.unknown",
            f"没有该队列，可用：{'、'.join(known)}",
            f"there is no such queue; there are {', '.join(known)}",
            found=queue,
        )
    tasks.prepare(office, table)
    warm(office, table, queue)
    worker = Worker(
        [Queue(queue, connection=connection, serializer="json")],
        connection=connection,
        serializer="json",
        worker_ttl=30,
        job_monitoring_interval=5,
        log_job_description=False,
    )
    worker.office = office
    worker.queue = queue
    worker.work(burst=burst, logging_level="WARNING")


def warm(office: Office, table: Mapping[str, Task], queue: str) -> None:
    """Import in this process what the queue's tasks need, so that no forked job has to."""
    for task in table.values():
        if task.queue == queue:
            queues.resolve(task.run)
            if task.warm:
                queues.resolve(task.warm)(office.settings)
    gc.collect()
    gc.freeze()  # what is here stays: no child's collector walks it, which would copy all its pages


class Worker(rq.Worker):
    """RQ's worker with a sign of life of ours, and children that do not outlive it."""

    office: Office
    queue: str

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say to the server and to the database that this worker lives."""
        super().heartbeat(timeout, pipeline)
        if not self.is_horse:
            self._beat()

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork with no connection of the database open: SQLite forbids carrying one across a fork."""
        self.office.database.close()
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """The child's side of the fork: it dies with its parent, whatever kills that."""
        assert self.pid is not None  # set where the worker began
        die_with_parent(self.pid)
        os.nice(queues.NICE.get(queue.name, 0))
        super().main_work_horse(job, queue)

    def _beat(self) -> None:
        try:
            with self.office.database.writing() as session:
                dispatch.beat(session, f"worker-{self.queue}", self.office.now())
        except LegalflowError:
            _LOG.warning("the database is away: no sign of life written")


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent dies; at once where it is dead already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
