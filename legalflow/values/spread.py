"""Which of many amounts stand far from all others, in whole fen and without inexact numbers.

An amount is far where it lies beyond three standard deviations of the others, as it is or by its logarithm: the first
finds what is too large, the second also what is too small. What was found no longer widens the measure for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

Key = TypeVar("Key")

LEAST = 5  # of fewer others nothing can be said
_ROUNDS = 5
_SCALE = 12  # decimal places kept of a logarithm


def far(amounts: Mapping[Key, int]) -> set[Key]:
    """The keys of amounts far from all others. Amounts that are not above zero have no logarithm and are left out.

    >>> sorted(far({"a": 100, "b": 110, "c": 90, "d": 105, "e": 95, "f": 102, "g": 100000}))
    ['g']
    """
    above = {key: amount for key, amount in amounts.items() if amount > 0}
    logarithms = {key: int(Decimal(amount).ln().scaleb(_SCALE)) for key, amount in above.items()}
    return _far(above) | _far(logarithms)


def _far(numbers: Mapping[Key, int]) -> set[Key]:
    found: set[Key] = set()
    for _ in range(_ROUNDS):
        rest = {key: number for key, number in numbers.items() if key not in found}
        more = {key for key, number in rest.items() if _is_far(number, list(rest.values()))} if rest else set()
        if not more:
            break
        found |= more
    return found


def _is_far(number: int, numbers: Sequence[int]) -> bool:
    """Whether a number lies beyond three standard deviations of the others, counted without itself."""
    count = len(numbers) - 1
    if count < LEAST:
        return False
    total, squares = sum(numbers) - number, sum(each * each for each in numbers) - number * number
    # (n·x − Σ)² > 9·(n·Σ² − (Σ)²) is |x − mean| > 3σ with nothing divided.
    return (count * number - total) ** 2 > 9 * (count * squares - total * total)
