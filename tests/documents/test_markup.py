"""The markup, one line a form."""

from __future__ import annotations

from legalflow.documents.blocks import (
    Blank,
    Cite,
    Closing,
    Heading,
    Item,
    PageBreak,
    Paragraph,
    Party,
    Signature,
    Strong,
    Table,
    Text,
    Title,
)
from legalflow.documents.markup import cite_token, parse, token


def test_each_line_is_its_block() -> None:
    assert parse("# 标题\n= 原告: 某行\n正文\n> 附\n> 　　此致\n>> 右\n---\n") == (
        Title("标题"),
        Party("原告", (Text("某行"),)),
        Paragraph((Text("正文"),)),
        Closing((Text("附"),)),
        Closing((Text("此致"),), indent=True),
        Paragraph((Text("右"),), indent=False, align="right"),
        PageBreak(),
    )


def test_items_count_anew_under_each_heading() -> None:
    assert parse("## 甲\n#. 一\n#. 二\n## 乙\n#1. 一") == (
        Heading((Text("甲"),)),
        Item("一、", (Text("一"),)),
        Item("二、", (Text("二"),)),
        Heading((Text("乙"),)),
        Item("1.", (Text("一"),)),
    )


def test_strong_words_and_blanks_stand_in_a_line() -> None:
    assert parse("甲**乙**丙____丁") == (Paragraph((Text("甲"), Strong("乙"), Text("丙"), Blank(4), Text("丁"))),)


def test_a_table_has_a_head_ratios_and_numeric_columns() -> None:
    assert parse("| 项 | 额 |\n| =3 | =2> |\n| 本金 | 1 |\n| 全部 |") == (
        Table(
            ((Text("项"),), (Text("额"),)),
            (((Text("本金"),), (Text("1"),)), ((Text("全部"),),)),
            (3.0, 2.0),
            frozenset({1}),
        ),
    )


def test_a_table_that_begins_with_ratios_has_no_head() -> None:
    (table,) = parse("| =1 | =2 |\n| 甲 | 乙 |")
    assert isinstance(table, Table)
    assert table.head == ()


def test_signers_are_one_block() -> None:
    assert parse("@ 某所\n@ 某人") == (Signature(((Text("某所"),), (Text("某人"),))),)


def test_what_was_inserted_is_never_markup() -> None:
    assert parse(token("# 非标题 | ** ____")) == (Paragraph((Text("# 非标题 | ** ____"),)),)


def test_a_citation_inside_inserted_words_is_a_citation() -> None:
    assert parse(token(f"（{cite_token('1-2', 3, 18)}）")) == (Paragraph((Text("（"), Cite("1-2", 3, 18), Text("）"))),)
