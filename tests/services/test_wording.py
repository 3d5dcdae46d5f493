"""A letter's words: prohibited ones keep it from being made and approved, others are shown to its reviewer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from legalflow.errors import Invalid
from legalflow.forms import Form
from legalflow.law.catalogue import Law
from legalflow.office import Office
from legalflow.services import drafting, wording
from tests.builders import a_law
from tests.services.installation import SECURED, actor, answered, document_row, drafted, matter_of

LETTER = Form.load(drafting.LETTER)
DAY = date(2026, 11, 24)


def said(**facts: object) -> list[tuple[str, str]]:
    return [(each.place, each.phrase.rule) for each in wording.looked_over(a_law(), DAY, LETTER, facts)]


def test_words_are_found_in_what_was_written_and_not_in_names() -> None:
    names = {"addressee": "老赖大饭店有限公司", "firm_name": "刑拘律师事务所", "lawyers": [{"name": "贾逮捕"}]}
    assert said(**names, matter_line="老赖大饭店有限公司借款一事") == []
    assert said(**names, matter_line="老赖欠款一事") == [("matter_line", "insult")]
    rows = [{"on": "2026-01-01", "channel": "电话", "result": "告知将被逮捕"}]
    assert said(demands=rows) == [("demands[0].result", "criminal_threat")]


def test_what_is_said_of_a_suit_needs_its_number_and_other_documents_are_not_letters() -> None:
    words = {"default_facts": "本案已立案。"}
    assert said(**words) == [("default_facts", "unfounded")]
    assert said(**words, case_no="（2026）虚0101民初12号") == []
    complaint = Form.load("civil_complaint")
    assert wording.looked_over(a_law(), DAY, complaint, {"facts": "被告涉嫌诈骗。"}) == ()


def test_a_letter_with_prohibited_words_is_not_made_and_says_what_to_write(sample: Office) -> None:
    counsel, matter = actor(sample, "counsel"), matter_of(sample, SECURED)
    texts = answered(sample, counsel, matter, drafting.LETTER, matter_line="拒不还款将被逮捕、通知您的单位一事")
    with pytest.raises(Invalid) as raised:
        drafting.request_document(sample, counsel, matter, drafting.LETTER, texts)
    problems = raised.value.problems
    assert {(each.code, each.field) for each in problems} == {("letter.prohibited", "matter_line")}
    assert [each.found for each in problems] == ["逮捕", "通知您的单位"]
    assert all(each.mend for each in problems)


def test_words_only_advised_against_are_shown_and_words_prohibited_since_stop_the_approval(sample: Office) -> None:
    matter = matter_of(sample, SECURED)
    mild = drafted(sample, matter, drafting.LETTER, matter_line="后果自负一事")
    row = document_row(sample, mild)
    found = wording.of_document(sample, row.kind, row.facts_digest)
    assert [(each.place, each.phrase.prohibited) for each in found] == [("matter_line", False)]
    drafting.approve(sample, actor(sample, "lawyer"), mild, row.pdf or "")

    law = sample.law
    before = Law({topic: law.history(topic) for topic in law.topics() if topic != "letters/insult"})
    old = drafted(replace(sample, law=before), matter, drafting.LETTER, matter_line="老赖欠款一事")
    with pytest.raises(Invalid, match=r"letter\.prohibited"):
        drafting.approve(sample, actor(sample, "lawyer"), old, document_row(sample, old).pdf or "")
    assert document_row(sample, old).state == "ready"
