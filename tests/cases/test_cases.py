"""A lawyer's worked examples, each put through the command line's own path and held against its expected figures.

A case expects the parts of the result it names; what it does not name may be anything. Lists are compared whole.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from legalflow.cli.calc import answer
from legalflow.cli.operations import OPERATIONS
from tests.builders import a_law

FOLDER = Path(__file__).parent


def cases() -> list[dict[str, Any]]:
    """Every case of every file, with the file it stands in."""
    return [
        {**case, "file": path.stem}
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Where the found value is not what was expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            line
            for name, item in expected.items()
            for line in differences(item, found.get(name, "<missing>"), f"{place}.{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for index, (one, two) in pairs for line in differences(one, two, f"{place}[{index}]")]
    return [] if expected == found else [f"{place}: expected {expected!r}, found {found!r}"]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['file']}: {case['name']}")
def test_a_worked_example_comes_out_exactly(case: dict[str, Any]) -> None:
    line = json.dumps({"id": case["name"], "op": case["op"], "input": case["input"]}, ensure_ascii=False)
    found = answer(line.encode(), a_law())
    assert found["id"] == case["name"]
    if "problems" in case:
        assert [problem["code"] for problem in found.get("problems", ())] == case["problems"]
        return
    assert "problems" not in found, found
    assert not differences(case["expect"], found["result"])


def test_every_case_names_its_source_and_a_known_operation() -> None:
    for case in cases():
        assert case["source"].strip(), case["name"]
        assert case["op"] in OPERATIONS, case["name"]
        assert case.get("expect") or case.get("problems"), case["name"]
