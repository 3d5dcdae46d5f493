"""The operation `claim` against the slow calculator beside this file, on loans made up at random."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from legalflow.cli.calc import answer
from tests.builders import a_law
from tests.claims.random_loans import a_random_loan
from tests.claims.slow_calculator import slow_claim

LAW = a_law()


def compared(seeds: range) -> Iterator[tuple[int, dict[str, str], dict[str, Any]]]:
    """For each seed what the slow calculator found, and the same parts of the product's answer."""
    for seed in seeds:
        facts = a_random_loan(random.Random(seed))
        line = json.dumps({"id": seed, "op": "claim", "input": facts})
        answered = answer(line.encode(), LAW)
        assert "problems" not in answered, (seed, facts, answered["problems"])
        slow = slow_claim(facts)
        yield seed, slow, {name: answered["result"][name] for name in slow}


def test_the_claim_agrees_with_a_calculator_that_lives_through_every_day() -> None:
    for seed, slow, claimed in compared(range(300)):
        assert claimed == slow, f"random.Random({seed})"


@pytest.mark.long
def test_the_claim_agrees_with_the_slow_calculator_on_ten_thousand_loans() -> None:
    for seed, slow, claimed in compared(range(1000, 11_000)):
        assert claimed == slow, f"random.Random({seed})"
