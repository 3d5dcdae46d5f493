"""The font library's arrays: as long as what is put in, and their type read once whatever their length."""

from __future__ import annotations

from legalflow import config
from legalflow.documents.blocks import Document, Paragraph, Text
from legalflow.rendering import pdf


def a_page(words: str) -> bytes:
    return pdf.write(Document("页", (Paragraph((Text(words),)),)))


def test_an_array_holds_what_was_put_in_and_memory_without_values_stays_as_it_was_asked_for() -> None:
    pdf.warm(config.read())
    from weasyprint.pdf import fonts

    numbers = fonts.ffi.new("hb_codepoint_t[3]", [7, 8, 9])
    assert list(numbers) == [7, 8, 9]
    assert len(fonts.ffi.new("hb_codepoint_t[4]")) == 4


def test_documents_of_other_letters_need_no_type_that_the_first_did_not() -> None:
    pdf.warm(config.read())
    a_page("甲乙丙")
    from weasyprint.pdf import fonts

    known = set(fonts.ffi._parsed_types)
    for words in ("甲乙丙丁戊", "子丑寅卯辰巳午未", "天地玄黄宇宙洪荒日月盈昃"):
        assert a_page(words).startswith(b"%PDF")
    assert set(fonts.ffi._parsed_types) == known
