"""An installation with the sample data, made once by the command and copied for each test that changes it."""

from __future__ import annotations

import io
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from legalflow import cli


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def run_in(home: Path, *words: str, said: str = "") -> Ran:
    """Run a command of ours on the installation in `home`, in this process, with `said` on its stdin."""
    out, wrong, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.dict(os.environ, {"LEGALFLOW_HOME": str(home)}),
        patch("sys.stdin", io.StringIO(said)),
        redirect_stdout(out),
        redirect_stderr(wrong),
    ):
        try:
            cli.main(list(words))
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, out.getvalue(), wrong.getvalue())


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data as `legalflow demo` loads it; not to be changed."""
    home = tmp_path_factory.mktemp("sample") / "home"
    made = run_in(home, "demo")
    assert made.returncode == 0, made.stderr
    return home


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample data for one test."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))
