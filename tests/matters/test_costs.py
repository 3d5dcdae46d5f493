"""Costs are advanced and come back: by kind, never more than was paid, and again after a reversal."""

from __future__ import annotations

import pytest

from legalflow.errors import Invalid, NotNow
from legalflow.matters import events as e
from legalflow.matters.costs import account
from legalflow.matters.matter import admit
from legalflow.values.money import Money
from tests.matters.journeys import happened, journey, opened


def paid(cost: str, amount: str, on: str = "2026-03-10") -> e.CostPaid:
    return happened(e.CostPaid, on, cost=cost, amount=Money(amount), payee="示范鉴定机构")


def refunded(cost: str, amount: str, on: str = "2026-04-10", ground: str = "won") -> e.CostRefunded:
    return happened(e.CostRefunded, on, cost=cost, amount=Money(amount), ground=ground)


def test_what_was_advanced_and_what_came_back_stands_by_kind() -> None:
    matter = journey(
        *opened(),
        happened(e.CostPaid, "2026-03-05", cost="lawyer", amount=Money("8000"), payee="示范律所", agreed=True),
        paid("appraisal", "1200.50"),
        paid("appraisal", "300"),
        refunded("appraisal", "1000.50"),
    )
    kept = account(matter)
    assert [(kind.name, kind.paid, kind.refunded, kind.net) for kind in kept.kinds] == [
        ("appraisal", Money("1500.50"), Money("1000.50"), Money("500.00")),
        ("lawyer", Money("8000"), Money("0"), Money("8000")),
    ]
    assert (kept.paid, kept.refunded, kept.net) == (Money("9500.50"), Money("1000.50"), Money("8500.00"))
    assert [entry.amount for entry in kept.entries][-1] == Money("-1000.50")


def test_a_court_fee_paid_is_a_cost_and_its_half_comes_back() -> None:
    matter = journey(
        *opened(),
        happened(e.CostPaid, cost="announcement", amount=Money("260"), payee="示范报社"),
    )
    with pytest.raises(Invalid) as caught:
        admit(matter, refunded("acceptance", "1"))
    assert {problem.code for problem in caught.value.problems} == {"cost.refund"}
    assert "0.00" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (refunded("appraisal", "1200.51"), "cost.refund"),
        (refunded("appraisal", "1", on="2026-03-09"), "cost.day"),
        (refunded("lawyer", "1"), "cost.refund"),
        (refunded("appraisal", "0"), "cost.amount"),
        (paid("appraisal", "0"), "cost.amount"),
    ],
)
def test_a_refund_that_cannot_be_is_refused_with_its_reason(event: e.MatterEvent, code: str) -> None:
    matter = journey(*opened(), paid("appraisal", "1200.50"))
    with pytest.raises(Invalid) as caught:
        admit(matter, event)
    assert code in {problem.code for problem in caught.value.problems}
    assert all(problem.message and problem.message_en for problem in caught.value.problems)


def test_nothing_comes_back_where_nothing_was_paid() -> None:
    with pytest.raises(NotNow):
        admit(journey(*opened()), refunded("appraisal", "1"))


def test_a_cost_whose_refund_stands_is_not_reversed_before_it() -> None:
    matter = journey(*opened(), paid("appraisal", "100"), refunded("appraisal", "100"))
    first = next(each.sequence for each in matter.history if isinstance(each.event, e.CostPaid))
    with pytest.raises((Invalid, NotNow)):
        admit(matter, happened(e.EventReversed, "2026-05-01", actor="reviewer", sequence=first, reason="误记"))
