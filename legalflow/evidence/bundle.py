"""The plan of a bundle on paper: order, item numbers and page ranges, from the page counts alone.

A page's number is its index in the file plus one offset, which is 0 for a first volume. The number stamped, the page
label and every citation come from this plan and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from legalflow.errors import Invalid, Problem
from legalflow.evidence.exhibits import Exhibit

_ORDINALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Placed:
    """An exhibit in its place: item number `1-2`, first and last page as stamped."""

    item: str
    exhibit: str  # its id
    name: str
    pages: int
    first: int
    last: int
    kind: str = ""
    source: str = ""
    proves: str = ""
    form: str = ""
    original: str = ""
    working: str = ""
    file_name: str = ""
    facts: tuple[str, ...] = ()

    @property
    def range_words(self) -> str:
        """The pages as printed: `第3–18页`, one page `第3页`."""
        return page_words(self.first, self.last)

    @property
    def bookmark(self) -> str:
        """The bookmark's words: `1-2 借款合同（第3–18页）`."""
        return f"{self.item} {self.name}（{self.range_words}）"


@dataclass(frozen=True)
class Grouped:
    """A group of the bundle, `第一组`, with its items in order."""

    number: int
    title: str
    items: tuple[Placed, ...]

    @property
    def bookmark(self) -> str:
        """The bookmark's words: `第一组 主体资格（第3–9页）`."""
        return f"第{ordinal(self.number)}组 {self.title}（{page_words(self.items[0].first, self.items[-1].last)}）"


@dataclass(frozen=True)
class Cited:
    """Where a fact is proved: item, first and last page as stamped."""

    item: str
    first: int
    last: int


@dataclass(frozen=True)
class Plan:
    """The whole bundle on paper. `offset` is added to a page's index (from 1) to give its number."""

    title: str
    cover_pages: int
    list_pages: int
    offset: int
    groups: tuple[Grouped, ...]

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Every item, in the order of the bundle."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def pages(self) -> int:
        """How many pages the file has, cover and list counted."""
        return self.cover_pages + self.list_pages + sum(item.pages for item in self.placed)

    @property
    def last(self) -> int:
        """The number of the last page, as stamped."""
        return self.offset + self.pages

    def cites(self, fact: str) -> tuple[Cited, ...]:
        """Where a fact is proved, in the order of the bundle; empty where no exhibit proves it."""
        return tuple(Cited(item.item, item.first, item.last) for item in self.placed if fact in item.facts)

    def of(self, exhibit: str) -> Placed | None:
        """The place of an exhibit by its id."""
        return next((item for item in self.placed if item.exhibit == exhibit), None)


def plan(
    exhibits: Iterable[Exhibit],
    titles: Mapping[int, str],
    *,
    title: str = "证据材料",
    cover_pages: int = 1,
    list_pages: int = 1,
    offset: int = 0,
    after: Plan | None = None,
) -> Plan:
    """Order, numbers and page ranges of a bundle.

    Groups that have no exhibit are not counted: the first one shown is the first group. `after` is the bundle that this
    one continues: its item numbers go on in groups of the same title, new groups follow its last, and the page numbers
    start behind its last page (`offset` is then not given). Raises `Invalid` naming exhibits without pages or group.
    """
    ordered = sorted(exhibits, key=lambda each: (each.group, each.order, each.id))
    _refuse(ordered, titles)
    start = after.last if after else offset
    page = start + cover_pages + list_pages
    groups: list[Grouped] = []
    next_number = max((group.number for group in after.groups), default=0) + 1 if after else 1
    for chosen in dict.fromkeys(each.group for each in ordered):
        before = _group_before(after, titles[chosen])
        number, counted = (before.number, _last_item(before)) if before else (next_number, 0)
        next_number += 0 if before else 1
        items = []
        for each in (each for each in ordered if each.group == chosen):
            counted += 1
            items.append(_placed(each, f"{number}-{counted}", page + 1))
            page += each.pages
        groups.append(Grouped(number, titles[chosen], tuple(items)))
    return Plan(title, cover_pages, list_pages, start, tuple(groups))


def volumes(whole: Plan, most_pages: int, most_bytes: int, sizes: Mapping[str, int]) -> tuple[Plan, ...]:
    """The plan cut into files at item borders; numbers run on unbroken, cover and list stand in the first.

    `sizes` are bytes by exhibit id. An item larger than a limit stands in a file alone; 0 means no limit.
    """
    cut: list[list[Placed]] = [[]]
    pages, size = whole.cover_pages + whole.list_pages, 0
    for item in whole.placed:
        weight = sizes.get(item.exhibit, 0)
        full = (most_pages and pages + item.pages > most_pages) or (most_bytes and size + weight > most_bytes)
        if full and (cut[-1] or len(cut) == 1):
            cut.append([])
            pages, size = 0, 0
        cut[-1].append(item)
        pages, size = pages + item.pages, size + weight
    made = [replace(whole, groups=_only(whole, cut[0]))]
    for items in cut[1:]:
        made.append(Plan(whole.title, 0, 0, items[0].first - 1, _only(whole, items)))
    return tuple(made)


def page_words(first: int, last: int) -> str:
    """A range of pages as printed.

    >>> page_words(3, 18), page_words(3, 3)
    ('第3–18页', '第3页')
    """
    return f"第{first}页" if first == last else f"第{first}–{last}页"


def ordinal(number: int) -> str:
    """A small number in Chinese, for groups and volumes.

    >>> ordinal(1), ordinal(10), ordinal(12), ordinal(20), ordinal(35)
    ('一', '十', '十二', '二十', '三十五')
    """
    if number <= 10:
        return _ORDINALS[number]
    tens, ones = divmod(number, 10)
    if tens > 9:
        return str(number)
    return ("" if tens == 1 else _ORDINALS[tens]) + "十" + (_ORDINALS[ones] if ones else "")


def _placed(each: Exhibit, item: str, first: int) -> Placed:
    return Placed(
        item, each.id, each.name, each.pages, first, first + each.pages - 1, each.kind, each.source, each.proves,
        each.form, each.original, each.working, each.file_name, each.facts,
    )  # fmt: skip


def _only(whole: Plan, items: Sequence[Placed]) -> tuple[Grouped, ...]:
    kept = set(items)
    cut = (replace(group, items=tuple(each for each in group.items if each in kept)) for group in whole.groups)
    return tuple(group for group in cut if group.items)


def _group_before(after: Plan | None, title: str) -> Grouped | None:
    return next((group for group in after.groups if group.title == title), None) if after else None


def _last_item(group: Grouped) -> int:
    return max(int(item.item.rpartition("-")[2]) for item in group.items)


def _refuse(exhibits: Sequence[Exhibit], titles: Mapping[int, str]) -> None:
    problems = [
        Problem(
            "bundle.no_pages",
            f"证据“{each.name}”没有可装订的页",
            f"the exhibit “{each.name}” has no pages to bind",
            f"exhibits[{at}].pages",
            str(each.pages),
        )
        for at, each in enumerate(exhibits)
        if each.pages < 1
    ]
    problems += [
        Problem(
            "bundle.unknown_group",
            f"证据“{each.name}”的分组不存在",
            f"the group of exhibit “{each.name}” does not exist",
            f"exhibits[{at}].group",
            str(each.group),
        )
        for at, each in enumerate(exhibits)
        if each.group not in titles
    ]
    if not exhibits:
        problems.append(Problem("bundle.empty", "没有可装订的证据", "there is no exhibit to bind", "exhibits"))
    Invalid.raise_any(problems)
