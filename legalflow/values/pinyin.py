"""How a Chinese name is typed without Chinese letters: `陈示例` is `chenshili` or `csl`, and so is each end of it.

A character that is read in several ways is kept in each (`曾` is `zeng` and `ceng`), for surnames often have a reading
of their own; a name with too many of them in the reading that is usual.
"""

from __future__ import annotations

import re
from itertools import product

_HAN = re.compile(r"[㐀-鿿]")
LONGEST = 24  # characters of a name
MOST_READINGS = 12  # of a whole name


def readings(name: str) -> set[str]:
    """What each end of a name may be typed as, whole and by the first letter of each syllable.

    >>> sorted(readings("陈安"))
    ['a', 'an', 'ca', 'chenan']
    """
    letters = "".join(_HAN.findall(name))[:LONGEST]
    if not letters:
        return set()
    found: set[str] = set()
    for syllables in _spelled(letters):
        for place in range(len(syllables)):
            found.add("".join(syllables[place:]))
            found.add("".join(each[0] for each in syllables[place:]))
    return found


def _spelled(letters: str) -> list[tuple[str, ...]]:
    # Its tables take a while to load, and few commands need them.
    from pypinyin import Style, pinyin

    every = pinyin(letters, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    count = 1
    for each in every:
        count *= len(each)
    if count > MOST_READINGS:
        usual = pinyin(letters, style=Style.NORMAL, heteronym=False, errors="ignore", v_to_u=False)
        first, rest = every[:1], usual[1:]  # a surname is what is read in its own way
        every = [*first, *rest]
    return list(product(*every))
