"""Loans that the tests of the claim live through, and how they are stated."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from legalflow.claims.claim import Claim, state_claim
from legalflow.law.finding import Finding
from legalflow.loans.loan import Drawdown, Loan, Repayment
from legalflow.loans.payments import Payment
from legalflow.values.money import Money
from tests.builders import a_law, a_loan


def stated(loan: Loan, as_of: str, **more: object) -> Finding[Claim]:
    return state_claim(loan, date.fromisoformat(as_of), a_law(), **more)  # type: ignore[arg-type]


def codes(finding: Finding[Claim]) -> list[str]:
    return [warning.code for warning in finding.warnings]


def paid(on: str, amount: str, number: str = "", designation: str = "") -> Payment:
    return Payment(date.fromisoformat(on), Money(amount), number, designation=designation)


def instalment_loan(**changes: object) -> Loan:
    """The loan of the worked example: 120,000.00 in twelve instalments, the first due on 2025-01-15, five paid."""
    facts: dict[str, object] = {
        "signed": date(2024, 12, 15),
        "start": date(2024, 12, 15),
        "maturity": date(2025, 12, 15),
        "drawdowns": (Drawdown(date(2024, 12, 15), Money("120000")),),
        "payments": tuple(paid(f"2025-0{month}-15", "10394.28", str(month)) for month in range(1, 6)),
    }
    return a_loan(**{**facts, **changes})


def bullet_loan(**changes: object) -> Loan:
    """500,000.00 at 6 % from 2024-03-01 to 2025-03-01, repaid with its interest at the end, +50 % overdue."""
    facts: dict[str, object] = {
        "signed": date(2024, 3, 1),
        "start": date(2024, 3, 1),
        "maturity": date(2025, 3, 1),
        "limit": Money("500000"),
        "drawdowns": (Drawdown(date(2024, 3, 1), Money("500000")),),
        "rate": Decimal("0.06"),
        "repayment": Repayment.BULLET,
        "instalments": 0,
    }
    return a_loan(**{**facts, **changes})


def sample_loan(**changes: object) -> Loan:
    """The loan of the published sample: two drawdowns, interest monthly, principal at maturity, due day counting."""
    facts: dict[str, object] = {
        "contract_name": "流动资金循环借款合同",
        "signed": date(2019, 7, 16),
        "limit": Money("1000000"),
        "start": date(2021, 8, 18),
        "first_due": date(2021, 9, 20),
        "maturity": date(2022, 7, 15),
        "due_day_counts": True,
        "rate": Decimal("0.06"),
        "repayment": Repayment.INTEREST_FIRST,
        "instalments": 0,
        "drawdowns": (Drawdown(date(2021, 8, 18), Money("200000")), Drawdown(date(2021, 11, 12), Money("400000"))),
        "payments": (paid("2022-11-22", "8333.64", "1", "principal"),),
    }
    return a_loan(**{**facts, **changes})
