"""What a lawyer should look at is remarked, and nothing else is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from legalflow.loans.loan import LenderKind
from legalflow.loans.payments import Waiver
from legalflow.values.money import Money
from tests.claims.lived_loans import bullet_loan, codes, paid, stated


@pytest.mark.parametrize(
    ("start", "code"),
    [("2025-08-01", []), ("2025-08-02", ["running_gap"]), ("2025-07-31", ["running_overlap"])],
)
def test_a_gap_or_overlap_with_the_running_clause_is_remarked(start: str, code: list[str]) -> None:
    finding = stated(bullet_loan(), "2025-07-31", running_from=date.fromisoformat(start))
    assert codes(finding) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"penalty_uplift": Decimal("0.6")}, "uplift_outside_band"),
        ({"payments": (paid("2026-01-01", "1"),)}, "payment_after_cutoff"),
        ({"payments": (paid("2024-02-01", "1"),)}, "payment_before_drawdown"),
        ({"payments": (paid("2025-04-01", "600000"),)}, "overpayment"),
        ({"limit": Money("400000")}, "over_limit"),
        ({"lender_kind": LenderKind.SMALL_LOAN}, "compound_not_bank"),
        ({"accelerated_on": date(2025, 3, 5)}, "acceleration_after_maturity"),
        ({"rate": Decimal("0.25")}, "over_24_percent"),
        ({"rate": Decimal("0.18")}, "rate_over_ceiling"),
        ({"waivers": (Waiver(date(2026, 1, 1), "penalty", Money("1")),)}, "waiver_after_cutoff"),
        ({"payments": (paid("2025-04-01", "5", "1", "principal"),)}, "designation_needs_agreement"),
    ],
)
def test_what_a_lawyer_should_look_at_is_remarked(changes: dict[str, object], code: str) -> None:
    assert code in codes(stated(bullet_loan(**changes), "2025-08-01"))
    assert code not in codes(stated(bullet_loan(), "2025-08-01"))
