"""A file to be sent: where its bytes are and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from legalflow.errors import NotFound
from legalflow.office import Office

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Download:
    """A kept file under the name a person sees; `size` in bytes, `digest` its SHA-256."""

    file_name: str
    content_type: str
    digest: str
    path: Path
    size: int


def of(office: Office, digest: str | None, file_name: str) -> Download:
    """The kept file of a digest; its type is that of the name's ending, plain bytes where unknown."""
    if not digest:
        raise NotFound.one(
            "download.not_made",
            "文件尚未生成",
            "the file has not been made yet",
            mend="等待生成完成后再下载",
            mend_en="wait until it is ready",
        )
    path = office.store.path(digest)
    ending = file_name.rpartition(".")[2].lower()
    return Download(file_name, TYPES.get(ending, "application/octet-stream"), digest, path, path.stat().st_size)
