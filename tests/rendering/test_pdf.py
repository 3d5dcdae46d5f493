"""The PDF files hold every glyph, say what the DOCX files say, open nothing, and are the same in every process."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from legalflow import config
from legalflow.documents.blocks import (
    Document,
    Form,
    FormRow,
    Heading,
    Paragraph,
    Signature,
    Table,
    Text,
    Tick,
    Title,
)
from legalflow.errors import Invalid
from legalflow.rendering import docx, html, pdf, reading
from tests.rendering.sample_documents import SAMPLES, a_complaint, a_letter, a_schedule, an_element_form, line, row


@pytest.fixture(autouse=True, scope="module")
def press() -> None:
    pdf.warm(config.read())


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def page_words(content: bytes) -> list[str]:
    """The words of each page, read by a page of its own."""
    with opened(content) as file:
        pages = []
        for page in file.pages:
            single = pikepdf.new()
            single.pages.append(page)
            kept = io.BytesIO()
            single.save(kept)
            pages.append(reading.words_of(kept.getvalue()))
        return pages


@pytest.mark.parametrize("profile", SAMPLES)
def test_the_words_of_both_formats_are_equal(profile: str) -> None:
    document = SAMPLES[profile]()
    words = reading.words_of(pdf.write(document))
    assert words == reading.words_of(docx.write(document))
    assert len(words) > 300


def test_the_same_document_is_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from legalflow.rendering import pdf; from tests.rendering.sample_documents import *;"
        "print(*(hashlib.sha256(pdf.write(make())).hexdigest() for make in reversed(SAMPLES.values())))"
    )
    here = [hashlib.sha256(pdf.write(make())).hexdigest() for make in SAMPLES.values()]
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert there.stdout.split()[::-1] == here


@pytest.mark.parametrize("profile", SAMPLES)
def test_it_is_built_as_pdf_a_2u_demands(profile: str) -> None:
    with opened(pdf.write(SAMPLES[profile]())) as file:
        assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"
        with file.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert file.trailer.ID and not file.is_encrypted
        assert "/AcroForm" not in file.Root and "/OpenAction" not in file.Root and "/EmbeddedFiles" not in file.Root
        fonts = [entry for page in file.pages for entry in dict(page.resources.Font).values()]
        assert fonts
        for font in fonts:
            assert "/FontFile3" in font.DescendantFonts[0].FontDescriptor and "/ToUnicode" in font


def test_title_language_subject_and_the_documents_own_date_stand_in_the_file() -> None:
    with opened(pdf.write(a_complaint())) as file:
        assert str(file.docinfo["/Title"]) == "民事起诉状"
        assert str(file.docinfo["/Subject"]) == "金融借款合同纠纷"
        assert str(file.Root.Lang) == "zh-CN"
        assert str(file.docinfo["/CreationDate"]).startswith("D:20261123")


def test_headings_and_bands_are_bookmarks() -> None:
    def titles(items: Any) -> Iterator[str]:
        for item in items:
            yield item.title
            yield from titles(item.children)

    with opened(pdf.write(an_element_form())) as file, file.open_outline() as outline:
        assert list(titles(outline.root)) == ["民事起诉状", "当事人信息", "诉讼请求", "事实与理由"]
    with opened(pdf.write(a_complaint())) as file, file.open_outline() as outline:
        assert "诉讼请求" in list(titles(outline.root))


def test_rare_characters_of_names_are_embedded() -> None:
    document = Document("函", (Paragraph(line("𠮷某某、䶮某、𬭚某、堃、镕、〇、甲&乙‹丙>{{x}}")),))
    content = pdf.write(document)
    assert reading.words_of(content) == "𠮷某某、䶮某、𬭚某、堃、镕、〇、甲&乙‹丙>{{x}}"


def test_a_character_without_a_glyph_is_named_with_its_place() -> None:
    document = Document("函", (Paragraph(line("正文")), Table((), (row("甲", "乙😀"),))))
    with pytest.raises(Invalid) as caught:
        pdf.write(document)
    (problem,) = caught.value.problems
    assert (problem.field, problem.found) == ("blocks[2].rows[1]", "甲·乙😀")
    assert "U+1F600" in problem.message


def test_a_tick_is_a_character_and_looks_unlike_an_empty_box() -> None:
    form = Form((FormRow("性别", (line("男", Tick(False), "女", Tick(True)),)),))
    content = pdf.write(Document("表", (form,), profile="element"))
    assert reading.words_of(content) == "性别男□女☑"
    with opened(content) as file:
        names = [str(font.BaseFont) for font in dict(file.pages[0].resources.Font).values()]
    assert any("Legalflow-Marks" in name for name in names)


def test_page_numbers_are_printed_but_are_no_words_of_the_document() -> None:
    content = pdf.write(a_complaint())
    assert "共3页" not in reading.words_of(content)
    with opened(content) as file:
        assert len(file.pages) == 3


def test_a_head_repeats_on_each_page_and_is_read_once() -> None:
    document = Document("表", (a_schedule(80), a_schedule(3)))
    content = pdf.write(document)
    assert reading.words_of(content) == reading.words_of(docx.write(document))
    with opened(content) as file:
        repeated = [f"/{pdf.REPEATED}" in page.obj for page in file.pages]
    assert repeated[0] is False and all(repeated[1:-1]) and len(repeated) > 2


@pytest.mark.parametrize("lines", range(20, 34))
def test_a_signature_never_stands_alone(lines: int) -> None:
    text = "判令被告立即偿还借款本金及利息，直至实际清偿之日止。" * lines
    signature = Signature((line("具状人（盖章）：某某银行"), line("2026年11月23日")))
    last = page_words(pdf.write(Document("状", (Title("状"), Paragraph(line(text)), signature))))[-1]
    assert last.endswith("2026年11月23日")
    assert len(last) > len("具状人（盖章）：某某银行2026年11月23日") + 20


def test_a_date_is_never_broken_over_a_line() -> None:
    assert "<s>2026年11月23日</s>" in html.write(Document("状", (Paragraph(line("至2026年11月23日止")),)))


def test_names_and_codes_of_any_length_stay_inside_the_page() -> None:
    code, name = "A1" * 400, "某" * 4000
    document = Document("状", (Paragraph(line(name)), Paragraph(line(code)), Table((), (row(name[:900]), row(code)))))
    content = pdf.write(document)
    assert reading.words_of(content) == name + code + name[:900] + code


def test_markup_of_a_user_is_words_and_opens_nothing() -> None:
    hostile = '<img src="https://example.org/a.png"><style>@import url(https://example.org/b.css)</style></p>&lt;'
    connections: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if connections is not None and event in {"socket.connect", "socket.getaddrinfo", "urllib.Request"}:
            connections.append(event)

    sys.addaudithook(watch)
    document = Document(hostile, (Paragraph(line(hostile)),), running=hostile, letterhead=(hostile,))
    assert reading.words_of(pdf.write(document)) == re.sub(r"\s", "", hostile * 2)
    assert connections == []


def test_an_address_that_is_asked_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    page = '<html><body><img src="file:///etc/hostname"></body></html>'
    monkeypatch.setattr(html, "write", lambda document: page)
    with pytest.raises(Invalid) as caught:
        pdf.write(Document("函", (Title("函"),)))
    assert caught.value.problems[0].found == "file:///etc/hostname"


def test_full_lines_of_a_paragraph_end_flush() -> None:
    sheet = html.style.SHEETS["narrative"]
    assert sheet.text_width % sheet.body.points == 0
    for sheet in html.style.SHEETS.values():
        assert abs(sum(sheet.side_margins) + sheet.text_width - sheet.width_mm * html.style.MILLIMETRE) < 0.001


def test_letters_hold_twenty_eight_characters_on_twenty_two_lines() -> None:
    sheet = html.style.SHEETS["letter"]
    assert sheet.text_width / sheet.body.points == 28
    assert int((297 - sheet.top_mm - sheet.bottom_mm) * html.style.MILLIMETRE / sheet.body.leading) == 22


def test_a_heading_stays_with_what_follows() -> None:
    for lines in range(22, 32):
        text = "判令被告立即偿还借款本金及利息，直至实际清偿之日止。" * lines
        document = Document("状", (Paragraph(line(text)), Heading(line("事实与理由")), Paragraph(line("甲" * 100))))
        assert not page_words(pdf.write(document))[0].endswith("事实与理由")


def test_a_ledger_is_set_a_page_at_a_time_and_its_head_is_read_once() -> None:
    document = Document("明细", (Heading(line("附表")), a_schedule(300)), profile="internal")
    content = pdf.write(document)
    words = reading.words_of(content)
    assert words == reading.words_of(docx.write(document))
    assert words.count("期次应还日") == 1 and words.startswith("附表期次")
    with opened(content) as file:
        pages = len(file.pages)
    rows = [words.count("2023-") for words in page_words(content)]
    assert sum(rows) == 300
    assert pages < 17 and min(rows[1:-1]) > 20, "no page is left half empty"


def test_the_lines_of_a_table_run_along_every_cell() -> None:
    content = pdf.write(Document("表", (Table((), (row("甲", "乙"), row("丙", "丁"))),)))
    with opened(content) as file:
        drawn = file.pages[0].Contents.read_bytes().split(b" f Q")[0]
    assert drawn.count(b" re") == 3 + 3  # level lines and upright ones


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_another_reader_finds_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    document = a_letter()
    path.write_bytes(pdf.write(document))
    found = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout
    bare = re.sub(r"—\s*\d+\s*—|\s", "", found).replace("浙江明衡律师事务所", "")
    assert bare == reading.words_of(path.read_bytes()).replace("浙江明衡律师事务所", "")


def test_words_with_a_forced_line_end_are_equal_in_both() -> None:
    document = Document("函", (Paragraph((Text("甲\n乙\t丙"),)),))
    assert reading.words_of(pdf.write(document)) == reading.words_of(docx.write(document)) == "甲乙丙"


def test_a_gap_to_be_filled_by_hand_stays_as_wide() -> None:
    assert "日期：\u00a0\u00a0\u00a0 年" in html.write(Document("表", (Paragraph(line("日期：    年")),)))
