"""The rule before 2014-08-01: which benchmark, the sharing of what is received, and the turn to the new rule."""

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
from legalflow.claims.old_delay import OldRule, share_of_interest
from legalflow.errors import Invalid, LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.dates import Period
from legalflow.values.money import Money, total
from tests.builders import a_law

LAST = date(2012, 8, 1)
PRINCIPAL = Item(ItemKind.PRINCIPAL, Money("100000"))


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


def a_delay(until: date, last: date = LAST, items: tuple[Item, ...] = (PRINCIPAL,), **more: object) -> Finding:
    return delay_interest(a_law(), items, last, until, **more)  # type: ignore[arg-type]


def doubled(until: date, last: date = LAST, **more: object) -> str:
    value: DelayInterest = a_delay(until, last, **more).value
    return str(value.doubled)


def test_the_benchmark_is_that_of_the_length_of_the_delay_unless_the_matter_names_one() -> None:
    assert doubled(date(2013, 2, 1)) == "5724.44"  # 184 days at 5.60 %
    assert doubled(date(2013, 2, 2)) == "6166.67"  # 185 days at 6.00 %
    assert doubled(date(2013, 2, 2), old_rule=OldRule("up_to_6m")) == "5755.56"
    assert doubled(date(2013, 2, 2), old_rule=OldRule(basis=365)) == "6082.19"
    assert doubled(date(2014, 7, 31), date(2009, 5, 31), old_rule=OldRule()) == doubled(
        date(2014, 7, 31), date(2009, 5, 31), old_rule=OldRule("over_5y")
    )


def test_each_day_bears_the_benchmark_in_force_on_it() -> None:
    # 7 days at 6.10 % to 7 June 2012, 28 at 5.85 % to 5 July, 5 at 5.60 %
    assert doubled(date(2012, 7, 10), date(2012, 5, 31)) == "1302.78"


def test_a_benchmark_or_basis_that_is_not_listed_is_refused() -> None:
    for rule in (OldRule("6m"), OldRule(basis=366)):
        with pytest.raises(Invalid):
            a_delay(date(2013, 2, 1), old_rule=rule)


def test_what_does_not_pay_all_is_shared_and_what_pays_all_leaves_a_surplus() -> None:
    paid = LAST + timedelta(360)
    for amount, expected in (
        ("56000", ("50000.00", "6000.00", "0.00")),
        ("112000", ("100000.00", "12000.00", "0.00")),
        ("112000.01", ("100000.00", "12000.00", "0.01")),
        ("0.01", ("0.01", "0.00", "0.00")),
    ):
        went = a_delay(paid, receipts=[Receipt(paid, Money(amount))]).value.applied[0]
        assert (str(went.principal), str(went.doubled), str(went.surplus)) == expected, amount


def test_what_is_left_bears_from_the_first_day_as_if_it_had_stood_alone() -> None:
    paid = LAST + timedelta(300)
    alone = a_delay(LAST + timedelta(360), items=(Item(ItemKind.PRINCIPAL, Money("50000")),)).value
    shared = a_delay(LAST + timedelta(360), receipts=[Receipt(paid, Money("55000"))]).value
    assert shared.left_principal == Money("50000") == alone.left_principal
    assert shared.left_doubled == alone.left_doubled == Money("6000")


def test_an_instalment_that_is_not_due_has_no_part_in_the_sharing() -> None:
    paid = LAST + timedelta(360)
    later = Item(ItemKind.PRINCIPAL, Money("900000"), performance_last_day=paid + timedelta(1))
    went = a_delay(paid, items=(PRINCIPAL, later), receipts=[Receipt(paid, Money("56000"))]).value.applied[0]
    assert (went.principal, went.doubled) == (Money("50000"), Money("6000"))


def test_money_before_the_delay_is_all_the_debts() -> None:
    early = Receipt(LAST - timedelta(5), Money("40000"))
    found = a_delay(LAST + timedelta(360), receipts=[early])
    assert found.value.left_principal == Money("60000") and found.value.doubled == Money("7200")


def test_interest_awarded_bears_under_the_old_rule_and_not_under_the_new() -> None:
    items = (PRINCIPAL, Item(ItemKind.PAST_INTEREST, Money("10000")))
    found = a_delay(date(2014, 10, 31), date(2014, 5, 31), items)
    assert [str(each.base) for each in found.value.segments] == ["110000.00", "100000.00"]
    assert {"delay.old_base", "delay.base_disputed"} <= {each.code for each in found.warnings}
    assert any("delay_old_base_excluded" in each for each in found.provisional)


def test_an_acceptance_fee_bears_only_where_the_matter_says_so() -> None:
    def of(bears: bool | None) -> DelayInterest:
        fee = Item(ItemKind.ACCEPTANCE_FEE, Money("1000"), bears)
        return a_delay(date(2013, 7, 27), items=(PRINCIPAL, fee)).value  # type: ignore[no-any-return]

    assert of(None).doubled == Money("12000") and of(True).doubled == Money("12120")


def test_general_interest_runs_through_the_turn_without_a_day_lost_and_is_doubted() -> None:
    general = GeneralInterest(Decimal("0.072"), date(2014, 5, 1))
    found = a_delay(date(2014, 10, 31), date(2014, 5, 31), general=general)
    assert sum(each.general_days for each in found.value.segments) == 183
    assert found.value.general == Money("3660")
    assert "delay.old_general" in {each.code for each in found.warnings}


def test_a_stay_counts_from_the_turn_on_and_is_refused_before_it() -> None:
    since = Exclusion(Period.of("2014-08-01", "2014-08-11"))
    assert a_delay(date(2014, 10, 31), date(2014, 5, 31), exclusions=[since]).value.days == 143
    with pytest.raises(Invalid):
        a_delay(date(2014, 10, 31), date(2014, 5, 31), exclusions=[Exclusion(Period.of("2014-07-31", "2014-08-11"))])


def test_the_rules_cited_are_those_of_the_days() -> None:
    cited = lambda until: {each.instrument for each in a_delay(until, date(2014, 5, 31)).citations}  # noqa: E731
    assert "法释〔2009〕6号" in cited(date(2014, 7, 31)) and "法释〔2014〕8号" not in cited(date(2014, 7, 31))
    assert {"法释〔2009〕6号", "法释〔2014〕8号"} <= cited(date(2014, 8, 1))


def test_days_before_the_benchmark_rule_bear_twice_the_highest_rate_given_and_share_alike() -> None:
    last = date(2008, 5, 17)
    rule = OldRule(highest_rate=Decimal("0.06"))
    paid = last + timedelta(180)
    found = a_delay(paid, last, receipts=[Receipt(paid, Money("53000"))], old_rule=rule)
    assert found.value.doubled == Money("6000")
    went = found.value.applied[0]
    assert (went.principal, went.doubled) == (Money("50000"), Money("3000"))
    assert {"delay.highest_rate"} <= {each.code for each in found.warnings} and found.provisional
    assert "delay.old_benchmark" not in {each.code for each in found.warnings}
    assert "民诉法意见" in {each.instrument for each in found.citations}


def test_the_turn_to_the_benchmark_rule_is_a_cut_of_its_own() -> None:
    rule = OldRule("up_to_6m", highest_rate=Decimal("0.072"))
    found = a_delay(date(2009, 5, 18), date(2009, 5, 16), old_rule=rule).value
    assert [(each.start, each.days, str(each.doubled)) for each in found.segments] == [
        (date(2009, 5, 17), 1, "40.00"),
        (date(2009, 5, 18), 1, "27.00"),
    ]


def test_without_the_highest_rate_the_gap_says_what_to_give() -> None:
    with pytest.raises(LawGap) as raised:
        a_delay(date(2009, 5, 18), date(2009, 5, 16))
    assert raised.value.problems[0].field == "old_rule.highest_rate" and raised.value.problems[0].mend


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**8))
def test_a_share_is_within_what_there_is(received: int, debt: int, interest: int) -> None:
    money, owed, late = Money.of_fen(received), Money.of_fen(debt), Money.of_fen(interest)
    share = share_of_interest(money, owed, late, late.amount)
    assert Money(0) <= share <= min(money, late)
    if received >= debt + interest:
        assert share == late


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 10**7)), max_size=6))
def test_no_fen_is_lost_across_the_turn(payments: list[tuple[int, int]]) -> None:
    receipts = [Receipt(LAST + timedelta(days), Money.of_fen(fen)) for days, fen in payments]
    items = (PRINCIPAL, Item(ItemKind.COSTS, Money("1000.01")), Item(ItemKind.COMPENSATION, Money("77.77")))
    general = GeneralInterest(Decimal("0.06"), date(2012, 1, 1))
    found = a_delay(LAST + timedelta(900), items=items, receipts=receipts, general=general).value
    owed = total(item.amount for item in items) + found.doubled + found.general
    surplus = total(applied.surplus for applied in found.applied)
    assert owed - total(receipt.amount for receipt in receipts) + surplus == found.left
    assert found.days == 900
