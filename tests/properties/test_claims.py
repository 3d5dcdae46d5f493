"""What must hold of every claim: the parts are the whole, a day adds its growth, order of telling is of no weight."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.random_loans import a_random_loan
from tests.properties.asking import asked

FEN = Decimal("0.01")
MONEY = ("principal", "interest", "penalty", "compound", "liquidated_damages", "costs")
LAID = (
    "to_costs", "to_liquidated_damages", "to_interest", "to_penalty", "to_compound", "to_principal", "early_principal",
    "unallocated",
)  # fmt: skip

loans = st.integers(0, 10**9).map(lambda seed: a_random_loan(Random(seed)))


def summed(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


@settings(max_examples=80, deadline=None)
@given(loans)
def test_the_total_is_the_sum_of_its_parts_and_of_the_printed_rows(facts: dict[str, Any]) -> None:
    found = asked("claim", facts)
    assert sum(Decimal(found[name]) for name in MONEY) == Decimal(found["total"])
    assert Decimal(found["interest_total"]) == sum(Decimal(found[name]) for name in MONEY[1:4])
    for name in MONEY[1:5]:
        assert summed([one for one in found["charges"] if one["component"] == name], "owed") == Decimal(found[name])
    rows = found["rows"]
    assert summed(rows, "penalty") + Decimal(found["undue_penalty"]) == Decimal(found["penalty"])
    assert summed(rows, "compound") == Decimal(found["compound"])
    assert summed(rows, "liquidated_damages") == Decimal(found["liquidated_damages"])
    assert summed(rows, "overdue_interest") + Decimal(found["undue_interest"]) == Decimal(found["interest"])
    assert summed(rows, "overdue_principal") <= Decimal(found["principal"])


@settings(max_examples=80, deadline=None)
@given(loans)
def test_every_fen_received_stands_somewhere(facts: dict[str, Any]) -> None:
    found = asked("claim", facts)
    paid = [payment for payment in facts["payments"] if payment["on"] <= facts["as_of"]]
    assert len(found["received"]) == len(paid)
    for row in found["received"]:
        assert sum(Decimal(row[name]) for name in LAID) == Decimal(row["amount"]), row
    assert summed(found["received"], "amount") == sum(Decimal(payment["amount"]) for payment in paid)
    assert summed(found["received"], "unallocated") == Decimal(found["unallocated"])


@settings(max_examples=60, deadline=None)
@given(loans, st.randoms(use_true_random=False))
def test_facts_told_in_another_order_give_the_same_claim(facts: dict[str, Any], random: Random) -> None:
    days = [payment["on"] for payment in facts["payments"]]
    facts["payments"] = [payment for payment in facts["payments"] if days.count(payment["on"]) == 1]
    told = {
        **facts,
        **{name: random.sample(facts[name], k=len(facts[name])) for name in ("payments", "events", "costs")},
    }
    first, second = asked("claim", facts), asked("claim", told)
    assert {name: first[name] for name in (*MONEY, "total", "rows")} == {
        name: second[name] for name in (*MONEY, "total", "rows")
    }


@settings(max_examples=60, deadline=None)
@given(loans)
def test_where_nothing_falls_due_a_day_adds_what_the_claim_says_it_grows_by(facts: dict[str, Any]) -> None:
    facts["cutoff_counts"] = True
    today = asked("claim", facts)
    tomorrow = asked("claim", {**facts, "as_of": str(date.fromisoformat(facts["as_of"]) + timedelta(days=1))})
    after = str(date.fromisoformat(facts["as_of"]) + timedelta(days=2))
    told = [*facts["payments"], *facts["events"], *facts["costs"], *facts["drawdowns"]]
    dues = {row["due"] for row in tomorrow["rows"]} | {facts["maturity"]} | {one["on"] for one in told if one["on"]}
    still = all(not facts["as_of"] <= day <= after for day in dues) and len(today["rows"]) == len(tomorrow["rows"])
    if not still:
        return
    grown = Decimal(tomorrow["total"]) - Decimal(today["total"])
    # Each item of penalty, of compound and of damages, and interest and penalty on what is not due, rounds for itself.
    parts = 3 * len(today["rows"]) + 2
    assert abs(grown - Decimal(today["running"]["per_day"])) <= FEN * parts


@settings(max_examples=60, deadline=None)
@given(loans, st.integers(1, 10**7), st.integers(0, 900), st.sampled_from([None, "principal"]))
def test_a_payment_never_raises_what_is_owed_later(
    facts: dict[str, Any], fen: int, days: int, named: str | None
) -> None:
    start, end = date.fromisoformat(facts["start"]), date.fromisoformat(facts["as_of"])
    on = start + timedelta(days=days % ((end - start).days + 1))
    more = [*facts["payments"], {"on": on.isoformat(), "amount": str(Decimal(fen) / 100), "designation": named}]
    before, after = asked("claim", facts), asked("claim", {**facts, "payments": more})
    parts = 3 * len(before["rows"]) + 3
    assert Decimal(after["total"]) <= Decimal(before["total"]) + FEN * parts


@settings(max_examples=40, deadline=None)
@given(loans)
def test_the_brief_answer_is_the_full_one_without_its_steps(facts: dict[str, Any]) -> None:
    full, brief = asked("claim", facts), asked("claim", facts, brief=True)
    assert "steps" not in brief or not brief["steps"]
    assert {name: full[name] for name in (*MONEY, "total", "interest_total", "unallocated")} == {
        name: brief[name] for name in (*MONEY, "total", "interest_total", "unallocated")
    }
    assert all(full[name] == value for name, value in brief.items() if name not in ("steps", "rows", "received"))
