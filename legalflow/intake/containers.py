"""ZIP-like files, judged by their directory before anything is inflated; and the inflating itself is bounded."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from legalflow.intake.verdicts import Note, Refused, note

ENTRIES = 2000
TOTAL = 200 << 20  # bytes in all, unfolded
RATIO = 100
RATIO_ABOVE = 10 << 20
_LINK = 0o120000
_DOCTYPE = re.compile(rb"<!\s*DOCTYPE", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_FIELD = re.compile(rb"\b(?:INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE|IMPORT)\b")
_CHANGE = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)[\s>]")


@dataclass(frozen=True)
class Container:
    """What a ZIP-like file is (docx, xlsx, pptx, zip), whether it refers to files outside, and what is to be said."""

    kind: str
    external: bool = False
    notes: tuple[Note, ...] = ()


def look_into(path: Path) -> Container:
    """Judge a ZIP-like file; raises `Refused` naming what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _judge_directory(entries)
            kind = _kind({entry.filename for entry in entries})
            if kind == "zip":
                raise Refused("archive")
            return _judge_parts(archive, entries, kind)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError, zlib.error) as error:
        raise Refused("office_damaged") from error


def _judge_directory(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRIES:
        raise Refused("container_entries", found=len(entries), limit=ENTRIES)
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > TOTAL or (total > RATIO_ABOVE and total > RATIO * max(packed, 1)):
        raise Refused("container_bomb", found=total >> 20)
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Refused("container_name", found=entry.filename[:80])
        if (entry.external_attr >> 16) & 0o170000 == _LINK:
            raise Refused("container_name", found=entry.filename[:80])
    ends = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < ends:
            raise Refused("container_overlap")
        ends = entry.header_offset + 30 + entry.compress_size


def _kind(names: set[str]) -> str:
    lowered = {name.lower() for name in names}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in lowered):
        raise Refused("office_macro")
    if "[content_types].xml" in lowered:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(name.startswith(folder) for name in lowered):
                return kind
    return "zip"


def _judge_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], kind: str) -> Container:
    left, external, changed = TOTAL, False, False
    for entry in entries:
        content = _inflate(archive, entry, left)
        left -= len(content)
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        words = content.replace(b"\0", b"")  # UTF-16 parts read alike
        if _DOCTYPE.search(words):
            raise Refused("office_doctype", part=entry.filename[:80])
        if entry.filename == "[Content_Types].xml" and b"macroEnabled" in words:
            raise Refused("office_macro")
        if entry.filename.endswith(".rels"):
            external |= any(b"/hyperlink" not in each for each in _EXTERNAL.findall(words))
        elif entry.filename.startswith("word/"):
            external |= bool(_FIELD.search(words))
            changed |= bool(_CHANGE.search(words))
    return Container(kind, external, (note("unaccepted_changes"),) if changed else ())


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The part's bytes; directories lie, so no more than `left` is ever inflated."""
    if entry.flag_bits & 1:
        raise Refused("office_encrypted")
    with archive.open(entry) as part:
        content = part.read(min(left, entry.file_size + 1) + 1)
    if len(content) > min(left, entry.file_size):
        raise Refused("container_bomb", found=len(content) >> 20)
    return content
