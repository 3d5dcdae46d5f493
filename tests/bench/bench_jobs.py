"""Work: what the queue costs a job, how ten thousand waiting are sent, and how fast the audit trail is verified.

A real queue server and a real worker that forks; the tasks are small ones of the tests' own, so that what is measured
is the way to the work and not the work. Seeds are not needed: nothing here is random.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from legalflow.cli import queue_server
from legalflow.jobs import connection, relay, worker
from legalflow.office import Office
from legalflow.persistence import chain, dispatch, outbox
from legalflow.persistence.journal import _audited
from legalflow.persistence.tables import AuditRow, FirmRow, OutboxRow
from legalflow.services import auditing
from tests.builders import an_office
from tests.jobs.small_tasks import TABLE, ask, effects

JOBS = 200
WAITING = 10_000
ENTRIES = 100_000
COMMITS = 200


def run() -> None:
    """Print every figure with its target."""
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder))
        with _queue_server(office):
            _commits(office)
            _jobs(office)
            _ten_thousand(office)
        _audit(office)
        office.database.close()


def _say(name: str, value: float, unit: str, target: float | None, more_is_better: bool = False) -> None:
    met = target is None or (value >= target if more_is_better else value <= target)
    judged = "" if target is None else f"  target {'≥' if more_is_better else '≤'}{target:g}  {'ok' if met else 'MISS'}"
    print(f"{name:<52} {value:>10.1f} {unit}{judged}")


@contextmanager
def _queue_server(office: Office) -> Iterator[None]:
    server = subprocess.Popen(queue_server.command(office.settings), stdout=subprocess.DEVNULL)
    try:
        queue_server.wait(office.settings)
        yield
    finally:
        server.terminate()
        server.wait()


def _commits(office: Office) -> None:
    began = time.perf_counter()
    for number in range(COMMITS):
        with office.database.writing() as session:
            session.add(FirmRow(id=f"commit-{number}", name=f"commit-{number}", facts={}))
    _say("durable writes a second, one after another", COMMITS / (time.perf_counter() - began), "/s", 60, True)


def _jobs(office: Office) -> None:
    """From asked to done for many small jobs, with one worker: forked, claimed, stored, committed."""
    for number in range(JOBS):
        ask(office, "good", f"job-{number}-")
    began = time.perf_counter()
    relay.sweep(office, connection.brief(office.settings), TABLE)
    sent = time.perf_counter()
    child = os.fork()
    if child == 0:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (the child ends with it)
        worker.run(office, connection.patient(office.settings), "small", TABLE, burst=True)
        os._exit(0)
    os.waitpid(child, 0)
    ended = time.perf_counter()
    assert effects(office, "job-") == JOBS
    _say("sending a job", (sent - began) / JOBS * 1000, "ms", None)
    _say("a small job, forked and committed", (ended - sent) / JOBS * 1000, "ms", None)


def _ten_thousand(office: Office) -> None:
    """Ten thousand waiting in one queue: how long until all are sent, what looking costs, and a fresh one elsewhere."""
    at = office.now()
    rows = [
        {
            "task": "slow",
            "subject_id": f"w{number}",
            "queue": "small",
            "state": "waiting",
            "attempt": 0,
            "fence": 0,
            "due_at": at,
            "created_at": at,
            "reason": "",
        }
        for number in range(WAITING)
    ]
    with office.database.writing() as session:
        session.execute(sa.insert(OutboxRow), rows)
    connected = connection.brief(office.settings)
    began = time.perf_counter()
    count = relay.sweep(office, connected, TABLE)
    assert count == WAITING
    _say("sending 10,000 waiting rows", time.perf_counter() - began, "s", 30)
    began = time.perf_counter()
    relay.sweep(office, connected, TABLE)
    _say("a sweep with 10,000 sent and waiting", (time.perf_counter() - began) * 1000, "ms", 500)
    began = time.perf_counter()
    with office.database.reading() as session:
        dispatch.unsent(session, office.now())
    _say("looking for something new among them", (time.perf_counter() - began) * 1000, "ms", 20)
    stop = threading.Event()
    running = threading.Thread(target=relay.run, args=(office, connected, stop, TABLE))
    running.start()
    time.sleep(office.settings.sweep + 1)
    began = time.perf_counter()
    with office.database.writing() as session:
        outbox.ask(session, "good", "fresh", "small", office.now())
    while not _is_sent(office, "fresh"):
        time.sleep(0.02)
    _say("until a fresh one is sent, with them waiting", time.perf_counter() - began, "s", 2)
    stop.set()
    running.join()
    began = time.perf_counter()
    connected.flushall()
    assert relay.sweep(office, connected, TABLE) == WAITING + 1
    _say("all sent again after the server was flushed", time.perf_counter() - began, "s", 30)


def _is_sent(office: Office, subject: str) -> bool:
    with office.database.reading() as session:
        return any(row.sent_at for row in dispatch.all_work(session) if row.subject_id == subject)


def _audit(office: Office) -> None:
    began = datetime(2026, 3, 1, tzinfo=UTC)
    previous, rows = chain.START, []
    for number in range(ENTRIES):
        row = AuditRow(
            at=began + timedelta(seconds=number),
            actor="a",
            action="viewed",
            subject=f"s{number}",
            detail={"digest": "0" * 64},
            previous=previous,
            digest="",
        )
        row.digest = previous = chain.link(previous, _audited(row))
        rows.append(_values(row))
    with office.database.writing() as session:
        session.execute(sa.insert(AuditRow), rows)
    auditing.checkpoint(office)
    started = time.perf_counter()
    assert list(auditing.broken(office)) == []
    _say("100,000 audit entries verified", time.perf_counter() - started, "s", 10)


def _values(row: AuditRow) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in ("at", "actor", "origin", "action", "subject", "detail", "previous", "digest")
    }
