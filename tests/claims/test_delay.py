"""Interest for late performance: days, order of payment, exclusions, what bears it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims import delay
from legalflow.claims.award import Circumstances, Exclusion, GeneralInterest, Item, ItemKind, Receipt
from legalflow.claims.delay import DelayInterest
from legalflow.errors import Invalid, LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.dates import Period
from legalflow.values.money import Money, total
from tests.builders import a_law

LAST = date(2025, 3, 13)
PRINCIPAL = Item(ItemKind.PRINCIPAL, Money("800000"))


def delay_interest(
    law: Law,
    items: Sequence[Item],
    last: date,
    until: date,
    receipts: Sequence[Receipt] = (),
    general: GeneralInterest | None = None,
    **circumstances: Any,
) -> Finding[DelayInterest]:
    """The interest on one award, with at most one running interest."""
    running = [general] if general else []
    return delay.delay_interest(law, items, last, until, receipts, running, Circumstances(**circumstances))


def test_the_day_of_payment_counts_and_the_last_day_of_performance_does_not() -> None:
    assert delay_interest(a_law(), [PRINCIPAL], LAST, LAST).value.doubled == Money(0)
    one = delay_interest(a_law(), [PRINCIPAL], LAST, LAST + timedelta(1)).value
    assert (one.days, one.doubled) == (1, Money("140"))
    assert one.segments[0].start == one.segments[0].end == LAST + timedelta(1)


def test_money_goes_to_costs_interest_principal_the_rest_and_the_doubled_part_last() -> None:
    items = [
        Item(ItemKind.LIQUIDATED_DAMAGES, Money("500")),
        PRINCIPAL,
        Item(ItemKind.PAST_INTEREST, Money("300")),
        Item(ItemKind.COSTS, Money("200")),
    ]
    paid = LAST + timedelta(10)
    for amount, expected in (
        ("150", ("150", "0", "0", "0", "0", "0")),
        ("450", ("200", "250", "0", "0", "0", "0")),
        ("800900", ("200", "300", "800000", "400", "0", "0")),
        ("802500", ("200", "300", "800000", "500", "1401.23", "98.77")),
    ):
        found = delay_interest(a_law(), items, LAST, paid, [Receipt(paid, Money(amount))]).value
        went = found.applied[0]
        parts = (went.costs, went.interest, went.principal, went.other, went.doubled, went.surplus)
        assert tuple(map(str, parts)) == tuple(str(Money(each)) for each in expected), amount
        assert total(parts) == Money(amount)


def test_interest_does_not_bear_the_doubled_part_unless_the_matter_says_so() -> None:
    item = Item(ItemKind.PAST_INTEREST, Money("10000"))
    usual = delay_interest(a_law(), [PRINCIPAL, item], LAST, LAST + timedelta(100))
    chosen = delay_interest(
        a_law(), [PRINCIPAL, Item(item.kind, item.amount, in_base=True)], LAST, LAST + timedelta(100)
    )
    assert usual.value.doubled == Money("14000") and chosen.value.doubled == Money("14175")
    assert usual.warnings[0].code == chosen.warnings[0].code == "delay.base_disputed"
    assert usual.provisional


def test_the_acceptance_fee_does_not_bear_the_doubled_part() -> None:
    fee = Item(ItemKind.ACCEPTANCE_FEE, Money("11800"))
    found = delay_interest(a_law(), [PRINCIPAL, fee], LAST, LAST + timedelta(100))
    assert found.value.doubled == Money("14000")
    assert "delay.acceptance_fee" in {warning.code for warning in found.warnings}


def test_days_of_a_stay_are_left_out_once_unless_the_debtor_asked_for_it() -> None:
    stay = Period(date(2025, 4, 1), date(2025, 4, 11))
    overlapping = Period(date(2025, 4, 6), date(2025, 4, 16))
    until = date(2025, 6, 11)
    of = lambda *exclusions: delay_interest(a_law(), [PRINCIPAL], LAST, until, exclusions=exclusions).value.days  # noqa: E731
    assert of() == 90
    assert of(Exclusion(stay)) == 80
    assert of(Exclusion(stay), Exclusion(overlapping)) == 75
    assert of(Exclusion(stay, by_debtor=True)) == 90
    assert of(Exclusion(Period(date(2025, 3, 1), date(2025, 3, 20)))) == 84
    assert of(Exclusion(Period(date(2025, 6, 11), date(2025, 7, 1)))) == 89


def test_general_interest_runs_on_beside_a_stay() -> None:
    general = GeneralInterest(Decimal("0.06"), date(2025, 1, 1))
    stay = Exclusion(Period(date(2025, 4, 1), date(2025, 4, 11)))
    plain = delay_interest(a_law(), [PRINCIPAL], LAST, date(2025, 6, 11), general=general).value
    stayed = delay_interest(a_law(), [PRINCIPAL], LAST, date(2025, 6, 11), general=general, exclusions=[stay]).value
    assert plain.general == stayed.general and stayed.days == plain.days - 10


def test_a_payment_before_the_last_day_lowers_the_base() -> None:
    early = Receipt(LAST - timedelta(5), Money("300000"))
    found = delay_interest(a_law(), [PRINCIPAL], LAST, LAST + timedelta(10), [early]).value
    assert found.doubled == Money("875") and found.left_principal == Money("500000")


def test_the_first_day_of_the_new_rule_is_the_first_that_can_be_counted() -> None:
    found = delay_interest(a_law(), [PRINCIPAL], date(2014, 7, 31), date(2014, 8, 1))
    assert found.value.doubled == Money("140")
    assert found.value.segments[0].start == date(2014, 8, 1) and not found.warnings


def test_a_delay_from_before_the_first_rule_we_hold_is_a_gap_that_names_it() -> None:
    with pytest.raises(LawGap) as caught:
        delay_interest(a_law(), [PRINCIPAL], date(2009, 5, 16), date(2014, 8, 31))
    assert "2009-05-18" in str(caught.value) and "法释〔2009〕6号" in str(caught.value)
    assert delay_interest(a_law(), [PRINCIPAL], date(2009, 5, 17), date(2009, 5, 18)).value.days == 1


def test_a_cut_off_before_a_receipt_or_the_last_day_is_refused() -> None:
    with pytest.raises(Invalid):
        delay_interest(a_law(), [PRINCIPAL], LAST, LAST - timedelta(1))
    with pytest.raises(Invalid):
        delay_interest(a_law(), [PRINCIPAL], LAST, LAST, [Receipt(LAST + timedelta(1), Money("1"))])


def test_the_article_is_that_of_the_day() -> None:
    articles = {
        citation.article
        for citation in delay_interest(a_law(), [PRINCIPAL], LAST, LAST + timedelta(1)).citations
        if citation.instrument.startswith("民事诉讼法")
    }
    assert articles == {"第二百六十四条"}


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10**8)), max_size=6))
def test_no_fen_is_lost_between_payments_and_debts(payments: list[tuple[int, int]]) -> None:
    receipts = [Receipt(LAST + timedelta(days), Money.of_fen(fen)) for days, fen in payments]
    general = GeneralInterest(Decimal("0.06"), date(2025, 1, 1))
    items = [PRINCIPAL, Item(ItemKind.COSTS, Money("1000.01")), Item(ItemKind.COMPENSATION, Money("77.77"))]
    found = delay_interest(a_law(), items, LAST, LAST + timedelta(400), receipts, general).value
    owed = total(item.amount for item in items) + found.doubled + found.general
    surplus = total(applied.surplus for applied in found.applied)
    assert owed - total(receipt.amount for receipt in receipts) + surplus == found.left
