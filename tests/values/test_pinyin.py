"""Names as they are spelled: each end of one, each reading of its surname, nothing for what is not Chinese."""

from __future__ import annotations

import pytest

from legalflow.values.pinyin import MOST_READINGS, readings


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("陈示例", "chenshili"),
        ("陈示例", "csl"),
        ("陈示例", "shili"),
        ("曾安", "zengan"),
        ("单安", "shanan"),
        ("示例科技（北京）有限公司", "slkjbjyxgs"),
    ],
)
def test_a_name_is_found_as_it_is_spelled(name: str, typed: str) -> None:
    assert typed in readings(name)


def test_a_name_in_other_letters_has_no_spelling() -> None:
    assert readings("ACME 01") == set()


def test_a_long_name_of_many_readings_stays_small() -> None:
    name = "重庆长乐行业发展有限公司" * 3
    assert len(readings(name)) <= 2 * MOST_READINGS * 24
