"""Facts of documents come from the loan, its claim and the answers; answers stand first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from legalflow.claims.claim import state_claim
from legalflow.documents import checking
from legalflow.loans.loan import Loan, Repayment
from legalflow.loans.parties import Guarantee, PartyKind, PartyRole
from legalflow.services import gathering, narrating
from legalflow.values.money import Money
from tests.builders import a_law, a_loan, a_party
from tests.documents.papers import (
    AGENT,
    COSTS,
    COURT,
    FIRM,
    JUDGMENT,
    LETTER,
    WRITE_OFF,
    bundle,
    claim,
    facts_of,
    lender,
    secured_loan,
    simple_loan,
)


def element_form(loan: Loan, **answers: object) -> dict[str, object]:
    """The facts of the element form for a loan."""
    return gathering.complaint_facts(loan, claim(loan), lender(loan), (AGENT,), answers, a_law())


@pytest.mark.parametrize(
    ("repayment", "every", "said"),
    [
        (Repayment.EQUAL_INSTALMENT, 1, "等额本息"),
        (Repayment.EQUAL_PRINCIPAL, 1, "等额本金"),
        (Repayment.BULLET, 1, "到期一次性还本付息"),
        (Repayment.INTEREST_FIRST, 1, "按月计息、到期一次性还本"),
        (Repayment.INTEREST_FIRST, 3, "按季计息、到期一次性还本"),
        (Repayment.INTEREST_FIRST, 12, "按年计息、到期一次性还本"),
    ],
)
def test_each_repayment_has_its_box(repayment: Repayment, every: int, said: str) -> None:
    count = 12 if repayment in {Repayment.EQUAL_INSTALMENT, Repayment.EQUAL_PRINCIPAL} else 0
    loan = a_loan(repayment=repayment, interest_every_months=every, instalments=count)
    facts = element_form(loan)
    assert facts["f7"] == said
    assert checking.check("civil_complaint_financial_loan", facts).problems == ()


def test_a_repayment_without_a_box_is_said_in_words() -> None:
    facts = element_form(a_loan(repayment=Repayment.INTEREST_FIRST, interest_every_months=6, instalments=0))
    assert (facts["f7"], facts["f7_text"]) == ("其他", "每6个月计息、到期一次性还本")


def test_the_figures_are_the_claim_s() -> None:
    owed, facts = claim(simple_loan()).value, element_form(simple_loan())
    assert facts["c1_amount"] == str(owed.principal)
    assert facts["c2_total"] == str(owed.interest_total)
    assert facts["c8_total"] == str(owed.principal + owed.interest_total)
    assert facts["running_from"] == "2026-03-02"
    assert facts["f9_days"] == owed.overdue_days


def test_fixed_costs_are_in_the_total_and_costs_to_come_are_not() -> None:
    owed = claim(simple_loan()).value
    fixed = element_form(simple_loan(), **COSTS)
    assert fixed["c8_total"] == str(owed.principal + owed.interest_total + Money("5000"))
    later = element_form(simple_loan(), c5=True, c5_text="律师费（以实际发生为准）")
    assert later["c8_total"] == str(owed.principal + owed.interest_total)
    assert later["c5"] is True


def test_acceleration_ticks_early_repayment_and_is_explained() -> None:
    facts = element_form(secured_loan())
    assert facts["c3"] == "提前还款"
    assert "2025年12月1日提前到期" in str(facts["f18"])
    assert element_form(simple_loan())["c3"] == "否"


def test_everybody_but_the_lender_is_a_defendant_once() -> None:
    owner = a_party(PartyRole.COLLATERAL_OWNER)
    loan = a_loan(parties=(*a_loan().parties, owner, a_party(PartyRole.CO_BORROWER, name="共同借款人")))
    facts = element_form(loan)
    assert [each["name"] for each in facts["defendants"]] == ["甄借款", "共同借款人"]  # type: ignore[attr-defined]
    assert facts["f2_borrower"] == "甄借款、共同借款人"


def test_a_guarantee_silent_on_its_mode_is_what_the_law_of_its_day_presumes() -> None:
    def modes(signed: date) -> object:
        given = Guarantee(guarantor="贾担保", contract_name="保证合同", signed=signed, scope="全部债务")
        guarantor = a_party(
            PartyRole.GUARANTOR, name="贾担保", number="990000198808080038", birth_date=date(1988, 8, 8)
        )
        return element_form(a_loan(guarantees=(given,), parties=(*a_loan().parties, guarantor)))["f15"]

    assert modes(date(2020, 12, 31)) == ["连带责任保证"]
    assert modes(date(2021, 1, 1)) == ["一般保证"]


def test_both_modes_of_guarantee_are_ticked_where_both_are_given() -> None:
    assert element_form(secured_loan())["f15"] == ["连带责任保证", "一般保证"]


def test_articles_are_those_in_force_when_each_fact_happened() -> None:
    given = Guarantee(guarantor="贾担保", contract_name="保证合同", signed=date(2019, 1, 1), mode="joint")
    said = narrating.statutes(a_loan(guarantees=(given,)), claim(simple_loan()).value, a_law())
    assert "《中华人民共和国民法典》第五百零九条、第五百七十七条" in said
    assert "《中华人民共和国担保法》第六条、第十八条" in said
    assert said.count("《中华人民共和国民法典》") == 1


def test_articles_stand_in_order_and_unread_ones_are_named() -> None:
    said = narrating.statutes(secured_loan(), claim(secured_loan()).value, a_law())
    assert said.index("第三百八十六条") < said.index("第五百零九条") < said.index("第六百八十七条、第六百八十八条")
    given = Guarantee(guarantor="贾担保", contract_name="保证合同", signed=date(2019, 1, 1), mode="joint")
    assert "担保法" in "".join(narrating.doubts(a_loan(guarantees=(given,)), claim(simple_loan()), a_law()))
    assert narrating.doubts(secured_loan(), claim(secured_loan()), a_law()) == ()


def test_what_counsel_answered_stands_before_what_was_gathered() -> None:
    facts = element_form(simple_loan(), c6=False, f1_contract="另行说明", preserved=True, preserved_court="某法院")
    assert facts["c6"] is False
    assert facts["f1_contract"] == "另行说明"


def test_answers_the_form_does_not_ask_stay_out() -> None:
    assert "court" not in element_form(simple_loan(), **COURT)


def test_an_organisation_borrows_and_stands_in_its_own_row() -> None:
    loan = a_loan(parties=(a_loan().parties[0], a_party(kind=PartyKind.ORGANISATION)))
    facts = element_form(loan)
    (defendant,) = facts["defendants"]  # type: ignore[misc]
    assert defendant["uscc"] == "919900000000000005"
    assert checking.check("civil_complaint_financial_loan", facts).problems == ()


def test_citations_come_from_the_bundle_s_plan() -> None:
    facts = facts_of("civil_complaint", "secured")
    assert facts["cites"]["contract"] == [{"item": "2-1", "first": 6, "last": 21}]
    assert facts["evidence"] == "详见证据目录（共7组9份41页）"


def test_the_evidence_list_is_the_plan() -> None:
    facts = gathering.evidence_list_facts(bundle(), secured_loan(), lender(secured_loan()), {})
    assert [each["item"] for each in facts["exhibits"]] == [each.item for each in bundle().placed]
    assert facts["pages"] == 41
    assert facts["case_title"].startswith("样例银行股份有限公司示范支行诉甄借款、贾担保、单保证、样例实业有限公司")


def test_a_letter_masks_the_number_and_calls_on_a_guarantor() -> None:
    loan = secured_loan()
    facts = gathering.letter_facts(loan, claim(loan), lender(loan), FIRM, loan.parties[2], LETTER, a_law())
    assert facts["addressee_number"] == "9900**********0038"
    assert facts["guarantor_demand"] is True
    assert "贾担保签订《保证合同》" in facts["guarantee"]
    assert "六百八十八" in facts["statutes"]


def test_a_letter_to_the_borrower_of_a_settled_growth_names_no_daily_amount() -> None:
    loan, owed = simple_loan(), claim(simple_loan()).value
    still = replace(owed, running=replace(owed.running, per_day=Decimal(0)))
    facts = gathering.letter_facts(loan, still, lender(loan), FIRM, loan.borrower, LETTER, a_law())
    assert "daily" not in facts
    assert "running_from" not in facts


def test_enforcement_copies_the_operative_part_and_runs_from_the_day_after_the_last_day() -> None:
    loan = simple_loan()
    facts = gathering.enforcement_facts(loan, lender(loan), JUDGMENT, {}, (AGENT,), {})
    assert facts["operative_part"] == JUDGMENT["operative_part"]
    assert "自2026年5月12日起至实际履行之日止" in facts["late_interest"]
    assert facts["general_interest"] == "12742.17元"
    assert facts["applicants"][0]["account_name"] == facts["applicants"][0]["name"]


def test_enforcement_asks_for_what_is_left_and_not_what_was_judged() -> None:
    loan = simple_loan()
    left = {"principal": Money("80000"), "general_interest": Money("0"), "late_interest": Money("525")}
    facts = gathering.enforcement_facts(loan, lender(loan), JUDGMENT, left, (), {})
    assert facts["principal"] == "80000.00"
    assert "general_interest" not in facts
    assert facts["late_interest"].startswith("暂计525.00元；")


def test_a_write_off_takes_book_figures_from_answers_and_sums_them() -> None:
    facts = gathering.write_off_facts(simple_loan(), claim(simple_loan()), WRITE_OFF, a_law())
    assert facts["apply_total"] == "122100.00"
    assert facts["interest_on_and_off"] == "2100.00"
    assert facts["security"] == "信用（无担保）"


def test_the_statement_of_debt_prints_the_finding() -> None:
    finding = claim(simple_loan())
    facts = gathering.debt_statement_facts(simple_loan(), finding, {})
    assert len(facts["instalments"]) == 12
    assert [each["what"] for each in facts["steps"]] == [step.what for step in finding.steps]
    assert facts["total"] == str(finding.value.total)


def test_a_loan_that_is_not_overdue_says_so() -> None:
    loan = a_loan()
    owed = state_claim(loan, date(2025, 1, 20), a_law())
    facts = gathering.complaint_facts(loan, owed, lender(loan), (), {}, a_law())
    assert facts["f9"] is False
    assert "f9_from" not in facts
