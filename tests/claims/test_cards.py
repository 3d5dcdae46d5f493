"""Credit cards: interest by the day from each posting, fees that bear nothing, and what may no longer be charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from legalflow.claims.cards import Account, Posting, card_claim
from legalflow.claims.claim import Claim
from legalflow.errors import Invalid
from legalflow.law.finding import Finding
from legalflow.loans.loan import LaterOrder
from legalflow.loans.payments import Payment
from legalflow.values.money import Money
from tests.builders import a_law


def day(text: str) -> date:
    return date.fromisoformat(text)


def posted(on: str, amount: str, kind: str = "purchase", interest_from: str | None = None) -> Posting:
    return Posting(
        on=day(on), amount=Money(amount), kind=kind, interest_from=day(interest_from) if interest_from else None
    )


def account(*postings: Posting, **changes: object) -> Account:
    own = Account(
        daily_rate=Decimal("0.0005"), postings=postings or (posted("2025-01-01", "10000"),), signed=day("2023-05-01")
    )
    return replace(own, **changes)  # type: ignore[arg-type]


def owed(own: Account, as_of: str = "2025-01-31", **more: object) -> Finding[Claim]:
    return card_claim(own, day(as_of), a_law(), cutoff_counts=False, **more)  # type: ignore[arg-type]


def codes(found: Finding[Claim]) -> set[str]:
    return {warning.code for warning in found.warnings}


def test_a_posting_bears_interest_from_its_day_at_the_rate_a_day() -> None:
    assert owed(account()).value.penalty == Money("150.00")  # 10,000 × 0.05 % × 30 days


def test_days_free_of_interest_bear_none() -> None:
    own = account(posted("2025-01-01", "10000", interest_from="2025-01-21"))
    assert owed(own).value.penalty == Money("50.00")
    assert owed(own, "2025-01-20").value.total == Money("10000.00")


def test_fees_and_damages_bear_nothing_and_are_paid_first() -> None:
    own = account(
        posted("2025-01-01", "10000"),
        posted("2025-01-05", "30", "fee"),
        posted("2025-01-06", "100", "liquidated_damages"),
    )
    value = owed(own).value
    assert (value.costs, value.liquidated_damages, value.total) == (Money("30"), Money("100"), Money("10280.00"))
    paid = owed(replace(own, payments=(Payment(day("2025-01-11"), Money("130")),))).value
    assert (paid.costs, paid.liquidated_damages, paid.penalty) == (Money("0"), Money("0"), Money("150.00"))


def test_unpaid_interest_bears_interest_after_the_statement_day_where_that_was_agreed() -> None:
    own = account(posted("2025-01-01", "10000"), statement_day=10)
    assert owed(own).value.compound == Money("0.50")  # 50.00 of ten days, for the twenty days from the 11th
    assert owed(account()).value.compound == Money("0")


def test_principal_may_come_first_once_the_debt_is_long_overdue() -> None:
    own = account(
        posted("2025-01-01", "10000"),
        payments=(Payment(day("2025-03-31"), Money("1000")), Payment(day("2025-04-30"), Money("1000"))),
        allocation_later=LaterOrder(after_days=90, order=("principal",)),
    )
    first, second = owed(own, "2025-05-01").value.received
    assert (first.to_penalty, first.to_principal) == (Money("445.00"), Money("555.00"))  # 89 days
    assert (second.to_penalty, second.to_principal) == (Money("0"), Money("1000.00"))  # 119 days


def test_what_is_not_yet_due_of_an_instalment_plan_is_called_in_with_the_rest() -> None:
    plan = [posted("2025-01-01", "1000", "instalment", f"2025-0{month}-01") for month in (2, 3, 4)]
    own = account(*plan)
    assert owed(own, "2025-02-11").value.penalty == Money("5.00")
    assert owed(replace(own, called_on=day("2025-02-01")), "2025-02-11").value.penalty == Money("15.00")


@pytest.mark.parametrize(("on", "rate", "is_outside"), [
    ("2020-12-31", "0.0005", False),
    ("2020-12-31", "0.0006", True),
    ("2020-12-31", "0.0003", True),
    ("2021-01-01", "0.0006", False),
])  # fmt: skip
def test_the_band_of_the_rate_holds_until_it_became_a_matter_of_agreement(on: str, rate: str, is_outside: bool) -> None:
    found = owed(account(posted(on, "10000"), daily_rate=Decimal(rate)), "2021-02-01")
    assert ("card.rate_outside_band" in codes(found)) is is_outside


def test_a_fee_that_was_abolished_is_remarked() -> None:
    fee = posted("2025-01-05", "50", "late_fee")
    assert "card.fee_abolished" in codes(owed(account(posted("2025-01-01", "10000"), fee)))


def test_all_that_contradicts_itself_is_said_at_once() -> None:
    own = account(posted("2025-01-05", "30", "fee", "2025-01-06"), posted("2025-01-01", "0", "cash", "2024-12-31"))
    with pytest.raises(Invalid) as refused:
        owed(own, "2024-12-01")
    assert {problem.code for problem in refused.value.problems} == {
        "card.amount", "card.interest_from", "card.fee_bears_nothing", "claim.before_drawdown",
    }  # fmt: skip


def test_the_steps_speak_of_cards() -> None:
    said = "".join(step.what + step.formula for step in owed(account()).steps)
    assert "罚息" not in said and "透支利息" in said
