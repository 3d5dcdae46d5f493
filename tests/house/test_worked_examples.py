"""Every worked example of the project's law reference, W01 to W46, is a case that runs, with each of its figures."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

CASES = Path(__file__).resolve().parents[1] / "cases"
NUMBER = re.compile(r"\bW(\d\d)\b")

# What each example comes to; a figure must stand among what the example's cases expect.
FIGURES = {
    1: "1050.00 525.00 350.00", 2: "2660.00", 3: "16140.00", 4: "224300.00", 5: "1300.00",
    6: "470.00 2020.00 5000.00", 7: "6200.00 63400.00 79400.00", 8: "4300.00", 9: "5614.81 5615 2807.41 2807",
    10: "6000.00", 11: "10875.00 10726.03", 12: "30416.67 19125.00 1163.44 550705.11", 13: "2",
    14: "9674.28 720.00 485.72 9908.56 71044.65 61.99 10332.24 10394.23 4731.31", 15: "10000.00 60.00 4680.00",
    16: "71044.65 966.30 191.69 7.88 72210.52", 17: "3000.00 120.50 1500.00 3379.50 1420.50", 18: "192000.00",
    19: "30000.00 20000.00", 20: "2902.78 18213.89 21116.67", 21: "124052.05", 22: "1991.67 1333.33 658.34",
    23: "13.40% 12.40% 12.00%", 24: "7176.00", 25: "5731.67", 26: "90 12600.00",
    27: "15967.35 45166.67 241033.33 758966.67 14610.11 13914.39 803458.52", 28: "100000.00 12000.00",
    29: "1897.78 1610.00 3507.78", 30: "262.50 1863.75",
    31: "2026-02-24", 32: "2026-09-20", 33: "2026-09-28", 34: "2026-05-06", 35: "2026-08-26 2026-09-10",
    36: "2026-03-16", 37: "2026-05-20 2027-08-15", 38: "2026-02-28", 39: "2026-10-08", 40: "2026-02-02",
    41: "2026-11-28 2026-11-21", 42: "2026-09-28", 43: "special_mention substandard doubtful loss",
    45: "joint ordinary", 46: "basic",
}  # fmt: skip


def texts(value: Any) -> set[str]:
    """Every value that an expectation holds, as text."""
    if isinstance(value, dict):
        return set().union(*(texts(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(texts(item) for item in value))
    return {str(value)}


@cache
def expected() -> dict[int, set[str]]:
    """What the cases of each worked example expect, all together."""
    found: dict[int, set[str]] = {}
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            for number in NUMBER.findall(json.dumps([case["name"], case["source"]])):
                found.setdefault(int(number), set()).update(texts(case.get("expect", {})))
    return found


def test_every_worked_example_is_a_case() -> None:
    assert set(range(1, 47)) <= set(expected())


@pytest.mark.parametrize("number", FIGURES)
def test_every_figure_of_a_worked_example_is_expected_by_its_cases(number: int) -> None:
    missing = set(FIGURES[number].split()) - expected()[number]
    assert not missing, f"W{number:02d}"
