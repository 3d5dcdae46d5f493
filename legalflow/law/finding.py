"""A computed amount or date together with the reasons for it.

A finding printed is the interest statement of a complaint; nothing is worked out twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from legalflow.law.citation import Citation

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """One line of reasoning: what it is, the formula with its numbers, the value, the rule."""

    what: str
    formula: str
    value: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Warning:
    """Something a lawyer should look at; never stops a computation. Codes never change."""

    code: str
    message: str  # Chinese
    message_en: str = ""


@dataclass(frozen=True)
class Finding(Generic[T]):
    """A value and the reasons for it.

    `provisional` names each fact of the law that is unverified or not yet published.
    """

    value: T
    steps: tuple[Step, ...] = ()
    warnings: tuple[Warning, ...] = ()
    provisional: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of the steps, once, in order."""
        return tuple(dict.fromkeys(citation for step in self.steps for citation in step.citations))

    def because(self, other: Finding[Any]) -> Finding[T]:
        """This finding resting on another: its steps first, warnings and provisional facts joined."""
        return replace(
            self,
            steps=other.steps + self.steps,
            warnings=tuple(dict.fromkeys(other.warnings + self.warnings)),
            provisional=tuple(dict.fromkeys(other.provisional + self.provisional)),
        )
