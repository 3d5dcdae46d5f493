"""Write-off requests, the digest that binds them, and recoveries without a lost fen."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legalflow.errors import Invalid
from legalflow.matters.writeoff import (
    Components,
    Shares,
    WriteOffRequest,
    allocate_recovery,
    request_digest,
    request_problems,
    still_written_off,
)
from legalflow.values.money import ZERO, Money

BOOKED = Components(
    principal=Money("1000"), on_balance_interest=Money("50"), off_balance_interest=Money("30"), fees=Money("20")
)
REQUEST = WriteOffRequest(criterion="enforcement_failed", as_of=date(2026, 10, 31), asked=BOOKED, outstanding=BOOKED)


@pytest.mark.parametrize("component", [field.name for field in fields(Components)])
def test_each_component_stays_within_its_own_balance(component: str) -> None:
    more = replace(BOOKED, **{component: getattr(BOOKED, component) + Money("0.01")})
    problems = request_problems(replace(REQUEST, asked=more))
    assert [(problem.code, problem.field) for problem in problems] == [("write_off.above_outstanding", component)]


def test_nothing_asked_is_no_request_and_all_faults_are_named() -> None:
    assert not request_problems(REQUEST)
    assert [p.code for p in request_problems(replace(REQUEST, asked=Components()))] == ["write_off.nothing"]
    wrong = replace(BOOKED, principal=Money("1001"), fees=Money("-1"))
    assert {p.code for p in request_problems(replace(REQUEST, asked=wrong))} == {
        "write_off.above_outstanding",
        "write_off.negative",
    }


def test_a_fen_more_is_another_digest() -> None:
    other = replace(REQUEST, asked=replace(BOOKED, fees=Money("19.99")))
    assert request_digest(other) != request_digest(REQUEST) == request_digest(replace(REQUEST))


def test_a_recovery_goes_to_fees_then_interest_then_principal_and_what_is_left_is_accrued() -> None:
    first = allocate_recovery(BOOKED, (), Money("150"))
    assert first == Shares(fees=Money("20"), interest=Money("80"), principal=Money("50"))
    assert allocate_recovery(BOOKED, (first,), Money("1000")).accrued == Money("50")
    principal_first = allocate_recovery(BOOKED, (), Money("150"), ("principal", "interest", "fees"))
    assert principal_first == Shares(principal=Money("150"))


@pytest.mark.parametrize(("amount", "order"), [("0", ()), ("-1", ()), ("5", ("fees", "fees", "principal"))])
def test_a_recovery_of_nothing_or_in_no_order_is_refused(amount: str, order: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        allocate_recovery(BOOKED, (), Money(amount), order or ("fees", "interest", "principal"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60_000), max_size=12), st.permutations(["fees", "interest", "principal"]))
def test_allocation_loses_no_fen_and_never_takes_more_than_was_written_off(fen: list[int], order: list[str]) -> None:
    shares: list[Shares] = []
    for amount in map(Money.of_fen, fen):
        shares.append(allocate_recovery(BOOKED, shares, amount, order))
        assert shares[-1].total == amount
        left = still_written_off(BOOKED, shares)
        assert min(left.fees, left.interest, left.principal) >= ZERO
        assert not shares[-1].accrued or not left.total
