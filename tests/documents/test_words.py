"""Words are rendered strictly, and nothing a person typed is ever markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.documents import words
from legalflow.documents.blocks import Heading, Paragraph, Table, Title
from legalflow.documents.compose import compose
from legalflow.documents.plain import text_of, words_of
from legalflow.errors import Invalid, Missing
from legalflow.forms import Form
from tests.documents.papers import facts_of

HOSTILE = ["甲&乙‹丙>", "{{x}}", "| a |", "# 标题", "**粗**", "____", "> 此致", "{% if %}", "@ 签名", "---", "𠮷䶮"]
LONG = "名" * 4000
PRINTABLE = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff")
ESCAPES = ["{{ ''.__class__.__mro__ }}", "{% include '/etc/passwd' %}", "{{ cite.__globals__ }}"]


@pytest.mark.parametrize("name", [*HOSTILE, LONG])
def test_hostile_names_are_printed_whole_and_change_no_block(name: str) -> None:
    facts = facts_of("lawyer_letter", "simple")
    before, after = compose("lawyer_letter", facts), compose("lawyer_letter", {**facts, "addressee": name})
    assert name in text_of(after)
    assert [type(block) for block in after.blocks] == [type(block) for block in before.blocks]


@settings(max_examples=60, deadline=None)
@given(st.text(PRINTABLE, min_size=1).filter(lambda text: "核销" not in text and "呆账" not in text))
def test_no_text_ever_becomes_markup_or_gets_lost(text: str) -> None:
    facts = facts_of("evidence_list", "simple")
    exhibit = {**facts["exhibits"][0], "name": text, "proves": text}
    made = compose("evidence_list", {**facts, "exhibits": [exhibit, *facts["exhibits"][1:]]})
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert words_of(table.rows[1][2]) == f"{text}（复印件）"
    assert words_of(table.rows[1][4]) == text


def test_paragraphs_of_a_long_text_become_paragraphs() -> None:
    facts = facts_of("lawyer_letter", "simple")
    made = compose("lawyer_letter", {**facts, "default_facts": "# 第一段\n| 第二段 |"})
    lines = [words_of(block.line) for block in made.blocks if isinstance(block, Paragraph)]
    assert "# 第一段" in lines
    assert "| 第二段 |" in lines


def test_a_name_the_form_does_not_know_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    template = words._environment().from_string("# {{ nobody_knows }}")
    monkeypatch.setattr(words, "_template", lambda kind: template)
    with pytest.raises(Missing, match="nobody_knows"):
        words.blocks(Form.load("lawyer_letter"), {})


def test_a_fact_that_is_not_given_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    template = words._environment().from_string("# {{ addressee }}")
    monkeypatch.setattr(words, "_template", lambda kind: template)
    with pytest.raises(Missing, match="addressee"):
        words.blocks(Form.load("lawyer_letter"), {})
    conditional = words._environment().from_string("## {% if addressee %}{{ addressee }}{% else %}无{% endif %}")
    monkeypatch.setattr(words, "_template", lambda kind: conditional)
    (heading,) = words.blocks(Form.load("lawyer_letter"), {})
    assert isinstance(heading, Heading)
    assert words_of(heading.line) == "无"


@pytest.mark.parametrize("text", ["{{ accelerate }}", "{{ none }}", "{{ [] }}", "{{ 1.5 }}"])
def test_true_none_lists_and_binary_fractions_are_never_printed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    template = words._environment().from_string(text)
    monkeypatch.setattr(words, "_template", lambda kind: template)
    with pytest.raises(Invalid):
        words.blocks(Form.load("lawyer_letter"), {"accelerate": True})


@pytest.mark.parametrize(
    "text", ["{{ ''.__class__.__mro__ }}", "{% include '/etc/passwd' %}", "{{ cite.__globals__ }}"]
)
def test_words_reach_nothing_outside_their_folder(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    template = words._environment().from_string(text)
    monkeypatch.setattr(words, "_template", lambda kind: template)
    with pytest.raises((Invalid, Missing)):
        words.blocks(Form.load("lawyer_letter"), {})


def test_figures_are_printed_as_the_conventions_say() -> None:
    assert words.in_words("100000") == "人民币壹拾万元整（¥100,000.00）"
    assert words.yuan("100000.5") == "100,000.50元"
    assert words.day("2026-03-01") == "2026年3月1日"
    assert words.rate("0.06") == "6.00%"


def test_a_supplementary_list_says_so_in_its_title() -> None:
    made = compose("evidence_list", {**facts_of("evidence_list", "simple"), "list_no": 2})
    assert made.blocks[0] == Title("补充证据目录（二）")
