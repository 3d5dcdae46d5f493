"""The debt of a judgment as it is shown: each class and debtor beside the steps that lead to it.

Nothing is worked out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from legalflow.claims.award import CLASS_NAMES
from legalflow.claims.enforcement_claim import DebtorShare, EnforcementClaim
from legalflow.law.finding import Finding, Step
from legalflow.matters.events import RECEIPT_WAYS
from legalflow.values.money import Money

# Which steps explain which class, by how they are called; what explains none of them concerns all.
_EXPLAINS = (
    ("interest", ("一般债务利息",)),
    ("doubled", ("加倍部分债务利息", "迟延履行期间的债务利息")),
)
_SHARE = "应承担的金额"
_MOVED = ("收款的抵充", "放弃")
KINDS = {**{choice.value: choice.zh for choice in RECEIPT_WAYS}, "waiver": "我方放弃", "auction": "拍卖成交或以物抵债"}


@dataclass(frozen=True)
class Figure:
    """What is owed of one class, with its steps."""

    zh: str
    amount: Money
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Share:
    """What one debtor owes, with its step."""

    share: DebtorShare
    step: Step | None


@dataclass(frozen=True)
class Explained:
    """The debt by class and by debtor, what came in or was waived, and the steps that concern all of it."""

    claim: EnforcementClaim
    figures: tuple[Figure, ...]
    shares: tuple[Share, ...]
    moves: tuple[Step, ...]
    general: tuple[Step, ...]
    finding: Finding[Any]


def explained(finding: Finding[EnforcementClaim]) -> Explained:
    """The debt of a judgment, its steps put beside the figures they explain."""
    claim = finding.value
    kept: dict[str, list[Step]] = {name: [] for name in CLASS_NAMES}
    shares: dict[str, Step] = {}
    moves: list[Step] = []
    general: list[Step] = []
    for step in finding.steps:
        name = next((name for name, words in _EXPLAINS if step.what.startswith(words)), "")
        if step.what.endswith(_SHARE):
            shares[step.what.removesuffix(_SHARE)] = step
        elif any(word in step.what for word in _MOVED):
            moves.append(step)
        else:
            (kept[name] if name else general).append(step)
    return Explained(
        claim,
        tuple(Figure(zh, getattr(claim, name), tuple(kept[name])) for name, zh in CLASS_NAMES.items()),
        tuple(Share(each, shares.get(each.debtor)) for each in claim.debtors),
        tuple(moves),
        tuple(general),
        finding,
    )
