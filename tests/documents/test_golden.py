"""Each kind of document as text, for two matters: a lawyer can read the difference in a review.

After a meant change `python -m tests.documents.test_golden` writes them anew; the difference is then reviewed.
"""

from __future__ import annotations

import pytest

from legalflow.documents.compose import compose
from legalflow.documents.plain import text_of
from legalflow.forms import kinds
from tests.documents.papers import GOLDEN, facts_of, official_sample

MATTERS = ("simple", "secured")
RAW = ("None", "null", "{{", "}}", "{%", "\x02", "\x03", "Absent", "Undefined", "××", "**", "=17", "True", "False")


@pytest.mark.parametrize("matter", MATTERS)
@pytest.mark.parametrize("kind", kinds())
def test_the_document_reads_as_its_golden_file(kind: str, matter: str) -> None:
    golden = (GOLDEN / f"{kind}.{matter}.txt").read_text(encoding="utf-8")
    assert text_of(compose(kind, facts_of(kind, matter))) == golden


def test_the_published_example_reads_as_its_golden_file() -> None:
    golden = (GOLDEN / "official_sample_financial_loan.txt").read_text(encoding="utf-8")
    assert text_of(compose("civil_complaint_financial_loan", official_sample())) == golden


@pytest.mark.parametrize("matter", MATTERS)
@pytest.mark.parametrize("kind", kinds())
def test_nothing_is_printed_as_blank_none_or_a_raw_mark(kind: str, matter: str) -> None:
    text = text_of(compose(kind, facts_of(kind, matter))).replace("*" * 10, "")  # a masked number
    for mark in (
        "None",
        "null",
        "{{",
        "}}",
        "{%",
        "\x02",
        "\x03",
        "Absent",
        "Undefined",
        "××",
        "**",
        "=17",
        "True",
        "False",
    ):
        assert mark not in text


def write() -> None:
    """Write every golden file as the documents are now."""
    for kind in kinds():
        for matter in MATTERS:
            made = text_of(compose(kind, facts_of(kind, matter)))
            (GOLDEN / f"{kind}.{matter}.txt").write_text(made, encoding="utf-8")
    sample = text_of(compose("civil_complaint_financial_loan", official_sample()))
    (GOLDEN / "official_sample_financial_loan.txt").write_text(sample, encoding="utf-8")


if __name__ == "__main__":
    write()
