"""Headings of a table: how they are compared, and in which row they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

WITHIN = 20  # rows from the top in which the headings are looked for; above them may stand a title


def folded(heading: str) -> str:
    """A heading as it is compared: without case, spaces, brackets and stars.

    >>> folded(" 期间（月）* "), folded("Contract No")
    ('期间月', 'contractno')
    """
    return re.sub(r"[\s（）()*_]", "", unicodedata.normalize("NFKC", heading)).lower()


def place(rows: Sequence[Sequence[str]], known: frozenset[str]) -> tuple[int, int]:
    """The place of the row with most of the known headings (the first where none has any), and how many it has."""
    scores = [len({folded(cell) for cell in row if cell} & known) for row in rows[:WITHIN]]
    best = max(scores, default=0)
    return (scores.index(best) if best else 0), best
