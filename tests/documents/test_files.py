"""Every kind of document as it leaves the house: sound DOCX, the same words in both formats, the same bytes."""

from __future__ import annotations

from pathlib import Path

import ooxml_integrity
import pytest
from openxml_audit import OpenXmlValidator

from legalflow import forms
from legalflow.documents.blocks import Document
from legalflow.documents.compose import compose
from legalflow.rendering import docx, pdf
from legalflow.rendering.reading import words_of
from tests.documents.papers import facts_of, official_sample

PAPERS = [(kind, matter) for kind in forms.kinds() for matter in ("simple", "secured")]


@pytest.mark.parametrize(("kind", "matter"), PAPERS)
def test_a_document_is_sound_and_says_the_same_in_both_formats(kind: str, matter: str, tmp_path: Path) -> None:
    sound_and_alike(compose(kind, facts_of(kind, matter)), tmp_path / f"{kind}.docx")


def test_the_published_example_is_sound_and_says_the_same_in_both_formats(tmp_path: Path) -> None:
    sound_and_alike(compose("civil_complaint_financial_loan", official_sample()), tmp_path / "sample.docx")


def sound_and_alike(document: Document, path: Path) -> None:
    """The audits find nothing in the DOCX; DOCX and PDF hold the same words; written again, both are the same bytes."""
    words = docx.write(document)
    pages = pdf.write(document)
    path.write_bytes(words)
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
    assert [str(finding) for finding in ooxml_integrity.check(path)] == []
    assert words_of(words) == words_of(pages)
    assert (docx.write(document), pdf.write(document)) == (words, pages)
