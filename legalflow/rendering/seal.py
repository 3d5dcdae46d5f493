"""The sealed file: the approved one, page for page, with the register of its sealing written into the file.

It says which approved bytes it comes from, under which number the sealing is registered, and on which day. The seal
itself is set on the print by its keeper; no picture of a seal is drawn, for that would be a copy of one.
"""

from __future__ import annotations

import io
from datetime import date

import pikepdf
from pikepdf import Name, String

from legalflow.values.dates import in_chinese


def sealed(approved: bytes, digest: str, register: str, on: date) -> bytes:
    """The sealed file from the approved bytes; the same approval on the same day gives the same bytes."""
    with pikepdf.open(io.BytesIO(approved)) as pdf:
        pdf.docinfo[Name("/ApprovedSHA256")] = String(digest)
        pdf.docinfo[Name("/SealRegister")] = String(register)
        pdf.docinfo[Name("/SealedOn")] = String(in_chinese(on))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def pages(content: bytes) -> int:
    """How many pages a PDF of ours has."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def register_of(content: bytes) -> tuple[str, str]:
    """The digest of the approved file and the register's number a sealed file names; empty where it names none."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return str(pdf.docinfo.get("/ApprovedSHA256", "")), str(pdf.docinfo.get("/SealRegister", ""))
