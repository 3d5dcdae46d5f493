"""Every kind of document has its form, its words or official rows, and golden files for two matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from legalflow import forms
from legalflow.services import drafting

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", forms.kinds())
def test_a_kind_has_form_words_and_golden_files(kind: str) -> None:
    form = forms.Form.load(kind)
    assert form.code and form.title and form.profile
    assert form.rows or (ROOT / "templates" / "documents" / f"{kind}.txt").is_file()
    assert len(list((ROOT / "tests" / "golden").glob(f"{kind}.*.txt"))) >= 2


def test_every_kind_can_be_asked_for_of_a_matter() -> None:
    assert set(drafting.KINDS) == set(forms.kinds())
