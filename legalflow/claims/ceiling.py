"""What a ceiling on all charges of a loan would take off a claim, and what it takes off where the matter asks for it.

The test is that of the arrears: unpaid interest, penalty, compound and liquidated damages against the principal they
were borne on, at the ceiling of each day, for the same days. Costs of enforcing the claim are not charges of the loan
and stay outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from legalflow.claims.caps import ceiling_rate
from legalflow.claims.private_caps import Contract, ceilings
from legalflow.claims.rate_path import RatePath, yearly
from legalflow.claims.replay import Replay
from legalflow.claims.terms import COMPOUND, DAMAGES, INTEREST, PENALTY, first_day
from legalflow.errors import Invalid, LawGap
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.loan import LenderKind, Loan
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import ZERO, Money, percent, total

_CODES = {"24%": "over_24_percent", "4lpr": "over_4_lpr", "contract_rate": "over_contract_rate"}
_CUT = ("liquidated_damages", "compound", "penalty", "interest")


@dataclass(frozen=True)
class Ceiling:
    """The policy, and its rate over time; `rate` is that of the last day, a fraction a year."""

    policy: str
    path: RatePath
    rate: Decimal


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
    """The ceiling a claim is measured against where the matter names none; none for a foreign currency."""
    if loan.currency != "CNY":
        return "none"
    return "4lpr" if loan.lender_kind is LenderKind.PRIVATE else "24%"


def ceiling_of(loan: Loan, policy: str | None, law: Law, end: date, filed_on: date) -> Finding[Ceiling | None]:
    """The ceiling a claim is held against: the matter's policy, or the usual one; None where there is none.

    A claim that is only measured on our own motion has no ceiling where the law here does not reach its days; it says
    so. A private lender's four LPR are those of the law, day by day (法释〔2020〕17号 第三十一条第二款).
    """
    chosen = policy or default_policy(loan)
    if chosen == "none":
        return Finding(None)
    try:
        if chosen == "4lpr" and loan.lender_kind is LenderKind.PRIVATE:
            return _statutory(loan, law, end, filed_on)
        rate = ceiling_rate(law, chosen, loan.signed, filed_on, loan.rate)
    except (LawGap, Invalid) as gap:
        if policy:
            raise
        return Finding(None, (), (_not_measured(gap),))
    value = Ceiling(chosen, RatePath.level(rate.value, loan.basis), rate.value)
    return Finding(value, rate.steps, rate.warnings, rate.provisional)


def _not_measured(gap: LawGap | Invalid) -> Warning:
    said = gap.problems[0]
    return Warning(
        "cap_not_measured",
        f"未与息费上限比对：{said.message}",
        f"not held against a ceiling: {said.message_en}",
    )


def _statutory(loan: Loan, law: Law, end: date, filed_on: date) -> Finding[Ceiling | None]:
    first = first_day(loan)
    contract = Contract(loan.signed, max(filed_on, loan.signed))
    found = ceilings(law, contract, Period(first, max(end, first + ONE_DAY)))
    daily = [(period.start.toordinal(), Fraction(each.rate) / loan.basis) for period, each in found]
    steps = tuple(
        Step(f"{period.start} 起的息费上限（年）", each.formula, percent(each.rate), each.citations)
        for period, each in found
    )
    doubts = tuple(dict.fromkeys(doubt for _, each in found for doubt in each.provisional))
    path = RatePath.of(daily)
    return Finding(Ceiling("4lpr", path, yearly(path.daily(end.toordinal() - 1), loan.basis)), steps, (), doubts)


def excess_over(ceiling: Ceiling, replay: Replay, overdue: Decimal) -> Finding[Excess]:
    """The charges in arrears against the line of the ceiling; remarked where they exceed it, never cut here."""
    path, weighted = ceiling.path, replay.under_ceiling
    charges = replay.left[DAMAGES] + replay.accrued(PENALTY) + replay.accrued(COMPOUND) + replay.accrued(DAMAGES)
    for line in replay.unpaid:
        left = line.left[INTEREST]
        if left:
            charges += left
            own = sum([run.fen * path.weight(run.start, run.end) for run in line.base])
            weighted += own * left // line.interest
    value = Excess(ceiling.policy, ceiling.rate, Money.of_fen(charges), Money.of_fen(path.fen(weighted)))
    if not value.amount:
        return Finding(value, (), _fast(overdue, ceiling.rate))
    said = f"按年 {percent(ceiling.rate)} " if len(path.tops) == 1 else "按各时的上限"
    private = replay.loan.lender_kind is LenderKind.PRIVATE and ceiling.policy == "4lpr"
    lost = "；此为民间借贷的法定上限，超出部分不受支持，请按上限扣减" if private else ""
    warning = Warning(
        _CODES[ceiling.policy],
        f"息费合计 {value.charges} 元，{said}计算的上限为 {value.line} 元，超出 {value.amount} 元{lost}",
        f"charges of {value.charges} against {value.line} at {percent(ceiling.rate)} a year: {value.amount} above",
    )
    step = Step("息费上限", f"{value.charges} － {value.line} ＝ {value.amount}", str(value.amount))
    return Finding(value, (step,), (warning,))


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


def cut(parts: Mapping[str, Money], excess: Money, law: Law, on: date) -> tuple[dict[str, Money], Money]:
    """The components after the excess is taken off in the order of `caps/cut_order`, and what was taken."""
    left, rest = dict(parts), excess
    for name in law.at("caps/cut_order", on).value:
        part = min(rest, left.get(name, ZERO)) if name in _CUT else ZERO
        left[name], rest = left.get(name, ZERO) - part, rest - part
    return {name: left[name] for name in parts}, total((excess, -rest))
