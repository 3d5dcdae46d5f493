"""A loan's own sums."""

from __future__ import annotations

from datetime import date

from legalflow.loans.loan import Drawdown, Loan
from legalflow.values import codec
from legalflow.values.money import Money
from tests.builders import a_loan


def test_what_was_paid_out_leaves_out_what_was_deducted_in_advance() -> None:
    loan = a_loan(drawdowns=(Drawdown(date(2025, 1, 15), Money("95000"), Money("5000")),))
    assert loan.disbursed == Money("95000")


def test_the_borrower_is_the_party_of_that_role() -> None:
    assert a_loan().borrower.name == "甄借款"


def test_a_loan_is_the_same_after_it_was_stored() -> None:
    assert codec.decode(Loan, codec.encode(a_loan())) == a_loan()
