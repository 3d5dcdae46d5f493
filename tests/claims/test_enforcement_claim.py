"""What may be asked for in enforcement: from the instrument, by debtor, with what does not fit refused or said."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.award import Circumstances, GeneralInterest, Item, ItemKind, Order, Receipt, Waiver
from legalflow.claims.enforcement_claim import (
    EnforcementClaim,
    Instrument,
    effective_on,
    enforcement_claim,
    performance_by,
)
from legalflow.errors import Invalid, Missing, NotNow
from legalflow.law.finding import Finding
from legalflow.values.money import Money, total
from tests.builders import a_law

EFFECT = date(2024, 1, 1)
PRINCIPAL = Item(ItemKind.PRINCIPAL, Money("100000"), id="本金")


def an_instrument(*items: Item, **changes: Any) -> Instrument:
    """A judgment in effect on 2024-01-01 without a period to perform."""
    return Instrument(**{"items": items or (PRINCIPAL,), "general": (), "effective_date": EFFECT, **changes})


def claimed(instrument: Instrument, on: date, *receipts: Receipt, **circumstances: Any) -> Finding[EnforcementClaim]:
    """The claim on a day."""
    return enforcement_claim(a_law(), instrument, on, receipts, Circumstances(**circumstances))


def test_every_way_of_taking_effect_has_its_day() -> None:
    served = {"甲": date(2026, 5, 6), "乙": date(2026, 5, 8)}
    days = {
        kind: effective_on(a_law(), kind, served).value
        for kind in ("judgment", "ruling", "second_instance", "small_claims", "mediation")
    }
    assert days["judgment"] == date(2026, 5, 26) and days["ruling"] == date(2026, 5, 19)
    assert {days["second_instance"], days["small_claims"], days["mediation"]} == {date(2026, 5, 8)}
    with pytest.raises(Missing):
        effective_on(a_law(), "judgment", {})


def test_a_period_in_days_rolls_off_a_holiday_and_a_recorded_day_stands() -> None:
    assert performance_by(a_law(), an_instrument(performance_days=5)).value == date(2024, 1, 8)  # 6 January: a Saturday
    recorded = an_instrument(performance_last_day=date(2024, 1, 6), performance_days=5)
    assert performance_by(a_law(), recorded).value == date(2024, 1, 6)
    assert performance_by(a_law(), an_instrument()).value == EFFECT


def test_every_period_before_the_effect_is_refused_at_once() -> None:
    early = Item(ItemKind.PRINCIPAL, Money("1"), performance_last_day=date(2023, 12, 31))
    with pytest.raises(Invalid) as raised:
        claimed(an_instrument(early, PRINCIPAL, performance_last_day=date(2023, 12, 30)), date(2024, 2, 1))
    assert [each.field for each in raised.value.problems] == ["performance_last_day", "items[0].performance_last_day"]


def test_before_the_first_period_is_over_there_is_nothing_to_enforce() -> None:
    with pytest.raises(NotNow):
        claimed(an_instrument(performance_last_day=date(2024, 1, 31)), date(2024, 1, 30))
    assert claimed(an_instrument(performance_last_day=date(2024, 1, 31)), date(2024, 1, 31)).value.doubled == Money(0)


def test_what_came_in_by_the_day_of_the_instrument_is_in_it_and_is_said() -> None:
    found = claimed(
        an_instrument(given_on=date(2023, 12, 1)), date(2024, 1, 31), Receipt(date(2023, 12, 1), Money("500"))
    )
    assert found.value.received == Money(0) and found.value.principal == Money("100000")
    assert "enforcement.before_instrument" in {each.code for each in found.warnings}


def test_too_much_received_or_waived_is_said() -> None:
    found = claimed(
        an_instrument(),
        date(2024, 1, 31),
        Receipt(date(2024, 1, 31), Money("100600")),
        waivers=[Waiver(date(2024, 1, 31), Money("5"), "principal")],
    )
    codes = {each.code for each in found.warnings}
    assert {"delay.surplus", "delay.waived_more", "enforcement.nothing"} <= codes
    assert found.value.total == Money(0) == found.value.waived and found.value.surplus == Money("75")


def test_a_debtor_owes_his_own_items_and_what_runs_on_them() -> None:
    own = Item(ItemKind.PRINCIPAL, Money("60000"), id="乙的", owed_by=("乙",))
    runs = GeneralInterest(Decimal("0.036"), date(2024, 1, 2), on=("乙的",))
    found = claimed(an_instrument(PRINCIPAL, own, general=(runs,), debtors=("甲", "乙")), date(2024, 1, 31)).value
    shares = {each.debtor: each for each in found.debtors}
    assert shares["甲"].total == Money("100525.00")
    assert shares["乙"].interest == Money("174.00") and shares["乙"].doubled == Money("840.00")
    assert shares["乙"].total == found.total


def test_a_guarantor_never_owes_more_than_the_debtor_nor_than_his_limit() -> None:
    limits = {"保证人": Money("50000"), "他人": Money("900000")}
    paid = Receipt(date(2024, 1, 31), Money("10000"), by="保证人")
    found = claimed(an_instrument(debtors=("债务人",), limits=limits), date(2024, 1, 31), paid).value
    shares = {each.debtor: each.total for each in found.debtors}
    assert shares["保证人"] == Money("40000") and shares["他人"] == shares["债务人"] == found.total


def test_the_last_step_is_the_sum_and_cites_the_rule() -> None:
    found = claimed(an_instrument(), date(2024, 1, 31), Receipt(date(2024, 1, 11), Money("40000")))
    last = found.steps[-1]
    assert last.value == str(found.value.total) and last.citations
    assert str(found.value.awarded) in last.formula and "40000.00" in last.formula


amounts = st.integers(0, 10**9).map(Money.of_fen)
late = st.integers(0, 500).map(lambda days: EFFECT + timedelta(days))
items = st.builds(
    Item,
    st.sampled_from(list(ItemKind)),
    amounts,
    performance_last_day=late,
    owed_by=st.sampled_from([(), ("甲",), ("甲", "乙")]),
)
moves = st.lists(st.builds(Receipt, late, amounts), max_size=5)
waivers = st.lists(st.builds(Waiver, late, amounts, st.sampled_from(["costs", "interest", "principal"])), max_size=2)
runs = st.lists(
    st.builds(
        GeneralInterest,
        st.sampled_from([Decimal("0.036"), Decimal("0.24")]),
        late,
        kind=st.sampled_from(["interest", "compound"]),
        counts_payment_day=st.booleans(),
    ),
    max_size=2,
)


@given(st.lists(items, min_size=1, max_size=5), moves, waivers, runs, st.permutations(range(5)))
def test_no_fen_is_lost_and_the_order_of_listing_changes_nothing(
    many: list[Item], came: list[Receipt], gave: list[Waiver], running: list[GeneralInterest], shuffle: list[int]
) -> None:
    on = EFFECT + timedelta(500)
    found = claimed(an_instrument(*many, general=running), on, *came, waivers=gave).value
    grown = found.awarded + found.general + found.accrued_doubled
    assert found.total == grown - found.received + found.surplus - found.waived - found.not_due
    for each in found.delay.applied:
        assert total((each.costs, each.interest, each.principal, each.other, each.doubled, each.surplus)) == each.amount
    mixed = [many[place] for place in shuffle if place < len(many)]
    again = claimed(an_instrument(*mixed, general=running[::-1]), on, *came[::-1], waivers=gave[::-1]).value
    assert (again.total, again.delay.applied) == (found.total, found.delay.applied)
    assert again.general == found.general and again.accrued_doubled == found.accrued_doubled


def test_the_order_listed_is_kept_where_it_was_chosen() -> None:
    first, second = (Item(ItemKind.PRINCIPAL, Money("100"), id=name) for name in ("一", "二"))
    found = claimed(
        an_instrument(second, first), date(2024, 1, 2), Receipt(EFFECT, Money("100")), order=Order(None, "listed")
    ).value
    assert [str(each.left) for each in found.items if each.id] == ["0.00", "100.00"]
