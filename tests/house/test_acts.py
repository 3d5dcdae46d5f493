"""Every form of the pages says how what it does is taken back; what cannot be is typed first, and none is missing."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from flask import Flask

from legalflow.app import create_app
from legalflow.errors import Corrupt
from legalflow.services.restoring import REVERSALS
from legalflow.web import confirming
from legalflow.web.acts import PLAIN, TYPED, UNDO, acts
from legalflow.web.catalogue import catalogue
from tests.builders import an_office

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "web"
TABLE = acts(TEMPLATES / "acts.yaml")
BY_COUNT_OF_ITS_OWN = {"batches.confirm"}  # the count is checked by the use case, after rows were left out


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The pages."""
    return create_app(an_office(tmp_path_factory.mktemp("acts")))


def test_no_form_is_without_a_row_and_no_row_without_a_form(app: Flask) -> None:
    forms = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert forms == set(TABLE), "add the route to templates/web/acts.yaml"


def test_what_is_called_reversible_has_its_reversal_and_says_so_where_it_was_clicked() -> None:
    reversible = {name for name, act in TABLE.items() if act.way == UNDO}
    assert reversible == set(REVERSALS)
    assert not [name for name in reversible if not TABLE[name].said]


def test_what_cannot_be_taken_back_is_held_against_what_was_typed(app: Flask) -> None:
    for name in (name for name, act in TABLE.items() if act.way == TYPED and name not in BY_COUNT_OF_ITS_OWN):
        view = app.view_functions[name]
        assert f"{confirming.confirmed.__name__}(" in inspect.getsource(view), name
        takes = getattr(view, "door").takes  # noqa: B009
        assert takes is None or confirming.FIELD in takes, name


def test_whatever_is_neither_says_why_it_need_not_be() -> None:
    assert not [name for name, act in TABLE.items() if act.way == PLAIN and not act.why]


def test_all_that_is_said_has_its_english() -> None:
    known = catalogue(TEMPLATES / "en")
    assert not [act.said for act in TABLE.values() if act.said and known.word(act.said) is None]


@pytest.mark.parametrize("row", ["x: {way: perhaps}", "x: {way: plain}", "x: {said: 已}"])
def test_a_row_without_a_known_way_or_without_its_reason_is_refused(row: str, tmp_path: Path) -> None:
    (tmp_path / "acts.yaml").write_text(row, encoding="utf-8")
    with pytest.raises(Corrupt, match=r"acts\.way"):
        acts(tmp_path / "acts.yaml")


def test_a_list_with_conditions_tells_apart_that_nothing_fits_and_leads_back_to_all() -> None:
    lists = [path for path in sorted(TEMPLATES.glob("*.html")) if _narrows(path.read_text(encoding="utf-8"))]
    assert len(lists) > 5
    assert not [path.name for path in lists if "ui.no_match(" not in path.read_text(encoding="utf-8")]


def _narrows(template: str) -> bool:
    """Whether a template has a form that narrows a list beside a list that may be empty."""
    narrowing = ('method="get" role="search"', 'row g-2 align-items-end" method="get"', "list_top.html")
    return "ui.empty(" in template and any(each in template for each in narrowing)
