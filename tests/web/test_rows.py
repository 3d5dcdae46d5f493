"""A table inside a form: cells by row, handed on as one text; nothing that is no cell is taken."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from legalflow.access import Role
from legalflow.web import rows
from legalflow.web.forms import Field
from tests.web.world import Visitor, a_world

TABLE = Field(
    name="items", zh="判项", kind="rows", columns=(Field(name="kind", zh="款项"), Field(name="rate", zh="利率"))
)


def test_cells_are_gathered_by_row_and_keep_their_places() -> None:
    sent = {"items.0.kind": "principal", "items.2.rate": "6%", "items.2.kind": "  ", "on": "2026-01-01"}
    assert json.loads(rows.gathered(sent, TABLE)) == [{"kind": "principal"}, {}, {"rate": "6%"}]
    assert rows.gathered({"items.0.kind": " "}, TABLE) == ""


def test_only_cells_of_the_table_belong_to_it() -> None:
    assert rows.belongs("items.0.kind", TABLE) and rows.belongs("items.199.rate", TABLE)
    for name in ("items.0.colour", "items.200.kind", "items.x.kind", "items.0", "other.0.kind", "items.0.kind.x"):
        assert not rows.belongs(name, TABLE), name
    assert not rows.belongs("on.0.kind", Field(name="on", zh="日期"))


def test_the_page_shows_some_rows_and_always_one_more_than_was_typed() -> None:
    assert rows.count({}, TABLE) == rows.SHOWN
    assert rows.count({"items.9.kind": "principal"}, TABLE) == 11
    assert rows.count({"items.199.kind": "principal"}, TABLE) == 200


@pytest.fixture(scope="module")
def counsel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, str]]:
    """Somebody who records, and the address of a matter."""
    world = a_world(tmp_path_factory.mktemp("rows"))
    yield world.visitor(Role.COUNSEL), f"/matters/{world.places['own'].ids['matter']}/record"
    world.office.database.close()


def test_the_form_of_a_judgment_shows_rows_for_its_items(counsel: tuple[Visitor, str]) -> None:
    visitor, address = counsel
    page = visitor.get(f"{address}?name=JudgmentGiven").text
    assert page.count('class="one-row"') == rows.SHOWN
    assert 'name="items.0.performance_last_day"' in page and "罚息（计至清偿）" in page


def test_a_row_sent_wrong_comes_back_open_with_what_is_wrong_beside_it(counsel: tuple[Visitor, str]) -> None:
    visitor, address = counsel
    sent = {"name": "JudgmentGiven", "on": "2026-01-01", "items.7.kind": "running_interest", "items.7.rate": "9"}
    answer = visitor.post(address, sent)
    assert answer.status_code == 422
    assert 'id="event-items-7-rate-problem"' in answer.text and "不要只写 6" in answer.text
    assert answer.text.count('class="one-row"') == 9 and '<details class="one-row" open data-row="7">' in answer.text


def test_a_cell_that_is_not_asked_for_is_refused(counsel: tuple[Visitor, str]) -> None:
    visitor, address = counsel
    answer = visitor.post(address, {"name": "JudgmentGiven", "items.0.colour": "x"})
    assert answer.status_code == 422 and "表单中没有这一项" in answer.text
