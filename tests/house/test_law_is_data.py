"""The law is data: no article, instrument or legal number stands in the code of the rooms that apply it.

Docstrings and comments may say where a rule comes from; a figure or a printed citation comes from `law/data` alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parents[2] / "legalflow"
ROOMS = ("loans", "claims", "matters", "evidence", "documents", "services", "web", "cli/operations")
ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇\d]+条|(?:法释|法发|法|银发|财金)〔\d{4}〕|国务院令")
RATE = re.compile(r"-?(?:0?\.0*[1-9]\d*|\d+(?:\.\d+)?%)")
NAMES_OF_POLICIES = {"24%"}  # the name of a setting; its figure is read from caps/licensed_ceiling


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


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(CODE)))
def test_no_article_and_no_rate_stands_in_code(path: Path) -> None:
    assert not faults(ast.parse(path.read_text(encoding="utf-8")))


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
