"""One file from outside, read inside the limited process: its kind, its pages, and its derived PDF copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from legalflow.intake import containers, images, pdf_copy
from legalflow.intake.kinds import kind_of
from legalflow.intake.verdicts import Note, Refused

_IMAGES = frozenset({"jpeg", "png", "tiff", "gif", "bmp", "webp"})
_REFUSED_KINDS = frozenset({"svg", "heic", "audio_video", "archive"})


def read(path: Path, out: Path, password: str | None) -> dict[str, Any]:
    """Write the working copy to `out`; return kind, pages and notes. Raises `Refused`.

    A DOCX gets no copy here: `external` says whether it refers to files outside and may not be converted.
    """
    with path.open("rb") as file:
        start = file.read(8192)
    if not start:
        raise Refused("empty")
    kind = kind_of(start)
    if kind in _REFUSED_KINDS:
        raise Refused(kind)
    if kind == "pdf":
        return _answer(kind, *pdf_copy.derive(path, out, password))
    if kind in _IMAGES:
        pdf, notes = images.to_pages(path, kind)
        with pdf:
            pages = len(pdf.pages)
            pdf_copy.save(pdf, out)
        return _answer(kind, pages, notes)
    if kind == "zip":
        return _container(path)
    if kind == "ole":
        raise Refused("office_encrypted" if _has_encrypted_package(path) else "office_legacy")
    raise Refused("unknown_type")


def _container(path: Path) -> dict[str, Any]:
    found = containers.look_into(path)
    if found.kind != "docx":
        raise Refused("spreadsheet")
    return _answer("docx", 0, found.notes) | {"external": found.external}


def _has_encrypted_package(path: Path) -> bool:
    """Whether the old container's directory names an encrypted package (names are UTF-16)."""
    content = path.read_bytes()
    return "EncryptedPackage".encode("utf-16-le") in content


def _answer(kind: str, pages: int, notes: tuple[Note, ...]) -> dict[str, Any]:
    return {"kind": kind, "pages": pages, "notes": [[each.code, each.message, each.message_en] for each in notes]}
