"""Bytes by their SHA-256: put once, opened by digest, verified, never overwritten.

A put writes a temporary file, syncs it, renames it and syncs the folder, so that a digest in the database always finds
its bytes, also after a cut of power. Folders: `storage/objects/ab/cd/<sha256>`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from legalflow.errors import Corrupt, NotFound

_DIGEST = re.compile(r"^[0-9a-f]{64}$")


def _nothing(_point: str) -> None:
    """No fault is planned."""


@dataclass(frozen=True)
class Store:
    """Originals and made files on a local disk. `fault` is called before each step that may fail, by name."""

    folder: Path
    fault: Callable[[str], None] = field(default=_nothing, compare=False)

    def put(self, content: bytes) -> str:
        """Keep bytes; return their SHA-256. The same bytes twice are kept once."""
        return self._kept(hashlib.sha256(content).hexdigest(), lambda kept: kept.write(content))

    def put_file(self, file: Path) -> str:
        """Keep a file's bytes, read in pieces, as `put` keeps bytes; the file itself stays where it is."""
        with file.open("rb") as source:
            name = hashlib.file_digest(source, "sha256").hexdigest()
            source.seek(0)
            return self._kept(name, lambda kept: shutil.copyfileobj(source, kept, 1 << 20))

    def has(self, name: str) -> bool:
        """Whether bytes of that digest are kept."""
        return self._place(name).exists()

    def open(self, name: str) -> BufferedReader:
        """The kept bytes as an open file, for serving large ones."""
        try:
            return self._place(name).open("rb")
        except FileNotFoundError:
            raise _absent(name) from None

    def path(self, name: str) -> Path:
        """The place of kept bytes, for libraries that read from disk; the file must not be changed."""
        place = self._place(name)
        if not place.exists():
            raise _absent(name)
        return place

    def read(self, name: str) -> bytes:
        """The kept bytes, checked against their digest."""
        with self.open(name) as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != name:
            raise Corrupt.one(
                "store.corrupt",
                "存储的文件内容与其校验值不符，请从备份恢复",
                "the stored bytes do not match their digest; restore them from backup",
                found=name,
            )
        return content

    def verify(self, name: str) -> bool:
        """Whether the bytes are there and have that SHA-256; reads them in pieces."""
        try:
            with self.open(name) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == name
        except NotFound:
            return False

    def names(self) -> Iterator[str]:
        """Every digest kept, in order."""
        objects = self.folder / "objects"
        for place in sorted(objects.glob("??/??/*")) if objects.exists() else ():
            if _DIGEST.match(place.name):
                yield place.name

    def _kept(self, name: str, write: Callable[[BinaryIO], object]) -> str:
        """Put what `write` writes in the place of a digest, wholly or not at all."""
        place = self._place(name)
        if place.exists():
            return name
        self.fault("put")
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
                file.flush()
                self.fault("fsync")
                os.fsync(file.fileno())
            os.chmod(temporary, 0o440)
            self.fault("rename")
            os.replace(temporary, place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(place.parent)
        return name

    def _place(self, name: str) -> Path:
        if not _DIGEST.match(name):
            raise _absent(name)
        return self.folder / "objects" / name[:2] / name[2:4] / name


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _absent(name: str) -> NotFound:
    return NotFound.one("store.absent", "文件不在存储中", "the file is not in the store", found=name[:64])
