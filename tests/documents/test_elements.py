"""Official element forms: every fixed word, label and row as issued, whatever is filled in."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from legalflow.documents import compose as composing
from legalflow.documents.blocks import Document, Form, FormBand, FormRow, Signature, Tick, Title
from legalflow.documents.compose import compose
from legalflow.documents.plain import words_of
from tests.documents.papers import GOLDEN, facts_of, official_sample

KINDS = ("civil_complaint_financial_loan", "enforcement_application")


def official(kind: str) -> dict[str, Any]:
    """Our copy of the official blank form."""
    read: dict[str, Any] = yaml.safe_load((GOLDEN / "official" / f"{kind}.yaml").read_text(encoding="utf-8"))
    return read


def table(document: Document) -> Form:
    return next(block for block in document.blocks if isinstance(block, Form))


def rows(document: Document) -> dict[str, list[str]]:
    """The words of each row by its label; a copied row keeps the last."""
    return {
        entry.label: [words_of(line) for line in entry.lines]
        for entry in table(document).entries
        if isinstance(entry, FormRow)
    }


def close(text: str) -> str:
    """Text without spaces: spacing inside blanks is free."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_blank_form_is_the_official_one_word_for_word(kind: str) -> None:
    form, blank = official(kind), composing.blank(kind)
    assert blank.blocks[0] == Title(form["title"], form["subtitle"])
    entries = table(blank).entries
    assert len(entries) == len(form["rows"])
    for entry, row in zip(entries, form["rows"], strict=True):
        if row["kind"] == "band":
            assert entry == FormBand(row["title"])
            continue
        assert [close(words_of(line)) for line in entry.lines if line] == [close(line) for line in row["lines"]]
        if row["kind"] == "row":
            assert isinstance(entry, FormRow)
            assert entry.label == row["label"]
    closing = blank.blocks[-1]
    assert isinstance(closing, Signature)
    assert [words_of(line) for line in closing.lines] == form["closing"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("matter", ["simple", "secured"])
def test_filling_in_removes_and_reorders_no_official_word(kind: str, matter: str) -> None:
    entries = list(table(compose(kind, facts_of(kind, matter))).entries)
    for row in official(kind)["rows"]:
        copies = [entries.pop(0)]
        while entries and isinstance(entries[0], FormRow) and entries[0].label == row.get("label"):
            copies.append(entries.pop(0))
        for entry in copies if row["kind"] != "band" else ():
            said = close("".join(words_of(line) for line in entry.lines)).replace("☑", "□")
            fixed = [
                re.escape(close(part)) for line in row["lines"] for part in re.split(r"\s+|(?<=[：□])", line) if part
            ]
            assert re.fullmatch(".*?".join(["", *fixed, ""]), said, re.DOTALL), row["label"]
    assert not entries


def test_the_published_example_has_every_printed_figure_in_its_row() -> None:
    found = {label: "\n".join(lines) for label, lines in rows(compose(KINDS[0], official_sample())).items()}
    assert "截至2023年2月10日止，尚欠本金590065.94元" in found["1. 本金"]
    interest = found["2. 利息（期内利息、复利、罚息）"]
    assert "欠利息46261.85元、期内利息14400.00元、复利678.52元、罚息（违约金）31183.33元" in interest
    assert found["8. 标的总额"] == "636327.79元（暂计至2023年2月10日）"
    assert "逾期时间：2022年7月16日　至今已逾期209天" in found["9. 是否存在逾期还款"]
    assert "约定：1000000.00元\n实际发放：600000.00元" in found["3. 借款金额"]
    assert found["6. 借款提供时间"] == "2021年8月18日，200000.00元。\n2021年11月12日，400000.00元。"


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("3. 是否要求提前还款或解除合同", "否☑"),
        ("4. 是否主张担保权利", "是☑　内容：沈"),
        ("5. 是否主张实现债权的费用", "是☑　明细：律师费"),
        ("6. 是否主张诉讼费用", "是☑"),
        ("1. 有无仲裁、法院管辖约定", "有☑"),
        ("2. 是否已经诉前保全", "否☑"),
        ("4. 借款期限", "是否到期：是☑　否□"),
        ("7. 还款方式", "按月计息、到期一次性还本☑"),
        ("9. 是否存在逾期还款", "是☑"),
        ("10. 是否签订物的担保（抵押、质押）合同", "否☑"),
        ("12. 是否最高额担保（抵押、质押）", "是□ 否☑"),
        ("13. 是否办理抵押、质押登记", "否☑"),
        ("14. 是否签订保证合同/保函", "是☑"),
        ("15. 保证方式", "连带责任保证☑"),
        ("16. 其他担保方式", "否☑"),
        ("委托诉讼代理人", "代理权限：一般授权☑　特别授权□"),
    ],
)
def test_the_published_example_has_its_ticks_set(label: str, said: str) -> None:
    assert said in "\n".join(rows(compose(KINDS[0], official_sample()))[label])


def test_a_row_is_copied_for_each_party_and_stays_empty_where_there_is_none() -> None:
    entries = table(compose(KINDS[0], facts_of(KINDS[0], "secured"))).entries
    labels = [entry.label for entry in entries if isinstance(entry, FormRow)]
    assert labels.count("被告（自然人）") == 3
    assert labels.count("被告（法人、非法人组织）") == 1
    assert labels.count("第三人（自然人）") == 1
    third = next(entry for entry in entries if isinstance(entry, FormRow) and entry.label == "第三人（自然人）")
    assert words_of(third.lines[0]) == "姓名："


@pytest.mark.parametrize("matter", ["simple", "secured"])
def test_of_every_yes_and_no_exactly_one_is_ticked(matter: str) -> None:
    entries = table(compose(KINDS[0], facts_of(KINDS[0], matter))).entries
    pairs = 0
    for entry in entries:
        if not isinstance(entry, FormRow) or not re.match(r"\d+\. 是否|\d+\. 有无", entry.label):
            continue
        firsts = [line for line in entry.lines if line and words_of(line)[:1] in "是有否无"]
        ticks = [next(inline.on for inline in line if isinstance(inline, Tick)) for line in firsts]
        if len(firsts) == 2:
            pairs += 1
            assert sum(ticks) == 1, entry.label
    assert pairs >= 8


def test_without_an_agent_the_box_for_none_is_ticked() -> None:
    facts = {**official_sample(), "agents": []}
    assert rows(compose(KINDS[0], facts))["委托诉讼代理人"][-1] == "无☑"
    assert "无□" in rows(composing.blank(KINDS[0]))["委托诉讼代理人"]


def test_user_text_in_a_form_is_printed_as_it_stands() -> None:
    hostile = "甲&乙‹丙>{c1_date}[c4=yes]{{x}}\n第二段"
    said = rows(compose(KINDS[0], {**official_sample(), "c7": hostile}))["7. 其他请求"]
    assert said == ["甲&乙‹丙>{c1_date}[c4=yes]{{x}}", "第二段"]
