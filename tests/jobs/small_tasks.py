"""Small tasks of the tests' own, each bad or good in one way; run as a programme it is a worker or relay of them.

An effect is one row of `firm` whose name begins with the subject, so that effects can be counted; a failure is one
whose name begins with `failed`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from sqlmodel import Session, select

from legalflow import config, log
from legalflow.errors import Away, Invalid
from legalflow.jobs import connection, relay, worker
from legalflow.jobs.queues import Task
from legalflow.office import Office, open_office
from legalflow.persistence import outbox, repositories
from legalflow.persistence.tables import FirmRow

HERE = "tests.jobs.small_tasks"
NAMES = ("good", "slow", "poison", "invalid", "away", "flaky", "endless", "hungry", "speechless")
TABLE = {
    name: Task("small", f"{HERE}:{name}", f"{HERE}:fail", limit=1 if name == "endless" else 30, pauses=(0.01,))
    for name in NAMES
}
TABLE["speechless"] = Task("small", f"{HERE}:invalid", f"{HERE}:cannot_fail")
Finish = Callable[[Session], None]


def good(office: Office, subject: str, finish: Finish) -> None:
    """Stores bytes, then commits its effect."""
    office.store.put(f"made for {subject}".encode())
    with office.database.writing() as session:
        session.add(FirmRow(id=repositories.new_id(), name=f"{subject} {repositories.new_id()}", facts={}))
        finish(session)


def slow(office: Office, subject: str, finish: Finish) -> None:
    """Says that it has begun, waits, then does as `good`."""
    (office.settings.home / f"begun-{subject}").touch()
    time.sleep(1.0)
    good(office, subject, finish)


def poison(office: Office, subject: str, finish: Finish) -> None:
    """Kills the process it runs in."""
    os.kill(os.getpid(), signal.SIGKILL)


def invalid(office: Office, subject: str, finish: Finish) -> None:
    """Cannot ever be right; the bad value is a person's number."""
    raise Invalid.one("small.invalid", "不合格", "not right", found="990000199001010017")


def away(office: Office, subject: str, finish: Finish) -> None:
    """Lacks something each time."""
    raise Away.one("small.away", "暂缺", "away")


def flaky(office: Office, subject: str, finish: Finish) -> None:
    """Breaks with a foreign error whose message names a person, once; then does as `good`."""
    mark = office.settings.home / f"flaky-{subject}"
    if not mark.exists():
        mark.touch()
        raise OSError("disk of 甄借款 990000199001010017")
    good(office, subject, finish)


def endless(office: Office, subject: str, finish: Finish) -> None:
    """Never ends."""
    while True:
        time.sleep(0.01)


def hungry(office: Office, subject: str, finish: Finish) -> None:
    """Asks for more memory than there is."""
    raise MemoryError


def fail(office: Office, subject: str, reason: str, finish: Finish) -> None:
    """Keeps the reason beside the subject."""
    with office.database.writing() as session:
        session.add(FirmRow(id=repositories.new_id(), name=f"failed {subject}", facts={"reason": reason}))
        finish(session)


def cannot_fail(office: Office, subject: str, reason: str, finish: Finish) -> None:
    """Fails at failing."""
    raise RuntimeError("no")


def ask(office: Office, name: str, subject: str) -> None:
    """Ask for a small task."""
    with office.database.writing() as session:
        outbox.ask(session, name, subject, "small", office.now())


def effects(office: Office, subject: str = "") -> int:
    """How many effects a subject has had, or all of them."""
    with office.database.reading() as session:
        names = session.exec(select(FirmRow.name)).all()
    return sum(name.startswith(subject) and not name.startswith("failed") for name in names)


def failures(office: Office) -> dict[str, str]:
    """The reason of each subject that failed."""
    with office.database.reading() as session:
        rows = session.exec(select(FirmRow)).all()
    return {row.name.removeprefix("failed "): row.facts["reason"] for row in rows if row.name.startswith("failed ")}


if __name__ == "__main__":
    log.set_up()
    at_hand = open_office(config.read())
    if sys.argv[1] == "worker":
        worker.run(at_hand, connection.patient(at_hand.settings), "small", TABLE)
    else:
        relay.run(at_hand, connection.brief(at_hand.settings), threading.Event(), TABLE)
