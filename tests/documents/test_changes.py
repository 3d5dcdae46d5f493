"""What changed between two versions: lines alike are compared inside, figures and parties are told from other words."""

from __future__ import annotations

from legalflow.documents import changes
from legalflow.forms import Form


def test_a_changed_figure_and_a_changed_party_are_marked_and_the_rest_of_the_line_is_not() -> None:
    names = ("甄借款", "贾保证")
    (line,) = changes.words(["甄借款尚欠本金 1,000.00 元"], ["贾保证尚欠本金 2,000.00 元"], names)
    told = [(piece.text, piece.kind, piece.weight) for piece in line.pieces]
    assert told == [
        ("甄借款", "out", "party"),
        ("贾保证", "in", "party"),
        ("尚欠本金 ", "same", ""),
        ("1,000.00", "out", "figure"),
        ("2,000.00", "in", "figure"),
        (" 元", "same", ""),
    ]


def test_lines_unlike_any_other_are_taken_out_or_put_in_and_nothing_is_lost() -> None:
    before, now = ["一", "二二二二", "三三三三"], ["一", "三三三三", "完全不同的一行"]
    found = changes.words(before, now)
    out = [piece.text for line in found for piece in line.pieces if piece.kind == "out"]
    put = [piece.text for line in found for piece in line.pieces if piece.kind == "in"]
    assert out == ["二二二二"] and put == ["完全不同的一行"]
    assert changes.words(before, before) == ()


def test_facts_differ_by_field_with_their_source_and_persons_numbers_are_starred() -> None:
    form = Form.load("lawyer_letter")
    (change,) = changes.facts(form, {"total": "1.00", "borrower": "甲"}, {"total": "2.00", "borrower": "甲"})
    assert (change.zh, change.source, change.before, change.now) == ("合计", "系统计算", "1.00", "2.00")
    assert changes.masked("990000199001010017") == "9900**********0017"
