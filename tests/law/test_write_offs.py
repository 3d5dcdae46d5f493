"""Standards against a case: thresholds that are loaded or not, internal evidence, review, and what is never said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.law.catalogue import DATA, Added, Law
from legalflow.law.write_offs import (
    Case,
    Judged,
    LoanState,
    Situation,
    criteria,
    internal_evidence,
    judged,
    known_papers,
    problems,
    review,
)
from legalflow.values.money import Money
from tests.builders import a_law

DAY = date(2026, 11, 24)
CASE = Case(as_of=DAY, loan=LoanState(outstanding=Money("100000"), overdue_since=date(2025, 11, 24)))
INTERNAL = ("财产追偿证明", "清收报告", "法律意见书（诉讼、仲裁经过和结果，或未诉理由）")
ALL_SIGNED = ("handler", "department_head", "unit_head")


def papers(standard: str) -> tuple[str, ...]:
    return next(each.evidence for each in criteria(a_law(), DAY) if each.id == standard)


def row(law: Law, case: Case, standard: str) -> Judged:
    return next(each for each in judged(law, case).value if each.criterion.id == standard)


def loaded(folder: Path, **values: str) -> Law:
    """The law with thresholds as finance would load them."""
    copytree(DATA, folder, dirs_exist_ok=True)
    for name, value in values.items():
        path = folder / "write_off" / "threshold" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert "value: 未载入" in text
        path.write_text(text.replace("value: 未载入", f'value: "{value}"'), encoding="utf-8")
    return Law.load(folder)


def test_criteria_are_data_shown_as_unverified_and_each_asks_for_the_legal_opinion() -> None:
    found = criteria(a_law(), DAY)
    assert "enforcement_failed" in {each.id for each in found} and not any(each.verified for each in found)
    assert all(any("法律意见书" in paper for paper in each.evidence) for each in found)
    assert len({each.id for each in found}) == len(found)
    assert {each.annex for each in found} == {"一般债权", "银行卡", "助学贷款"}


def test_every_threshold_has_a_file_and_none_is_loaded_or_written_in_code() -> None:
    rows = a_law().at("write_off/thresholds", DAY).value
    topics = [each["topic"] for group in rows.values() for each in group]
    assert len(topics) == len(set(topics))
    assert set(topics) == {each for each in a_law().topics() if each.startswith("write_off/threshold/")}
    for topic in topics:
        assert a_law().at(topic, DAY).value == "未载入" and not a_law().cite(topic, DAY).verified


def test_what_is_not_loaded_is_said_and_the_standard_cannot_be_told() -> None:
    card = Situation(kind="bank_card", on=date(2025, 11, 24), demands=60)
    case = replace(CASE, facts=(card,), evidence=papers("bank_card"))
    found = judged(a_law(), case)
    card_row = row(a_law(), case, "bank_card")
    assert (card_row.answer, card_row.open) == ("cannot_be_told", ("单户金额上限", "逾期的天数", "催收的次数"))
    assert card_row.why == "单户金额上限：标准未载入；逾期的天数：标准未载入；催收的次数：标准未载入"
    assert sum("标准未载入" in doubt for doubt in found.provisional) == 3
    assert found.steps[0].citations


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "met"),
        ({"outstanding": Money("100000.01")}, "not_met"),
        ({"overdue_since": DAY - timedelta(days=365)}, "not_met"),
        ({"overdue_since": DAY - timedelta(days=366)}, "met"),
        ({"overdue_since": None}, "cannot_be_told"),
    ],
)
def test_loaded_thresholds_decide_at_their_edges(tmp_path: Path, changes: dict[str, object], answer: str) -> None:
    law = loaded(tmp_path, bank_card_amount="100000", bank_card_days="365", bank_card_demands="6")
    loan = replace(LoanState(outstanding=Money("100000"), overdue_since=DAY - timedelta(days=366)), **changes)  # type: ignore[arg-type]
    card = Situation(kind="bank_card", on=date(2025, 1, 1), demands=6)
    case = Case(as_of=DAY, loan=loan, facts=(card,), evidence=papers("bank_card"))
    assert row(law, case, "bank_card").answer == answer
    assert row(law, replace(case, facts=(replace(card, demands=5),)), "bank_card").answer == "not_met"
    unknown = row(law, replace(case, facts=(replace(card, demands=None),)), "bank_card")
    assert unknown.answer == ("not_met" if answer == "not_met" else "cannot_be_told")


def added(value: str, topic: str) -> Law:
    topic = f"write_off/threshold/{topic}"
    return a_law().with_values([Added(topic, date(2026, 11, 1), value, "财金〔2017〕90号", "附件2", True, DAY)])


def test_one_dated_value_that_finance_adds_changes_the_answer_from_its_day_on() -> None:
    law = added("6", "bank_card_demands")
    fact = Situation(kind="bank_card", on=date(2025, 1, 1), demands=5)
    case = replace(CASE, facts=(fact,), evidence=papers("bank_card"))
    assert row(law, case, "bank_card").answer == "not_met"
    assert row(law, replace(case, as_of=date(2026, 10, 31)), "bank_card").answer == "cannot_be_told"


def test_a_value_that_is_no_number_and_a_list_of_papers_are_never_guessed_at() -> None:
    fact = Situation(kind="bank_card", on=date(2025, 1, 1), demands=5)
    case = replace(CASE, facts=(fact,), evidence=papers("bank_card"))
    assert "催收的次数" in row(added("六次", "bank_card_demands"), case, "bank_card").open
    advance = replace(CASE, facts=(Situation(kind="advances", on=date(2025, 1, 1)),), evidence=papers("advances"))
    found = row(added("垫款凭证", "advances_papers"), advance, "advances")
    assert found.answer == "cannot_be_told" and "垫款凭证，须由人逐项核对" in found.why


def test_days_run_from_the_day_named_and_the_end_of_the_procedure_frees_from_them(tmp_path: Path) -> None:
    law = loaded(tmp_path, enforcement_days="180")
    for days, answer in ((180, "not_met"), (181, "met")):
        fact = Situation(kind="enforcement_failed", on=DAY, since=DAY - timedelta(days=days))
        case = replace(CASE, facts=(fact,), evidence=papers("enforcement_failed"))
        assert row(law, case, "enforcement_failed").answer == answer
        ended = replace(case, facts=(replace(fact, ended=True),))
        assert row(law, ended, "enforcement_failed").thresholds == ()
        both = replace(case, facts=(fact, replace(fact, since=DAY - timedelta(days=999))))
        assert row(law, both, "enforcement_failed").answer == "met"


@pytest.mark.parametrize("standard", ["advances", "criminal_case", "student_loan"])
def test_a_standard_whose_papers_are_not_loaded_is_never_met(standard: str) -> None:
    fact = Situation(kind=standard, on=date(2020, 1, 1), ended=True)
    case = replace(CASE, facts=(fact,), evidence=papers(standard))
    assert row(a_law(), case, standard).answer == "cannot_be_told"


def test_internal_evidence_stands_for_external_only_whole_and_signed_by_all_three() -> None:
    death = Situation(kind="death", on=date(2024, 1, 1))
    case = replace(CASE, facts=(death,), evidence=INTERNAL, signed=ALL_SIGNED, external_unobtainable=True)
    found = row(a_law(), case, "death")
    assert found.answer == "met" and "死亡或失踪证明" in found.replaced and not found.missing
    for short in (
        replace(case, external_unobtainable=False),
        replace(case, signed=ALL_SIGNED[:2]),
        replace(case, evidence=INTERNAL[1:]),
    ):
        assert row(a_law(), short, "death").answer == "missing"
    lacking = internal_evidence(a_law(), replace(case, signed=("handler",), evidence=INTERNAL[:1])).value
    assert (lacking.missing, lacking.unsigned) == (INTERNAL[1:], ("部门负责人", "单位负责人"))
    assert lacking.ground == "财金〔2017〕90号 第八条"


def test_the_joint_review_names_the_departments_still_missing_and_who_decides() -> None:
    assert review(a_law(), CASE).value is None
    found = review(a_law(), replace(CASE, opinions=("credit", "legal"))).value
    assert found is not None and found.missing == ("核销处置", "财会", "内控")
    assert "有权审批人" in found.then and "分级授权" in found.authority
    whole = review(a_law(), replace(CASE, opinions=tuple(name for name, _ in found.departments))).value
    assert whole is not None and whole.missing == ()


def test_a_paper_of_no_known_name_and_a_day_to_come_are_both_named() -> None:
    late = Situation(kind="death", on=DAY, since=DAY + timedelta(days=1))
    found = list(problems(a_law(), replace(CASE, facts=(late,), evidence=("死亡证",))))
    assert [(each.code, each.field) for each in found] == [
        ("write_off.later", "facts[0].since"),
        ("write_off.unknown_evidence", "evidence[0]"),
    ]


STANDARDS = [each.id for each in criteria(a_law(), DAY)]
KNOWN = known_papers(a_law(), CASE)


@settings(max_examples=60)
@given(
    standards=st.lists(st.sampled_from(STANDARDS), max_size=4),
    evidence=st.lists(st.sampled_from(KNOWN), unique=True),
    more=st.sampled_from(KNOWN),
    ended=st.booleans(),
)
def test_more_evidence_never_makes_an_answer_worse_and_nothing_says_what_to_do(
    standards: list[str], evidence: list[str], more: str, ended: bool
) -> None:
    facts = tuple(Situation(kind=each, on=date(2024, 1, 1), ended=ended) for each in standards)
    case = replace(CASE, facts=facts, evidence=tuple(evidence))
    order = ["missing", "cannot_be_told", "met"]
    for before, after in zip(
        judged(a_law(), case).value,
        judged(a_law(), replace(case, evidence=(*case.evidence, more))).value,
        strict=True,
    ):
        assert before.stated is (before.criterion.id in standards)
        if before.answer == "not_met":
            assert after.answer == "not_met"
        else:
            assert order.index(after.answer) >= order.index(before.answer)
        for words in ("可以核销", "可核销", "应予核销", "准予核销", "应当核销", "建议核销", "予以核销"):
            assert words not in before.why + before.criterion.zh
