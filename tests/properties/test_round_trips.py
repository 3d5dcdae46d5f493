"""What is written down is read back the same: loans, claims, and whatever an operation answers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.claims.claim import Claim, state_claim
from legalflow.cli.operations import OPERATIONS, operation
from legalflow.loans.loan import Drawdown, Loan, Repayment
from legalflow.loans.payments import Payment
from legalflow.values.codec import decode, encode
from legalflow.values.money import Money
from tests.builders import a_loan
from tests.properties.asking import LAW, asked

START = date(2024, 2, 29)

sums = st.integers(1, 10**14).map(lambda fen: Money(Decimal(fen) / 100))
days = st.integers(0, 700).map(lambda days: START + timedelta(days=days))
loans = st.builds(
    lambda lent, rate, payments, basis: a_loan(
        signed=START,
        start=START,
        maturity=date(2025, 2, 28),
        limit=lent,
        drawdowns=(Drawdown(START, lent),),
        rate=Decimal(rate) / 10**6,
        repayment=Repayment.BULLET,
        instalments=0,
        basis=basis,
        payments=tuple(Payment(on, amount, f"流水{number}") for number, (on, amount) in enumerate(sorted(payments))),
    ),
    sums,
    st.integers(0, 360_000),
    st.lists(st.tuples(days, sums), max_size=5, unique_by=lambda payment: payment[0]),
    st.sampled_from([360, 365]),
)


@settings(max_examples=40, deadline=None)
@given(loans)
def test_a_loan_and_its_claim_are_read_back_as_they_were(loan: Loan) -> None:
    written = encode(loan)
    assert decode(Loan, written) == loan
    assert encode(decode(Loan, written)) == written
    claim = state_claim(loan, date(2026, 1, 31), LAW).value
    assert decode(Claim, encode(claim)) == claim


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_answer_is_plain_json_and_comes_out_the_same_again(name: str) -> None:
    facts = operation(name).example
    first = asked(name, facts)
    assert json.loads(json.dumps(first, allow_nan=False)) == first
    assert asked(name, json.loads(json.dumps(facts))) == first
