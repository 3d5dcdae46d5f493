"""A table inside a form: cells by row, handed on as one text; nothing that is no cell is taken."""

from __future__ import annotations

import json

from legalflow.web import rows
from legalflow.web.forms import Field

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
