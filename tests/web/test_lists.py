"""Lists in the browser: everything stands in the address, chips take it away, views are kept, exports are downloads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from legalflow.access import Role
from tests.web.world import World, a_world

CLOSE = "card-table table-sm"  # of a list whose rows stand close


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The small house."""
    made = a_world(tmp_path)
    yield made
    made.office.database.close()


def test_a_search_of_matters_stands_sealed_in_the_address_and_keeps_what_was_chosen(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    place = visitor.post("/matters/search", {"find": "甄借款", "asked": "stage=A00"}).headers["Location"]
    assert "stage=A00" in place and "甄" not in place and quote("甄借款") not in place
    text = visitor.get(place).text
    assert 'value="甄借款"' in text and "包含“甄借款”" in text and "阶段：接收" in text
    assert world.places["own"].ids["matter"] in text


def test_what_the_address_does_not_know_is_left_out(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    for query in (
        "?sort=nothing",
        "?column=x&column=number",
        "?find=garbage&after=x",
        "?stage=Z9",
        "?view=none",
        "?due=x",
    ):
        assert visitor.get(f"/matters{query}").status_code == 200, query
        assert visitor.get(f"/loans{query}").status_code == 200, query
    assert "没有符合条件的案件" in visitor.get("/matters?stage=Z9").text


def test_columns_density_and_order_are_in_the_address(world: World) -> None:
    text = world.visitor(Role.COUNSEL).get("/matters?column=number&column=total&density=close&sort=-total").text
    assert "table-sm" in text and 'aria-sort="descending"' in text and "债权合计（元）" in text
    assert '<th scope="col">律所' not in text


def test_a_view_is_kept_marked_when_changed_and_changed(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    sent = {"subject": "matters", "name": "待接收", "shared": "yes", "asked": "stage=A00"}
    place = visitor.post("/views", sent).headers["Location"]
    view = place.partition("view=")[2]
    assert "已调整，未保存" not in visitor.get(place).text
    changed = visitor.get(f"/matters?stage=A00&sort=number&view={view}").text
    assert "已调整，未保存" in changed and "保存更改" in changed
    seen = world.visitor(Role.REVIEWER).get(f"/matters?sort=number&view={view}").text
    assert "待接收" in seen and "保存更改" not in seen
    visitor.post("/views/change", {"subject": "matters", "view": view, "asked": "stage=A00&sort=number"})
    assert "已调整，未保存" not in visitor.get(f"/matters?stage=A00&sort=number&view={view}").text
    assert visitor.post("/views/drop", {"view": view}).headers["Location"] == "/matters"
    assert "待接收" not in visitor.get("/matters").text


def test_a_workbook_is_a_download_of_what_is_seen(world: World) -> None:
    lawyer = world.visitor(Role.FIRM_LAWYER)
    answer = lawyer.get(f"/matters/export?only={world.places['own'].ids['matter']}")
    assert answer.status_code == 200 and answer.data[:2] == b"PK"
    assert (
        answer.headers["Content-Disposition"].startswith("attachment")
        and "xlsx" in answer.headers["Content-Disposition"]
    )


def test_one_goes_from_a_matter_to_the_next_of_the_list_one_came_from(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    own = world.places["own"].ids["matter"]
    text = unescape(visitor.get("/matters?sort=number").text)
    assert f"/matters/{own}?list=sort%3Dnumber" in text
    page = unescape(visitor.get(f"/matters/{own}?list=sort%3Dnumber").text)
    assert 'rel="next"' in page and "/matters?sort=number" in page
    onward = visitor.get(f"/matters/{own}/neighbour?way=next&list=sort%3Dnumber").headers["Location"]
    assert onward == f"/matters/{world.places['other'].ids['matter']}?list=sort%3Dnumber"
    assert (
        visitor.get(f"/matters/{own}/neighbour?way=back&list=sort%3Dnumber").headers["Location"]
        == "/matters?sort=number"
    )
    assert 'rel="next"' not in visitor.get(f"/matters/{own}").text


def test_a_chip_that_was_taken_away_is_put_back_where_it_was(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    text = unescape(visitor.get("/matters?stage=A00&sort=number").text)
    without = re.search(r'href="(/matters[?]sort=number&left=[^"]+)" title="去掉此条件"', text)
    assert without
    page = unescape(visitor.get(without[1]).text)
    assert "已去掉 阶段：接收" in page
    again = re.search(r'data-left>.*?href="([^"]+)">撤销', page)
    assert again and "阶段：接收" in unescape(visitor.get(again[1]).text)
    assert "data-left" not in visitor.get(again[1]).text


def test_all_that_was_cleared_is_put_back_at_once_and_what_nobody_cleared_is_not_told(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    text = unescape(visitor.get("/matters?stage=A00&due=week").text)
    cleared = re.search(r'href="(/matters[?]left=[^"]+)">全部清除', text)
    assert cleared
    page = unescape(visitor.get(cleared[1]).text)
    assert "已去掉 阶段：接收、期限：7 天内" in page and "stage=A00&due=week" in page
    for odd in ("left=nothing", "left=stage", "left=%26%26", "left=sort%3Dnumber"):
        assert "data-left" not in visitor.get(f"/matters?{odd}").text, odd


def test_columns_and_density_stay_where_an_address_names_none_and_a_view_has_its_own(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    visitor.get("/matters?shape=kept&column=number&column=total&density=close")
    text = visitor.get("/matters").text
    assert CLOSE in text and '<th scope="col">律所' not in text
    assert CLOSE not in visitor.get("/loans").text, "each list has its own"
    view = visitor.post("/views", {"subject": "matters", "name": "宽", "asked": ""}).headers["Location"]
    assert CLOSE not in visitor.get(view).text
    visitor.get("/matters?shape=kept")
    assert CLOSE not in visitor.get("/matters").text


def test_a_view_that_was_changed_asks_before_it_is_left(world: World) -> None:
    visitor = world.visitor(Role.COUNSEL)
    place = visitor.post("/views", {"subject": "matters", "name": "甲", "asked": "stage=A00"}).headers["Location"]
    view = place.partition("view=")[2]
    assert "unsaved-view" not in visitor.get(place).text
    assert "unsaved-view" in visitor.get(f"/matters?stage=A10&view={view}").text
    assert "unsaved-view" not in world.visitor(Role.REVIEWER).get(f"/matters?stage=A10&view={view}").text
