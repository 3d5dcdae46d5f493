"""Whatever stands in a line of a batch, there is one answer in its place, and it is a result or words of mending."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from legalflow.cli.calc import answer
from legalflow.cli.operations import OPERATIONS, operation
from tests.properties.asking import LAW

SPOILED: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e308, float("nan"), float("inf"), 10**400, 2**63,
    "", "x", "１２３", "٣", "-5", "1e5", "NaN", "0.001", " 5", "+5", "9" * 500, "0" * 10000, "1" * 30 + ".00",
    "2024-02-30", "2023-02-29", "2024-13-01", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2024-2-3",
    "２０２４-０１-０１", "\x00", "\ud800", [], {}, [[]], [None], {"a": 1}, [1] * 1000,
)  # fmt: skip


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in steps:
        yield from places(item, (*place, name))


def spoiled(facts: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    facts = copy.deepcopy(facts)
    inner = facts
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return facts


def mended(line: bytes) -> None:
    found = answer(line, LAW)
    assert set(found) in ({"id", "result"}, {"id", "problems"}), line[:300]
    json.dumps(found, allow_nan=False)
    for problem in found.get("problems", ()):
        assert all(problem[name] for name in ("code", "field", "message", "mend")), problem
        assert "Traceback" not in json.dumps(problem)
        assert len(json.dumps(problem)) < 3000, "an answer does not echo whatever was sent"


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_spoiled_input_of_any_operation_is_answered(name: str) -> None:
    facts = operation(name).example
    random = Random(name)
    for place in places(facts):
        for value in random.sample(SPOILED, k=8):
            mended(json.dumps({"id": 1, "op": name, "input": spoiled(facts, place, value)}).encode())
    text = json.dumps(facts)
    mended(b'{"id":1,"op":"%s","input":%s}' % (name.encode(), b"[" * 5000 + b"]" * 5000))
    mended(b'{"id":1,"op":"%s","input":%s}' % (name.encode(), b'{"a":' * 50_000 + b"1" + b"}" * 50_000))
    mended(f'{{"id":1,"op":"{name}","op":"fee","input":{text}}}'.encode())
    mended(f'{{"id":1,"op":"{name}","input":{text[:-1]}, {text[1:]}}}'.encode())


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_input_of_two_faults_hears_of_both(name: str) -> None:
    facts = {**operation(name).example, "不存在": 1, "not there either": 1}
    found = answer(json.dumps({"id": 1, "op": name, "input": facts}).encode(), LAW)
    assert len(found["problems"]) >= 2
    assert {problem["field"] for problem in found["problems"]} >= {"不存在", "not there either"}
