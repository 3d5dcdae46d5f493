"""How the properties ask: through the public operations, one line of JSON in and one answer out."""

from __future__ import annotations

import json
from typing import Any

from legalflow.cli.calc import answer
from tests.builders import a_law

LAW = a_law()


def asked(operation: str, facts: dict[str, Any], *, brief: bool = False) -> dict[str, Any]:
    """The result of an operation; facts that are refused fail the test with what was said."""
    found = answer(json.dumps({"id": 1, "op": operation, "input": facts}).encode(), LAW, brief=brief)
    assert "problems" not in found, (facts, found["problems"])
    result: dict[str, Any] = found["result"]
    return result
