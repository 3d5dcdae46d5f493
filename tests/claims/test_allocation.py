"""Allocation loses no fen, follows the contract, then the law, then the several-debts rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.claims.allocation import (
    Debt,
    allocate,
    allocate_payment,
    between_debts,
    in_proportion,
    order_of,
)
from legalflow.errors import Invalid
from legalflow.loans.checks import COMPONENTS
from legalflow.values.money import ZERO, Money, total
from tests.builders import a_law

ON = date(2025, 6, 1)
OWED = {
    "costs": Money("3000"),
    "compound": Money("120.50"),
    "penalty": Money("1500"),
    "interest": Money("4800"),
    "principal": Money("200000"),
}
AMOUNTS = st.integers(0, 10**10).map(Money.of_fen)


def test_the_order_of_the_law_is_costs_interest_principal() -> None:
    found = order_of(a_law(), ON)
    assert found.value == ("costs", "compound", "penalty", "interest", "principal")
    assert found.citations[0].article == "第五百六十一条"
    assert len(found.provisional) == 1  # the order inside 利息 is not in the law's words


def test_before_the_civil_code_the_older_interpretation_is_cited() -> None:
    assert order_of(a_law(), date(2020, 12, 31)).citations[0].instrument == "合同法解释（二）"


def test_a_whole_order_of_the_contract_leaves_nothing_to_the_law() -> None:
    found = order_of(a_law(), ON, ("principal", "interest", "penalty", "compound", "costs"))
    assert found.value[0] == "principal"
    assert found.provisional == ()


def test_an_unknown_component_in_an_order_is_refused() -> None:
    with pytest.raises(Invalid):
        order_of(a_law(), ON, ("principal", "tips"))


@given(AMOUNTS, st.fixed_dictionaries(dict.fromkeys(COMPONENTS, AMOUNTS)), st.permutations(COMPONENTS))
def test_no_fen_is_lost_between_components(amount: Money, owed: dict[str, Money], order: list[str]) -> None:
    found = allocate(amount, owed, order)
    assert total(found.paid.values()) + found.unallocated == amount
    assert total(found.paid.values()) + total(found.left.values()) == total(owed.values())
    assert not (found.unallocated and total(found.left.values()))


def test_a_designation_is_followed_and_remarked_where_it_passes_others_over() -> None:
    found = allocate_payment(Money("8000"), OWED, a_law(), ON, designation="principal")
    assert found.value.paid["principal"] == Money("8000")
    assert [warning.code for warning in found.warnings] == ["designation_needs_agreement"]
    first = allocate_payment(Money("8000"), OWED, a_law(), ON, designation="costs")
    assert first.warnings == ()


def test_what_exceeds_the_debt_is_left_over_and_said() -> None:
    found = allocate_payment(Money("210000"), OWED, a_law(), ON)
    assert found.value.unallocated == Money("579.50")
    assert [warning.code for warning in found.warnings] == ["overpayment"]


def debt(name: str, amount: str, due: date | None = date(2025, 5, 1), secured: str = "0", burden: str = "0") -> Debt:
    return Debt(name=name, parts={"principal": Money(amount)}, due=due, secured=Money(secured), burden=Decimal(burden))


def shares(amount: str, *debts: Debt, designation: str = "") -> list[str]:
    found = between_debts(Money(amount), debts, a_law(), ON, designation=designation)
    return [str(share.paid) for share in found.value]


def test_of_two_due_debts_the_unsecured_is_paid_first() -> None:
    assert shares("50000", debt("B", "80000", secured="80000"), debt("A", "30000")) == ["20000.00", "30000.00"]


def test_a_due_debt_comes_before_one_not_due() -> None:
    assert shares("10", debt("later", "10", due=date(2025, 7, 1)), debt("due", "10", secured="10")) == ["0.00", "10.00"]


def test_the_heavier_debt_then_the_earlier_one() -> None:
    assert shares("10", debt("light", "10", burden="0.05"), debt("heavy", "10", burden="0.1")) == ["0.00", "10.00"]
    assert shares("10", debt("late", "10"), debt("early", "10", due=date(2025, 4, 1))) == ["0.00", "10.00"]


def test_debts_alike_in_everything_share_in_proportion() -> None:
    assert shares("100", debt("A", "100"), debt("B", "200")) == ["33.33", "66.67"]


def test_the_designated_debt_comes_first() -> None:
    both = (debt("A", "30"), debt("B", "80", secured="80"))
    assert shares("50", *both, designation="B") == ["0.00", "50.00"]


def test_debts_of_one_name_and_an_unknown_designation_are_refused_together() -> None:
    with pytest.raises(Invalid) as caught:
        shares("1", debt("A", "1"), debt("A", "1"), designation="C")
    assert {problem.code for problem in caught.value.problems} == {"debt.twice", "debt.unknown"}


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=9))
def test_no_fen_is_lost_in_proportion_and_nobody_gets_more_than_owed(amount: Money, owed: list[Money]) -> None:
    parts = in_proportion(amount, owed)
    assert total(parts) == min(amount, total(owed))
    assert all(ZERO <= part <= each for part, each in zip(parts, owed, strict=True))


@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, AMOUNTS, st.integers(0, 3)), min_size=1, max_size=6))
def test_no_fen_is_lost_between_debts(amount: Money, given_debts: list[tuple[Money, Money, int]]) -> None:
    debts = [
        Debt(
            name=str(number),
            parts={"interest": interest, "principal": principal},
            due=None if kind == 3 else date(2025, 5, 1 + kind),
        )
        for number, (interest, principal, kind) in enumerate(given_debts)
    ]
    found = between_debts(amount, debts, a_law(), ON)
    assert total(share.paid for share in found.value) == min(amount, total(debt.amount for debt in debts))
