"""The DOCX files are sound, say what the blocks say, and are the same in every process."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx as library
import ooxml_integrity
import pytest
from openxml_audit import OpenXmlValidator

from legalflow.documents.blocks import Document, Paragraph, Signature, Strong, Text, Title
from legalflow.errors import Invalid
from legalflow.rendering import docx, reading
from tests.rendering.sample_documents import SAMPLES, a_complaint, a_letter, an_element_form, line

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("profile", SAMPLES)
def test_the_audits_find_nothing(profile: str, tmp_path: Path) -> None:
    path = tmp_path / "document.docx"
    path.write_bytes(docx.write(SAMPLES[profile]()))
    assert [str(error) for error in OpenXmlValidator().validate(str(path)).errors] == []
    assert [str(finding) for finding in ooxml_integrity.check(path)] == []


@pytest.mark.parametrize("profile", SAMPLES)
def test_another_program_opens_it(profile: str) -> None:
    opened = library.Document(io.BytesIO(docx.write(SAMPLES[profile]())))
    assert opened.core_properties.title == SAMPLES[profile]().title
    assert opened.paragraphs


def test_the_same_document_is_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib, sys; from legalflow.rendering import docx; from tests.rendering.sample_documents import *;"
        "print(*(hashlib.sha256(docx.write(make())).hexdigest() for make in SAMPLES.values()))"
    )
    here = [hashlib.sha256(docx.write(make())).hexdigest() for make in SAMPLES.values()]
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert there.stdout.split() == here


def test_the_only_date_inside_is_the_documents_own() -> None:
    content = docx.write(a_complaint())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", part(content, "docProps/core.xml"))) == {"2026-11-23T00:00:00Z"}
    undated = docx.write(Document("无日期", (Title("无日期"),)))
    assert "dcterms:created" not in part(undated, "docProps/core.xml")


def test_every_run_and_style_asks_for_its_chinese_face() -> None:
    content = docx.write(an_element_form())
    body = part(content, "word/document.xml")
    assert body.count("<w:r>") == body.count('w:hint="eastAsia"')
    styles = part(content, "word/styles.xml")
    assert 'w:eastAsia="宋体"' in styles and 'w:eastAsia="方正小标宋简体"' in styles
    assert 'w:eastAsia="zh-CN"' in styles
    assert 'w:firstLineChars="200"' in part(docx.write(a_complaint()), "word/styles.xml")


def test_nothing_is_carried_that_the_document_does_not_use() -> None:
    content = docx.write(a_complaint())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert not [name for name in names if "stylesWithEffects" in name or "thumbnail" in name or "numbering" in name]
    assert len(re.findall(r"<w:style ", part(content, "word/styles.xml"))) < 30
    assert len(names) == len(set(names))


def test_page_numbers_are_fields() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.write(a_complaint()))) as archive:
        footers = "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)
    assert "PAGE" in footers and "NUMPAGES" in footers and "第 " in footers
    with zipfile.ZipFile(io.BytesIO(docx.write(a_letter()))) as archive:
        footers = "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)
        assert "evenAndOddHeaders" in archive.read("word/settings.xml").decode()
    assert "— " in footers and "NUMPAGES" not in footers


def test_a_table_head_repeats_and_its_mark_has_no_value() -> None:
    assert "<w:tblHeader/>" in part(docx.write(a_complaint()), "word/document.xml")


def test_the_grid_of_an_element_form_is_the_official_one() -> None:
    body = part(docx.write(an_element_form()), "word/document.xml")
    assert re.findall(r'<w:gridCol w:w="(\d+)"/>', body) == ["2268", "7075"]  # 40.0 and 124.8 mm
    assert '<w:top w:val="single" w:sz="2"' in body  # a quarter of a point


def test_who_signs_never_signs_an_empty_page() -> None:
    document = Document("函", (Paragraph(line("正文。")), Signature((line("甲方"), line("2026年1月1日")))))
    paragraphs = re.findall(r"<w:p>.*?</w:p>", part(docx.write(document), "word/document.xml"))
    assert ["<w:keepNext/>" in paragraph for paragraph in paragraphs] == [True, True, False]


def test_what_a_user_wrote_cannot_break_the_file() -> None:
    hostile = "甲&乙‹丙>{{x}}</w:t>\"'" + "长" * 4000
    content = docx.write(Document(hostile, (Paragraph((Text(hostile), Strong(hostile))),), subject=hostile))
    assert hostile in reading.words_of(content)
    assert library.Document(io.BytesIO(content)).core_properties.title == hostile


def test_every_character_no_file_can_hold_is_named_at_once() -> None:
    document = Document("函", (Paragraph(line("甲\x00乙")), Title("丙\u202e丁"), Paragraph(line("戊\ud800"))))
    with pytest.raises(Invalid) as caught:
        docx.write(document)
    assert [problem.field for problem in caught.value.problems] == [
        "blocks[1].paragraph",
        "blocks[2].title",
        "blocks[3].paragraph",
    ]


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="profile-unknown"):
        docx.write(Document("函", (), profile="poster"))


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_converts_every_profile(tmp_path: Path) -> None:
    for profile, make in SAMPLES.items():
        (tmp_path / f"{profile}.docx").write_bytes(docx.write(make()))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    files = [str(tmp_path / f"{profile}.docx") for profile in SAMPLES]
    subprocess.run([*command, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=120)
    assert all((tmp_path / f"{profile}.pdf").read_bytes().startswith(b"%PDF") for profile in SAMPLES)
