"""Tax on lost loans to small businesses and rural loans: bands at their edges, provisions by grade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from legalflow.law.loan_loss_tax import tax_evidence, tax_provision
from legalflow.law.write_offs import Case, LoanState
from legalflow.values.money import Money
from tests.builders import a_law

LOAN = LoanState(outstanding=Money("3000000"), overdue_since=date(2025, 11, 23), small_or_rural=True)
CASE = Case(as_of=date(2026, 11, 24), loan=LOAN)


@pytest.mark.parametrize(
    ("outstanding", "band"),
    [
        ("0.01", "any_original_record"),
        ("3000000.00", "any_original_record"),
        ("3000000.01", "including_judicial"),
        ("10000000.00", "including_judicial"),
        ("10000000.01", "full"),
        ("1000000000000", "full"),
    ],
)
def test_the_band_goes_by_the_balance(outstanding: str, band: str) -> None:
    found = tax_evidence(a_law(), replace(CASE, loan=replace(LOAN, outstanding=Money(outstanding))))
    assert found.value is not None and found.value.id == band
    assert found.citations and found.provisional


@pytest.mark.parametrize(
    ("since", "asked"), [(date(2025, 11, 23), True), (date(2025, 11, 24), False), (date(2025, 11, 25), False)]
)
def test_it_is_asked_after_more_than_a_year_overdue(since: date, asked: bool) -> None:
    found = tax_evidence(a_law(), replace(CASE, loan=replace(LOAN, overdue_since=since)))
    assert (found.value is not None) is asked


@pytest.mark.parametrize(
    ("grade", "share", "amount"),
    [
        ("special_mention", "0.02", "2.00"),
        ("substandard", "0.25", "25.03"),
        ("doubtful", "0.50", "50.06"),
        ("loss", "1", "100.11"),
    ],
)
def test_a_provision_is_a_share_of_the_balance_rounded_half_up_once(grade: str, share: str, amount: str) -> None:
    loan = replace(LOAN, outstanding=Money("100.11"), grade=grade)
    found = tax_provision(a_law(), replace(CASE, loan=loan)).value
    assert found is not None and (str(found.share), str(found.amount)) == (share, amount)


def test_other_loans_and_a_loan_without_grade_have_neither() -> None:
    other = replace(CASE, loan=replace(LOAN, small_or_rural=False, grade="loss"))
    assert tax_evidence(a_law(), other).value is None and tax_provision(a_law(), other).value is None
    assert tax_provision(a_law(), CASE).value is None
