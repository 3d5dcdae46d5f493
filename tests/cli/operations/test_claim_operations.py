"""The operations on a loan: examples run, results keep to their schemas, what is wrong is refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from legalflow.cli.operation import Operation, problems_of
from legalflow.cli.operations import operation
from legalflow.errors import Invalid, LegalflowError
from tests.builders import a_law

NAMES = ("interest", "penalty", "compound", "schedule", "claim", "allocate")


def answer(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    found = operation(name)
    try:
        given = found.facts.model_validate(facts)
    except ValidationError as error:
        raise Invalid.of(problems_of(error, found.facts)) from None
    return found.run(given, a_law())


def keeps_to(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value has exactly the keys its schema names, all the way down."""
    if isinstance(value, dict) and "properties" in schema:
        named = schema["properties"]
        return set(value) == set(named) and all(keeps_to(named[key], item) for key, item in value.items())
    if isinstance(value, list) and "items" in schema:
        return all(keeps_to(schema["items"], item) for item in value)
    return not isinstance(value, float)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_runs_and_its_result_keeps_to_the_schema(name: str) -> None:
    found: Operation = operation(name)
    result = answer(name, found.example)
    assert keeps_to(found.result_schema, result)
    assert json.loads(json.dumps(result)) == result
    assert json.dumps(found.facts.model_json_schema())


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_field_and_an_amount_that_is_no_text_are_refused_together(name: str) -> None:
    found = operation(name)
    facts: dict[str, Any] = {**found.example, "tip": 1}
    field = next(key for key in ("principal", "rate", "contract_rate", "payment") if key in facts)
    with pytest.raises(ValidationError) as caught:
        found.facts.model_validate({**facts, field: 0.5})
    assert {problem.code for problem in problems_of(caught.value, found.facts)} == {"input.unknown", "input.not_text"}


def refused(name: str, **changes: Any) -> set[str]:
    facts = {key: value for key, value in {**operation(name).example, **changes}.items() if value is not None}
    with pytest.raises(LegalflowError) as caught:
        answer(name, facts)
    return {problem.code for problem in caught.value.problems}


def test_interest_asks_for_one_period_or_for_segments() -> None:
    part = {"principal": "1", "rate": "0.1", "start": "2025-01-01", "end_exclusive": "2025-01-02"}
    assert refused("interest", segments=[part]) == {"interest.one_or_segments"}
    assert refused("interest", rate=None) == {"interest.one_or_segments"}
    assert refused("interest", end_exclusive="2020-01-01") == {"period.reversed"}
    assert answer("interest", {"segments": [part, part], "basis": 365})["days"] == 2


def test_a_schedule_asks_for_its_days() -> None:
    assert refused("schedule", instalments=None) == {"schedule.no_dates"}
    bullet = {**operation("schedule").example, "method": "bullet", "maturity": "2026-01-15"}
    assert answer("schedule", bullet)["rows"][0]["days"] == 365
    listed = {**operation("schedule").example, "dates": ["2025-02-15", "2025-03-15"]}
    assert [row["due"] for row in answer("schedule", listed)["rows"]] == ["2025-02-15", "2025-03-15"]
    until = {**operation("schedule").example, "method": "interest_first", "maturity": "2025-12-21", "period_months": 3}
    del until["instalments"]
    assert [row["due"] for row in answer("schedule", until)["rows"]] == [
        "2025-04-15",
        "2025-07-15",
        "2025-10-15",
        "2025-12-21",
    ]


def test_an_allocation_asks_for_one_debt_or_several() -> None:
    assert refused("allocate", dues=None) == {"allocate.dues_or_debts"}
    assert refused("allocate", designation="tip") == {"component.unknown"}


def test_a_claim_says_all_that_is_wrong_with_its_events_and_rates() -> None:
    events = [
        {"kind": "repricing", "on": "2025-03-01", "rate": "0.05"},
        {"kind": "repricing", "on": "2025-03-01", "rate": "0.06"},
        {"kind": "misuse", "on": "2025-03-01"},
        {"kind": "acceleration", "on": "2025-08-01"},
        {"kind": "acceleration", "on": "2025-09-01"},
    ]
    drawdowns = [{"on": "2024-12-15", "amount": "100", "deducted_in_advance": "100"}]
    codes = refused("claim", events=events, drawdowns=drawdowns, maturity="2024-01-01")
    assert codes == {
        "loan.repriced_twice",
        "loan.misuse_uplift",
        "claim.accelerated_twice",
        "claim.deducted_all",
        "loan.maturity",
        "loan.amount",
        "loan.drawdown_late",
    }


def test_a_claim_may_be_stated_by_what_is_unpaid_alone() -> None:
    result = answer(
        "claim",
        {
            "rate": "0.06",
            "penalty_uplift": "0.5",
            "compound": True,
            "repayment": "bullet",
            "start": "2024-03-01",
            "maturity": "2025-03-01",
            "dues": [{"due": "2025-03-01", "principal": "500000", "interest": "30416.67"}],
            "events": [{"kind": "waiver", "on": "2025-08-01", "component": "compound", "amount": "1163.44"}],
            "costs": [{"amount": "3000"}, {"on": "2025-07-01", "amount": "2000"}],
            "as_of": "2025-08-01",
            "cutoff_counts": False,
        },
    )
    assert (result["penalty"], result["compound"], result["costs"]) == ("19125.00", "0.00", "5000.00")
    assert result["total"] == "554541.67"
    assert any("计息" in fact for fact in result["provisional_facts"])


def test_a_reversed_period_is_refused_in_every_operation() -> None:
    items = [{"amount": "1", "start": "2025-02-01", "end_exclusive": "2025-01-01"}]
    principals = [{"principal": "1", "start": "2025-02-01", "end_exclusive": "2025-01-01"}]
    with pytest.raises(Invalid):
        answer("compound", {**operation("compound").example, "items": items})
    with pytest.raises(Invalid):
        answer("penalty", {**operation("penalty").example, "principals": principals})


def test_the_old_daily_rate_stands_beside_a_penalty_of_that_time() -> None:
    result = answer("penalty", {**operation("penalty").example, "granted_on": "2003-06-01"})
    assert result["band"] is None
    assert result["fixed_daily_rate"] == {"least": "0.00021", "most": "0.00021"}
    assert [warning["code"] for warning in result["warnings"]] == ["granted_before_2004"]
