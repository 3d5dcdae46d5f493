"""What is no document of ours is said to be none."""

from __future__ import annotations

import pytest

from legalflow.documents.blocks import Document, Paragraph
from legalflow.errors import Corrupt
from legalflow.rendering import docx, reading
from tests.rendering.sample_documents import line


@pytest.mark.parametrize("content", [b"", b"plain", b"PK\x03\x04 cut off", b"%PDF-1.7 cut off"])
def test_what_is_no_document_is_named_so(content: bytes) -> None:
    with pytest.raises(Corrupt):
        reading.words_of(content)


def test_white_space_and_shapeless_marks_are_no_words() -> None:
    content = docx.write(Document("函", (Paragraph(line("甲 乙\u3000丙\u200b丁\u00a0戊")),)))
    assert reading.words_of(content) == "甲乙丙丁戊"
