"""Pictures: whole and safe SVG, numbers as words beside each shape, nothing drawn for nothing."""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from legalflow.rendering import charts
from legalflow.rendering.charts import Bar, Curve

SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> etree._Element:
    """The picture as a tree; it fails where the text is not whole."""
    return etree.fromstring(svg.encode())


def widths(svg: str) -> list[str]:
    """The widths of what is drawn in a colour of its own."""
    return [each.get("width", "") for each in read(svg).iter(f"{SVG}rect") if each.get("fill") in charts.COLOURS]


def words(svg: str) -> list[str]:
    """All that is written."""
    return ["".join(each.itertext()) for each in read(svg).iter(f"{SVG}text")]


def test_the_longest_bar_is_the_picture_s_width_and_the_others_their_share_of_it() -> None:
    svg = charts.bars("a", "账龄", "说明", [Bar("一", (50,), "50"), Bar("二", (200,), "200"), Bar("三", (0,), "0")])
    assert widths(svg) == ["25%", "100%"]
    assert words(svg) == ["一", "50", "二", "200", "三", "0"]


def test_what_is_not_nothing_can_be_seen() -> None:
    assert widths(charts.bars("a", "账龄", "说明", [Bar("少", (1,), "1"), Bar("多", (10**9,), "多")]))[0] == "0.6%"


def test_stacked_parts_follow_one_another_and_parts_beside_each_other_begin_at_the_side() -> None:
    rows = [Bar("某", (30, 70), "100")]
    starts = [
        [each.get("x") for each in read(svg).iter(f"{SVG}rect") if each.get("fill") in charts.COLOURS][2:]
        for svg in (
            charts.bars("a", "题", "说明", rows, ("甲", "乙")),
            charts.bars("a", "题", "说明", rows, ("甲", "乙"), beside=True),
        )
    ]
    assert starts == [["0%", "30%"], ["0%", "0%"]]


def test_a_funnel_stands_in_the_middle() -> None:
    svg = charts.funnel("f", "阶段", "说明", [Bar("收", (100,), "100"), Bar("立", (50,), "50")])
    drawn = [each for each in read(svg).iter(f"{SVG}rect") if each.get("fill") in charts.COLOURS]
    assert [(each.get("x"), each.get("width")) for each in drawn] == [("0%", "100%"), ("25%", "50%")]


def test_names_from_outside_are_words_and_links_and_never_marks() -> None:
    svg = charts.bars("a", "<题>", "说&明", [Bar('<script>"', (1,), "1 & 2", '/x?a=1&b="2"')])
    root = read(svg)
    assert not list(root.iter(f"{SVG}script")) and '<script>"' in words(svg)
    assert next(root.iter(f"{SVG}a")).get("href") == '/x?a=1&b="2"'


def test_a_picture_says_what_it_is_to_whoever_does_not_see_it() -> None:
    root = read(charts.bars("due", "期限", "按最后一日", [Bar("今天", (1,), "1 项", "/d")]))
    named = {each.get("id"): each.text for each in root if each.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert [named[each] for each in (root.get("aria-labelledby") or "").split()] == ["期限", "按最后一日"]
    assert next(root.iter(f"{SVG}a")).get("aria-label") == "今天：1 项"


def test_a_long_label_takes_lines_of_its_own_and_never_runs_into_its_number() -> None:
    short = charts.bars("a", "题", "说明", [Bar("短", (1,), "1 件 · 2.0 万元")])
    long = charts.bars(
        "a", "题", "说明", [Bar("借款人和担保人依法宣告破产关闭解散或者撤销并终止法人资格", (1,), "1 件 · 2.0 万元")]
    )
    assert int(read(long).get("height", "0")) > int(read(short).get("height", "0"))
    assert all(len(each) <= charts.MOST_LETTERS for each in words(long))
    endless = charts.bars("a", "题", "说明", [Bar("很" * 500, (1,), "1")])
    assert len(words(endless)) <= charts.MOST_LINES + 1 and any(each.endswith("…") for each in words(endless))


def test_curves_stay_under_a_round_roof_and_differ_by_more_than_colour() -> None:
    curves = [Curve("一月", (Decimal(0), Decimal("7.3"), Decimal("9.9"))), Curve("二月", (Decimal(0), Decimal(3)))]
    svg = charts.line("c", "回款", "说明", curves, "%", "月数")
    assert {"10%", "7.5%", "5%", "2.5%", "0%", "一月", "二月"} <= set(words(svg))
    drawn = [each for each in read(svg).iter(f"{SVG}line") if each.get("stroke") in charts.COLOURS]
    assert len(drawn) == 2 + 2 + 1  # the keys and the pieces
    assert {each.get("stroke-dasharray") for each in drawn} == {None, charts.DASHES[1]}


def test_every_colour_stands_out_from_white_and_from_dark_ground() -> None:
    for colour in charts.COLOURS:
        for ground in ("#ffffff", "#182433"):
            light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, (colour, ground)


def _luminance(colour: str) -> float:
    parts = [int(each, 16) / 255 for each in re.findall("..", colour[1:])]
    red, green, blue = (each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
