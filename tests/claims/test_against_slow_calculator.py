"""The operation `claim` against the slow calculator beside this file, on loans made up at random."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from legalflow.cli.calc import answer
from tests.builders import a_law
from tests.claims.random_loans import a_random_loan
from tests.claims.slow_calculator import fen, half_up, published, slow_claim, yuan

LAW = a_law()


def asked(facts: dict[str, Any], seed: int) -> dict[str, Any]:
    answered = answer(json.dumps({"id": seed, "op": "claim", "input": facts}).encode(), LAW)
    assert "problems" not in answered, (seed, facts, answered["problems"])
    result: dict[str, Any] = answered["result"]
    return result


def compared(seeds: range) -> Iterator[tuple[int, dict[str, str], dict[str, Any]]]:
    """For each seed what the slow calculator found, and the same parts of the product's answer."""
    for seed in seeds:
        facts = a_random_loan(Random(seed))
        answered, slow = asked(facts, seed), slow_claim(facts)
        yield seed, slow, {name: answered[name] for name in slow}


def test_the_claim_agrees_with_a_calculator_that_lives_through_every_day() -> None:
    for seed, slow, claimed in compared(range(250)):
        assert claimed == slow, f"random.Random({seed})"


@pytest.mark.long
def test_the_claim_agrees_with_the_slow_calculator_on_ten_thousand_loans() -> None:
    for seed, slow, claimed in compared(range(1000, 11_000)):
        assert claimed == slow, f"random.Random({seed})"


def test_a_cap_cuts_what_lies_above_the_line_drawn_day_by_day() -> None:
    """24 % (法发〔2017〕22号 二) or four times the prime rate, on loans of which nothing was paid or let off."""
    for seed in range(20_000, 20_100):
        random = Random(seed)
        facts = a_random_loan(random)
        facts["payments"], policy = [], random.choice(["none", "24%", "4lpr"])
        facts["events"] = [event for event in facts["events"] if event["kind"] != "waiver"]
        # Measured is what is in arrears: here, everything.
        facts["as_of"] = str(date.fromisoformat(facts["maturity"]) + timedelta(days=random.randint(1, 400)))
        if facts.get("rate") == "0" or facts["start"] < "2020-08-20" or facts["as_of"] > "2026-10-01":
            continue  # nothing runs before the arrears, or four times the prime rate is no line on those days
        slow = capped(facts, slow_claim(facts), policy)
        claimed = asked({**facts, "cap_policy": policy}, seed)
        assert {name: claimed[name] for name in slow} == slow, f"random.Random({seed})"


def capped(facts: dict[str, Any], owed: dict[str, str], policy: str) -> dict[str, str]:
    """What is left under the line: damages go first, then compound, penalty and interest; costs stand outside."""
    start = date.fromisoformat(facts["start"])
    end = date.fromisoformat(facts["as_of"]) + timedelta(days=1 if facts["cutoff_counts"] else 0)
    rate = Fraction("0.24") if policy == "24%" else 4 * published(start, "1y", on_or_before=True)
    line = Fraction(0)
    for one in facts["drawdowns"]:
        net = fen(one["amount"]) - fen(one.get("deducted_in_advance", "0"))
        line += net * max(0, (end - date.fromisoformat(one["on"])).days) * rate / (facts["basis"] or 360)
    left = {name: fen(owed[name]) for name in ("liquidated_damages", "compound", "penalty", "interest")}
    above = 0 if policy == "none" else max(0, sum(left.values()) - half_up(line))
    cut = above
    for name, amount in left.items():
        left[name] -= min(amount, above)
        above -= amount - left[name]
    found = {**owed, **{name: yuan(amount) for name, amount in left.items()}, "cut": yuan(cut)}
    return {**found, "total": yuan(fen(owed["total"]) - cut)}
