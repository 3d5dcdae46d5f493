"""A file from outside: what its working copy keeps, and what is said of it."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String
from PIL import Image

from legalflow.config import Settings
from legalflow.intake import conversion
from legalflow.intake.files import Received, inspect
from tests.hostile import makers

SETTINGS = Settings()


def _opened(answer: Received) -> Pdf:
    assert answer.working is not None, answer.message
    return pikepdf.open(io.BytesIO(answer.working))


def _codes(answer: Received) -> set[str]:
    return {note.code for note in answer.notes}


def test_the_type_is_read_from_the_content_and_never_from_the_name() -> None:
    assert inspect(makers.photo(), "contract.pdf", SETTINGS).kind == "jpeg"
    assert inspect(makers.pdf_bytes(), "picture.jpg", SETTINGS).kind == "pdf"


def test_the_same_file_gives_the_same_working_copy() -> None:
    content = makers.pdf_bytes(pages=2)
    assert inspect(content, "a.pdf", SETTINGS).working == inspect(content, "b.pdf", SETTINGS).working


def test_a_password_opens_the_file_once_and_a_wrong_one_is_said() -> None:
    content = makers.locked("secret")
    right, wrong = inspect(content, "a", SETTINGS, "secret"), inspect(content, "a", SETTINGS, "other")
    assert right.outcome == "accepted" and "decrypted" in _codes(right)
    assert wrong.reason_code == "pdf_password_wrong"
    assert "secret" not in repr(right)


def test_only_the_visible_part_of_a_page_remains_and_it_starts_where_it_was() -> None:
    content = makers.page_of(CropBox=Array([500, 700, 100, 300]), Rotate=-270)
    with _opened(inspect(content, "a", SETTINGS)) as pdf:
        page = pdf.pages[0]
        assert [float(each) for each in page.mediabox] == [100, 300, 500, 700]
        assert "/CropBox" not in page.obj and page.obj.Rotate == 90


def test_contents_left_open_are_closed_before_anything_is_added() -> None:
    with _opened(inspect(makers.unclosed(), "a", SETTINGS)) as pdf:
        counted = [str(each.operator) for each in pikepdf.parse_content_stream(pdf.pages[0], "q Q BT ET")]
    assert counted.count("q") == counted.count("Q") == 2
    assert counted.count("BT") == counted.count("ET") == 1


def test_a_poster_is_scaled_to_a4_and_that_is_said() -> None:
    answer = inspect(makers.page_of(MediaBox=Array([0, 0, 3000, 2000]), Rotate=90), "a", SETTINGS)
    with _opened(answer) as pdf:
        assert [round(float(each)) for each in pdf.pages[0].mediabox] == [0, 0, 595, 842]
        assert b"page 1" in pdf.pages[0].resources.XObject.Sheet.read_bytes()
    assert "第 1 页" in next(note.message for note in answer.notes if note.code == "scaled")


def test_the_value_of_a_form_field_is_drawn_on_the_page() -> None:
    with _opened(inspect(makers.form("12345.67"), "a", SETTINGS)) as pdf:
        assert "/Annots" not in pdf.pages[0].obj
        drawn = [bytes(form.read_bytes()) for form in pdf.pages[0].resources.XObject.values()]
    assert any(b"12345.67" in each for each in drawn)


def test_links_inside_the_file_and_bookmarks_are_kept_and_named_places_found() -> None:
    def change(pdf: Pdf) -> None:
        place = Array([pdf.pages[2].obj, Name.XYZ, 0, 700, None])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("end"), place])))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([10, 10, 50, 20]), Dest=String("end"))
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
        with pdf.open_outline() as outline:
            outline.root.append(OutlineItem("附件", 1))

    with _opened(inspect(makers.pdf_bytes(change, pages=3), "a", SETTINGS)) as pdf:
        assert pdf.pages[0].obj.Annots[0].Dest[0].objgen == pdf.pages[2].obj.objgen
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["附件"]


def test_a_hidden_layer_stays_hidden() -> None:
    def change(pdf: Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        pdf.pages[0].obj.Resources.Properties = Dictionary(L=layer)

    with _opened(inspect(makers.pdf_bytes(change), "a", SETTINGS)) as pdf:
        hidden = pdf.Root.OCProperties.D.OFF[0]
        assert hidden.objgen == pdf.pages[0].resources.Properties.L.objgen


def test_a_signed_file_and_one_of_several_revisions_are_named() -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.Note = Dictionary(ByteRange=Array([0, 1, 2, 3]))

    content = makers.pdf_bytes(change)
    assert "signed" in _codes(inspect(content, "a", SETTINGS))
    assert "revisions" in _codes(inspect(content + content[content.rindex(b"startxref") :], "a", SETTINGS))


def test_a_jpeg_is_embedded_byte_for_byte_whichever_way_it_was_held() -> None:
    for orientation in range(1, 9):
        content = makers.photo(orientation)
        with _opened(inspect(content, "a", SETTINGS)) as pdf:
            assert pdf.pages[0].resources.XObject.Picture.read_raw_bytes() == content


def test_where_a_photo_was_taken_is_off_the_copy_and_its_picture_untouched() -> None:
    content = makers.photo(gps=True)
    with _opened(inspect(content, "a", SETTINGS)) as pdf:
        embedded = pdf.pages[0].resources.XObject.Picture.read_raw_bytes()
    assert b"Exif" in content and b"Exif" not in embedded
    assert Image.open(io.BytesIO(embedded)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_on_its_page(orientation: int, tmp_path: Path) -> None:
    upright = Image.new("RGB", (300, 200), "white")
    upright.paste("red", (0, 0, 150, 100))  # red where the picture begins
    back = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }.get(orientation, [])  # fmt: skip
    held = upright
    for step in back:
        held = held.transpose(step)
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    held.save(out, "JPEG", exif=exif)
    answer = inspect(out.getvalue(), "a", SETTINGS)
    assert answer.working is not None
    (tmp_path / "a.pdf").write_bytes(answer.working)
    subprocess.run(["pdftoppm", "-r", "36", "-png", "-singlefile", tmp_path / "a.pdf", tmp_path / "a"], check=True)
    with Image.open(tmp_path / "a.png") as shown:
        assert shown.width > shown.height
        seen = [_is_red(shown, x, y) for x, y in ((0.4, 0.4), (0.6, 0.4), (0.4, 0.6), (0.6, 0.6))]
    assert seen == [True, False, False, False]


def _is_red(image: Image.Image, x: float, y: float) -> bool:
    pixel = image.convert("RGB").getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(pixel, tuple)
    return pixel[0] > 150 and pixel[1] < 100


def test_every_frame_of_a_tiff_becomes_a_page() -> None:
    assert inspect(makers.frames("TIFF", 4), "a", SETTINGS).pages == 4


def test_a_long_screenshot_is_cut_into_legible_pages() -> None:
    answer = inspect(makers.blank_png((1080, 9000)), "a", SETTINGS)
    assert answer.pages == 6


def test_a_docx_without_a_converter_is_kept_and_said_to_need_printing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion.shutil, "which", lambda _name: None)
    answer = inspect(makers.docx(), "a.docx", SETTINGS)
    assert (answer.outcome, answer.reason_code, answer.working) == ("accepted", "docx_print", None)
    assert "打印为 PDF" in answer.mend


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_docx_is_converted_where_libreoffice_is_installed() -> None:
    changed = '<w:ins w:id="1" w:author="a"><w:r><w:t>修订</w:t></w:r></w:ins>'
    answer = inspect(makers.docx(body="借款合同</w:t></w:r>" + changed + "<w:r><w:t>"), "a.docx", SETTINGS)
    assert answer.bindable and answer.pages == 1
    assert {"docx_converted", "unaccepted_changes"} <= _codes(answer)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_the_reading_process_has_no_network_and_starts_no_program() -> None:
    code = (
        "import ctypes, os\nfrom legalflow.intake import limits\n"
        "assert limits.refuse_network()\n"
        "assert ctypes.CDLL(None).socket(2, 1, 0) == -1\n"
        "try:\n    os.execv('/bin/true', ['true'])\nexcept PermissionError:\n    print('refused')\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "refused", done.stderr
