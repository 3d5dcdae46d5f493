"""The segments agree with a calculator that goes day by day, on random judgments."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from legalflow.claims.award import Circumstances, Exclusion, GeneralInterest, Item, ItemKind, Receipt
from legalflow.claims.delay import delay_interest
from legalflow.values.dates import Period
from legalflow.values.money import Money
from tests.builders import a_law
from tests.claims.slow_delay import Slow, Sum

CLASS = {
    ItemKind.PRINCIPAL: ("principal", True),
    ItemKind.PAST_INTEREST: ("interest", False),
    ItemKind.LAWYER_FEE: ("costs", True),
    ItemKind.COMPENSATION: ("other", True),
}


@pytest.mark.parametrize("seed", range(300))
def test_a_random_judgment_comes_out_as_counted_day_by_day(seed: int) -> None:
    chance = random.Random(seed)
    last = date(2014, 8, 1) + timedelta(chance.randrange(4000))
    until = last + timedelta(chance.randrange(1, 400))
    dues = [last + timedelta(days) for days in sorted(chance.sample(range(150), chance.randint(1, 3)))]
    items = [Item(ItemKind.PRINCIPAL, Money.of_fen(chance.randrange(10**9)), None, due) for due in dues]
    others = chance.sample(list(CLASS)[1:], chance.randrange(4))
    items += [Item(kind, Money.of_fen(chance.randrange(10**7)), None, dues[0]) for kind in others]
    rate = chance.choice(["0", "0.036", "0.108", "0.24"])
    general = GeneralInterest(Decimal(rate), last + timedelta(chance.randrange(-200, 100)), chance.choice([360, 365]))
    window = (until - last).days + 60
    days = [last - timedelta(60) + timedelta(chance.randrange(window + 1)) for _ in range(chance.randrange(6))]
    receipts = [Receipt(min(day, until), Money.of_fen(chance.randrange(1, 5 * 10**8))) for day in days]
    stays = [
        Period(last + timedelta(a), last + timedelta(a + chance.randrange(1, 40))) for a in chance.sample(range(300), 2)
    ]
    until = max(until, dues[0])

    excluded = {stay.start + timedelta(n) for stay in stays for n in range(stay.days)}
    slow = Slow([_sum(item) for item in items], Fraction(rate), general.start, general.basis, excluded)
    came_in: dict[date, list[int]] = {}
    for receipt in sorted(receipts, key=lambda each: (each.on, each.amount)):
        came_in.setdefault(receipt.on, []).append(receipt.amount.fen)
    slow.run(came_in, until)

    stayed = [Exclusion(stay) for stay in stays]
    chance.shuffle(items)
    chance.shuffle(receipts)
    found = delay_interest(a_law(), items, dues[0], until, receipts, [general], Circumstances(exclusions=stayed)).value
    assert found.doubled.fen == slow.all_doubled
    assert found.general.fen == slow.all_interest
    assert found.left_doubled.fen == slow.doubled
    assert found.left_principal.fen == sum(each.fen for each in slow.sums if each.kind == "principal")
    went = [
        {name: getattr(each, name).fen for name in ("costs", "interest", "principal", "other", "doubled")}
        for each in found.applied
    ]
    assert went == slow.went
    assert sum(each.surplus.fen for each in found.applied) == slow.surplus


def _sum(item: Item) -> Sum:
    kind, bears = CLASS[item.kind]
    assert item.performance_last_day is not None
    return Sum(kind, item.amount.fen, bears, item.performance_last_day)
