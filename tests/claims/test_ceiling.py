"""A ceiling on all charges is measured, and cuts only where the matter asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from legalflow.loans.loan import Drawdown
from legalflow.values.money import ZERO, Money
from tests.claims.lived_loans import bullet_loan, codes, paid, stated


def test_an_excess_over_the_ceiling_is_cut_only_where_the_matter_asks() -> None:
    loan = bullet_loan(rate=Decimal("0.239"), compound=False, drawdowns=(Drawdown(date(2024, 3, 1), Money("20000")),))
    payments = (paid("2025-03-01", "4846.39", "1"),)  # the in-term interest of 365 days, paid on the day
    loan = replace(loan, payments=payments)
    remarked = stated(loan, "2025-06-09", cutoff_counts=False).value
    assert (remarked.penalty, remarked.excess, remarked.cut) == (Money("1991.67"), Money("658.34"), ZERO)
    cut = stated(loan, "2025-06-09", cutoff_counts=False, cap_policy="24%").value
    assert (cut.penalty, cut.cut, cut.total) == (Money("1333.33"), Money("658.34"), Money("21333.33"))
    assert cut.running.penalty_rate == Decimal("0.24")
    untouched = stated(loan, "2025-06-09", cutoff_counts=False, cap_policy="none")
    assert untouched.value.excess == ZERO
    assert "over_24_percent" not in codes(untouched)


@pytest.mark.parametrize(("policy", "penalty"), [("contract_rate", "1327.78"), ("4lpr", "766.67")])
def test_other_ceilings_are_a_setting_of_the_matter(policy: str, penalty: str) -> None:
    loan = bullet_loan(
        rate=Decimal("0.239"),
        compound=False,
        drawdowns=(Drawdown(date(2024, 3, 1), Money("20000")),),
        payments=(paid("2025-03-01", "4846.39", "1"),),
    )
    claim = stated(loan, "2025-06-09", cutoff_counts=False, cap_policy=policy).value
    assert claim.penalty == Money(penalty)  # 4 × LPR of 3.45 % is 13.80 %
