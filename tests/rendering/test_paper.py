"""Papers laid out by hand: every line within its margins, the same bytes each time, as words and as pictures."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image, ImageSequence

from legalflow.rendering import paper, photograph, print_words, reading
from legalflow.rendering.paper import Paper, Words
from legalflow.rendering.photograph import Look


@pytest.fixture(scope="module")
def sheets() -> tuple[paper.Sheet, ...]:
    """A contract of three pages with a table, a seal and a name with a rare character."""
    written = Paper(head="示例银行　合同")
    written.title("个人借款合同")
    for number in range(40):
        written.say(f"第{number}条　借款人𠮷示例应于2026年3月1日前归还120,000.00元（年利率7.2%），逾期计收罚息。")
    written.table(("期", "金额（元）"), [(str(number), "3,716.23") for number in range(30)], (1, 2))
    written.seal("示例银行")
    return written.sheets()


def test_a_paper_goes_on_to_the_next_page_and_no_line_leaves_its_margins(sheets: tuple[paper.Sheet, ...]) -> None:
    assert len(sheets) >= 3
    for sheet in sheets:
        words = [mark for mark in sheet.marks if isinstance(mark, Words)]
        assert any("样本" in each.text for each in words)
        assert max(each.x + paper.width(each.text, each.size) for each in words) <= sheet.width - 40
        assert max(each.y for each in words) < sheet.height


def test_no_line_begins_with_a_mark_that_ends_a_clause_and_no_number_is_cut() -> None:
    lines = list(paper.broken("金额为120,000.00元，利率7.2%。" * 9, 200))
    assert "".join(lines) == "金额为120,000.00元，利率7.2%。" * 9
    assert not [line for line in lines if line[0] in "，。"]
    assert all(line.count("120") == line.count("120,000.00") for line in lines)


def test_printed_words_are_found_again_with_the_rare_name_and_are_the_same_bytes(
    sheets: tuple[paper.Sheet, ...],
) -> None:
    made = print_words.write(sheets, "个人借款合同")
    assert made == print_words.write(sheets, "个人借款合同")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == len(sheets) and pdf.docinfo["/Title"] == "个人借款合同"
    assert "借款人𠮷示例应于2026年3月1日前归还120,000.00元" in reading.words_of(made)


def test_a_scan_holds_pictures_only_and_a_page_fed_sideways_is_shown_upright(sheets: tuple[paper.Sheet, ...]) -> None:
    made = photograph.scan(sheets, (Look.SKEWED, Look.SIDEWAYS, Look.GREY))
    assert made == photograph.scan(sheets, (Look.SKEWED, Look.SIDEWAYS, Look.GREY))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert [int(page.obj.get("/Rotate", 0)) for page in pdf.pages][:3] == [0, 90, 0]
        assert all("/Font" not in page.Resources for page in pdf.pages)


@pytest.mark.parametrize("look", list(Look))
def test_each_look_is_a_picture_of_its_own_and_the_same_each_time(sheets: tuple[paper.Sheet, ...], look: Look) -> None:
    made = photograph.picture(sheets[0], look)
    assert made == photograph.picture(sheets[0], look)
    assert look is Look.STRAIGHT or made != photograph.picture(sheets[0])


def test_a_tiff_has_a_frame_for_each_page(sheets: tuple[paper.Sheet, ...]) -> None:
    with Image.open(io.BytesIO(photograph.pictures(sheets))) as image:
        assert len(list(ImageSequence.Iterator(image))) == len(sheets) and image.mode == "1"
