"""`rate`, `risk-class` and `cite` from outside: what fits together, and what is refused where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from legalflow.cli.calc import answer
from legalflow.cli.operations import operation
from tests.builders import a_law


def asked(name: str, **changes: Any) -> dict[str, Any]:
    facts = {key: value for key, value in {**operation(name).example, **changes}.items() if value is not None}
    return answer(json.dumps({"id": 1, "op": name, "input": facts}).encode(), a_law())


def refused(name: str, **changes: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["field"]) for each in asked(name, **changes)["problems"]]


def test_dates_and_an_anniversary_price_the_same_days_where_they_fall_together() -> None:
    period = {"start": "2024-06-20", "end_exclusive": "2026-06-20"}
    yearly = asked("rate", repricing="anniversary", first_priced_on="2024-06-20", **period)
    dated = asked("rate", repricing="dates", repricing_dates=["2025-06-20", "2024-06-20"], **period)
    assert yearly["result"]["segments"] == dated["result"]["segments"] and len(dated["result"]["segments"]) == 2


def test_interest_is_rounded_once_over_all_segments() -> None:
    period = {"repricing": "same_period", "lookup": None, "margin_bp": "0", "tenor": "1y"}
    found = asked("rate", **period, start="2025-05-20", end_exclusive="2025-08-01", principal="100.11")["result"]
    plain = asked(
        "interest", principal="100.11", rate="0.03", start="2025-05-20", end_exclusive="2025-08-01", basis=360
    )
    assert found["interest"] == plain["result"]["interest"] and len(found["segments"]) == 3


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"repricing": "anniversary"}, [("input.missing", "first_priced_on")]),
        ({"repricing": "dates"}, [("input.missing", "repricing_dates")]),
        ({"repricing": "same_period"}, [("rate.not_used", "lookup")]),
        (
            {"repricing_dates": ["2024-01-01"], "principal": None},
            [("rate.not_used", "repricing_dates"), ("rate.not_used", "basis")],
        ),
        ({"earlier_benchmark": "over_5y"}, [("rate.not_used", "earlier_benchmark")]),
        ({"series": "benchmark"}, [("rate.reference", "tenor")]),
        ({"margin_bp": 55}, [("input.type", "margin_bp")]),
        ({"margin_bp": "0.0055%"}, [("input.pattern", "margin_bp")]),
        ({"multiple": "0.3333333"}, [("input.pattern", "multiple")]),
        ({"margin_bp": "-500"}, [("rate.negative", "margin_bp")]),
        ({"end_exclusive": "2024-12-21"}, [("rate.empty_period", "end_exclusive")]),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(changes: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    assert refused("rate", **changes) == problems


def test_a_claim_with_a_floating_rate_is_still_refused() -> None:
    assert refused("claim", margin_bp="55") == [("input.unknown", "margin_bp")]
    assert refused("claim", events=[{"kind": "repricing", "on": "2025-01-01"}]) == [("input.missing", "events[0].rate")]


def test_an_article_replaced_later_says_so() -> None:
    found = asked("cite", topic="articles/loan_overdue_interest", day="2020-12-31")["result"]
    assert [each["code"] for each in found["warnings"]] == ["cite.replaced"]
    assert found["steps"][0]["citations"][0]["article"] == found["article"]


def test_an_unknown_topic_and_a_day_before_the_law_are_refused_in_words() -> None:
    assert refused("cite", topic="articles/loan_overdue")[0][0] == "law.unknown_topic"
    assert refused("cite", topic="articles/loan_overdue_interest", day="1980-01-01")[0][0] == "law.gap"


def test_a_grade_without_a_day_is_of_the_day_the_law_was_last_checked() -> None:
    unsaid, said = asked("risk-class", on=None), asked("risk-class", on=a_law().checked.isoformat())
    assert unsaid == said
