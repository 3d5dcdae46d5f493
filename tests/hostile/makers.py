"""Files as they come from outside, made here: good ones, odd ones and evil ones."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image


def pdf_bytes(change: Callable[[Pdf], object] | None = None, pages: int = 1, **save: Any) -> bytes:
    """A PDF with words on each page, changed by `change` before it is saved."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, 595, 842]),
            Resources=Dictionary(Font=Dictionary(F1=font)),
            Contents=pdf.make_stream(f"BT /F1 24 Tf 72 700 Td (page {number}) Tj ET".encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    if change:
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, **save)
    return out.getvalue()


def locked(user: str, owner: str = "owner") -> bytes:
    """An encrypted PDF; an empty user password makes it only owner-protected."""
    return pdf_bytes(encryption=pikepdf.Encryption(user=user, owner=owner))


def acting(kind: str, where: str) -> bytes:
    """A PDF with an active action of a kind, hung in one of the places where actions can hang."""

    def change(pdf: Pdf) -> None:
        extra: dict[str, Any] = {
            "JavaScript": {"JS": String("app.alert(1)")},
            "Launch": {"F": String("cmd.exe")},
            "SubmitForm": {"F": String("http://example.invalid/")},
            "ImportData": {"F": String("data.fdf")},
            "GoToR": {"F": String("other.pdf"), "D": Array([0, Name.Fit])},
            "GoToE": {"D": Array([0, Name.Fit])},
        }[kind]
        action = Dictionary(Type=Name.Action, S=Name("/" + kind), **extra)
        page = pdf.pages[0].obj
        if where == "catalogue":
            pdf.Root.OpenAction = action
        elif where == "page":
            page.AA = Dictionary(O=action)
        elif where == "names":
            pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))
        elif where == "next":
            harmless = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]), Next=action)
            page.Annots = Array([_annotation(pdf, "Link", A=harmless)])
        else:
            page.Annots = Array([_annotation(pdf, "Link", A=action)])

    return pdf_bytes(change)


def carrying() -> bytes:
    """A PDF with an attachment, an XFA form, a media annotation and a file annotation."""

    def change(pdf: Pdf) -> None:
        pdf.attachments["secret.txt"] = b"hidden words"
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
        page = pdf.pages[0].obj
        page.Annots = Array([_annotation(pdf, "RichMedia"), _annotation(pdf, "FileAttachment")])

    return pdf_bytes(change)


def _annotation(pdf: Pdf, kind: str, **more: Any) -> Any:
    return pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name("/" + kind), Rect=Array([10, 10, 90, 40]), **more)
    )


def form(value: str) -> bytes:
    """A PDF with one text field filled in, without an appearance."""

    def change(pdf: Pdf) -> None:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        field = _annotation(
            pdf, "Widget", FT=Name.Tx, T=String("amount"), V=String(value), DA=String("/Helv 12 Tf 0 g"), F=4
        )
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), DA=String("/Helv 12 Tf 0 g"), DR=Dictionary(Font=Dictionary(Helv=font))
        )

    return pdf_bytes(change)


def page_of(**entries: Any) -> bytes:
    """A PDF whose page has these entries."""

    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            pdf.pages[0].obj["/" + key] = value

    return pdf_bytes(change)


def unclosed() -> bytes:
    """A PDF whose contents shift everything and never put it back."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"q 0.1 0 0 0.1 300 300 cm q BT /F1 99 Tf (x) Tj")

    return pdf_bytes(change)


def image_bytes(kind: str, size: tuple[int, int] = (400, 300), mode: str = "RGB", **save: Any) -> bytes:
    """A picture of noise, so that nothing compresses it away."""
    small = Image.frombytes("RGB", (40, 30), random.Random(7).randbytes(3600)).resize(size)
    out = io.BytesIO()
    small.convert(mode).save(out, kind, **save)
    return out.getvalue()


def blank_png(size: tuple[int, int]) -> bytes:
    """A white PNG: small to keep, large to unfold."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "PNG", compress_level=1)
    return out.getvalue()


def photo(orientation: int = 1, gps: bool = False) -> bytes:
    """A JPEG with an EXIF orientation, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}
    return image_bytes("JPEG", exif=exif)


def sixteen_bit() -> bytes:
    """A grey PNG of sixteen bits."""
    out = io.BytesIO()
    Image.frombytes("I;16", (64, 64), random.Random(3).randbytes(8192)).save(out, "PNG")
    return out.getvalue()


def frames(kind: str, count: int) -> bytes:
    """A TIFF or GIF of several frames."""
    sheets = [Image.new("RGB", (200, 100), (40 * at, 90, 120)) for at in range(count)]
    out = io.BytesIO()
    sheets[0].save(out, kind, save_all=True, append_images=sheets[1:])
    return out.getvalue()


def huge_header() -> bytes:
    """A PNG that claims 60,000 by 60,000 pixels in a few hundred bytes."""
    content = bytearray(image_bytes("PNG", (8, 8)))
    content[16:24] = (60000).to_bytes(4, "big") * 2
    import zlib

    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4, "big")
    return bytes(content)


def docx(parts: dict[str, bytes] | None = None, body: str = "借款合同") -> bytes:
    """A small DOCX; `parts` are added or replace those of the same name."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    plain = {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
        b'+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>{body}</w:t>'
        "</w:r></w:p></w:body></w:document>".encode(),
    }
    return zipped(plain | (parts or {}))


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def lying() -> bytes:
    """A DOCX whose directory says a part is small, while it unfolds to far more."""
    content = docx({"word/media.xml": b" " * (12 << 20)})
    size = (12 << 20).to_bytes(4, "little")
    return content.replace(size, (100).to_bytes(4, "little"))


def overlapping() -> bytes:
    """A DOCX of which two directory entries name the same bytes."""
    content = docx({"word/a.xml": b"<a/>" * 50, "word/b.xml": b"<a/>" * 50})
    first, second = content.index(b"word/a.xml") - 30, content.index(b"word/b.xml") - 30
    return content.replace(second.to_bytes(4, "little") + b"word/b.xml", first.to_bytes(4, "little") + b"word/b.xml")
