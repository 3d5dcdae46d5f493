"""Where a rule is written: the instrument, the article, and whether we have read it there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """An instrument and its article as numbered on the day in question.

    `verified` is False for what was read second-hand or is practice: the product shows it as unverified (未核验).
    """

    instrument: str
    article: str = ""
    verified: bool = True

    def __str__(self) -> str:
        return f"{self.instrument}{' ' + self.article if self.article else ''}"
