"""The law is data: no article, instrument or legal number stands in the code of the rooms that apply it.

Docstrings and comments may say where a rule comes from; a figure or a printed citation comes from `law/data` alone. And
it counts: for every family of rules one changed line of data changes the finding.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

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
