"""A claim explains every figure: what, with which numbers, on which ground."""

from __future__ import annotations

from datetime import date

from legalflow.claims.explanation import explained
from legalflow.loans.payments import Waiver
from legalflow.values.money import Money
from tests.claims.lived_loans import bullet_loan, paid, stated


def test_every_figure_is_explained_with_its_numbers_and_its_ground() -> None:
    lines = explained(stated(bullet_loan(), "2025-08-01", cutoff_counts=False))
    said = {what: (formula, value, citations) for what, formula, value, citations in lines}
    formula, value, citations = said["第1期（2025-03-01到期）罚息"]
    assert (formula, value) == ("500000.00 × 153天 × 9.00% ÷ 360 ＝ 19125.00", "19125.00")
    assert citations == "《个人借款合同》 第八条；民法典 第六百七十六条"
    assert said["债权合计"][1] == "550705.11"


def test_each_payment_is_explained_with_what_it_went_to() -> None:
    loan = bullet_loan(payments=(paid("2025-03-31", "40000", "R1"),))
    said = {what: formula for what, formula, _, _ in explained(stated(loan, "2025-03-31", cutoff_counts=False))}
    assert said["2025-03-31 还款（R1）的抵充"] == "复利 228.13 ＋ 罚息 3750.00 ＋ 期内利息 30416.67 ＋ 本金 5605.20"


def test_what_is_left_of_a_component_is_explained_with_what_was_paid() -> None:
    loan = bullet_loan(
        payments=(paid("2025-03-31", "1000", "R1"),), waivers=(Waiver(date(2025, 3, 31), "penalty", Money("50")),)
    )
    finding = stated(loan, "2025-03-31", cutoff_counts=False)
    step = next(step for step in finding.steps if step.what.endswith("罚息"))
    assert step.formula == "500000.00 × 30天 × 9.00% ÷ 360 ＝ 3750.00，已付 771.87，减免 50.00，余 2928.13"
    assert step.value == str(finding.value.penalty) == "2928.13"
