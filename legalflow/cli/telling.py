"""How far long work has come, on one line that is written over, or now and then on a line of its own in a file."""

from __future__ import annotations

import time
from typing import TextIO

from legalflow.services.filling import Progress

SECONDS = 20.0  # between two lines where nobody watches a screen


class Telling:
    """Tells of matters and then of claims; `kept` is how many matters are there."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.kept, self._last, self._open = out, 0, 0.0, False

    def matters(self, progress: Progress) -> None:
        """So many matters are there."""
        self.kept = progress.done
        self._tell("案件", "matters", progress)

    def claims(self, progress: Progress) -> None:
        """So many claims were worked out."""
        self._tell("债权计算", "claims", progress)

    def end(self) -> None:
        """The line is over."""
        if self._open:
            print(file=self.out, flush=True)
            self._open = False

    def _tell(self, zh: str, en: str, progress: Progress) -> None:
        left = time.strftime("%H:%M:%S", time.gmtime(progress.left))
        line = f"{zh} {en} {progress.done}/{progress.whole}，{progress.rate:.1f}/s，剩余 left {left}"
        over = progress.done == progress.whole
        if self.out.isatty():
            self._open = True
            print(f"\r{line}\033[K", end="", file=self.out, flush=True)
            if over:
                self.end()
        elif over or time.monotonic() - self._last >= SECONDS:
            self._last = time.monotonic()
            print(line, file=self.out, flush=True)
