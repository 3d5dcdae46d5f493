"""`delay-interest`: what is cited for foreign money, and what a debt in RMB is spared."""

from __future__ import annotations

from typing import Any

from legalflow.cli.operations import operation
from legalflow.cli.operations.delay_interest import DelayFacts
from tests.builders import a_law

FACTS = {
    "items": [{"kind": "principal", "amount": "50000"}],
    "performance_last_day": "2024-01-01",
    "until": "2024-01-31",
}


def cited(**more: Any) -> list[str]:
    found = operation("delay-interest").run(DelayFacts.model_validate({**FACTS, **more}), a_law())
    return [each["article"] for step in found["steps"] for each in step["citations"]]


def test_the_rule_on_foreign_money_is_cited_where_there_is_any() -> None:
    assert "第五条" in cited(currency="USD")
    assert "第五条" in cited(currency="USD", conversion_rate="7.1000")
    assert "第五条" not in cited()
