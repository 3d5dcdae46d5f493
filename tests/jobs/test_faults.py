"""Killed, flushed, restarted: whatever breaks, nothing asked for is lost and nothing happens twice."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.registry import FailedJobRegistry
from sqlmodel import select

from legalflow.jobs import connection, relay, worker
from legalflow.office import Office
from legalflow.persistence import dispatch
from legalflow.persistence.tables import OutboxRow
from tests.jobs.conftest import Start
from tests.jobs.small_tasks import TABLE, ask, effects, failures

REPAIRED = 30.0  # seconds within which everything is as it should be


def _until(holds: Callable[[], bool], longest: float = REPAIRED) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < longest, "not repaired in time"
        time.sleep(0.03)
    return time.monotonic() - began


def _waiting(office: Office) -> int:
    with office.database.reading() as session:
        return len(session.exec(select(OutboxRow.id)).all())


def _queue(office: Office) -> Redis:
    return connection.brief(office.settings)


def _work_off(office: Office) -> None:
    """A worker in this process, forking as always, until the queue is empty."""
    worker.run(office, connection.patient(office.settings), "small", TABLE, burst=True)


def test_a_worker_killed_in_the_middle_leaves_its_work_to_the_next(office: Office, start: Start) -> None:
    start("queue")
    start("relay")
    ask(office, "slow", "s1")
    first = start("worker")
    _until(lambda: (office.settings.home / "begun-s1").exists())
    os.kill(first.pid, signal.SIGKILL)  # its job's process dies with it
    start("worker")
    _until(lambda: _waiting(office) == 0)
    assert effects(office, "s1") == 1


LONG = pytest.mark.long


@pytest.mark.parametrize(
    "point", ["put", *(pytest.param(point, marks=LONG) for point in ("commit", "fsync", "rename"))]
)
def test_a_job_killed_at_any_point_is_done_once_by_the_next(office: Office, start: Start, point: str) -> None:
    start("queue")
    connected = _queue(office)
    for number in range(1, 15):  # the n-th passing of the point breaks, until none is left to break
        subject = f"s{number}-"
        ask(office, "good", subject)
        relay.sweep(office, connected, TABLE)
        broken = start("worker", fail_at=f"{point}:{number}:kill")
        _until(lambda it=broken, of=subject: it.poll() is not None or _horse_died(office) or effects(office, of) == 1)
        survived = broken.poll() is None and not _horse_died(office)
        broken.kill()
        broken.wait()
        (office.settings.home / "worker.log").unlink()
        if not survived:
            _until(lambda: _repaired(office, connected))
        assert effects(office, subject) == 1
        if survived:
            assert number > 1 and _waiting(office) == 0
            return
    pytest.fail("something breaks at every passing")


def _repaired(office: Office, connected: Redis) -> bool:
    relay.sweep(office, connected, TABLE)
    _work_off(office)
    return _waiting(office) == 0


def _horse_died(office: Office) -> bool:
    return b"terminated unexpectedly" in (office.settings.home / "worker.log").read_bytes()


def test_a_relay_killed_between_sending_and_marking_sends_again_and_it_is_one_job(office: Office, start: Start) -> None:
    start("queue")
    connected = _queue(office)
    ask(office, "good", "s1")
    relay.sweep(office, connected, TABLE)
    with office.database.writing() as session:  # as if the relay had died before it could mark the row
        row = session.exec(select(OutboxRow)).one()
        row.sent_at = None
        session.add(row)
    relay.sweep(office, connected, TABLE)
    queue = Queue("small", connection=connected, serializer="json")
    assert queue.get_job_ids() == [relay.job_id(dispatch.seen(row))]
    _work_off(office)
    assert effects(office) == 1


def test_a_flushed_server_with_two_hundred_waiting_loses_nothing(office: Office, start: Start) -> None:
    start("queue")
    connected = _queue(office)
    for number in range(200):
        ask(office, "good", f"s{number}-")
    assert relay.sweep(office, connected, TABLE) == 200
    connected.flushall()
    assert relay.sweep(office, connected, TABLE) == 200, "at the very next look"
    connected.flushall()
    with office.database.writing() as session:  # to keep the test short, most of them have been done meanwhile
        for row in session.exec(select(OutboxRow).offset(20)).all():
            session.delete(row)
    relay.sweep(office, connected, TABLE)
    _work_off(office)
    assert effects(office) == 20 and _waiting(office) == 0


def test_a_server_that_went_away_and_came_back_empty_is_waited_for(office: Office, start: Start) -> None:
    server = start("queue")
    start("relay")
    worked = start("worker")
    ask(office, "good", "s1")
    _until(lambda: effects(office, "s1") == 1)
    server.kill()
    server.wait()
    for file in sorted((office.settings.home / "queue").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    ask(office, "good", "s2")
    time.sleep(0.5)
    start("queue")
    _until(lambda: effects(office, "s2") == 1)
    assert worked.poll() is None, "the worker outlived it"


def test_a_job_taken_by_a_worker_that_died_before_claiming_is_sent_anew(office: Office, start: Start) -> None:
    start("queue")
    connected = _queue(office)
    ask(office, "good", "s1")
    relay.sweep(office, connected, TABLE)
    queue = Queue("small", connection=connected, serializer="json")
    connected.lpop(queue.key)  # taken; the job's own record is still there
    time.sleep(office.settings.sweep * 2 + 0.05)
    assert relay.sweep(office, connected, TABLE) == 1
    _work_off(office)
    assert effects(office) == 1


def test_poison_and_endless_jobs_end_dead_and_the_worker_lives(office: Office, start: Start) -> None:
    start("queue")
    start("relay")
    worked = start("worker")
    for name in ("poison", "endless", "good"):
        ask(office, name, name)
    _until(lambda: effects(office, "good") == 1 and set(failures(office)) == {"poison", "endless"})
    assert "意外终止" in failures(office)["poison"]
    assert "时限" in failures(office)["endless"]
    assert worked.poll() is None
    with office.database.reading() as session:
        assert {row.state for row in session.exec(select(OutboxRow))} == {"dead"}


def test_the_relay_outlives_a_server_that_is_away(office: Office, tmp_path: Path) -> None:
    stop = threading.Event()
    running = threading.Thread(target=relay.run, args=(office, _queue(office), stop, TABLE))
    running.start()
    time.sleep(1.0)
    assert running.is_alive()
    stop.set()
    running.join(5)
    assert not running.is_alive()


def test_nothing_but_ids_is_ever_in_the_server(office: Office, start: Start) -> None:
    server = start("queue")
    connected = _queue(office)
    names = ["flaky", "invalid", "good"]
    for name in names:
        ask(office, name, "s1")
    relay.sweep(office, connected, TABLE)
    queue = Queue("small", connection=connected, serializer="json")
    jobs = queue.jobs
    assert [(job.func_name, job.args, job.kwargs) for job in jobs] == [
        (relay.PERFORM, [name, "s1", 0], {}) for name in names
    ]
    assert [job.description for job in jobs] == names
    _work_off(office)
    assert len(FailedJobRegistry(queue=queue)) == 0, "a failed job would keep its error's message"
    server.terminate()
    server.wait()
    kept = b"".join(file.read_bytes() for file in (office.settings.home / "queue").rglob("*") if file.is_file())
    assert b"flaky-1-" in kept, "the file tells what went through the server"
    assert b"990000199001010017" not in kept and "甄借款".encode() not in kept


@pytest.mark.long
def test_five_hundred_jobs_survive_fifty_kills(office: Office, start: Start) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    _chaos(office, start, jobs=500, kills=50, seed=seed)


def test_sixty_jobs_survive_six_kills(office: Office, start: Start) -> None:
    _chaos(office, start, jobs=60, kills=6, seed=20260301)


def _chaos(office: Office, start: Start, jobs: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    running = {what: start(what) for what in ("queue", "relay", "worker")}
    for number in range(jobs):
        ask(office, "good", f"s{number}-")
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 0.3))
        what = chance.choice(["queue", "relay", "worker", "worker"])
        running[what].kill()
        running[what].wait()
        running[what] = start(what)
    _until(lambda: _waiting(office) == 0, REPAIRED + jobs / 10)
    assert [effects(office, f"s{number}-") for number in range(jobs)] == [1] * jobs
