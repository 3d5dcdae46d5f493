"""Courts, orders, preservation and fees from outside: what they refuse, all at once, and how odd input is answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from legalflow.cli.calc import answer
from legalflow.cli.operations import operation
from legalflow.cli.operations.court import OPERATION as COURT
from legalflow.cli.operations.payment_order import OPERATION as ORDER
from tests.builders import a_law

ROOT = Path(__file__).resolve().parents[3]
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
        ({"on": "2019-01-01"}, ("law.gap", "courts/level")),
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


def test_preservation_and_a_stated_limit_are_refused_where_they_do_not_fit() -> None:
    asked = {"on": "2026-03-02", "amount": "1", "stage": "suit"}
    assert refused("preservation", asked) == {("preservation.court", "hearing")}
    limit = {"mandatory_up_to": "1", "by_agreement_up_to": 2, "published_by": ""}
    assert refused("court", {**COURT.example, "small_claims_limit": limit}) == {
        ("input.not_text", "small_claims_limit.by_agreement_up_to"),
        ("input.size", "small_claims_limit.published_by"),
    }


def test_what_a_fee_lacks_is_said_at_once() -> None:
    facts = {
        "kind": "preservation",
        "amount": "1",
        "claims": [{"what": "本金"}, {"what": "利息", "amount": "1", "currency": "USD"}],
        "exchange_rate": "7",
        "reduced_to": "1",
        "notified_on": "2026-09-28",
        "procedure": "simplified",
    }
    assert refused("fee", facts) == {
        ("input.missing", "claims[0].amount"),
        ("fee.exchange", "claims[1].exchange_rate"),
        ("fee.exchange", "exchange_rate"),
        ("fee.amount_and_claims", "claims"),
        ("fee.acceptance_only", "kind"),
        ("fee.notified", "notified_on"),
        ("fee.halving", "kind"),
    }


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({}, ("input.missing", "amount")),
        ({"amount": "1", "currency": "usd"}, ("input.pattern", "currency")),
        (
            {"amount": "1", "currency": "USD", "exchange_rate": "0", "exchange_rate_by": "中间价"},
            ("fee.exchange", "exchange_rate"),
        ),
        ({"claims": [{"what": "保证责任", "kind": "guarantee"}]}, ("fee.no_money", "claims")),
        ({"amount": "1", "reduced_to": "2"}, ("fee.not_reduced", "reduced_to")),
        ({"kind": "security_right", "reading": "acceptance"}, ("input.missing", "amount")),
        ({"amount": "1", "conversion": "security_right_to_suit"}, ("fee.paid", "paid")),
        ({"amount": "1", "on": "2007-03-31"}, ("law.gap", "fees/acceptance")),
    ],
)
def test_a_fee_that_cannot_be_told_is_refused_where_it_stands(facts: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problem in refused("fee", facts)


@pytest.mark.parametrize("op", ["fee", "fee-change", "arbitration-fee", "court", "preservation", "payment-order"])
def test_a_sheet_names_every_code_of_these_operations_in_chinese(op: str) -> None:
    names = set(yaml.safe_load((ROOT / "templates" / "documents" / "codes.yaml").read_text(encoding="utf-8"))["codes"])
    schema = operation(op).facts.model_json_schema()
    found = {str(code) for each in _enums(schema) for code in each if each is not None}
    assert {code for code in found if code.isascii()} <= names | {"True", "False"}


def _enums(schema: Any) -> Iterator[list[Any]]:
    if isinstance(schema, dict):
        if "enum" in schema:
            yield schema["enum"]
        for each in schema.values():
            yield from _enums(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _enums(each)
