"""Court fees: bands without a jump, one halving, caps, refunds."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims import fees
from legalflow.claims.arbitration_fees import Tariff, arbitration_fee, commissions, tariff_of
from legalflow.claims.fee_base import Exchange, Item, base
from legalflow.claims.fee_changes import (
    Change,
    Conversion,
    after_conversion,
    balance,
    on_reduction,
    pay_by,
    refunded_by,
)
from legalflow.claims.fees import FeeKind, Halving, Instance, Reading
from legalflow.errors import Invalid, LawGap
from legalflow.law.catalogue import DATA, Law
from legalflow.law.citation import Citation
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


@given(st.integers(0, 10**14))
def test_more_is_never_cheaper(fen: int) -> None:
    for of in (fees.acceptance, fees.preservation, fees.enforcement, fees.payment_order, fees.bankruptcy):
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
    assert on_reduction(a_law(), Money("800000"), Money("300000"), ON).value.refund == Money("6000")
    with pytest.raises(Invalid):
        on_reduction(a_law(), Money("300000"), Money("800000"), ON)


def test_a_change_of_procedure_costs_the_rest() -> None:
    of = after_conversion
    assert of(a_law(), Money("100000"), Conversion.SIMPLIFIED, ON).value.to_pay == Money("1150")
    assert of(a_law(), Money("100000"), Conversion.PAYMENT_ORDER, ON).value.to_pay == Money("1533.33")


def test_there_is_no_tariff_before_2007_04_01() -> None:
    with pytest.raises(LawGap):
        fees.acceptance(a_law(), Money("1"), date(2007, 3, 31))


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(Invalid):
        fees.acceptance(a_law(), Money("-1"), ON)


ENFORCEMENT = (("10000", "0", "50"), ("500000", "0.015", "-100"), ("5000000", "0.01", "2400"),
               ("10000000", "0.005", "27400"), ("1e16", "0.001", "67400"))  # fmt: skip
PRESERVATION = (("1000", "0", "30"), ("100000", "0.01", "20"), ("1e16", "0.005", "520"))


@given(st.integers(0, 10**14))
def test_enforcement_and_preservation_agree_with_their_quick_formulas(fen: int) -> None:
    amount = Money.of_fen(fen)
    for of, table, cap in ((fees.enforcement, ENFORCEMENT, "1e16"), (fees.preservation, PRESERVATION, "5000")):
        rate, plus = next((rate, plus) for up_to, rate, plus in table if amount.amount <= Decimal(up_to))
        assert of(a_law(), amount, ON).value.exact == min(amount.amount * Decimal(rate) + Decimal(plus), Decimal(cap))


@pytest.mark.parametrize("kind", ["acceptance", "enforcement", "preservation"])
def test_a_cent_beyond_each_band_pays_the_next_rate_on_that_cent_alone(kind: str) -> None:
    tariff = a_law().at(f"fees/{kind}", ON).value
    for band, after in pairwise(tariff["bands"]):
        bound = Money(band["up_to"])
        at, above = (getattr(fees, kind)(a_law(), each, ON).value.exact for each in (bound, bound + Money("0.01")))
        assert above - at == Decimal("0.01") * Decimal(after["rate"])


@pytest.mark.parametrize(("amount", "fee"), [("0.01", "50.00"), ("1000000000000", "5000041800.00")])
def test_the_smallest_and_the_largest_claims_have_a_fee(amount: str, fee: str) -> None:
    assert fees.acceptance(a_law(), Money(amount), ON).value.fee == Money(fee)


def test_a_range_takes_the_figure_fixed_or_its_top_and_says_so() -> None:
    for kind in (FeeKind.JURISDICTION_OBJECTION, FeeKind.NON_PROPERTY):
        open_, fixed = fees.ranged(a_law(), kind, ON), fees.ranged(a_law(), kind, ON, Money("80"))
        assert (open_.value.fee, open_.value.least, open_.value.most) == (Money("100"), Money("50"), Money("100"))
        assert [each.code for each in open_.warnings] == ["fee.range"] and not fixed.warnings
        assert fixed.value.fee == Money("80")
        for outside in ("49.99", "100.01"):
            with pytest.raises(Invalid):
                fees.ranged(a_law(), kind, ON, Money(outside))


def test_enforcement_without_an_amount_is_between_fifty_and_five_hundred() -> None:
    assert fees.enforcement(a_law(), None, ON, Money("50")).value.fee == Money("50")
    assert fees.enforcement(a_law(), None, ON).value.most == Money("500")


@pytest.mark.parametrize(
    ("reading", "fee"),
    [("no_fee", "0"), ("payment_order", "4600"), ("acceptance", "13800"), ("acceptance_half", "6900"),
     ("enforcement", "12400")],
)  # fmt: skip
def test_realising_a_security_right_is_charged_by_the_reading_chosen_and_stays_provisional(
    reading: str, fee: str
) -> None:
    found = fees.security_right(a_law(), Money("1000000"), ON, Reading(reading), None)
    assert found.value.fee == Money(fee) and found.provisional and "法院" in found.value.payer + str(found.provisional)


def test_the_court_figure_of_a_security_right_is_asked_and_never_guessed() -> None:
    with pytest.raises(Invalid) as caught:
        fees.security_right(a_law(), Money("1000000"), ON, Reading.COURT_FIGURE, None)
    assert caught.value.problems[0].code == "fee.court_figure"
    found = fees.security_right(a_law(), None, ON, Reading.COURT_FIGURE, Money("100"))
    assert found.value.fee == Money("100")


def test_an_appeal_is_measured_by_what_is_appealed_and_a_retrial_names_its_grounds() -> None:
    appeal = fees.acceptance(a_law(), Money("200000"), ON, (), Instance.SECOND)
    assert appeal.steps[0].citations[0].article == "第十七条" and "上诉人" in appeal.value.payer
    retrial = fees.acceptance(a_law(), Money("200000"), ON, (), Instance.RETRIAL)
    assert retrial.value.fee == appeal.value.fee == Money("4300")
    assert [each.code for each in retrial.warnings] == ["fee.retrial"]


@pytest.mark.parametrize(
    ("change", "to_pay", "refund"),
    [("payment_order_to_suit", "1533.33", "0"), ("simplified_to_ordinary", "1150", "0"),
     ("ordinary_to_simplified", "0", "1150"), ("mediated", "0", "1150"), ("withdrawn", "0", "1150"),
     ("refused", "0", "2300"), ("remanded", "0", "2300"), ("criminal", "0", "2300"), ("criminal_continues", "0", "0"),
     ("suspended", "0", "0"), ("terminated", "0", "0"), ("reduced_late", "0", "0"), ("won", "0", "2300"),
     ("won_direct", "0", "0")],
)  # fmt: skip
def test_each_change_leaves_its_balance_and_cites_its_rule(change: str, to_pay: str, refund: str) -> None:
    found = balance(a_law(), Change(change), Money("100000"), ON)
    assert (found.value.to_pay, found.value.refund) == (Money(to_pay), Money(refund))
    assert found.value.rule and found.steps[-1].citations


def test_a_raised_claim_pays_the_difference_and_a_lower_one_is_refused() -> None:
    raised = balance(a_law(), Change.RAISED, Money("300000"), ON, changed_to=Money("800000"))
    assert raised.value.to_pay == Money("6000")
    for change, amount, to in ((Change.RAISED, "2", "1"), (Change.REDUCED, "1", "2"), (Change.WON, "1", "1")):
        with pytest.raises(Invalid):
            balance(a_law(), change, Money(amount), ON, changed_to=Money(to))
    with pytest.raises(Invalid):
        balance(a_law(), Change.REDUCED, Money("1"), ON)


def test_mediation_after_a_halved_fee_gives_nothing_back_because_a_fee_is_halved_once() -> None:
    found = balance(a_law(), Change.MEDIATED, Money("100000"), ON, (Halving.SIMPLIFIED,))
    assert not found.value.refund and found.value.due == Money("1150")


def test_what_was_really_paid_comes_before_the_tariff() -> None:
    found = balance(a_law(), Change.SECURITY_RIGHT, Money("100000"), ON, paid=Money("100"))
    assert found.value.to_pay == Money("2200") and found.provisional
    with pytest.raises(Invalid):
        balance(a_law(), Change.SECURITY_RIGHT, Money("100000"), ON)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_raising_and_cutting_back_costs_nothing(one: int, other: int) -> None:
    low, high = sorted((Money.of_fen(one), Money.of_fen(other)))
    up = balance(a_law(), Change.RAISED, low, ON, changed_to=high).value
    down = balance(a_law(), Change.REDUCED, high, ON, changed_to=low).value
    assert up.to_pay == down.refund and not up.refund and not down.to_pay


def test_days_to_pay_and_to_pay_back_follow_their_rules() -> None:
    assert pay_by(a_law(), "fee_payment", date(2026, 9, 28)).value.last_day == date(2026, 10, 8)
    assert refunded_by(a_law(), date(2028, 2, 20)).value.last_day == date(2028, 3, 6)


def test_money_claims_are_added_and_guarantees_and_priority_add_nothing() -> None:
    items = [
        Item("本金", Money("100000")),
        Item("利息", Money("2.50")),
        Item("抵押优先受偿", Money("100000"), "priority"),
    ]
    found = base(a_law(), items, ON)
    assert found.value == Money("100002.50") and any("优先受偿" in each for each in found.provisional)
    assert not base(a_law(), items[:2], ON).provisional


def test_foreign_money_is_rounded_to_the_fen_once_and_names_its_rate() -> None:
    found = base(a_law(), [Item("本金", Money("33.33"), exchange=Exchange("USD", Decimal("7.1234"), "中间价"))], ON)
    assert found.value == Money("237.42") and "中间价" in found.steps[0].formula
    assert found.steps[0].citations[0].article == "第五十五条"


def test_one_changed_line_of_the_tariff_changes_the_fee(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    place = tmp_path / "data" / "fees" / "acceptance.yaml"
    place.write_text(place.read_text(encoding="utf-8").replace('flat: "50"', 'flat: "60"'), encoding="utf-8")
    assert fees.acceptance(Law.load(tmp_path / "data"), Money("1"), ON).value.fee == Money("60")


def test_an_arbitration_tariff_is_applied_and_held_against_the_national_range() -> None:
    cited = Citation("某会收费表", "受理费表", True)
    bands = ({"up_to": "1000", "flat": "100"}, {"rate": "0.035"})
    fair = arbitration_fee(a_law(), Money("150000"), Tariff("某会", bands, ({"flat": "500"},), cited), ON)
    assert (fair.value.acceptance, fair.value.handling) == (Money("5315"), Money("500")) and not fair.warnings
    dear = arbitration_fee(a_law(), Money("150000"), Tariff("某会", ({"rate": "0.05"},), (), cited), ON)
    assert [each.code for each in dear.warnings] == ["fee.arbitration_range"] and dear.value.handling is None


def test_without_a_tariff_only_the_range_is_given_and_an_unknown_commission_is_refused() -> None:
    found = arbitration_fee(a_law(), Money("1000"), None, ON)
    assert (found.value.acceptance, found.value.least, found.value.most) == (None, Money("40"), Money("100"))
    assert [each.code for each in found.warnings] == ["fee.no_tariff"]
    with pytest.raises(Invalid):
        tariff_of(a_law(), "nowhere", ON)


def test_a_commission_is_loaded_from_its_own_file(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    text = (DATA / "fees" / "arbitration" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "data" / "fees" / "arbitration" / "sample.yaml").write_text(
        text.split("```yaml\n")[1].split("```")[0], encoding="utf-8"
    )
    law = Law.load(tmp_path / "data")
    assert commissions(law) == ("sample",)
    assert arbitration_fee(law, Money("2000"), tariff_of(law, "sample", ON), ON).value.acceptance == Money("150")
