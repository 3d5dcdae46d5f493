"""What must hold of every sum: no fen is lost, nothing is paid twice, and more is never less."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.asking import asked

FEN = Decimal("0.01")
COMPONENTS = ("costs", "compound", "penalty", "interest", "principal")

amounts = st.integers(0, 10**14).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
small_amounts = st.integers(0, 10**7).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
rates = st.integers(0, 360_000).map(lambda millionths: f"0.{millionths:06d}")
bases = st.sampled_from([360, 365])
two_cuts = st.tuples(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 4000), st.integers(1, 4000)).map(
    lambda cut: (cut[0], cut[0] + timedelta(days=cut[1]), cut[0] + timedelta(days=cut[1] + cut[2]))
)


def part(principal: str, rate: str, start: date, end: date) -> dict[str, str]:
    return {"principal": principal, "rate": rate, "start": start.isoformat(), "end_exclusive": end.isoformat()}


@settings(max_examples=80, deadline=None)
@given(amounts, rates, bases, two_cuts)
def test_interest_of_two_parts_is_interest_of_the_whole(
    principal: str, rate: str, basis: int, cuts: tuple[date, date, date]
) -> None:
    first, middle, last = cuts
    whole = asked("interest", {**part(principal, rate, first, last), "basis": basis})
    parts = [part(principal, rate, first, middle), part(principal, rate, middle, last)]
    assert asked("interest", {"segments": parts, "basis": basis})["interest"] == whole["interest"]
    apart = sum(Decimal(asked("interest", {**one, "basis": basis})["interest"]) for one in parts)
    assert abs(apart - Decimal(whole["interest"])) <= FEN
    assert sum(asked("interest", {**one, "basis": basis})["days"] for one in parts) == whole["days"]


@settings(max_examples=80, deadline=None)
@given(small_amounts, st.fixed_dictionaries(dict.fromkeys(COMPONENTS, small_amounts)), st.permutations(COMPONENTS))
def test_a_payment_is_split_to_the_fen_and_pays_no_more_than_is_owed(
    payment: str, dues: dict[str, str], order: list[str]
) -> None:
    if Decimal(payment) == 0 or not any(Decimal(due) for due in dues.values()):
        return
    found = asked("allocate", {"payment": payment, "on": "2025-06-01", "dues": dues, "order": order})
    laid = {name: Decimal(found["paid"][name]) for name in COMPONENTS}
    assert sum(laid.values()) + Decimal(found["unallocated"]) == Decimal(payment)
    for name in COMPONENTS:
        assert 0 <= laid[name] <= Decimal(dues[name])
        assert Decimal(found["left"][name]) == Decimal(dues[name]) - laid[name]
    # Nothing goes further down the order before what stands higher is paid.
    open_before = [name for name in order if Decimal(found["left"][name])]
    if open_before:
        assert not any(laid[name] for name in order[order.index(open_before[0]) + 1 :])


debts_owed = st.lists(
    st.tuples(st.integers(1, 10**7), st.dates(date(2023, 1, 1), date(2027, 1, 1)), st.integers(0, 10**7)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10**8), debts_owed)
def test_a_payment_on_several_debts_loses_no_fen_and_pays_what_is_due_first(
    payment: int, owed: list[tuple[int, date, int]]
) -> None:
    debts = [
        {
            "name": f"debt {number}",
            "dues": {"principal": str(Decimal(principal) / 100)},
            "due": due.isoformat(),
            "secured": str(Decimal(secured) / 100),
        }
        for number, (principal, due, secured) in enumerate(owed)
    ]
    found = asked("allocate", {"payment": str(Decimal(payment) / 100), "on": "2025-06-01", "debts": debts})
    paid = {debt["name"]: Decimal(debt["total"]) for debt in found["debts"]}
    assert sum(paid.values()) + Decimal(found["unallocated"]) == Decimal(payment) / 100
    for debt, (principal, due, _) in zip(debts, owed, strict=True):
        assert paid[str(debt["name"])] <= Decimal(principal) / 100
        if due > date(2025, 6, 1) and paid[str(debt["name"])]:
            due_now = [other for other, (_, day, _) in zip(debts, owed, strict=True) if day <= date(2025, 6, 1)]
            assert all(paid[str(one["name"])] == Decimal(str(one["dues"]["principal"])) for one in due_now)


plans = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["equal_instalment", "equal_principal", "interest_first"]),
        "principal": st.integers(100, 10**13).map(lambda fen: str(Decimal(fen) / 100)),
        "annual_rate": rates,
        "start": st.dates(date(2015, 1, 1), date(2030, 1, 1)).map(date.isoformat),
        "instalments": st.integers(1, 60),
        "period_months": st.sampled_from([1, 3]),
    }
)


@settings(max_examples=60, deadline=None)
@given(plans)
def test_a_schedule_repays_the_principal_to_the_fen(facts: dict[str, Any]) -> None:
    found = asked("schedule", facts)
    balance = Decimal(facts["principal"])
    for row in found["rows"]:
        balance -= Decimal(row["principal"])
        assert Decimal(row["balance"]) == balance
        assert Decimal(row["total"]) == Decimal(row["principal"]) + Decimal(row["interest"])
        assert Decimal(row["principal"]) >= 0
    assert balance == 0
    assert len(found["rows"]) == facts["instalments"]
    assert Decimal(found["interest_total"]) == sum(Decimal(row["interest"]) for row in found["rows"])
    assert Decimal(found["total"]) == Decimal(facts["principal"]) + Decimal(found["interest_total"])


KINDS = ("acceptance", "preservation", "enforcement", "payment_order", "bankruptcy")
EDGES = {
    "acceptance": (10_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000),
    "preservation": (1_000, 100_000, 896_000),
    "enforcement": (10_000, 500_000, 5_000_000, 10_000_000),
}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 10**14), st.integers(1, 10**9))
def test_a_fee_never_falls_when_the_amount_grows(kind: str, fen: int, more: int) -> None:
    smaller = asked("fee", {"kind": kind, "amount": str(Decimal(fen) / 100)})
    larger = asked("fee", {"kind": kind, "amount": str(Decimal(fen + more) / 100)})
    assert Decimal(smaller["fee"]) <= Decimal(larger["fee"])
    # The steepest band of any fee takes 2.5 %.
    assert Decimal(larger["fee"]) - Decimal(smaller["fee"]) <= Decimal(more) / 100 * Decimal("0.025") + FEN


@pytest.mark.parametrize(("kind", "edge"), [(kind, edge) for kind, edges in EDGES.items() for edge in edges])
def test_a_fee_does_not_jump_at_the_end_of_a_band(kind: str, edge: int) -> None:
    below, on, above = (
        Decimal(asked("fee", {"kind": kind, "amount": amount})["exact"])
        for amount in (f"{edge - 1}.99", f"{edge}.00", f"{edge}.01")
    )
    assert below <= on <= above
    assert above - below <= Decimal("0.0005")
