"""Every file from outside has an outcome and a message; none raises, hangs or leaves anything active."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array

from legalflow.config import Settings
from legalflow.intake.files import Arriving, Received, inspect, inspect_all
from tests.hostile import makers

PDF = makers.pdf_bytes(pages=3)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXTERNAL = (
    b'<Relationships><Relationship Id="t" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'attachedTemplate" Target="http://example.invalid/t.dotm" TargetMode="External"/></Relationships>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

# name: content, reason, code of a note that must be there
CASES: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "empty", ""),
    "words": ("只是文字".encode(), "unknown_type", ""),
    "svg": (SVG, "svg", ""),
    "svg in utf-16": (SVG.decode().encode("utf-16"), "svg", ""),
    "html named pdf": (b"<html><script>alert(1)</script></html>", "unknown_type", ""),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(64), "heic", ""),
    "audio": (b"ID3\x04" + bytes(64), "audio_video", ""),
    "plain": (PDF, "ok", ""),
    "password": (makers.locked("secret"), "pdf_password", ""),
    "owner password": (makers.locked(""), "ok", "owner_protected"),
    "cut in half": (PDF[: len(PDF) * 2 // 3], "ok", "repaired"),
    "cut to the header": (PDF[:40], "pdf_damaged", ""),
    "only the name of a pdf": (b"%PDF-1.7\n%%EOF\n", "pdf_damaged", ""),
    "no pages": (makers.pdf_bytes(pages=0), "pdf_no_pages", ""),
    "zip after the pdf": (PDF + makers.zipped({"evil.txt": b"x" * 500}), "ok", "trailing_data"),
    "pdf behind a gif": (b"GIF89a" + PDF, "image_damaged", ""),
    "letters before the pdf": (b"junk\n" * 20 + PDF, "ok", ""),
    "attachments and media": (makers.carrying(), "ok", "active_dropped"),
    "huge side": (makers.page_of(MediaBox=Array([0, 0, 20000, 842])), "pdf_page_size", ""),
    "no side": (makers.page_of(MediaBox=Array([0, 0, 0.2, 842])), "pdf_page_size", ""),
    "poster": (makers.page_of(MediaBox=Array([0, 0, 3000, 2000])), "ok", "scaled"),
    "turned back": (makers.page_of(Rotate=-90), "ok", "rotation"),
    "turned round": (makers.page_of(Rotate=450), "ok", "rotation"),
    "turned a little": (makers.page_of(Rotate=30), "ok", "rotation"),
    "box upside down": (makers.page_of(MediaBox=Array([595, 842, 0, 0])), "ok", ""),
    "crop outside": (makers.page_of(CropBox=Array([900, 900, 1000, 1000])), "ok", ""),
    "unclosed contents": (makers.unclosed(), "ok", ""),
    "filled form": (makers.form("12345.67"), "ok", "flattened"),
    "filled in Chinese, unseen": (makers.form("壹万元"), "pdf_form_unseen", ""),
    "jpeg": (makers.photo(), "ok", ""),
    "jpeg on its side": (makers.photo(6), "ok", "turned"),
    "jpeg with a place": (makers.photo(1, gps=True), "ok", "gps_removed"),
    "jpeg cut": (makers.photo()[:3000], "image_damaged", ""),
    "cmyk jpeg": (makers.image_bytes("JPEG", mode="CMYK"), "ok", "converted"),
    "16 bit png": (makers.sixteen_bit(), "ok", "converted"),
    "transparent png": (makers.image_bytes("PNG", mode="RGBA"), "ok", "transparent"),
    "long screenshot": (makers.image_bytes("PNG", (300, 4000)), "ok", "long_image"),
    "huge png": (makers.huge_header(), "image_too_large", ""),
    "tiff of 3": (makers.frames("TIFF", 3), "ok", "frames"),
    "moving gif": (makers.frames("GIF", 3), "ok", "first_frame"),
    "bmp": (makers.image_bytes("BMP"), "ok", ""),
    "webp": (makers.image_bytes("WEBP"), "ok", ""),
    "zip": (makers.zipped({"a.txt": b"a"}), "archive", ""),
    "zip bomb": (makers.zipped({"word/a": bytes(30 << 20), "[Content_Types].xml": b""}), "container_bomb", ""),
    "lying directory": (makers.lying(), "office_damaged", ""),
    "many parts": (makers.zipped({f"word/{at}": b"" for at in range(2100)}), "container_entries", ""),
    "overlapping": (makers.overlapping(), "container_overlap", ""),
    "path upwards": (makers.docx({"../../etc/passwd": b"x"}), "container_name", ""),
    "macro": (makers.docx({"word/vbaProject.bin": b"x"}), "office_macro", ""),
    "doctype": (makers.docx({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "office_doctype", ""),
    "remote template": (makers.docx({"word/_rels/settings.xml.rels": EXTERNAL}), "docx_external", ""),
    "xlsx": (makers.zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}), "spreadsheet", ""),
    "old word": (OLE, "office_legacy", ""),
    "encrypted word": (OLE + "EncryptedPackage".encode("utf-16-le"), "office_encrypted", ""),
    "zip cut": (makers.docx()[:200], "office_damaged", ""),
} | {
    f"{kind} in {where}": (makers.acting(kind, where), "ok", "active_dropped")
    for kind in ("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToR", "GoToE")
    for where in ("catalogue", "page", "annotation", "next")
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Received]:
    """Every file through one batch, the way a folder is read."""
    folder = tmp_path_factory.mktemp("hostile")
    arriving = []
    for at, (name, (content, _reason, _note)) in enumerate(CASES.items()):
        path = folder / f"{at}.bin"
        path.write_bytes(content)
        arriving.append(Arriving(path, name))
    return {each.file_name: each for each in inspect_all(arriving, Settings())}


@pytest.mark.parametrize("name", CASES)
def test_every_file_has_its_outcome_and_a_message(name: str, answers: dict[str, Received]) -> None:
    _content, reason, note = CASES[name]
    answer = answers[name]
    assert answer.reason_code == reason
    assert answer.outcome in {"accepted", "accepted_repaired", "rejected"}
    assert answer.message and answer.message_en
    assert answer.bindable == (reason == "ok")
    if answer.outcome == "rejected":
        assert answer.mend and answer.mend_en
    if note:
        assert note in {each.code for each in answer.notes}
    assert "{" not in answer.message + answer.mend + "".join(each.message for each in answer.notes)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[1] == "ok"])
def test_the_working_copy_opens_and_holds_nothing_active(name: str, answers: dict[str, Received]) -> None:
    working = answers[name].working
    assert working is not None
    for word in (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData", b"/GoToR", b"/GoToE", b"/RichMedia"):
        assert word not in _unfolded(working), word
    for word in (b"/XFA", b"/EmbeddedFile", b"/FileAttachment", b"/AcroForm", b"/AA"):
        assert word not in _unfolded(working), word
    with pikepdf.open(io.BytesIO(working)) as pdf:
        assert len(pdf.pages) == answers[name].pages > 0
        assert not pdf.is_encrypted and not pdf.check_pdf_syntax()


def _unfolded(working: bytes) -> bytes:
    """The file with its object streams unpacked, so that names can be read in it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(working)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def test_a_file_that_breaks_its_reader_is_named_and_the_next_one_is_read(tmp_path: Path) -> None:
    picture, plain = tmp_path / "a.png", tmp_path / "b.pdf"
    picture.write_bytes(makers.blank_png((6000, 6000)))
    plain.write_bytes(PDF)
    starved = Settings(parser_memory=300 << 20)
    first, second = inspect_all([Arriving(picture, "a"), Arriving(plain, "b")], starved)
    assert (first.outcome, first.reason_code) == ("rejected", "parser_stopped")
    assert second.outcome == "accepted"


def test_a_file_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    slow = Settings(parser_seconds=0)
    answer = inspect(PDF, "a.pdf", slow)
    assert (answer.outcome, answer.reason_code) == ("rejected", "parser_time")


def test_too_large_a_file_is_not_even_opened() -> None:
    answer = inspect(PDF, "a.pdf", Settings(upload_limit=100))
    assert answer.reason_code == "too_large" and "上限" in answer.message
