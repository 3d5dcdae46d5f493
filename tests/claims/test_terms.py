"""Rates that change over a loan's life: floating, stated changes, misuse, the daily rates of before 2004."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from legalflow.errors import Invalid, LawGap
from legalflow.loans.loan import (
    Capitalisation,
    Drawdown,
    Floating,
    LaterOrder,
    LenderKind,
    Misuse,
    Repayment,
    Repricing,
)
from legalflow.values.money import Money
from tests.claims.lived_loans import bullet_loan, codes, instalment_loan, paid, stated


def day(text: str) -> date:
    return date.fromisoformat(text)


def floating_loan(**changes: object):
    """The loan of the worked example: 2,000,000 at LPR over five years + 55 points, priced on 1 January."""
    facts: dict[str, object] = {
        "start": day("2024-03-21"),
        "signed": day("2024-03-21"),
        "maturity": day("2025-06-21"),
        "drawdowns": (Drawdown(day("2024-03-21"), Money("2000000")),),
        "limit": Money("2000000"),
        "floating": Floating(tenor="5y", margin_bp=Decimal(55)),
        "repayment": Repayment.INTEREST_FIRST,
        "interest_every_months": 3,
    }
    return bullet_loan(**{**facts, **changes})


def test_a_floating_loan_bears_the_rate_of_each_pricing_day() -> None:
    found = stated(floating_loan(), "2025-03-21", cutoff_counts=False).value
    segments = [(each.start, each.contract_rate) for each in found.rate_segments]
    assert [rate for _, rate in segments] == [Decimal("0.045"), Decimal("0.0415")]
    last = next(each for each in found.charges if each.number == 4)
    assert [each.days for each in last.segments] == [11, 79]


def test_the_worked_example_of_a_floating_quarter_comes_out() -> None:
    loan = floating_loan(floating=Floating(tenor="5y", margin_bp=Decimal(55), first_priced_on=day("2024-01-01")))
    quarter = next(each for each in stated(loan, "2025-03-21", cutoff_counts=False).value.charges if each.number == 4)
    assert quarter.accrued == Money("21116.67")


def test_the_penalty_follows_the_rate_and_is_frozen_at_maturity() -> None:
    frozen = stated(floating_loan(), "2026-03-01", cutoff_counts=False).value
    assert frozen.penalty_rate == Decimal("0.06225")
    floats = Floating(tenor="5y", margin_bp=Decimal(55), penalty_floats=True)
    moving = stated(floating_loan(floating=floats), "2026-03-01", cutoff_counts=False).value
    assert moving.penalty_rate == (Decimal("0.035") + Decimal("0.0055")) * Decimal("1.5")


def test_a_pricing_day_after_the_last_publication_is_a_gap() -> None:
    floats = Floating(tenor="1y", penalty_floats=True, lookup="on_or_before")
    with pytest.raises(LawGap):
        stated(floating_loan(floating=floats), "2027-02-01")


def test_the_instalment_is_worked_out_anew_from_the_period_that_starts_at_the_new_rate() -> None:
    loan = instalment_loan(repricings=(Repricing(on=day("2025-06-15"), rate=Decimal("0.06")),), payments=())
    found = stated(loan, "2025-08-15", cutoff_counts=False)
    rows = {row.number: row for row in found.value.rows}
    assert rows[6].principal_due + rows[6].interest_due == Money("10394.28")
    again = rows[7].principal_due + rows[7].interest_due
    assert again == rows[8].principal_due + rows[8].interest_due and again < Money("10394.28")
    assert "instalment_repriced" in codes(found)


def test_a_rate_that_changes_to_itself_changes_nothing() -> None:
    same = instalment_loan(repricings=(Repricing(on=day("2025-03-01"), rate=Decimal("0.072")),))
    assert stated(same, "2025-08-01").value.total == stated(instalment_loan(), "2025-08-01").value.total


def test_misused_principal_bears_its_penalty_before_it_is_due_and_the_heavier_one_after() -> None:
    loan = bullet_loan(misuse=Misuse(on=day("2025-01-30")), misuse_uplift=Decimal(1))
    found = stated(loan, "2025-03-31", cutoff_counts=False).value
    before, after = next(each for each in found.charges if each.component == "penalty").segments
    assert (before.days, before.rate, after.days, after.rate) == (30, Decimal("0.06"), 30, Decimal("0.12"))
    assert found.penalty == Money("2500.00") + Money("5000.00")
    assert found.interest == Money("30416.67")


def test_a_part_that_was_misused_is_taken_in_proportion_and_said_so() -> None:
    loan = bullet_loan(misuse=Misuse(on=day("2025-03-01"), amount=Money("250000")), misuse_uplift=Decimal(1))
    found = stated(loan, "2025-03-31", cutoff_counts=False)
    assert found.value.penalty == Money("4375.00")  # half at 12 %, half at 9 %, 30 days
    assert "misuse_in_proportion" in codes(found)


def test_a_loan_of_before_2004_without_a_clause_bears_the_fixed_rates_of_its_days() -> None:
    loan = bullet_loan(
        signed=day("1998-12-01"),
        start=day("1998-12-01"),
        maturity=day("1999-05-31"),
        drawdowns=(Drawdown(day("1998-12-01"), Money("100000")),),
        penalty_uplift=None,
        compound=False,
    )
    found = stated(loan, "2004-06-01", cutoff_counts=False, cap_policy="none")
    days = (day("1999-06-10") - day("1999-05-31")).days, (day("2004-06-01") - day("1999-06-10")).days
    exact = Decimal(100000) * (days[0] * Decimal("0.0003") + days[1] * Decimal("0.00021"))
    assert found.value.penalty == Money.rounded(exact)
    assert "granted_before_2004" in codes(found) and found.provisional


def test_compound_is_added_to_what_bears_it_after_each_settlement_day() -> None:
    rule = Capitalisation(every_months=3, settlement_day=20)
    simple = stated(bullet_loan(compound=True), "2025-09-21", cutoff_counts=False).value
    found = stated(bullet_loan(compound=True, capitalisation=rule), "2025-09-21", cutoff_counts=False).value
    bases = [each.base for each in next(c for c in found.charges if c.component == "compound").segments]
    assert bases[0] == Money("30416.67") and bases[0] < bases[1] < bases[2]
    assert found.compound > simple.compound and found.penalty == simple.penalty


def test_liquidated_damages_run_on_overdue_principal_and_are_remarked_beside_a_penalty() -> None:
    found = stated(bullet_loan(liquidated_damages_rate=Decimal("0.036")), "2025-03-31", cutoff_counts=False)
    assert found.value.liquidated_damages == Money("1500.00")
    assert found.value.total == found.value.principal + found.value.interest_total + Money("1500.00")
    assert "damages_beside_penalty" in codes(found)


def test_another_order_holds_for_a_debt_long_overdue() -> None:
    later = LaterOrder(after_days=90, order=("principal",))
    loan = bullet_loan(allocation_later=later, payments=(paid("2025-05-30", "1000"), paid("2025-05-31", "1000")))
    first, second = stated(loan, "2025-06-30").value.received
    assert (first.to_principal, second.to_principal) == (Money("0"), Money("1000.00"))


def test_a_private_lender_is_held_to_the_ceiling_of_each_day() -> None:
    loan = bullet_loan(
        lender_kind=LenderKind.PRIVATE,
        signed=day("2019-06-01"),
        start=day("2019-06-01"),
        maturity=day("2020-06-01"),
        drawdowns=(Drawdown(day("2019-06-01"), Money("300000")),),
        rate=Decimal("0.24"),
        overdue_rate=Decimal("0.24"),
        penalty_uplift=None,
        compound=False,
        basis=365,
    )
    found = stated(loan, "2021-06-01", cutoff_counts=False, cap_policy="4lpr", filed_on=day("2021-03-10"))
    assert found.value.interest_total == Money("124052.05")


@pytest.mark.parametrize(("changes", "code"), [
    ({"floating": Floating(), "repricings": (Repricing(on=date(2025, 1, 1), rate=Decimal("0")),)}, "loan.rate_twice"),
    ({"floating": Floating(repricing="dates")}, "loan.repricing_dates"),
    ({"misuse": Misuse(on=date(2025, 1, 1)), "misuse_uplift": None}, "loan.misuse_uplift"),
    ({"overdue_daily_rate": Decimal("0.00021")}, "loan.overdue_rate_twice"),
    ({"compound": False, "capitalisation": Capitalisation(every_months=3, settlement_day=20)}, "loan.capitalised"),
    ({"compound": True, "capitalisation": Capitalisation(every_months=3, settlement_day=31)}, "loan.settlement"),
])  # fmt: skip
def test_terms_that_contradict_each_other_are_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        stated(bullet_loan(**changes), "2025-08-01")
    assert code in {problem.code for problem in refused.value.problems}
