"""What contradicts is named, all at once, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from legalflow.documents import checking
from legalflow.documents.compose import compose
from legalflow.errors import Invalid, Missing
from legalflow.forms import Form, kinds
from tests.documents.papers import WRITE_OFF, facts_of, official_sample

FORM = "civil_complaint_financial_loan"


def codes(kind: str, facts: dict[str, Any]) -> set[tuple[str, str]]:
    """The problems as code and field."""
    return {(each.code, each.field) for each in checking.check(kind, facts).problems}


def changed(**changes: Any) -> dict[str, Any]:
    """The published example with changes."""
    return {**official_sample(), **changes}


def with_party(number: int, **changes: Any) -> dict[str, Any]:
    """The published example with a defendant changed."""
    defendants = [dict(each) for each in official_sample()["defendants"]]
    defendants[number] |= changes
    return changed(defendants=defendants)


@pytest.mark.parametrize("kind", kinds())
def test_gathered_facts_have_no_problem(kind: str) -> None:
    assert checking.check(kind, facts_of(kind, "secured")).problems == ()


def test_the_published_example_has_no_problem() -> None:
    assert codes(FORM, official_sample()) == set()


@pytest.mark.parametrize("name", [n for each in kinds() for check in Form.load(each).checks for n in check])
def test_every_check_a_form_names_is_known(name: str) -> None:
    assert name in checking.CHECKS


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"c2_total": "46261.86"}, ("fact.sum", "c2_total")),
        ({"c8_total": "1.00"}, ("fact.sum", "c8_total")),
        ({"c2_date": "2023-02-11"}, ("fact.differs", "c2_date")),
        ({"running_from": "2023-02-10"}, ("fact.next_day", "running_from")),
        ({"f4_to": "2018-01-01"}, ("fact.order", "f4_to")),
        ({"doc_date": "2023-02-09"}, ("fact.order", "doc_date")),
        ({"f9_days": 210}, ("fact.days", "f9_days")),
        ({"f3_paid": "600000.01"}, ("fact.sum", "f3_paid")),
        ({"guarantors_claimed": [{"name": "别人"}]}, ("fact.not_a_party", "guarantors_claimed.name")),
        ({"c7": "该笔贷款已核销"}, ("document.confidential", "c7")),
        ({"c7": "人民币壹拾万元整（¥100,000.01）"}, ("fact.words_figures", "c7")),
        ({"agents": official_sample()["agents"] * 3}, ("fact.too_many", "agents")),
    ],
)
def test_a_contradiction_is_named_where_it_stands(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in codes(FORM, changed(**changes))


@pytest.mark.parametrize(
    ("number", "changes", "field"),
    [
        (0, {"id_no": "990000195505250025"}, "defendants[0].id_no"),
        (0, {"sex": "男"}, "defendants[0].sex"),
        (0, {"birth_date": "1955-05-26"}, "defendants[0].birth_date"),
        (0, {"id_no": "9900**********0024"}, "defendants[0].id_no"),
        (1, {"uscc": "919900000000000006"}, "defendants[1].uscc"),
    ],
)
def test_a_party_s_number_is_full_and_agrees(number: int, changes: dict[str, str], field: str) -> None:
    assert field in {place for _, place in codes(FORM, with_party(number, **changes))}


def test_a_passport_is_not_held_to_the_rules_of_an_identity_card() -> None:
    assert codes(FORM, with_party(0, id_type="护照", id_no="E00000000")) == set()


def test_all_problems_are_told_at_once_and_nothing_is_made() -> None:
    with pytest.raises(Invalid) as error:
        compose(FORM, changed(c2_total="1.00", f9_days=1, c3=""))
    assert {"c2_total", "f9_days", "c3"} <= {each.field for each in error.value.problems}


def test_facts_that_are_only_missing_are_missing() -> None:
    with pytest.raises(Missing) as error:
        compose(FORM, {key: value for key, value in official_sample().items() if key not in {"c6", "f19"}})
    assert {each.field for each in error.value.problems} == {"c6", "f19"}


def test_an_amount_of_the_wrong_type_breaks_no_check() -> None:
    assert ("money.invalid", "c2_total") in codes(FORM, changed(c2_total="四万"))


def test_without_a_plan_a_fact_without_evidence_is_a_warning_and_with_one_a_problem() -> None:
    bare = checking.check(FORM, official_sample())
    assert {each.field for each in bare.warnings} >= {"cites.contract", "cites.guarantee"}
    cites = {"contract": [{"item": "1-1", "first": 3, "last": 4}]}
    planned = checking.check(FORM, changed(cites=cites))
    assert planned.warnings == ()
    assert {each.field for each in planned.problems} == {"cites.drawdown", "cites.default", "cites.guarantee"}


def test_a_letter_prints_a_masked_number_and_claims_no_suit_without_a_case() -> None:
    facts = facts_of("lawyer_letter", "simple")
    assert ("identity.unmasked", "addressee_number") in codes(
        "lawyer_letter", {**facts, "addressee_number": "990000199001010017"}
    )
    sued = {**facts, "default_facts": "贵方已被起诉。"}
    assert ("document.unfounded", "default_facts") in codes("lawyer_letter", sued)
    assert codes("lawyer_letter", {**sued, "case_no": "（2026）虚0101民初1号"}) == set()


def test_a_letter_leaves_three_days_and_calls_a_guarantor_to_account() -> None:
    facts = facts_of("lawyer_letter", "secured")
    assert ("fact.too_soon", "deadline") in codes("lawyer_letter", {**facts, "deadline": "2026-03-04"})
    assert ("fact.implied", "guarantor_demand") in codes("lawyer_letter", {**facts, "guarantor_demand": False})


def test_a_write_off_never_exceeds_the_books_and_is_handled_and_checked_by_two() -> None:
    facts = facts_of("write_off_application", "simple")
    over = {**facts, "apply_principal": "120000.01", "apply_total": "122100.01"}
    assert ("fact.above", "apply_principal") in codes("write_off_application", over)
    alone = {**facts, "checker": WRITE_OFF["handler"]}
    assert ("fact.same_person", "checker") in codes("write_off_application", alone)


def test_a_write_off_needs_external_or_internal_evidence() -> None:
    facts = {**facts_of("write_off_application", "simple"), "external": []}
    assert codes("write_off_application", facts) == {("fact.missing", "external"), ("fact.missing", "internal")}


def test_an_enforcement_application_asks_for_something_and_pays_into_the_applicant_s_account() -> None:
    facts = facts_of("enforcement_application", "simple")
    nothing = {
        key: value for key, value in facts.items() if key not in {"principal", "general_interest", "late_interest"}
    }
    assert ("fact.missing", "principal") in codes("enforcement_application", nothing)
    applicant = {**facts["applicants"][0], "account_name": "别人"}
    other = {**facts, "applicants": [applicant]}
    assert ("fact.account_name", "applicants[0].account_name") in codes("enforcement_application", other)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"items": 3}, "fact.count"), ({"groups": 3}, "fact.count"), ({"pages": 3}, "fact.count")],
)
def test_an_evidence_list_counts_what_it_lists(change: dict[str, int], code: str) -> None:
    assert (code, *change) in codes("evidence_list", {**facts_of("evidence_list", "simple"), **change})


def test_pages_of_an_evidence_list_follow_each_other_and_numbers_stand_once() -> None:
    facts = facts_of("evidence_list", "simple")
    exhibits = [dict(each) for each in facts["exhibits"]]
    exhibits[1] |= {"first": 9, "item": exhibits[0]["item"]}
    found = {code for code, _ in codes("evidence_list", {**facts, "exhibits": exhibits})}
    assert {"fact.pages", "fact.twice"} <= found


@pytest.mark.parametrize("kind", [each for each in kinds() if not Form.load(each).confidential])
def test_no_outward_document_mentions_a_write_off(kind: str) -> None:
    from legalflow.documents.plain import text_of

    assert "核销" not in text_of(compose(kind, facts_of(kind, "secured")))
    assert any("silent_about" in check for check in Form.load(kind).checks) or kind == "debt_statement"


def test_a_number_that_is_no_case_number_is_a_warning_and_not_a_problem() -> None:
    facts = {**facts_of("enforcement_application", "simple"), "instrument_no": "无编号"}
    found = checking.check("enforcement_application", facts)
    assert found.problems == ()
    assert [each.field for each in found.warnings] == ["instrument_no"]
    right = {**facts, "instrument_no": "（2024）京0105民初123号"}
    assert checking.check("enforcement_application", right).warnings == ()


@pytest.mark.parametrize("value", ["", None, [], {}, [[]], [{}], 0, True, "x", {"a": 1}, 10**30, "甲\n乙"])
@pytest.mark.parametrize("kind", kinds())
def test_whatever_stands_in_a_field_is_answered_in_words(kind: str, value: object) -> None:
    base = facts_of(kind, "secured")
    for name in base:
        problems = checking.check(kind, {**base, name: value}).problems
        assert all(each.message and each.code for each in problems)


def test_a_yearly_rate_of_six_hundred_per_cent_is_a_warning_and_an_uplift_of_the_whole_is_none() -> None:
    for written in ("6", 6):
        found = checking.check(FORM, changed(f5_rate=written, f5_uplift="1"))
        said = {each.field: each for each in found.warnings if each.code == "rate_unlikely"}
        assert set(said) == {"f5_rate"} and said["f5_rate"].message == "年利率为 600.00%，请核对：6% 应写作 0.06"
        assert said["f5_rate"].mend and said["f5_rate"].mend_en
    assert not any(each.code == "rate_unlikely" for each in checking.check(FORM, changed(f5_rate="0.06")).warnings)
