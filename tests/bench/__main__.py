"""Runs every benchmark beside this file: `./lf prove`, or `python tests/bench [name …]` for some of them.

A benchmark is a module `bench_<subject>.py`. Its `run()` prints one line for each figure, with its target and `ok` or
`MISS` at the end where it has one. The exit status is 1 where a target is missed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))


class Told(io.TextIOBase):
    """Hands on what is printed, and keeps it."""

    def __init__(self, screen: io.TextIOBase) -> None:
        self.screen, self.kept = screen, ""

    def write(self, text: str) -> int:
        self.kept += text
        self.screen.write(text)
        self.screen.flush()
        return len(text)


def run(path: Path) -> int:
    """Run the benchmark in a file; return how many targets it missed."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    told = Told(sys.stdout)  # type: ignore[arg-type]
    with contextlib.redirect_stdout(told):
        module.run()
    return sum(line.endswith("MISS") for line in told.kept.splitlines())


def main(names: list[str]) -> int:
    """Run the benchmarks whose names are given, or all; return the exit status."""
    missed = 0
    for path in sorted(HERE.glob("bench_*.py")):
        subject = path.stem.removeprefix("bench_")
        if not names or subject in names:
            print(f"# {subject}", flush=True)
            missed += run(path)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
