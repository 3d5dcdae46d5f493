"""What a ceiling on all charges of a loan would take off a claim, and what it takes off where the matter asks for it.

The test is that of the arrears: unpaid interest, penalty and compound against the principal they were borne on, at the
ceiling, for the same days. Costs of enforcing the claim are not charges of the loan and stay outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims.caps import ceiling_rate
from legalflow.claims.replay import Ratio, Replay
from legalflow.errors import LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.loan import LenderKind, Loan
from legalflow.values.money import ZERO, Money, percent, total

_CODES = {"24%": "over_24_percent", "4lpr": "over_4_lpr", "contract_rate": "over_contract_rate"}


@dataclass(frozen=True)
class Excess:
    """The ceiling a year, the charges held against it, the line they may reach, and what lies above it."""

    policy: str
    rate: Decimal
    charges: Money
    line: Money

    @property
    def amount(self) -> Money:
        """What exceeds the line."""
        return max(ZERO, self.charges - self.line)


def default_policy(loan: Loan) -> str:
    """The ceiling a claim is measured against where the matter names none."""
    return "4lpr" if loan.lender_kind is LenderKind.PRIVATE else "24%"


def _fast(overdue: Decimal, ceiling: Decimal) -> tuple[Warning, ...]:
    """A remark where the sum is still below the line, but what runs on bears more than the ceiling."""
    if overdue <= ceiling:
        return ()
    return (
        Warning(
            "rate_over_ceiling",
            f"逾期利率 {percent(overdue)} 高于上限 {percent(ceiling)}，息费合计目前尚未超出",
            f"the overdue rate of {percent(overdue)} is above {percent(ceiling)}; the sum is not yet",
        ),
    )


def measure(replay: Replay, policy: str, overdue: Decimal, law: Law, on: date) -> Finding[Excess]:
    """The charges in arrears against the line of a policy; remarked where they exceed it, never cut here."""
    loan = replay.loan
    rate = ceiling_rate(law, policy, loan.signed, on, loan.rate)
    charges = Money.of_fen(
        sum(
            line.interest_left + replay.borne(line, "penalty") + replay.borne(line, "compound") for line in replay.lines
        )
    )
    points = sum(line.points["penalty"] for line in replay.lines)
    for line in replay.lines:
        if line.interest_left:
            points += sum(run.fen * run.days for run in line.base) * line.interest_left // line.interest
    value = Excess(policy, rate.value, charges, Money.of_fen(Ratio.of(rate.value, loan.basis).on(points)))
    if not value.amount:
        return Finding(value, (), _fast(overdue, rate.value))
    warning = Warning(
        _CODES[policy],
        f"息费合计 {charges} 元，按年 {percent(rate.value)} 计算的上限为 {value.line} 元，超出 {value.amount} 元",
        f"charges of {charges} against {value.line} at {percent(rate.value)} a year: {value.amount} above",
    )
    step = Step("息费上限", f"{charges} － {value.line} ＝ {value.amount}", str(value.amount))
    return Finding(value, (step,), (warning,)).because(rate)


def measured(replay: Replay, policy: str | None, overdue: Decimal, law: Law, on: date) -> Finding[Excess] | None:
    """The measure under the matter's policy or the usual one; None where the policy is none or no value is loaded."""
    chosen = policy or default_policy(replay.loan)
    if chosen == "none":
        return None
    try:
        return measure(replay, chosen, overdue, law, on)
    except LawGap:
        if policy:
            raise
        return None  # measured on our own motion only: an older claim simply has no such ceiling


def cut(parts: Mapping[str, Money], excess: Money, law: Law, on: date) -> tuple[dict[str, Money], Money]:
    """The components after the excess is taken off in the order of `caps/cut_order`, and what was taken."""
    left, rest = dict(parts), excess
    for name in law.at("caps/cut_order", on).value:
        part = min(rest, left.get(name, ZERO)) if name in {"compound", "penalty", "interest"} else ZERO
        left[name], rest = left.get(name, ZERO) - part, rest - part
    return {name: left[name] for name in parts}, total((excess, -rest))
