"""What a step prints can be worked out again with a pencil: formula, figure and value agree to the fen."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.random_loans import a_random_loan
from tests.claims.slow_calculator import half_up
from tests.properties.asking import asked

SIGNS = str.maketrans({"－": "-", "＋": "+", "×": "*", "÷": "/", "（": "(", "）": ")"})
WORDS = re.compile("[一-龥]+")
TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?P<share>%?)|(?P<sign>[-+*/()]))")
# `… ＝ 100.00，已付 60.00，减免 10.00，余 30.00`: a figure, what came off it, what is left.
FIGURE = re.compile(r" ?＝ ?(-?[\d.]+)(?:，已付 ([\d.]+))?(?:，减免 ([\d.]+))?(?:，余 (-?[\d.]+))?$")


class Pencil:
    """Works out sums of products, with brackets, exactly."""

    def __init__(self, text: str) -> None:
        self.left = [(found["number"], found["share"], found["sign"]) for found in tokens(text)]

    def sum(self) -> Fraction:
        value = self.product()
        while self.left and self.left[0][2] in ("+", "-"):
            sign = self.left.pop(0)[2]
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self) -> Fraction:
        value = self.single()
        while self.left and self.left[0][2] in ("*", "/"):
            sign = self.left.pop(0)[2]
            value = value * self.single() if sign == "*" else value / self.single()
        return value

    def single(self) -> Fraction:
        number, share, sign = self.left.pop(0)
        if sign == "(":
            value = self.sum()
            assert self.left.pop(0)[2] == ")"
            return value
        return Fraction(number) / (100 if share else 1)


def tokens(text: str) -> list[re.Match[str]]:
    """The numbers and signs of a formula; beside them only words that name a number may stand in it."""
    text, place, found = WORDS.sub("", text.translate(SIGNS)), 0, []
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        assert match, f"not a formula: {text!r}"
        found.append(match)
        place = match.end()
    return found


def is_sum(step: dict[str, Any]) -> bool:
    return bool(FIGURE.search(step["formula"])) and re.fullmatch(r"-?[\d.]+", step["value"]) is not None


def cents(text: str | None) -> int:
    return int(Fraction(text or "0") * 100)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9).map(lambda seed: a_random_loan(Random(seed))))
def test_every_sum_of_a_claim_comes_to_what_is_printed(facts: dict[str, Any]) -> None:
    steps = [step for step in asked("claim", facts)["steps"] if is_sum(step)]
    assert steps
    for step in steps:
        figure = FIGURE.search(step["formula"])
        assert figure
        whole = Pencil(step["formula"][: figure.start()]).sum()
        came_to, paid, waived, left = figure.groups()
        assert half_up(whole * 100) == cents(came_to), step
        assert cents(came_to) - cents(paid) - cents(waived) == cents(left or came_to), step
        assert cents(left or came_to) == cents(step["value"]), step
