"""Limitation and guarantee as operations: what they refuse, all of it at once, and what they point out."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from legalflow.cli.calc import answer
from legalflow.cli.operations.limitation import Kind
from legalflow.law.limitation import kinds
from tests.builders import a_law

DEBT = {"due": "2023-05-20", "as_of": "2026-11-24"}
GUARANTEE = {"signed": "2024-08-31", "mode": "joint", "due": "2025-08-31", "as_of": "2026-02-01"}


def sent(op: str, facts: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in facts.items() if value is not None}
    return answer(json.dumps({"id": 1, "op": op, "input": given}).encode(), a_law())


def refused(op: str, facts: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["code"], each["field"]) for each in sent(op, facts)["problems"]}


def warned(op: str, facts: dict[str, Any]) -> list[str]:
    return [each["code"] for each in sent(op, facts)["result"]["warnings"]]


def test_the_kinds_of_interruption_are_those_of_the_law() -> None:
    assert set(get_args(Kind)) == set(kinds(a_law()))


def test_limitation_asks_for_one_due_day_or_for_instalments_beside_all_else_that_is_wrong() -> None:
    events = [
        {"kind": "demand", "on": "2024-08-15", "ended_on": "2024-08-16"},
        {"kind": "suit", "on": "2024-08-15", "ended_on": "2024-08-14"},
    ]
    assert refused("limitation", {**DEBT, "due": None, "events": events}) == {
        ("limitation.due_or_instalments", "due"),
        ("limitation.no_procedure", "events[0].ended_on"),
        ("limitation.ended_before", "events[1].ended_on"),
    }
    both = refused("limitation", {**DEBT, "instalments": ["2023-05-20"]})
    assert both == {("limitation.due_or_instalments", "due")}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"due": "2023-02-30"}, ("date.invalid", "due")),
        ({"due": 20230520}, ("input.not_text", "due")),
        ({"as_of": None}, ("input.missing", "as_of")),
        ({"events": [{"kind": "gift", "on": "2024-01-01"}]}, ("input.choice", "events[0].kind")),
        ({"events": [{"kind": "demand"}]}, ("input.missing", "events[0].on")),
        ({"events": {"kind": "demand"}}, ("input.type", "events")),
        ({"events": [{"kind": "demand", "on": "2024-01-01"}] * 1001}, ("input.size", "events")),
        ({"holiday": "2024-01-01"}, ("input.unknown", "holiday")),
        ({"due": "9998-05-20"}, ("period.out_of_calendar", "due")),
        ({"due": "1949-10-01"}, ("law.gap", "deadlines/limitation")),
    ],
)
def test_limitation_refuses_what_it_cannot_use_in_words(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused("limitation", {**DEBT, **changes}) == {problem}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"period_months": 0}, ("input.range", "period_months")),
        ({"mode": "both"}, ("input.choice", "mode")),
        ({"period_wording": "自主债务履行期届满之日起三年"}, ("guarantee.period_unread", "period_months")),
        ({"period_wording": "长" * 201}, ("input.size", "period_wording")),
        ({"due": "1980-01-01"}, ("law.gap", "deadlines/guarantee_default")),
        ({"signed": "1990-01-01", "mode": None}, ("law.gap", "guarantees/mode_not_stated")),
        ({"acts": [{"kind": "suit", "on": "2026-01-01", "against": []}]}, ("input.size", "acts[0].against")),
        ({"due": "9999-12-31"}, ("period.out_of_calendar", "due")),
    ],
)
def test_guarantee_refuses_what_it_cannot_use_in_words(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert refused("guarantee", {**GUARANTEE, **changes}) == {problem}


def test_only_a_suit_is_withdrawn_and_only_the_guarantor_signs() -> None:
    acts = [
        {"kind": "demand", "on": "2026-01-01", "against": ["guarantor"], "withdrawn": True},
        {"kind": "signature", "on": "2026-01-01", "against": ["debtor"]},
    ]
    assert refused("guarantee", {**GUARANTEE, "acts": acts}) == {
        ("guarantee.not_a_suit", "acts[0].withdrawn"),
        ("guarantee.signature", "acts[1].against"),
    }


def test_what_comes_after_the_day_asked_is_named_and_does_not_count() -> None:
    event = {"kind": "demand", "on": "2026-05-20"}
    found = sent("limitation", {**DEBT, "as_of": "2026-05-19", "events": [event]})["result"]
    assert found["expires"] == "2026-05-20" and found["interruptions"][0]["effect"] == "after_the_day_asked"
    act = {"kind": "demand", "on": "2026-02-10", "against": ["guarantor"]}
    kept = sent("guarantee", {**GUARANTEE, "acts": [act]})["result"]
    assert kept["liable"] == "open" and kept["acts"][0]["effect"] == "after_the_day_asked"


def test_a_procedure_without_an_end_is_counted_from_its_beginning_and_said_to_be_open() -> None:
    facts = {**DEBT, "events": [{"kind": "suit", "on": "2023-06-01", "ended_on": "2026-12-01"}]}
    found = sent("limitation", facts)["result"]
    assert found["state"] == "in_procedure" and found["nominal"] == "2026-06-01"
    assert warned("limitation", facts) == ["limitation.procedure_open"]


def test_an_acceleration_that_does_not_come_before_the_last_day_moves_nothing() -> None:
    facts = {**DEBT, "accelerated_on": "2023-05-20"}
    assert warned("limitation", facts) == ["limitation.acceleration_late"]
    assert sent("limitation", facts)["result"]["starts"] == "2023-05-20"


def test_an_event_before_the_loaded_law_is_counted_and_provisional() -> None:
    found = sent("limitation", {"due": "2018-05-21", "as_of": "2021-02-01", "events": [
        {"kind": "demand", "on": "2020-05-06"}
    ]})["result"]  # fmt: skip
    assert found["interruptions"][0]["effect"] == "anew" and found["interruptions"][0]["ground"] == ""
    assert any("尚未载入" in fact for fact in found["provisional_facts"])


def test_a_lawyer_is_pointed_to_what_is_odd_about_a_guarantee() -> None:
    assert warned("guarantee", {**GUARANTEE, "signed": "2025-09-01"}) == ["guarantee.signed_after_due"]
    suit = {"kind": "suit", "on": "2026-01-05", "against": ["debtor"]}
    ordinary = {**GUARANTEE, "mode": "ordinary", "acts": [suit]}
    assert warned("guarantee", ordinary) == ["guarantee.limitation_later"]
    assert "guarantee.withdrawn" in warned("guarantee", {**ordinary, "acts": [{**suit, "withdrawn": True}]})
    late = {"kind": "signature", "on": "2026-03-02", "against": ["guarantor"]}
    assert warned("guarantee", {**GUARANTEE, "as_of": "2026-03-03", "acts": [late]}) == ["guarantee.signature_late"]
    old = {"signed": "2019-06-01", "mode": "joint", "due": "2020-06-30", "as_of": "2026-01-01"}
    demand = {"kind": "demand", "on": "2020-10-09", "against": ["guarantor"]}
    assert warned("guarantee", {**old, "acts": [demand]}) == ["guarantee.limitation_unknown"]
