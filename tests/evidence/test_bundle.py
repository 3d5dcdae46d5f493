"""The plan of a bundle: numbers and pages follow from the page counts alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from legalflow.errors import Invalid
from legalflow.evidence.bundle import Cited, Plan, plan, volumes
from legalflow.evidence.checklist import group_titles
from legalflow.evidence.exhibits import Exhibit
from legalflow.evidence.front import cover_facts, list_facts
from legalflow.values import codec


def an_exhibit(name: str, group: int, pages: int, **more: Any) -> Exhibit:
    """A document of so many pages in a group."""
    return Exhibit(id=name, name=name, group=group, order=0, original="0" * 64, working="1" * 64, pages=pages, **more)


THREE = (
    an_exhibit("执照", 1, 2),
    an_exhibit("合同", 2, 16, facts=("contract",)),
    an_exhibit("补充协议", 2, 1, facts=("contract", "rate")),
)


def test_pages_begin_behind_cover_and_list_and_run_on() -> None:
    made = plan(THREE, group_titles(), cover_pages=1, list_pages=2)
    assert [(item.item, item.first, item.last) for item in made.placed] == [
        ("1-1", 4, 5),
        ("2-1", 6, 21),
        ("2-2", 22, 22),
    ]
    assert made.pages == made.last == 22 and made.offset == 0


def test_bookmarks_say_item_name_and_pages() -> None:
    made = plan(THREE, group_titles(), cover_pages=0, list_pages=0)
    assert made.placed[1].bookmark == "2-1 合同（第3–18页）"
    assert made.placed[2].bookmark == "2-2 补充协议（第19页）"
    assert made.groups[1].bookmark == "第二组 借款合意（第3–19页）"


def test_a_fact_cites_every_exhibit_that_proves_it() -> None:
    made = plan(THREE, group_titles(), cover_pages=0, list_pages=0)
    assert made.cites("contract") == (Cited("2-1", 3, 18), Cited("2-2", 19, 19))
    assert made.cites("nothing") == ()


def test_groups_without_exhibits_are_not_counted() -> None:
    made = plan([an_exhibit("a", 3, 1), an_exhibit("b", 7, 1)], group_titles())
    assert [(group.number, group.title) for group in made.groups] == [(1, "放款"), (2, "费用")]


def test_a_plan_survives_being_kept_as_json() -> None:
    made = plan(THREE, group_titles(), offset=40)
    assert codec.decode(Plan, codec.encode(made)) == made


def test_a_bundle_that_continues_another_goes_on_with_items_and_pages() -> None:
    first = plan(THREE, group_titles())
    more = [an_exhibit("续合同", 2, 3), an_exhibit("催收", 6, 1)]
    second = plan(more, group_titles(), cover_pages=1, list_pages=1, after=first)
    assert second.offset == first.last
    assert [(item.item, item.first) for item in second.placed] == [("2-3", first.last + 3), ("3-1", first.last + 6)]


def test_volumes_are_cut_between_items_and_their_numbers_run_on() -> None:
    whole = plan([an_exhibit(f"{at}", 1, 10, file_name="") for at in range(9)], group_titles())
    parts = volumes(whole, 30, 0, {})
    assert [part.pages for part in parts] == [22, 30, 30, 10]
    assert [part.offset for part in parts] == [0, 22, 52, 82]
    assert [item for part in parts for item in part.placed] == list(whole.placed)


def test_exhibits_without_pages_or_group_are_all_named() -> None:
    with pytest.raises(Invalid) as refused:
        plan([an_exhibit("a", 1, 0), an_exhibit("b", 99, 1)], group_titles())
    assert [problem.code for problem in refused.value.problems] == ["bundle.no_pages", "bundle.unknown_group"]


def test_the_facts_of_list_and_cover_come_from_the_plan() -> None:
    made = plan(THREE, group_titles(), list_pages=3)
    listed = list_facts(made, "甲诉乙", "甲")
    assert (listed["groups"], listed["items"], listed["pages"]) == (2, 3, 19)
    assert [row["first"] for row in listed["exhibits"]] == [item.first for item in made.placed]
    assert cover_facts(made)["last"] == made.last


@given(
    some.lists(some.tuples(some.integers(1, 8), some.integers(1, 60)), min_size=1, max_size=30),
    some.integers(0, 5),
    some.integers(0, 900),
    some.integers(0, 120),
)
def test_no_page_is_lost_or_counted_twice(shape: list[tuple[int, int]], front: int, offset: int, most: int) -> None:
    exhibits = [an_exhibit(f"{at}", group, pages) for at, (group, pages) in enumerate(shape)]
    made = plan(exhibits, group_titles(), cover_pages=1, list_pages=front, offset=offset)
    numbers = [number for item in made.placed for number in range(item.first, item.last + 1)]
    assert numbers == list(range(offset + front + 2, made.last + 1))
    parts = volumes(made, most, 0, {})
    assert sum(part.pages for part in parts) == made.pages
    assert [part.offset for part in parts[1:]] == [part.last for part in parts[:-1]]
