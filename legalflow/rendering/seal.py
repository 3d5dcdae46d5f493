"""The sealed file: the approved one, page for page, with the register of its sealing written into the file.

It says which approved bytes it comes from, under which number the sealing is registered, and on which day. Where the
house keeps a picture of the seal, that is drawn over the name and the day of the signature; where it keeps none, the
seal is set on the print by its keeper, and nothing is drawn.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pikepdf
from pikepdf import Dictionary, Name, Stream, String
from PIL import Image

from legalflow.rendering import reading
from legalflow.rendering.style import MILLIMETRE
from legalflow.values.dates import in_chinese

_RESOURCE = "/LegalflowSeal"
_SIGNED = "盖章"  # the line of a signature that bears the seal says so
_EDGE = 10.0  # points that stay free at the page's edges
_WIDE = "\u2e80"  # from here on a letter is as wide as it is high


@dataclass(frozen=True)
class Picture:
    """The picture of a seal: a PNG of ours with a transparent ground, its digest, its width on paper."""

    content: bytes
    digest: str
    millimetres: int


@dataclass(frozen=True)
class Place:
    """Where the middle of a seal comes to stand: the page by its index, and points from its lower left corner."""

    page: int
    across: float
    up: float


def sealed(approved: bytes, digest: str, register: str, on: date, picture: Picture | None = None) -> bytes:
    """The sealed file from the approved bytes; the same approval, day and picture give the same bytes."""
    with pikepdf.open(io.BytesIO(approved)) as pdf:
        pdf.docinfo[Name("/ApprovedSHA256")] = String(digest)
        pdf.docinfo[Name("/SealRegister")] = String(register)
        pdf.docinfo[Name("/SealedOn")] = String(in_chinese(on))
        if picture is not None:
            pdf.docinfo[Name("/SealPictureSHA256")] = String(picture.digest)
            _draw(pdf, picture, place(pdf))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def place(pdf: pikepdf.Pdf) -> Place:
    """The last line that asks for a seal, at the name it bears; where none does, the last line of the document."""
    found: Place | None = None
    last = Place(len(pdf.pages) - 1, 300.0, 120.0)
    for number, page in enumerate(pdf.pages):
        for base, group in groupby(reading.runs(page), key=lambda run: round(run.base)):
            line = list(group)
            words = "".join(run.words for run in line)
            if not words.strip():
                continue
            left, size = line[0].left, line[-1].size
            before, colon, name = words.rpartition("：")
            named = name if colon and name.strip() else words
            start = left + _wide(before + colon, size) if named is name and colon else left
            middle = start + _wide(named.partition("（")[0] or named, size) / 2
            last = Place(number, middle, float(base))
            if _SIGNED in words:
                if not name.strip() and colon:  # the name is left open: the seal stands on the blank
                    middle = left + _wide(words, size) + 20 * MILLIMETRE
                found = Place(number, middle, base - size * 0.6)
    return found or last


def pages(content: bytes) -> int:
    """How many pages a PDF of ours has."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def register_of(content: bytes) -> tuple[str, str]:
    """The digest of the approved file and the register's number a sealed file names; empty where it names none."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return str(pdf.docinfo.get("/ApprovedSHA256", "")), str(pdf.docinfo.get("/SealRegister", ""))


def _wide(words: str, size: float) -> float:
    return sum(size if letter >= _WIDE else size / 2 for letter in words)


def _draw(pdf: pikepdf.Pdf, picture: Picture, where: Place) -> None:
    image = Image.open(io.BytesIO(picture.content)).convert("RGBA")
    page = pdf.pages[where.page]
    wide = picture.millimetres * MILLIMETRE
    high = wide * image.height / image.width
    right, top = float(page.mediabox[2]), float(page.mediabox[3])
    left = min(max(where.across - wide / 2, _EDGE), right - wide - _EDGE)
    low = min(max(where.up - high / 2, _EDGE), top - high - _EDGE)
    page.add_resource(_image(pdf, image), Name.XObject, Name(_RESOURCE))
    drawn = f"q {wide:.3f} 0 0 {high:.3f} {left:.3f} {low:.3f} cm {_RESOURCE} Do Q".encode()
    page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ\n" + drawn))


def _image(pdf: pikepdf.Pdf, image: Image.Image) -> Stream:
    def stream(part: Image.Image, space: Name) -> Stream:
        return Stream(
            pdf,
            zlib.compress(part.tobytes(), 9),
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=image.width,
                Height=image.height,
                ColorSpace=space,
                BitsPerComponent=8,
                Filter=Name.FlateDecode,
            ),
        )

    made = stream(image.convert("RGB"), Name.DeviceRGB)
    made.SMask = pdf.make_indirect(stream(image.getchannel("A"), Name.DeviceGray))
    return made
