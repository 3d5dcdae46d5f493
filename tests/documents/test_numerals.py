"""Amounts in words against the classic examples, a second opinion, and their own inverse."""

from __future__ import annotations

import re

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalflow.documents.numerals import amount_in_words, chinese_numeral
from legalflow.errors import Invalid
from legalflow.values.money import Money

CLASSIC = {
    "0": "零元整", "0.01": "壹分", "0.05": "伍分", "0.10": "壹角", "0.50": "伍角",
    "1.01": "壹元零壹分", "10": "壹拾元整",
    "100000": "壹拾万元整", "20000": "贰万元整", "100000.50": "壹拾万元伍角", "1009.05": "壹仟零玖元零伍分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分", "6007.14": "陆仟零柒元壹角肆分", "1000000.01": "壹佰万元零壹分",
    "10000000": "壹仟万元整", "107000.53": "壹拾万柒仟元伍角叁分", "100010.05": "壹拾万零壹拾元零伍分",
    "100000000": "壹亿元整", "800003782.68": "捌亿零叁仟柒佰捌拾贰元陆角捌分", "100050000": "壹亿零伍万元整",
    "1700000000000": "壹万柒仟亿元整", "1000000000000": "壹万亿元整", "12000000000005": "壹拾贰万亿零伍元整",
    "1000500000000": "壹万零伍亿元整", "590065.94": "伍拾玖万零陆拾伍元玖角肆分",
}  # fmt: skip
FIGURES = {figure: value for value, figure in enumerate("零壹贰叁肆伍陆柒捌玖")}


@pytest.mark.parametrize(("amount", "words"), CLASSIC.items())
def test_the_classic_examples(amount: str, words: str) -> None:
    assert amount_in_words(Money(amount)) == f"人民币{words}"


def known_fault(fen: int) -> bool:
    """Where the second opinion leaves out a 零: from one hundred million, 万 group empty, last group a full one."""
    yuan = fen // 100
    return yuan >= 10**8 and yuan // 10**4 % 10**4 == 0 and yuan % 10**4 >= 1000


@given(st.integers(0, 10**14 - 1).filter(lambda fen: not known_fault(fen)))
def test_a_second_opinion_agrees(fen: int) -> None:
    amount = Money.of_fen(fen)
    assert amount_in_words(amount) == "人民币" + cn2an.an2cn(str(amount), "rmb")


def value(words: str) -> int:
    """Whole yuan read back from words."""
    total = section = figure = 0
    for each in words:
        if each in FIGURES:
            figure = FIGURES[each]
        elif each in "拾佰仟":
            section += figure * 10 ** ("拾佰仟".index(each) + 1)
            figure = 0
        else:
            section += figure
            total = (total + section) * 10**8 if each == "亿" else total + section * 10**4
            section = figure = 0
    return total + section + figure


@given(st.integers(1, 10**16 - 1))
def test_the_words_say_the_amount_and_never_two_zeros_in_a_row(yuan: int) -> None:
    words = amount_in_words(Money(yuan))
    assert value(words.removeprefix("人民币").removesuffix("元整")) == yuan
    assert "零零" not in words and not re.search("零[元万亿拾佰仟]", words)


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(Invalid):
        amount_in_words(Money("-0.01"))


@given(st.integers(1, 9999))
def test_headings_count_as_the_second_opinion_does(number: int) -> None:
    expected = cn2an.an2cn(number)
    assert chinese_numeral(number) == (expected.removeprefix("一") if 10 <= number < 20 else expected)


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_heading_has_its_limits(number: int) -> None:
    with pytest.raises(Invalid):
        chinese_numeral(number)
