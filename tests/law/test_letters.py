"""What a letter may not say: found however it is written, not found where it is denied or a name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.law.letters import checked, topics
from tests.builders import a_law

DAY = date(2026, 11, 24)
NAMES = ("老赖大饭店有限公司", "贾逮捕")


def rules(text: str, on: date = DAY, has_case: bool = False) -> list[str]:
    return [each.rule for each in checked(a_law(), on, text, NAMES, has_case).value]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("再不还款将被逮捕。", "criminal_threat"),
        ("贵方的行为已涉嫌信用卡诈骗。", "criminal_threat"),
        ("将追究您的刑事责任。", "criminal_threat"),
        ("本所受人民法院委托发函。", "public_power"),
        ("本院决定如下：", "public_power"),
        ("法院工作人员将上门。", "public_power"),
        ("我们是派出所的。", "public_power"),
        ("法院将于三日内强制执行并查封你的住宅。", "unfounded"),
        ("本案已移送法院立案执行。", "unfounded"),
        ("将向你单位发函。", "disclosure"),
        ("传票随后送达。", "court_papers"),
        ("本所将直接冻结您的账户。", "own_force"),
        ("本函即具有强制执行力。", "own_force"),
        ("我们将通知您的单位和领导。", "disclosure"),
        ("将在朋友圈曝光。", "disclosure"),
        ("再不还就告诉你的爸妈。", "disclosure"),
        ("到您单位找您的领导。", "disclosure"),
        ("冻结您名下所有银行卡。", "own_force"),
        ("本公司系司法机关授权单位。", "public_power"),
        ("将移交司法机关处理。", "criminal_threat"),
        ("已向法院起诉。", "unfounded"),
        ("你这个老赖！", "insult"),
        ("请考虑您家人的人身安全。", "violence"),
        ("本案已立案。", "unfounded"),
        ("贵方必然败诉。", "certain_result"),
        ("该笔呆账已核销。", "write_off"),
        ("证件号码990000199001010017。", "full_number"),
        ("此为最后通牒。", "pressure"),
    ],
)
def test_each_rule_finds_its_words_with_reason_better_words_and_ground(text: str, rule: str) -> None:
    found = checked(a_law(), DAY, text, NAMES)
    phrase = next(each for each in found.value if each.rule == rule)
    assert text[phrase.start :].startswith(phrase.found) and phrase.found in phrase.sentence
    assert phrase.reason and phrase.better and str(phrase.value.citation)
    assert len(found.steps) == len(found.value)


def test_every_rule_of_the_data_has_an_example_here() -> None:
    parameters = test_each_rule_finds_its_words_with_reason_better_words_and_ground.pytestmark[0].args[1]
    assert {f"letters/{rule}" for _, rule in parameters} == set(topics(a_law()))


@pytest.mark.parametrize(
    "text",
    [
        "再不还款将被逮 捕。",
        "再不还款将被逮\u200b捕。",
        "再不还款将被“逮捕”。",
        "再不还款将被逮-捕。",
        "不还款就会被逮捕。",
        "不得不将您逮捕。",
        "不排除被逮捕。",
        "未必不会被逮捕。",
        "不还款，逮捕。",
    ],
)
def test_spaces_marks_and_far_or_double_denials_do_not_hide_a_word(text: str) -> None:
    assert rules(text) == ["criminal_threat"]


@pytest.mark.parametrize(
    "text",
    [
        "您不会被逮捕。",
        "本所不得以逮捕相威胁。",
        "本所不会通知您的单位、同事，也不会曝光。",
        "严禁拘留您、通缉、曝光。",
        "老赖大饭店有限公司、贾逮捕：",
        "老赖 大饭店有限公司欠款。",
        "贵方有权委托律师联系本所，也可请家人代为联系。",
        "人民法院可以依法冻结您名下账户，对贵方采取限制高消费、纳入失信被执行人名单、拘留等措施。",
        "请贵单位与本所联系，并通知贵单位财务付款。",
        "委托人将依法向人民法院申请查封、冻结贵方财产，申请强制执行。",
        "逾期未履行的，委托人将依法向有管辖权的人民法院提起诉讼，申请财产保全和强制执行；相关信用信息将依法报送。",
        "证件号码9900**********0017，账号6222000000000000000。",
    ],
)
def test_denials_names_and_lawful_consequences_are_let_pass(text: str) -> None:
    assert rules(text) == []


def test_with_a_case_number_what_is_said_of_the_suit_may_be_true() -> None:
    text = "本案已立案，传票另行送达，将被逮捕。"
    assert rules(text) == ["unfounded", "court_papers", "criminal_threat"]
    assert rules(text, has_case=True) == ["criminal_threat"]


def test_only_what_the_law_prohibits_is_marked_so() -> None:
    found = checked(a_law(), DAY, "后果自负，将被逮捕。990000199001010017", NAMES).value
    assert [(each.rule, each.prohibited) for each in found] == [
        ("pressure", False),
        ("criminal_threat", True),
        ("full_number", False),
    ]


def test_a_rule_counts_from_its_day() -> None:
    assert rules("该债权已核销。", date(2017, 9, 30)) == []
    assert rules("该债权已核销。", date(2017, 10, 1)) == ["write_off"]


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_any_text_is_read_and_every_finding_lies_in_it(text: str) -> None:
    for each in checked(a_law(), DAY, text, NAMES).value:
        assert text[each.start : each.start + len(each.found)] == each.found
