"""Which papers of a write-off file are among a matter's exhibits, by the words of their names.

The words are practice and stand in `forms/evidence/write_off.yaml`; a name says nothing of what a paper holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import yaml

from legalflow import forms


@lru_cache
def words() -> dict[str, tuple[str, ...]]:
    """The words by which each paper is recognised."""
    text = (forms.FOLDER / "evidence" / "write_off.yaml").read_text(encoding="utf-8")
    return {row["paper"]: tuple(row["words"]) for row in yaml.safe_load(text)["papers"]}


def at_hand(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each paper that is there with the names of the exhibits that are it.

    >>> at_hand(["（2023）执行裁定书"])
    {'执行裁定书': ('（2023）执行裁定书',)}
    """
    every, found = tuple(names), {}
    for paper, known in words().items():
        held = tuple(name for name in every if any(each in name for each in known))
        if held:
            found[paper] = held
    return found
