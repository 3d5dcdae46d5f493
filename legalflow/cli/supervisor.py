"""One supervisor for the processes of an installation: started in order, started again when they end, stopped together.

A child dies with the supervisor, whatever kills it (the kernel sees to that), so that nothing is left behind to hold a
socket or a port. A child that keeps ending is started again after a growing pause.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from legalflow.jobs.worker import die_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds before a child that ended is started again
CALM = 30.0  # a child that lived so long starts with the first pause again
GRACE = 5.0  # seconds a child has to end by itself
LOG_BYTES = 5 << 20  # a longer log is put aside at the next start


@dataclass
class Child:
    """A process by its name: how it is started, and how it has fared.

    `ends_by` is the signal it gets when its parent dies.
    """

    name: str
    command: Callable[[], Sequence[str]]
    ends_by: int = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    again_at: float = 0.0
    pause: float = FIRST_PAUSE
    starts: int = 0


@dataclass
class Supervisor:
    """Keeps children running until told to stop. `logs` is the folder where each child's words go."""

    logs: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, child: Child) -> None:
        """Start a child now, and keep it running from here on."""
        self.children.append(child)
        self._begin(child)

    def watch(self, every: float = 0.2) -> None:
        """Keep the children running until `stopping` is set."""
        while not self.stopping.wait(every):
            self.look()

    def look(self) -> None:
        """Start again whatever has ended and has waited its pause."""
        for child in self.children:
            if child.process is None and time.monotonic() >= child.again_at:
                self._begin(child)
            elif child.process is not None and child.process.poll() is not None:
                self._ended(child)

    def stop(self) -> None:
        """Stop all children, last started first; one that does not end in its grace is killed."""
        self.stopping.set()
        if not self.children:
            return
        first, *rest = self.children
        for child in reversed(rest):
            self._signal(child, signal.SIGTERM)
        end = time.monotonic() + GRACE
        for child in reversed(rest):
            self._reap(child, end)
        # The queue server, started first, goes last: the others still speak to it while they end.
        self._signal(first, signal.SIGTERM)
        self._reap(first, time.monotonic() + GRACE)

    def _begin(self, child: Child) -> None:
        child.starts += 1
        child.began = time.monotonic()
        parent = os.getpid()
        try:
            command = child.command()
            with self._log(child.name) as log:
                child.process = subprocess.Popen(
                    command,
                    env=dict(self.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C is for the supervisor alone
                    preexec_fn=lambda: die_with_parent(parent, child.ends_by),
                )
        except Exception as error:
            self.say(f"{child.name}: {error}")
            self._later(child)

    def _ended(self, child: Child) -> None:
        assert child.process is not None
        code = child.process.returncode
        if time.monotonic() - child.began > CALM:
            child.pause = FIRST_PAUSE
        self.say(f"{child.name} 已退出（{code}），{child.pause:.1f} 秒后重启 / ended ({code}), starting again")
        self._later(child)

    def _later(self, child: Child) -> None:
        child.process = None
        child.again_at = time.monotonic() + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _log(self, name: str) -> IO[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.logs / f"{name}.log"
        if place.exists() and place.stat().st_size > LOG_BYTES:
            place.replace(place.with_suffix(".log.1"))
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "ab")

    @staticmethod
    def _signal(child: Child, number: int) -> None:
        if child.process is not None and child.process.poll() is None:
            child.process.send_signal(number)

    @staticmethod
    def _reap(child: Child, end: float) -> None:
        if child.process is None:
            return
        try:
            child.process.wait(max(0.05, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        child.process = None
