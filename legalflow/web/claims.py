"""A claim as it is shown: each figure beside the steps and segments that lead to it, and beside what might be.

Nothing is worked out here but the difference of two figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from legalflow.claims.charges import Charge
from legalflow.claims.claim import Claim
from legalflow.errors import Problem
from legalflow.law.finding import Finding, Step
from legalflow.loans.payments import Waiver
from legalflow.services.claiming import Supposed
from legalflow.values import typed
from legalflow.values.money import Money

# Which steps explain which figure, by the words they are called by; the first that fits holds.
_WORDS = (
    ("costs", ("费用",)),
    ("liquidated_damages", ("违约金",)),
    ("compound", ("复利",)),
    ("penalty", ("罚息", "逾期利率")),
    ("interest", ("利息",)),
    ("principal", ("本金", "借款数额")),
)
_NAMES = {
    "principal": "本金",
    "interest": "期内利息",
    "penalty": "罚息",
    "compound": "复利",
    "liquidated_damages": "违约金",
    "costs": "费用",
}
_COMPARED = {**_NAMES, "interest_total": "利息、罚息、复利合计", "cut": "按上限扣减", "total": "合计"}
_SELDOM = ("liquidated_damages", "cut")  # shown where there is any

# The orders of allocation one may try, by the names they have in an address.
ORDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": ("按合同或法律", ()),
    "costs_interest_principal": (
        "费用→期内利息→罚息→复利→本金",
        ("costs", "interest", "penalty", "compound", "principal"),
    ),
    "principal_first": ("费用→本金→期内利息→罚息→复利", ("costs", "principal", "interest", "penalty", "compound")),
    "penalty_first": ("费用→罚息→复利→期内利息→本金", ("costs", "penalty", "compound", "interest", "principal")),
}
POLICIES = {"": "只提示，不扣减", "24%": "年 24%", "4lpr": "四倍 LPR", "contract_rate": "合同利率"}
WAIVABLE = {name: _NAMES[name] for name in ("penalty", "compound", "interest", "principal")}


@dataclass(frozen=True)
class Figure:
    """One component with the charges it is the sum of, and the steps that lead to it."""

    name: str
    zh: str
    amount: Money
    steps: tuple[Step, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True)
class Explained:
    """A claim with its figures, and the steps that concern all of them."""

    claim: Claim
    figures: tuple[Figure, ...]
    general: tuple[Step, ...]
    finding: Finding[Claim]


@dataclass(frozen=True)
class Compared:
    """A figure of the stated claim beside the one supposed, and the difference."""

    zh: str
    stated: Money
    supposed: Money
    difference: Money


@dataclass(frozen=True)
class Trial:
    """A claim supposed, beside the stated one."""

    supposed: Finding[Claim]
    figures: tuple[Compared, ...]


def explained(finding: Finding[Claim]) -> Explained:
    """A claim's finding, its steps put beside the figures they explain."""
    claim = finding.value
    kept: dict[str, list[Step]] = {name: [] for name in _NAMES}
    general: list[Step] = []
    for step in finding.steps:
        name = _component(step)
        (kept[name] if name else general).append(step)
    figures = tuple(
        Figure(
            name,
            zh,
            getattr(claim, name),
            tuple(kept[name]),
            tuple(each for each in claim.charges if each.component == name),
        )
        for name, zh in _NAMES.items()
        if name not in _SELDOM or getattr(claim, name)
    )
    return Explained(claim, figures, tuple(general), finding)


def compared(stated: Claim, supposed: Finding[Claim]) -> Trial:
    """Two claims figure by figure."""
    other = supposed.value
    pairs = [(name, zh, getattr(stated, name), getattr(other, name)) for name, zh in _COMPARED.items()]
    figures = tuple(
        Compared(zh, first, second, second - first)
        for name, zh, first, second in pairs
        if name not in _SELDOM or first or second
    )
    return Trial(supposed, figures)


def supposed_in(address: Mapping[str, str], problems: list[Problem]) -> Supposed | None:
    """What an address supposes; None where it supposes nothing. What cannot be read is added to `problems`."""
    day, waived_on = _day(address, "try_as_of", problems), _day(address, "try_on", problems)
    order, policy = address.get("try_order", ""), address.get("try_cap", "")
    component, amount = address.get("try_waived", ""), _amount(address, problems)
    for name, value, known in (
        ("try_order", order, ORDERS),
        ("try_cap", policy, POLICIES),
        ("try_waived", component or "penalty", WAIVABLE),
    ):
        if value not in known:
            problems.append(Problem("trial.unknown", "没有这个选项", "there is no such option", name, value[:40]))
            return None
    waivers = ()
    if component and amount and waived_on:
        waivers = (Waiver(waived_on, component, amount),)
    elif component and amount and not waived_on and not address.get("try_on"):
        problems.append(Problem("trial.waiver_day", "请给出减免日", "give the day of the waiver", "try_on"))
    elif component and not amount and not address.get("try_amount"):
        problems.append(Problem("trial.waiver_amount", "请给出减免金额", "give the amount of the waiver", "try_amount"))
    supposed = Supposed(as_of=day, cap_policy=policy or None, allocation=ORDERS[order][1], waivers=waivers)
    return supposed if supposed != Supposed() else None


def _day(address: Mapping[str, str], name: str, problems: list[Problem]) -> date | None:
    return _read(typed.day, address, name, problems)


def _amount(address: Mapping[str, str], problems: list[Problem]) -> Money | None:
    return _read(typed.money, address, "try_amount", problems)


def _read(reading: Any, address: Mapping[str, str], name: str, problems: list[Problem]) -> Any:
    text = address.get(name, "").strip()
    if not text:
        return None
    try:
        return reading(text)
    except typed.Unreadable as refusal:
        problems.append(refusal.problem(name, text))
        return None


def _component(step: Step) -> str:
    if "合计" in step.what or "上限" in step.what or "抵充" in step.what:
        return ""
    return next((name for name, words in _WORDS if any(word in step.what for word in words)), "")
