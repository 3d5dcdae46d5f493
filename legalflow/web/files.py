"""Kept files sent to a browser: as attachments under their own names, or our own PDF inside a page."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from flask import Response, send_file

from legalflow.errors import Corrupt
from legalflow.services.downloads import Download


def attachment(download: Download) -> Response:
    """A file to be saved, under its name in any language (RFC 6266)."""
    return _sent(download, "attachment")


def preview(download: Download) -> Response:
    """A PDF of our own making, shown inside our own page."""
    response = _sent(download, "inline")
    response.headers["X-Legalflow-Framed"] = "yes"
    return response


def disposition(kind: str, name: str) -> str:
    """The Content-Disposition of a file name: plain letters for old programs, UTF-8 for all others.

    >>> print(disposition("attachment", "函.pdf"))
    attachment; filename="file.pdf"; filename*=UTF-8''%E5%87%BD.pdf
    """
    clean = "".join(letter for letter in name if letter.isprintable() and letter not in '"\\/')[:200] or "file"
    ending = clean.rpartition(".")[2] if "." in clean else ""
    plain = clean if clean.isascii() else f"file.{ending}" if ending.isascii() and ending else "file"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _sent(download: Download, kind: str) -> Response:
    """The file, read through once before: bytes that are not those of its digest never leave the house."""
    with download.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != download.digest:
            raise Corrupt.one(
                "download.corrupt",
                "存储的文件内容与其校验值不符，已停止下载；请联系管理员从备份恢复",
                "the stored bytes do not match their digest; have them restored from backup",
            )
    response = send_file(
        download.path, mimetype=download.content_type, etag=download.digest, conditional=True, max_age=None
    )
    response.headers["Content-Disposition"] = disposition(kind, download.file_name)
    response.headers["X-Content-SHA256"] = download.digest
    return response
