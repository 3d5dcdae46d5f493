"""The law is data: no article, instrument or legal number stands in the code of the rooms that apply it.

Docstrings and comments may say where a rule comes from; a figure or a printed citation comes from `law/data` alone. And
it counts: for every family of rules one changed line of data changes the finding.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from legalflow.cli.calc import answer
from legalflow.law.catalogue import DATA, Law
from tests.builders import a_law

CODE = Path(__file__).resolve().parents[2] / "legalflow"
PURE = ("loans", "law", "claims", "matters", "evidence", "documents", "cli/operations")
ROOMS = ("loans", "claims", "matters", "evidence", "documents", "services", "web", "cli/operations")
ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条|(?:法释|法发|法|银发|财金)〔\d{4}〕|国务院令")
RATE = re.compile(r"-?(?:0?\.0*[1-9]\d*|\d+(?:\.\d+)?%)")
COUNTED = {"timedelta", "add_days", "add_months", "add_years"}
LASTING = {"days", "months", "years"}
NEXT = {-1, 0, 1, 12}  # how days and the months of a year are counted: no period of the law
NAMES_OF_POLICIES = {"24%"}  # the name of a setting; its figure is read from caps/licensed_ceiling

NOT_OF_THE_LAW: dict[str, str] = {
    "publication.py": "timedelta(9)",  # how far an unknown holiday may reach, where nothing is loaded
}


def files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (CODE / room).rglob("*.py"))


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of a module that is neither a docstring nor inside the example of an operation."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        if isinstance(node, ast.keyword) and node.arg == "example":
            silent |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def faults(tree: ast.AST) -> list[str]:
    """What a module holds of the law; an exact number is written as text, so texts are all there is to look at."""
    return [
        f"line {place}: {text}"
        for place, text in texts(tree)
        if ARTICLE.search(text) or (RATE.fullmatch(text) and text not in NAMES_OF_POLICIES)
    ]


def periods(tree: ast.AST) -> list[str]:
    """The lengths of time a module holds: a literal added to a day, or held against a number of days or months."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in COUNTED:
            given = [*node.args, *(each.value for each in node.keywords if each.arg in LASTING)]
            found += [f"line {node.lineno}: {_name(node.func)}({_whole(each)})" for each in given if _is_length(each)]
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(word in LASTING for side in sides for word in _name(side).split("_")):
                found += [f"line {node.lineno}: {_whole(each)}" for each in sides if _is_length(each)]
    return found


def _name(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _whole(node: ast.AST) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _whole(node.operand)
        return -inner if inner is not None else None
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _is_length(node: ast.AST) -> bool:
    whole = _whole(node)
    return whole is not None and whole not in NEXT


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(CODE)))
def test_no_article_and_no_rate_stands_in_code(path: Path) -> None:
    assert not faults(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "path",
    sorted(path for room in PURE for path in (CODE / room).rglob("*.py")),
    ids=lambda path: str(path.relative_to(CODE)),
)
def test_no_length_of_time_stands_in_code(path: Path) -> None:
    found = periods(ast.parse(path.read_text(encoding="utf-8")))
    assert [each for each in found if not each.endswith(NOT_OF_THE_LAW.get(path.name, " "))] == []


@pytest.mark.parametrize(
    "code",
    [
        "last = served + timedelta(days=15)",
        "last = served + timedelta(15)",
        "last = add_months(due, 6)",
        "last = dates.add_years(due, -3)",
        "late = overdue_days > 90",
        "late = 270 < loan.days_past_due",
        "long = found.months >= 6",
    ],
)
def test_a_period_written_into_code_is_found(code: str) -> None:
    assert periods(ast.parse(code))


@pytest.mark.parametrize("code", ["next = day + timedelta(days=1)", "none = days == 0", "many = count > 90"])
def test_counting_days_is_no_period_of_the_law(code: str) -> None:
    assert not periods(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        'ground = "民法典 第六百七十六条"',
        'ground = f"{name}（法释〔2014〕8号）"',
        'RATE = "0.000175"',
        'RATE = Decimal("0.24")',
        'LINE = "36%"',
    ],
)
def test_law_written_into_code_is_found(code: str) -> None:
    assert faults(ast.parse(code))


def test_docstrings_and_examples_may_speak_of_the_law() -> None:
    code = '"""按民法典 第六百七十六条。"""\nOPERATION = Operation(example={"rate": "0.0435"})\nCOUNT = Decimal(0)'
    assert not faults(ast.parse(code))


# --- one changed line of data changes the finding ---------------------------------------------------------------------


@dataclass(frozen=True)
class Family:
    """A family of rules: the line of data changed, the question put before and after, and the figure that moves."""

    topic: str
    line: tuple[str, str]
    operation: str
    asked: dict[str, Any]
    figure: str
    before: str
    after: str


LATE = {
    "items": [{"kind": "principal", "amount": "800000"}],
    "performance_last_day": "2025-03-13",
    "until": "2025-06-11",
}
CHARGED = [{"principal": "20000", "start": "2025-01-01", "end_exclusive": "2025-04-11", "rate": "0.3585"}]
FLOATING = {"series": "lpr", "tenor": "5y", "margin_bp": "55", "repricing": "january", "lookup": "before", "basis": 360}
LOAN = {"principal": "2000000", "start": "2024-12-21", "end_exclusive": "2025-03-21"}
WRITTEN_OFF = {"as_of": "2026-11-24", "loan": {"outstanding": "2600000.00"}, "written_off_on": "2023-12-15"}
FAMILIES = {
    "LPR": Family(
        "rates/lpr_5y",
        ('2024-12-20: {value: "0.036"', '2024-12-20: {value: "0.046"'),
        "rate",
        FLOATING | LOAN,
        "interest",
        "21116.67",
        "25505.56",
    ),
    "fee band": Family(
        "fees/acceptance",
        ('rate: "0.015"', 'rate: "0.02"'),
        "fee",
        {"kind": "acceptance", "amount": "268000", "procedure": "simplified"},
        "fee",
        "2660.00",
        "2830.00",
    ),
    "length of a deadline": Family(
        "deadlines/answer",
        ('length: "15"', 'length: "20"'),
        "deadline",
        {"rule": "answer", "trigger": "2026-06-01"},
        "last_day",
        "2026-06-16",
        "2026-06-22",
    ),
    "rate of late performance": Family(
        "interest/delay_daily_rate",
        ('"0.000175"', '"0.0002"'),
        "delay-interest",
        LATE,
        "doubled",
        "12600.00",
        "14400.00",
    ),
    "cap": Family(
        "caps/licensed_ceiling",
        ('"0.24"', '"0.18"'),
        "cap",
        {"lender": "consumer_finance", "policy": "24%", "segments": CHARGED},
        "excess",
        "658.34",
        "991.67",
    ),
    "holiday": Family(
        "calendar/holidays",
        ("2026-02-15/2026-02-23", "2026-02-15/2026-02-24"),
        "deadline",
        {"rule": "appeal_judgment", "trigger": "2026-02-02"},
        "last_day",
        "2026-02-24",
        "2026-02-25",
    ),
    "guarantee period": Family(
        "deadlines/guarantee_default",
        ('length: "6"', 'length: "7"'),
        "guarantee",
        {"signed": "2024-08-31", "mode": "joint", "due": "2025-08-31", "as_of": "2026-11-24"},
        "period_last_day",
        "2026-02-28",
        "2026-03-31",
    ),
    "limitation": Family(
        "deadlines/limitation",
        ('length: "3"', 'length: "4"'),
        "deadline",
        {"rule": "limitation", "trigger": "2023-05-22"},
        "nominal",
        "2026-05-22",
        "2027-05-22",
    ),
    "grade": Family(
        "risk_class/loan",
        ('"90"', '"120"'),
        "risk-class",
        {"kind": "loan", "days_past_due": 100},
        "grade",
        "substandard",
        "special_mention",
    ),
    "duty after a write-off": Family(
        "deadlines/write_off_accountability",
        ('length: "2"', 'length: "3"'),
        "write-off",
        WRITTEN_OFF,
        "duties",
        "2025-12-15",
        "2026-12-15",
    ),
}


def with_line(folder: Path, topic: str, old: str, new: str) -> Law:
    """The law with one line of the newest value of a topic's file changed."""
    text = (DATA / f"{topic}.yaml").read_text(encoding="utf-8")
    assert old in text, f"{topic} has no {old}"
    place = folder / f"{topic}.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(new.join(text.rsplit(old, 1)), encoding="utf-8")
    return Law({each: a_law().history(each) for each in a_law().topics()} | {topic: Law.load(folder).history(topic)})


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_one_changed_line_of_data_changes_the_finding(family: Family, tmp_path: Path) -> None:
    line = json.dumps({"op": family.operation, "input": family.asked}).encode()

    def found(law: Law) -> str:
        result = answer(line, law)
        assert "result" in result, result
        return json.dumps(result["result"][family.figure], ensure_ascii=False)

    before, after = found(a_law()), found(with_line(tmp_path, family.topic, *family.line))
    assert family.before in before and family.after not in before
    assert family.after in after and family.before not in after
