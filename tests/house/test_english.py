"""Every sentence of the screens has its English: of each template, and of the words of the web's modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from legalflow.matters.clocks import CLOCKS
from legalflow.web.catalogue import HAN, Catalogue, catalogue
from legalflow.web.sentences import Sentences
from legalflow.web.words import FILTERS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "web"
# Modules whose words are shown on pages; `services` beside the web's own.
MODULES = [
    ROOT / "legalflow" / "app.py",
    *sorted((ROOT / "legalflow" / "web").glob("*.py")),
    *(
        ROOT / "legalflow" / "services" / f"{name}.py"
        for name in ("actions", "contacting", "lists", "minding", "telling")
    ),
]
NOT_SHOWN = {"catalogue.py", "sentences.py", "language.py"}
DAYS = {"{1}年{2}月", "{1}年{2}月{3}日"}  # known by their shape
# Calls whose Chinese stands beside its English, or names a file.
TWINNED = {"Problem", "Way", "Group", "one", "disposition", "attachment", "_file", "of", "write", "_lacks"}
TWINNED |= {"startswith", "endswith", "replace"}


@pytest.fixture(scope="module")
def known() -> Catalogue:
    """The catalogue of the house."""
    return catalogue(TEMPLATES / "en")


def of_templates(known: Catalogue) -> list[tuple[str, str]]:
    """Every sentence of every template without its English, with the template's name."""
    met: list[tuple[str, str, str | None]] = []
    asked = type("Asked", (Sentences,), {"catalogue": known, "wanted": met})
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=[asked], trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(FILTERS)
    for path in sorted(TEMPLATES.glob("*.html")):
        environment.parse(path.read_text(encoding="utf-8"), path.name, str(path))
    lacking = [(name, chinese) for name, chinese, english in met if english is None]
    plain = Environment(loader=FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True)
    for path in sorted(TEMPLATES.glob("*.html")):
        tree = plain.parse(path.read_text(encoding="utf-8"))
        lacking += [(path.name, key) for key in _joined(tree) if known.word(key) is None]
    return list(dict.fromkeys(lacking))


def _joined(tree: nodes.Template) -> Iterator[str]:
    for each in tree.find_all(nodes.Concat):
        parts, number = "", 0
        for node in each.nodes:
            literal = isinstance(node, nodes.Const) and isinstance(node.value, str)
            number += not literal
            parts += node.value if literal and isinstance(node, nodes.Const) else f"{{{number}}}"
        if HAN.search(parts):
            yield " ".join(parts.split())


def of_modules(known: Catalogue) -> list[tuple[str, str]]:
    """Every text of the modules that may come to a page and has no English, with the module's name."""
    found: list[tuple[str, str]] = []
    for path in MODULES:
        if path.name not in NOT_SHOWN:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [(path.name, text) for text in _texts(tree) if known.word(text) is None]
    return list(dict.fromkeys(found))


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in TWINNED:
            return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Compare):
        return
    if isinstance(node, ast.JoinedStr):
        text = _as_key(node)
        if HAN.search(text) and text not in DAYS:
            yield text
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value):
        yield node.value.strip()
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _as_key(node: ast.JoinedStr) -> str:
    text, number = "", 0
    for part in node.values:
        literal = isinstance(part, ast.Constant)
        number += not literal
        text += str(part.value) if isinstance(part, ast.Constant) else f"{{{number}}}"
    return text


def test_every_sentence_of_a_template_has_its_english(known: Catalogue) -> None:
    lacking = of_templates(known)
    assert not lacking, "add these to templates/web/en/: " + "; ".join(f"{name}: {text}" for name, text in lacking)


def test_every_word_of_the_pages_modules_has_its_english(known: Catalogue) -> None:
    lacking = of_modules(known)
    assert not lacking, "add these to templates/web/en/: " + "; ".join(f"{name}: {text}" for name, text in lacking)


def test_every_deadline_has_its_english(known: Catalogue) -> None:
    lacking = [each.zh for each in CLOCKS if known.word(each.zh) is None]
    assert not lacking, "add these to templates/web/en/deadline_words.yaml: " + "; ".join(lacking)
