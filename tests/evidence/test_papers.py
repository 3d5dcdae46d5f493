"""Papers of a write-off file among exhibits, recognised by name."""

from __future__ import annotations

from datetime import date

from legalflow.evidence.papers import at_hand, words
from legalflow.law.write_offs import criteria
from tests.builders import a_law


def test_every_paper_that_a_standard_asks_for_has_its_words_and_no_other_does() -> None:
    asked = {paper for each in criteria(a_law(), date(2026, 11, 24)) for paper in each.evidence}
    assert set(words()) == asked and all(words().values())


def test_one_exhibit_may_be_several_papers_and_several_one() -> None:
    found = at_hand(["民事调解书", "（2023）执行裁定书", "终结本次执行裁定", "借款合同"])
    assert found["民事判决书、调解书"] == found["调解书或和解协议"] == ("民事调解书",)
    assert found["执行裁定书"] == ("（2023）执行裁定书", "终结本次执行裁定")
    assert not any("借款合同" in held for held in found.values())
    assert at_hand([]) == {}
