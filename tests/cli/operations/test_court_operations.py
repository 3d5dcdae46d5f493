"""`court` and `payment-order` from outside: what they refuse, all of it at once, and how they answer odd input."""

from __future__ import annotations

import json
from typing import Any

import pytest

from legalflow.cli.calc import answer
from legalflow.cli.operations.court import OPERATION as COURT
from legalflow.cli.operations.payment_order import OPERATION as ORDER
from tests.builders import a_law

BANK, DEBTOR = COURT.example["parties"]


def sent(op: str, facts: dict[str, Any]) -> dict[str, Any]:
    return answer(json.dumps({"id": 1, "op": op, "input": facts}).encode(), a_law())


def refused(op: str, facts: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["code"], each["field"]) for each in sent(op, facts)["problems"]}


def test_all_that_does_not_fit_together_is_said_at_once() -> None:
    facts = {
        **COURT.example,
        "amount": "0",
        "parties": [
            BANK,
            {**BANK, "abroad": True},
            {"name": "王某", "role": "guarantor", "habitual_since": "2027-01-01"},
        ],
        "clauses": [
            {"kind": "court", "guarantor": "赵某"},
            {"kind": "arbitration", "place": {"province": "江苏"}},
        ],
        "instrument": {"kind": "security_right", "court": {"province": "江苏"}},
    }
    assert refused("court", facts) == {
        ("court.amount", "amount"),
        ("court.plaintiff", "parties"),
        ("court.same_name", "parties[1].name"),
        ("court.domicile", "parties[1].domicile"),
        ("court.domicile", "parties[2].domicile"),
        ("court.habitual", "parties[2].habitual_since"),
        ("court.habitual_later", "parties[2].habitual_since"),
        ("court.guarantor", "clauses[0].guarantor"),
        ("court.clause", "clauses[0].place"),
        ("court.clause", "clauses[0].connection"),
        ("court.clause", "clauses[1].place"),
        ("court.first_instance", "instrument.court"),
        ("court.assets", "instrument.assets"),
    }


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"on": "2026-02-30"}, ("date.invalid", "on")),
        ({"on": "2019-01-01"}, ("law.gap", "courts/contract")),
        ({"amount": 5}, ("input.not_text", "amount")),
        ({"amount": "-1"}, ("money.invalid", "amount")),
        ({"cause": "divorce"}, ("input.choice", "cause")),
        ({"parties": []}, ("input.size", "parties")),
        ({"parties": [BANK] * 101}, ("input.size", "parties")),
        ({"parties": [BANK, {**BANK, "name": "二"}]}, ("court.plaintiff", "parties")),
        ({"parties": [BANK, {**DEBTOR, "name": " "}]}, ("input.pattern", "parties[1].name")),
        (
            {"parties": [BANK, {**DEBTOR, "domicile": {"province": "台北"}}]},
            ("input.choice", "parties[1].domicile.province"),
        ),
        ({"performance": {"province": "浙江", "city": "杭 州"}}, ("input.pattern", "performance.city")),
        ({"colour": "red"}, ("input.unknown", "colour")),
        ({"instrument": {"kind": "judgment"}}, ("court.first_instance", "instrument.court")),
    ],
)
def test_what_is_wrong_is_refused_where_it_stands(changes: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in refused("court", {**COURT.example, **changes})


@pytest.mark.parametrize(("since", "city"), [("2025-11-24", "宁波市"), ("2025-11-25", "杭州市")])
def test_a_habitual_residence_counts_once_it_has_lasted_a_year(since: str, city: str) -> None:
    debtor = {**DEBTOR, "habitual": {"province": "浙江", "city": "宁波市"}, "habitual_since": since}
    found = sent("court", {**COURT.example, "parties": [BANK, debtor]})["result"]
    assert found["courts"][0]["city"] == city


def test_the_last_day_of_the_calendar_and_an_award_without_any_place_are_answered() -> None:
    end = "9999-12-31"
    debtor = {**DEBTOR, "habitual": {"province": "河北"}, "habitual_since": end}
    found = sent("court", {**COURT.example, "on": end, "parties": [BANK, debtor]})["result"]
    assert found["courts"][0]["city"] == "杭州市"
    abroad = {"name": "张某", "role": "debtor", "abroad": True}
    found = sent("court", {**COURT.example, "parties": [BANK, abroad], "instrument": {"kind": "award"}})["result"]
    assert found["courts"] == [] and [each["code"] for each in found["warnings"]] == ["court.none"]


def test_every_fact_of_a_payment_order_is_asked_for_and_none_is_assumed() -> None:
    missing = refused("payment-order", {})
    assert missing == {("input.missing", name) for name in ORDER.example}


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"due": "2026-11-25"}, ["due"]),
        ({"due": "2026-11-24"}, []),
        ({"asks": "securities"}, []),
        ({"asks": "other", "debtor_missing": True}, ["object", "not_missing"]),
        ({"basic_court": False}, ["court"]),
        ({"guarantor_sued": True}, ["no_suit"]),
    ],
)
def test_each_condition_alone_bars_the_order(changes: dict[str, Any], failing: list[str]) -> None:
    found = sent("payment-order", {**ORDER.example, **changes})["result"]
    assert found["failing"] == failing and found["available"] == (not failing)
    assert all(row["ground"] for row in found["conditions"])


def test_a_guarantor_is_warned_of_and_only_then() -> None:
    codes = [
        each["code"] for each in sent("payment-order", {**ORDER.example, "guaranteed": True})["result"]["warnings"]
    ]
    assert codes == ["payment_order.guarantor"]
    assert sent("payment-order", ORDER.example)["result"]["warnings"] == []
