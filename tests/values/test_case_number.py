"""Case numbers in every common writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.errors import Invalid
from legalflow.values.case_number import KINDS, case_number


@pytest.mark.parametrize(
    "text",
    [
        "（2024）京0105执123号",
        "(2024)京0105执123号",
        "〔2024〕京0105执123号",
        " [2024] 京 0105 执 123 号 ",
        "（２０２４）京０１０５执１２３号",
    ],
)
def test_all_writings_become_one(text: str) -> None:
    found = case_number(text)
    assert found.text == "（2024）京0105执123号"
    assert (found.year, found.court, found.type, found.number, found.kind) == (2024, "京0105", "执", "123", "首次执行")


@pytest.mark.parametrize("kind", KINDS)
def test_every_known_type_is_told_from_its_shorter_neighbours(kind: str) -> None:
    found = case_number(f"（2025）沪0101{kind}12345号")
    assert found.type == kind and found.kind == KINDS[kind] and not found.warnings


@pytest.mark.parametrize(
    ("text", "court", "special", "sub"),
    [
        ("（2021）最高法民申1号", "最高法", "", ""),
        ("（2021）最高法知民终1号", "最高法", "知", ""),
        ("（2022）粤民终99号", "粤", "", ""),
        ("（2022）粤01民终99号之一", "粤01", "", "一"),
        ("（2022）粤0104执恢99号之2", "粤0104", "", "2"),
    ],
)
def test_courts_of_every_level_and_parts_are_read(text: str, court: str, special: str, sub: str) -> None:
    found = case_number(text)
    assert (found.court, found.special, found.sub) == (court, special, sub)


@pytest.mark.parametrize(
    "text",
    [
        "（2015）黔高民终字第12号",
        "（2025）穗仲案字第1234号",
        "（2026）京某证字第12号",
        "（2015）深中法执字第A-12号之一",
    ],
)
def test_numbers_of_other_bodies_are_read_apart(text: str) -> None:
    found = case_number(text)
    assert found.other_body and found.text == text and not found.warnings


def test_an_unknown_type_is_a_warning_and_no_refusal() -> None:
    found = case_number("（2025）沪0101金融123号")
    assert found.kind == "" and found.warnings[0].code == "case_number.unknown_type"


@pytest.mark.parametrize(
    "text", ["", "2024京0105执123号", "（2024）京0105执0123号", "（2024）京010执123号x", "（1824）京0105执1号"]
)
def test_what_is_no_case_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        case_number(text)
    assert "京0105执123号" in caught.value.problems[0].mend


def test_a_year_to_come_is_refused() -> None:
    assert case_number("（2026）京0105执1号", 2026).year == 2026
    with pytest.raises(Invalid):
        case_number("（2027）京0105执1号", 2026)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        assert case_number(text).text
    except Invalid as refused:
        assert refused.problems
