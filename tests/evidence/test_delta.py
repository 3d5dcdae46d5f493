"""What is new in a bundle is told from the two plans alone, and only what must be read anew is counted."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from legalflow.evidence.bundle import plan
from legalflow.evidence.checklist import group_titles
from legalflow.evidence.delta import changed_pages, changes
from legalflow.evidence.exhibits import Exhibit
from tests.evidence.test_bundle import THREE, an_exhibit

TITLES = group_titles()


def test_the_same_exhibits_are_no_change_and_need_no_page() -> None:
    made = plan(THREE, TITLES)
    found = changes(made, made)
    assert found.nothing and found.same == 3 and changed_pages(found, made) == ()


def test_an_exhibit_put_between_is_new_and_those_behind_it_have_moved() -> None:
    before = plan(THREE, TITLES)
    after = plan((*THREE, an_exhibit("身份证", 1, 3)), TITLES, list_pages=2)
    found = changes(before, after)
    assert [item.name for item in found.added] == ["身份证"] and not found.removed
    assert [(each.before.first, each.after.first) for each in found.moved] == [(3, 4), (5, 9), (21, 25)]
    assert all(each.renumbered and not each.described for each in found.moved)
    assert changed_pages(found, after) == (1, 2, 3, 6, 7, 8)


def test_an_exhibit_exchanged_under_another_file_is_one_gone_and_one_new() -> None:
    exchanged = (*THREE[:2], replace(THREE[2], working="2" * 64))
    found = changes(plan(THREE, TITLES), plan(exchanged, TITLES))
    assert [item.working for item in found.added] == ["2" * 64] and [item.name for item in found.removed] == [
        "补充协议"
    ]


def test_other_words_for_the_same_pages_are_told_and_not_printed_anew() -> None:
    after = plan((THREE[0], replace(THREE[1], proves="借款关系成立"), THREE[2]), TITLES)
    found = changes(plan(THREE, TITLES), after)
    (only,) = found.moved
    assert only.described and not only.renumbered and found.same == 2
    assert changed_pages(found, after) == (1, 2)  # the cover and the list, where the words stand


def test_pages_of_a_continued_bundle_are_counted_in_its_own_file() -> None:
    after = plan((*THREE, an_exhibit("流水", 3, 2)), TITLES, offset=100)
    assert changed_pages(changes(plan(THREE, TITLES, offset=100), after), after) == (1, 2, 22, 23)


@given(some.lists(some.booleans(), min_size=4, max_size=4), some.lists(some.booleans(), min_size=4, max_size=4))
def test_every_exhibit_of_either_is_told_once(first: list[bool], second: list[bool]) -> None:
    four = (*THREE, an_exhibit("流水", 3, 2))
    chosen: list[tuple[Exhibit, ...]] = [
        tuple(each for each, there in zip(four, flags, strict=True) if there) or four[:1] for flags in (first, second)
    ]
    found = changes(plan(chosen[0], TITLES), plan(chosen[1], TITLES))
    assert len(found.added) + len(found.moved) + found.same == len(chosen[1])
    assert len(found.removed) + len(found.moved) + found.same == len(chosen[0])
