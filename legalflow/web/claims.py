"""A claim as it is shown: each figure beside the steps that lead to it. Nothing is worked out here."""

from __future__ import annotations

from dataclasses import dataclass

from legalflow.claims.claim import Claim
from legalflow.law.finding import Finding, Step
from legalflow.values.money import Money

# Which steps explain which figure, by the words they are called by; the first that fits holds.
_WORDS = (
    ("costs", ("费用",)),
    ("compound", ("复利",)),
    ("penalty", ("罚息", "逾期利率")),
    ("interest", ("利息",)),
    ("principal", ("本金", "借款数额")),
)
_NAMES = {"principal": "本金", "interest": "期内利息", "penalty": "罚息", "compound": "复利", "costs": "费用"}


@dataclass(frozen=True)
class Figure:
    """One component with the steps that lead to it."""

    name: str
    zh: str
    amount: Money
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Explained:
    """A claim with its figures, and the steps that concern all of them."""

    claim: Claim
    figures: tuple[Figure, ...]
    general: tuple[Step, ...]
    finding: Finding[Claim]


def explained(finding: Finding[Claim]) -> Explained:
    """A claim's finding, its steps put beside the figures they explain."""
    claim = finding.value
    kept: dict[str, list[Step]] = {name: [] for name in _NAMES}
    general: list[Step] = []
    for step in finding.steps:
        name = _component(step)
        (kept[name] if name else general).append(step)
    figures = tuple(Figure(name, zh, getattr(claim, name), tuple(kept[name])) for name, zh in _NAMES.items())
    return Explained(claim, figures, tuple(general), finding)


def _component(step: Step) -> str:
    if "合计" in step.what or "上限" in step.what or "抵充" in step.what:
        return ""
    return next((name for name, words in _WORDS if any(word in step.what for word in words)), "")
