"""Only the relay enqueues, and only rooms that may speak to the queue do."""

from __future__ import annotations

import ast
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2] / "legalflow"
ENQUEUES = {"enqueue", "enqueue_call", "enqueue_in", "enqueue_at", "enqueue_many", "enqueue_job", "lpush", "rpush"}


def _calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_nothing_but_the_relay_enqueues() -> None:
    callers = {path.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("*.py") if _calls(path) & ENQUEUES}
    assert callers == {"jobs/relay.py"}
