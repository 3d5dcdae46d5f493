"""Prices in an online auction: the least start, how far the next may fall, what a bidder deposits."""

from __future__ import annotations

from datetime import date

import pytest

from legalflow.errors import LawGap
from legalflow.law.auctions import deposit, least_next_start, least_start
from legalflow.values.money import Money
from tests.builders import a_law

ON = date(2026, 11, 24)


def test_the_first_start_is_at_least_seven_tenths_of_the_appraisal() -> None:
    found = least_start(a_law(), ON, Money("1000000"))
    assert found.value == Money("700000")
    assert not found.provisional and "第十条" in str(found.citations[0])


def test_the_next_start_falls_by_a_fifth_at_most() -> None:
    assert least_next_start(a_law(), ON, Money("700000.01")).value == Money("560000.01")


def test_a_bidder_deposits_between_two_shares_of_the_start() -> None:
    assert deposit(a_law(), ON, Money("700000")).value == (Money("35000"), Money("140000"))


def test_before_the_rules_there_is_no_answer() -> None:
    with pytest.raises(LawGap):
        least_start(a_law(), date(2016, 12, 31), Money("1"))
