"""What contradicts itself in a loan is named, all of it, with its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from legalflow.loans.checks import problems
from legalflow.loans.loan import Drawdown, Due, Repayment
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.money import ZERO, Money
from tests.builders import a_loan

DAY = date(2025, 1, 15)


def test_a_true_loan_has_no_problem() -> None:
    assert problems(a_loan()) == ()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"maturity": DAY}, "loan.maturity", "maturity"),
        ({"basis": 366}, "basis.unknown", "basis"),
        ({"rate": Decimal("-0.1")}, "rate.negative", "rate"),
        ({"penalty_uplift": Decimal(-1)}, "rate.negative", "penalty_uplift"),
        ({"overdue_rate": Decimal("0.1")}, "loan.overdue_rate_twice", "overdue_rate"),
        ({"overdue_rate": Decimal(-1)}, "rate.negative", "overdue_rate"),
        ({"interest_every_months": 0}, "loan.period", "interest_every_months"),
        ({"first_due": DAY}, "loan.first_due", "first_due"),
        ({"drawdowns": ()}, "loan.no_drawdown", "drawdowns"),
        ({"drawdowns": (Drawdown(DAY, ZERO),)}, "loan.amount", "drawdowns[0].amount"),
        ({"drawdowns": (Drawdown(date(2026, 1, 15), Money("1")),)}, "loan.drawdown_late", "drawdowns[0].on"),
        ({"accelerated_on": date(2025, 1, 1)}, "loan.accelerated_early", "accelerated_on"),
        ({"instalments": 0}, "loan.instalments", "instalments"),
        (
            {"drawdowns": (Drawdown(DAY, Money("1")), Drawdown(date(2025, 2, 1), Money("1")))},
            "loan.drawdowns_need_rows",
            "drawdowns",
        ),
        ({"dues": (Due(due=DAY, principal=-Money("1")),)}, "loan.amount", "dues[0]"),
        ({"dues": (Due(due=DAY, principal=ZERO),)}, "loan.dues_empty", "dues"),
        (
            {"dues": (Due(due=DAY, principal=Money("1"), interest_from=date(2025, 2, 1)),)},
            "loan.interest_from",
            "dues[0].interest_from",
        ),
        (
            {"dues": tuple(Due(due=due, principal=Money("1")) for due in (date(2025, 3, 1), date(2025, 2, 1)))},
            "loan.dues_order",
            "dues[1].due",
        ),
        ({"payments": (Payment(DAY, ZERO),)}, "payment.amount", "payments[0].amount"),
        (
            {"payments": (Payment(DAY, Money("1"), "7"), Payment(DAY, Money("2"), "7"))},
            "payment.number_twice",
            "payments[1].number",
        ),
        ({"payments": (Payment(DAY, Money("1"), designation="tip"),)}, "component.unknown", "payments[0].designation"),
        ({"waivers": (Waiver(DAY, "tip", Money("1")),)}, "component.unknown", "waivers[0].component"),
        ({"waivers": (Waiver(DAY, "penalty", ZERO),)}, "waiver.amount", "waivers[0].amount"),
        ({"allocation": ("costs", "costs")}, "allocation.twice", "allocation"),
    ],
)
def test_a_contradiction_is_named_with_its_field(changes: dict[str, object], code: str, field: str) -> None:
    assert (code, field) in {(problem.code, problem.field) for problem in problems(a_loan(**changes))}


def test_everything_is_said_at_once() -> None:
    loan = a_loan(basis=1, maturity=DAY, drawdowns=(), repayment=Repayment.EQUAL_PRINCIPAL, instalments=0)
    assert {problem.code for problem in problems(loan)} == {
        "basis.unknown",
        "loan.maturity",
        "loan.no_drawdown",
        "loan.instalments",
    }
