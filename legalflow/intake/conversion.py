"""A DOCX into PDF by LibreOffice where it is installed: own profile, a time limit, its group ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from legalflow.config import Settings, child_environment


def to_pdf(path: Path, settings: Settings) -> bytes | None:
    """The PDF's bytes; None where LibreOffice is absent, failed, or took too long. Never text set anew by ourselves:
    that would not be faithful to the document as its author saw it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="legalflow-office-") as name:
        folder = Path(name)
        source = folder / "document.docx"
        shutil.copyfile(path, source)
        command = [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck",
            "--convert-to", "pdf", "--outdir", str(folder), str(source),
        ]  # fmt: skip
        _run(command, folder, settings.parser_seconds)
        made = folder / "document.pdf"
        return made.read_bytes() if made.is_file() else None


def _run(command: list[str], folder: Path, seconds: int) -> None:
    environment = child_environment() | {"HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=folder, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
