"""A real queue server for each test that asks for one, and processes that end with the test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from legalflow import config
from legalflow.cli import queue_server
from legalflow.office import Office
from tests.builders import an_office

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with short times, so that what is lost comes back within a second or two."""
    return an_office(tmp_path, lease=1.0, renew=0.2, sweep=0.3)


@pytest.fixture
def start(office: Office) -> Iterator[Start]:
    """Start a process: `queue`, or `documents`, `claims` or `batches`, a worker as it is, or `worker` and `relay` of
    the small tasks, with further settings by name."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(what: str, **settings: str) -> subprocess.Popen[bytes]:
        own = office.settings
        given = {"home": own.home, "storage": own.storage, "lease": own.lease, "renew": own.renew, "sweep": own.sweep}
        named = {f"LEGALFLOW_{name.upper()}": str(value) for name, value in {**given, **settings}.items()}
        command = [sys.executable, "-m", "tests.jobs.small_tasks", what]
        if what in {"documents", "claims", "batches"}:  # the real ones
            command = [sys.executable, "-m", "legalflow.cli", "worker", what]
        if what == "queue":
            command = queue_server.command(own)
        with (own.home / f"{what}.log").open("ab") as errors:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**config.child_environment(), **named},
                start_new_session=True,
                stderr=errors,
                stdout=subprocess.DEVNULL,
            )
        running.append(process)
        if what == "queue":
            queue_server.wait(own)
        return process

    yield begin
    for process in reversed(running):
        process.kill()
        process.wait()
