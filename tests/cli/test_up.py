"""The whole service under one supervisor: it starts, answers, survives its children, stops, and starts again."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from legalflow import config
from legalflow.access import Role
from legalflow.cli import queue_server, up
from legalflow.cli.supervisor import Child, Supervisor
from legalflow.config import Settings
from legalflow.errors import Away, Conflict, Invalid
from legalflow.jobs import connection
from legalflow.office import Office, open_office
from legalflow.persistence.tables import OutboxRow
from legalflow.services import checking
from tests.builders import an_account, some_settings

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """A `legalflow up` in a folder, its words read as they come."""

    def __init__(self, folder: Path, **settings: str) -> None:
        named = {f"LEGALFLOW_{name.upper()}": value for name, value in settings.items()}
        environment = {**config.child_environment(), "LEGALFLOW_HOME": str(folder), "PYTHONPATH": str(ROOT), **named}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "legalflow.cli", "up"],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.began = time.monotonic()
        self.words = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.words += line

    def wait_for(self, words: str, longest: float = 60.0) -> float:
        """Seconds from the start until it said something."""
        _until(lambda: words in self.words or self.process.poll() is not None, longest)
        assert words in self.words, self.words
        return time.monotonic() - self.began

    def stop(self, number: int = signal.SIGINT) -> float:
        """Stop it as Ctrl-C does; how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.end()
        return time.monotonic() - began

    def end(self) -> None:
        """Wait for its end, and for the end of its words."""
        self.process.wait(30)
        self.reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where it says that it answers."""
        found = re.search(r"http://([\d.]+):(\d+)/", self.words)
        assert found, self.words
        return found[1], int(found[2])


def _until(holds: Callable[[], bool], longest: float = 30.0) -> None:
    end = time.monotonic() + longest
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def _get(address: tuple[str, int], path: str) -> int:
    asked = http.client.HTTPConnection(*address, timeout=10)
    try:
        asked.request("GET", path)
        return asked.getresponse().status
    finally:
        asked.close()


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start `up` in a folder; whatever still runs at the end is killed."""
    begun: list[Running] = []

    def begin(folder: Path, **settings: str) -> Running:
        begun.append(Running(folder, **settings))
        return begun[-1]

    yield begin
    for each in begun:
        each.process.kill()
        each.end()


def test_it_starts_survives_its_children_and_keeps_its_data(home: Path, starting: Callable[..., Running]) -> None:
    logins = json.loads((home / "demo-logins.txt").read_text(encoding="utf-8"))
    with socket.socket() as taken:  # the port it would like is not free
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        first = starting(home, port=str(port))
        first.wait_for("Ctrl-C 停止")
    assert first.address[1] != port
    assert _get(first.address, "/healthz") == 200
    assert all(login["password"] in first.words for login in logins)

    second = starting(home)
    second.process.wait(30)
    second.wait_for("已在运行")
    assert second.process.returncode == 1 and f":{first.address[1]}/" in second.words

    settings = some_settings(home, home=home, storage=home / "storage")
    os.kill(_children(first.process.pid)[0], signal.SIGKILL)  # the queue server
    _until(lambda: queue_server.is_alive(settings))
    os.kill(first.process.pid, signal.SIGKILL)  # nothing is left behind, and nothing stale is in the way
    _until(lambda: not queue_server.is_alive(settings))

    third = starting(home)
    third.wait_for("Ctrl-C 停止")
    children = _children(third.process.pid)
    assert third.stop() < 10 and third.process.returncode == 0
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert _failed(settings) == []


@pytest.mark.long
def test_a_first_start_loads_the_samples_and_works_them_off(tmp_path: Path, starting: Callable[..., Running]) -> None:
    home = tmp_path / "home"
    running = starting(home)
    running.wait_for("Ctrl-C 停止")
    logins = json.loads((home / "demo-logins.txt").read_text(encoding="utf-8"))
    assert len(logins) == 10 and all(login["password"] in running.words for login in logins)
    assert (home / "demo-logins.txt").stat().st_mode & 0o077 == 0
    settings = some_settings(home, home=home, storage=home / "storage")
    office = open_office(settings)
    _until(lambda: not _waiting(office), 90)
    _until(lambda: {"relay", "schedule", "worker-documents"} <= set(checking.readiness(office).beats))
    assert not checking.readiness(office).alarm
    office.database.close()
    assert running.stop(signal.SIGTERM) < 10
    assert _failed(settings) == []
    again = starting(home)
    assert again.wait_for("Ctrl-C 停止") < 5


def _failed(settings: Settings) -> list[checking.Failed]:
    office = open_office(settings)
    try:
        return list(checking.invariants(office))
    finally:
        office.database.close()


def _waiting(office: Office) -> list[OutboxRow]:
    with office.database.reading() as session:
        return list(session.exec(select(OutboxRow)))


def test_pages_for_others_without_https_are_refused_in_words(tmp_path: Path, starting: Callable[..., Running]) -> None:
    refused = starting(tmp_path, host="0.0.0.0")
    refused.process.wait(20)
    refused.wait_for("start.plain_http")
    assert refused.process.returncode == 2


def test_a_queue_server_of_others_without_a_password_is_refused_in_words(
    tmp_path: Path, starting: Callable[..., Running]
) -> None:
    refused = starting(tmp_path, redis_url="redis://queue.example:6379/0")
    refused.process.wait(20)
    refused.wait_for("start.redis_password")
    assert refused.process.returncode == 2


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("", False),
        ("unix:///run/queue.sock", False),
        ("redis://localhost:6379/0", False),
        ("redis://queue.example:6379/0", True),
        ("redis://:short@queue.example:6379/0", True),
        ("rediss://user:long-enough-to-be-secret@queue.example:6379/0", False),
    ],
)
def test_off_loopback_the_queue_server_needs_a_password(url: str, refused: bool) -> None:
    assert bool(connection.problems(url)) is refused
    if refused:
        with pytest.raises(Invalid):
            connection.refuse_open_server(url)


def test_the_socket_of_a_deep_folder_is_short_and_private(tmp_path: Path) -> None:
    deep = some_settings(tmp_path / ("deep" * 40))
    place = connection.socket_path(deep)
    assert len(os.fsencode(place)) < connection.SOCKET_BYTES
    assert place == connection.socket_path(deep) != connection.socket_path(some_settings(tmp_path / ("deep" * 41)))


def test_no_free_port_is_said_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(up, "PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Away, match="no port"):
            up._with_port(some_settings(tmp_path, port=taken.getsockname()[1]))


def test_a_child_that_ends_is_started_again_after_growing_pauses(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path / "log", config.child_environment(), said.append)
    child = Child("short", lambda: ["sh", "-c", "echo $$; exit 7"])
    supervisor.start(child)
    _until(lambda: supervisor.look() or len((tmp_path / "log" / "short.log").read_text().split()) == 3, 10)
    supervisor.stop()
    assert child.starts == 3 and child.pause >= 2.0 and "（7）" in said[0]
    assert (tmp_path / "log" / "short.log").stat().st_mode & 0o077 == 0


def test_a_child_that_does_not_want_to_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legalflow.cli.supervisor.GRACE", 0.3)
    supervisor = Supervisor(tmp_path / "log", config.child_environment(), lambda _words: None)
    child = Child("deaf", lambda: ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"])
    supervisor.start(child)
    time.sleep(0.3)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 3 and child.process is None


def test_sample_data_cut_off_in_the_middle_is_put_aside_and_loaded_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = some_settings(tmp_path)

    def cut_off(office: Office) -> list[dict[str, str]]:
        an_account(office, Role.COUNSEL)
        raise KeyboardInterrupt

    monkeypatch.setattr(up, "load_samples", cut_off)
    with pytest.raises(KeyboardInterrupt):
        up._set_up(settings, None)
    monkeypatch.setattr(up, "load_samples", lambda _office: [{"login": "counsel", "password": "p"}])
    assert up._set_up(settings, None) == [{"login": "counsel", "password": "p"}]
    assert (settings.home / "unfinished.sqlite").exists(), "nothing is thrown away"
    assert not (settings.home / "demo-unfinished").exists()
    assert up._set_up(settings, None) == [{"login": "counsel", "password": "p"}], "a second start prints them again"


def test_no_sample_data_goes_where_somebody_works(tmp_path: Path) -> None:
    settings = some_settings(tmp_path)
    assert up._set_up(settings, False) == []
    assert up._set_up(settings, None) == [], "not by itself"
    with pytest.raises(Conflict):
        up._set_up(settings, True)
