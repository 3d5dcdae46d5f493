"""Court fees: bands without a jump, one halving, caps, refunds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims import fees
from legalflow.claims.fees import Conversion, FeeKind, Halving
from legalflow.errors import Invalid, LawGap
from legalflow.values.money import Money
from tests.builders import a_law

ON = date(2026, 11, 23)
QUICK = (
    ("10000", "0", "50"), ("100000", "0.025", "-200"), ("200000", "0.02", "300"), ("500000", "0.015", "1300"),
    ("1000000", "0.01", "3800"), ("2000000", "0.009", "4800"), ("5000000", "0.008", "6800"),
    ("10000000", "0.007", "11800"), ("20000000", "0.006", "21800"), ("1e16", "0.005", "41800"),
)  # fmt: skip


def quick(amount: Decimal) -> Decimal:
    """The acceptance fee by the quick formula, a second method."""
    rate, plus = next((rate, plus) for up_to, rate, plus in QUICK if amount <= Decimal(up_to))
    return amount * Decimal(rate) + Decimal(plus)


@given(st.integers(0, 10**12))
def test_bands_and_the_quick_formula_agree(fen: int) -> None:
    amount = Money.of_fen(fen)
    assert fees.acceptance(a_law(), amount, ON).value.exact == quick(amount.amount)


@given(st.integers(0, 10**10))
def test_more_is_never_cheaper(fen: int) -> None:
    for of in (fees.acceptance, fees.preservation, fees.enforcement, fees.payment_order):
        assert of(a_law(), Money.of_fen(fen), ON).value.exact <= of(a_law(), Money.of_fen(fen + 1), ON).value.exact


@pytest.mark.parametrize(
    ("amount", "fee"),
    [("10000", "50"), ("100000", "2300"), ("200000", "4300"), ("500000", "8800"), ("1000000", "13800"),
     ("2000000", "22800"), ("5000000", "46800"), ("10000000", "81800"), ("20000000", "141800"),
     ("100000000", "541800")],
)  # fmt: skip
def test_the_upper_bound_of_a_band_is_inside_it(amount: str, fee: str) -> None:
    assert fees.acceptance(a_law(), Money(amount), ON).value.fee == Money(fee)


def test_a_fee_is_halved_once_and_remarked() -> None:
    once = fees.acceptance(a_law(), Money("100000"), ON, (Halving.SIMPLIFIED,))
    twice = fees.acceptance(a_law(), Money("100000"), ON, (Halving.SIMPLIFIED, Halving.MEDIATED, Halving.COUNTERCLAIM))
    assert once.value.fee == twice.value.fee == Money("1150")
    assert not once.warnings and twice.warnings[0].code == "fee.halved_once"
    assert any(citation.article == "第二百零六条" for citation in twice.citations)


def test_a_preservation_fee_stops_at_its_cap_and_has_one_without_an_amount() -> None:
    assert fees.preservation(a_law(), Money("896000"), ON).value.fee == Money("5000")
    assert fees.preservation(a_law(), Money("896000.01"), ON).value.fee == Money("5000")
    assert fees.preservation(a_law(), None, ON).value.fee == Money("30")


def test_a_bankruptcy_fee_is_half_and_stops_at_its_cap() -> None:
    assert fees.bankruptcy(a_law(), Money("1000000"), ON).value.fee == Money("6900")
    assert fees.bankruptcy(a_law(), Money("1000000000"), ON).value.fee == Money("300000")


def test_fees_without_an_amount_are_flat() -> None:
    assert fees.flat(a_law(), FeeKind.SET_ASIDE_AWARD, ON).value.fee == Money("400")
    assert fees.flat(a_law(), FeeKind.PUBLIC_SUMMONS, ON).value.fee == Money("100")


def test_the_debtor_bears_enforcement_and_nobody_advances_it() -> None:
    assert fees.enforcement(a_law(), Money("420000"), ON).value.payer == "不预交，执行后由被执行人负担"


def test_every_fee_cites_its_article() -> None:
    found = fees.payment_order(a_law(), Money("180000"), ON)
    assert "第十四条第（三）项" in {citation.article for citation in found.citations}


def test_a_reduced_claim_gets_the_difference_and_a_raised_one_is_refused() -> None:
    assert fees.refund_on_reduction(a_law(), Money("800000"), Money("300000"), ON).value == Money("6000")
    with pytest.raises(Invalid):
        fees.refund_on_reduction(a_law(), Money("300000"), Money("800000"), ON)


def test_a_change_of_procedure_costs_the_rest() -> None:
    of = fees.to_pay_on_conversion
    assert of(a_law(), Money("100000"), Conversion.SIMPLIFIED, ON).value == Money("1150")
    assert of(a_law(), Money("100000"), Conversion.PAYMENT_ORDER, ON).value == Money("1533.33")


def test_there_is_no_tariff_before_2007_04_01() -> None:
    with pytest.raises(LawGap):
        fees.acceptance(a_law(), Money("1"), date(2007, 3, 31))


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(Invalid):
        fees.acceptance(a_law(), Money("-1"), ON)
