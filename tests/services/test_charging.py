"""What courts would charge for the claim of a loan as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from legalflow.claims.claim import state_claim
from legalflow.services.charging import court_fees
from legalflow.values.money import Money
from tests.builders import a_law, a_loan, an_office

ON = date(2026, 11, 24)


def test_each_way_is_reckoned_on_the_whole_claim_with_its_reasons(tmp_path: Path) -> None:
    owed = state_claim(a_loan(), ON, a_law()).value
    charges = court_fees(an_office(tmp_path), owed, ON)
    whole, half, order = (each.finding.value for each in charges[:3])
    assert whole.amount == owed.total and half.exact * 2 == whole.exact
    assert Money.rounded(order.exact * 3) == whole.fee
    assert [each.title[:5] for each in charges] == [
        "案件受理费",
        "案件受理费",
        "申请支付令",
        "申请保全费",
        "申请执行费",
    ]
    assert all(each.finding.citations for each in charges) and whole.fee > Money("0")


def test_foreign_money_has_no_fee_until_its_rate_is_given(tmp_path: Path) -> None:
    owed = replace(state_claim(a_loan(), ON, a_law()).value, currency="USD")
    assert court_fees(an_office(tmp_path), owed, ON) == ()
