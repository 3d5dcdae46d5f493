"""A house with sample data, its pages on a port of this machine, its work done beside them, and a Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from werkzeug.serving import make_server

from legalflow.app import create_app
from legalflow.jobs import queues, tasks
from legalflow.office import Office
from legalflow.persistence.tables import OutboxRow
from legalflow.services import sampling
from tests.builders import an_office

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).resolve().parents[2] / ".cache" / "axe.min.js"


@dataclass
class Clock:
    """A clock that stands still until a test turns it."""

    at: datetime

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self.at


@dataclass(frozen=True)
class House:
    """Where the pages are, the sample log-ins, and the clock."""

    address: str
    passwords: dict[str, str]
    office: Office
    clock: Clock


def work_off(office: Office) -> int:
    """Do all the work that waits; how much it was."""
    with office.database.reading() as session:
        rows = list(session.exec(select(OutboxRow).where(OutboxRow.state == "waiting")))
    for row in rows:
        tasks.attempt_once(office, queues.TASKS, row.task, row.subject_id, row.attempt)
    return len(rows)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The pages over sample data; a thread does the work as it comes."""
    clock = Clock(datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    office = replace(an_office(tmp_path_factory.mktemp("house"), demo=True), now=clock)
    logins = sampling.load(office, whole=False)
    while work_off(office):
        pass
    server = make_server("127.0.0.1", 0, create_app(office), threaded=True)
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.2):
            work_off(office)

    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    passwords = {each.login: each.password for each in logins}
    yield House(f"http://127.0.0.1:{server.server_port}", passwords, office, clock)
    ended.set()
    server.shutdown()
    for thread in threads:
        thread.join(30)
    server.server_close()
    office.database.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium; skipped by name where there is none."""
    chromium = shutil.which("chromium") or CHROMIUM
    if not Path(chromium).exists():
        pytest.skip("Chromium is not installed")
    if not AXE.exists():
        pytest.skip("axe-core is not set up (.cache/axe.min.js)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield running
        running.close()
