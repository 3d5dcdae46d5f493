"""An installation with the sample data, made once by the command and copied for each test that changes it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from legalflow import config

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def run_in(home: Path, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of ours on the installation in `home`, with `said` on its stdin."""
    return subprocess.run(
        [sys.executable, "-m", "legalflow.cli", *words],
        env={**config.child_environment(), "LEGALFLOW_HOME": str(home), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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
