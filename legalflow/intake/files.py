"""Files from outside: judged and copied by a limited child process, never in ours.

One child works through a whole list, so that three hundred files do not cost three hundred starts. A child that dies or
takes too long names the file it was on; the next file gets a new child.
"""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from legalflow.config import Settings
from legalflow.errors import Away
from legalflow.intake import conversion
from legalflow.intake.verdicts import Note, Received, note, verdict

START_SECONDS = 30.0

__all__ = ["Arriving", "Note", "Received", "inspect", "inspect_all"]


@dataclass(frozen=True)
class Arriving:
    """A file to be judged: where it lies, the name it came with, and the password to open it, used once, never kept."""

    path: Path
    file_name: str
    password: str | None = None


def inspect(content: bytes, file_name: str, settings: Settings, password: str | None = None) -> Received:
    """Judge one file by its bytes; bad files are answered, never raised."""
    with tempfile.TemporaryDirectory(prefix="legalflow-") as folder:
        path = Path(folder) / "original"
        path.write_bytes(content)
        return next(inspect_all([Arriving(path, file_name, password)], settings))


def inspect_all(files: Iterable[Arriving], settings: Settings) -> Iterator[Received]:
    """Judge files in their order, one answer each; only one working copy is held in memory at a time."""
    with tempfile.TemporaryDirectory(prefix="legalflow-") as folder, _Reader(Path(folder), settings) as reader:
        for file in files:
            yield _judge(file, reader, settings)


def table(content: bytes, headings: Iterable[str], settings: Settings) -> tuple[dict[str, Any], list[Any]]:
    """A workbook's answer and the rows of its sheet with these headings; none where its code is not `ok`."""
    with tempfile.TemporaryDirectory(prefix="legalflow-") as folder, _Reader(Path(folder), settings) as reader:
        path = Path(folder) / "original"
        path.write_bytes(content)
        answer = reader.ask({"path": str(path), "out": str(reader.copy), "headings": sorted(headings)})
        if answer["code"] != "ok":
            return answer, []
        return answer, json.loads(reader.copy.read_text(encoding="utf-8"))


def picture(content: bytes, settings: Settings, *, see_through: bool) -> tuple[dict[str, Any], bytes]:
    """A picture's answer, with its size in pixels, and the PNG made anew; no bytes where its code is not `ok`."""
    with tempfile.TemporaryDirectory(prefix="legalflow-") as folder, _Reader(Path(folder), settings) as reader:
        path = Path(folder) / "original"
        path.write_bytes(content)
        answer = reader.ask({"path": str(path), "out": str(reader.copy), "see_through": see_through})
        return answer, reader.copy.read_bytes() if answer["code"] == "ok" else b""


def _judge(file: Arriving, reader: _Reader, settings: Settings) -> Received:
    size = file.path.stat().st_size
    with file.path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if size > settings.upload_limit:
        words = {"size": str(-(-size // (1 << 20))), "limit": str(settings.upload_limit >> 20)}
        return verdict(file.file_name, digest, "too_large", words=words)
    answer = reader.read(file.path, file.password)
    if answer.get("kind") == "docx":
        return _converted(file, digest, answer, reader, settings)
    return _said(file, digest, answer, reader.copy)


def _said(file: Arriving, digest: str, answer: dict[str, Any], copy: Path) -> Received:
    code = str(answer["code"])
    working = copy.read_bytes() if code == "ok" else None
    notes = tuple(Note(*each) for each in answer.get("notes", ()))
    kind, words, pages = str(answer.get("kind", "")), answer.get("words"), int(answer.get("pages", 0))
    return verdict(file.file_name, digest, code, kind, words, pages, working, notes)


def _converted(file: Arriving, digest: str, answer: dict[str, Any], reader: _Reader, settings: Settings) -> Received:
    """A DOCX through LibreOffice, its PDF judged like any other; else kept as original, to be printed to PDF."""
    notes = tuple(Note(*each) for each in answer.get("notes", ()))
    if answer.get("external"):
        return verdict(file.file_name, digest, "docx_external", "docx", notes=notes)
    made = conversion.to_pdf(file.path, settings)
    if made is None:
        return verdict(file.file_name, digest, "docx_print", "docx", notes=notes)
    printed = reader.folder / "printed.pdf"
    printed.write_bytes(made)
    again = _said(file, digest, reader.read(printed, None), reader.copy)
    if again.working is None:
        return verdict(file.file_name, digest, "docx_print", "docx", notes=notes)
    every = (note("docx_converted"), *notes, *again.notes)
    return verdict(file.file_name, digest, "ok", "docx", pages=again.pages, working=again.working, notes=every)


class _Reader:
    """The child process and its folder; started when first needed, again after a death."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.copy = folder / "copy.pdf"
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def read(self, path: Path, password: str | None) -> dict[str, Any]:
        """The child's answer on one file, or what became of the child."""
        self.copy.unlink(missing_ok=True)
        return self.ask({"path": str(path.resolve()), "out": str(self.copy), "password": password})

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The child's answer to a request, or what became of the child."""
        process = self.process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            answer = _line(process, self.settings.parser_seconds)
        except BrokenPipeError:
            answer = b""
        except TimeoutError:
            self._end()
            return {"code": "parser_time", "words": {"seconds": str(self.settings.parser_seconds)}}
        if not answer:
            self._end()
            return {"code": "parser_stopped"}
        said: dict[str, Any] = json.loads(answer)
        if said["code"] == "parser_stopped":
            self._end()  # memory is short: the next file gets a fresh process
        return said

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self.settings
        limits = [str(settings.parser_memory), str(settings.parser_cpu), str(os.getpid())]
        process = subprocess.Popen(
            [sys.executable, "-m", "legalflow.intake.child", *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parents[2],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": str(self.folder), "PYTHONHASHSEED": "0"},
        )
        self.process = process
        ready = json.loads(_line(process, START_SECONDS) or b"{}")
        if not ready.get("ready") or (sys.platform == "linux" and not ready.get("confined")):
            self._end()
            raise Away.one(
                "parser-away",
                "无法启动受限的文件读取进程（需要 Linux seccomp）",
                "the limited process that reads files cannot be started (Linux seccomp is needed)",
            )
        return process

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for channel in (process.stdin, process.stdout):
            if channel is not None:
                try:
                    channel.close()
                except BrokenPipeError:
                    continue


def _line(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """One line of the child's output, empty where it ended; raises `TimeoutError`."""
    assert process.stdout is not None
    number = process.stdout.fileno()
    until, found = time.monotonic() + seconds, b""
    with selectors.DefaultSelector() as selector:
        selector.register(number, selectors.EVENT_READ)
        while not found.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError
            piece = os.read(number, 1 << 16)
            if not piece:
                return b""
            found += piece
    return found
