"""A template in English: its sentences from the catalogue, what people wrote as they wrote it, forms untouched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from legalflow.errors import Corrupt
from legalflow.web.catalogue import catalogue
from legalflow.web.sentences import english_of

SENTENCES = """
"截至{1}尚欠{2}元，共 {3} 期": "{3:instalment|instalments}, CNY {2} owed on {1}"
"删除此项": "Delete this & that"
"本金": "Principal"
"请选择": "Choose"
"查看": "Open"
"案件": "Matter"
"""
WORDS = '"第{1}册": "volume {1}"\n"{1}办理": "by {1}"\n'


def shown(folder: Path, source: str, **given: Any) -> str:
    """A template in English over a small catalogue."""
    (folder / "pages.yaml").write_text(SENTENCES, encoding="utf-8")
    (folder / "words.yaml").write_text(WORDS, encoding="utf-8")
    chinese = Environment(loader=DictLoader({"page.html": source}), autoescape=True)
    return english_of(chinese, folder).get_template("page.html").render(**given)


def test_a_sentence_takes_its_places_where_the_english_wants_them(tmp_path: Path) -> None:
    source = "<p>截至{{ on }}尚欠{{ owed }}元，共 {{ count }} 期</p>"
    assert (
        shown(tmp_path, source, on="2026-01-02", owed="5.00", count=1)
        == "<p>1 instalment, CNY 5.00 owed on 2026-01-02</p>"
    )
    assert "3 instalments" in shown(tmp_path, source, on="", owed="", count=3)


def test_what_is_read_in_attributes_is_english_and_what_a_form_sends_is_not(tmp_path: Path) -> None:
    source = '<button title="删除此项" value="本金">查看</button><textarea name="t">{{ word }}</textarea>'
    assert shown(tmp_path, source, word="本金") == (
        '<button title="Delete this &amp; that" value="本金">Open</button><textarea name="t">本金</textarea>'
    )


def test_what_people_wrote_stays_as_they_wrote_it(tmp_path: Path) -> None:
    source = "<td>{{ each.reason }}</td><td>{{ each.borrower or '请选择' }}</td><td>{{ each.state }}</td>"
    each = {"reason": "本金", "borrower": "", "state": "本金"}
    said = '<td><span lang="zh-CN">本金</span></td><td>Choose</td><td>Principal</td>'
    assert shown(tmp_path, source, each=each) == said


def test_a_text_that_is_compared_or_looked_up_stays_as_the_code_knows_it(tmp_path: Path) -> None:
    source = "{% if kind == '本金' %}<b>{{ {'本金': '查看'}.get(kind, '') }}</b>{% endif %}"
    assert "Open" in shown(tmp_path, source, kind="本金")


def test_words_that_code_filled_in_are_known_as_they_are_shown(tmp_path: Path) -> None:
    assert (
        shown(tmp_path, "<i>{{ a }}</i><i>{{ b }}</i>", a="第2册", b="查看、案件")
        == "<i>volume 2</i><i>Open, Matter</i>"
    )


def test_what_has_no_english_stands_in_chinese_and_is_escaped(tmp_path: Path) -> None:
    assert shown(tmp_path, "<p>没有对照的{{ word }}</p>", word="<b>") == "<p>没有对照的&lt;b&gt;</p>"


@pytest.mark.parametrize("wrong", ['"共 {1} 项": "{2} items"', '"查看": "Open"\n"查看": "See"'])
def test_a_catalogue_that_cannot_be_right_is_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "wrong.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(Corrupt):
        catalogue(tmp_path)
