"""What a loan's balances bear over time: contract rate, penalty, compound, liquidated damages, each as a path.

The contract decides; where it is silent the law of the day does, and the finding says so. A penalty on a floating loan
follows the rate of the day and is frozen at maturity, unless the contract floats on. Overdue and misused at once bears
the heavier of the two penalty rates, not both.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from legalflow.claims.floating import Reference, anniversaries, january_days, repriced
from legalflow.claims.floating import Terms as Margin
from legalflow.claims.interest import (
    CONTRACT_UNTIL_MATURITY,
    penalty_rate,
    stated_daily_rate,
    stated_penalty_rate,
)
from legalflow.claims.rate_path import RatePath, yearly
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.loan import Floating, LenderKind, Loan
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import percent, total

PARTS = ("costs", "liquidated_damages", "compound", "penalty", "interest", "principal")
COSTS, DAMAGES, COMPOUND, PENALTY, INTEREST, PRINCIPAL = range(len(PARTS))


@dataclass(frozen=True)
class Terms:
    """What balances bear: `contract` before they are due, `overdue` principal after, `compound` unpaid interest.

    `misuse` is what misused principal not yet due bears beside the contract rate, `damages` the liquidated damages on
    overdue principal. None where the contract grants none. `turns` is the ordinal day on which the whole debt bears
    penalty: maturity, or the day it was called due.
    """

    contract: RatePath
    overdue: RatePath
    compound: RatePath | None
    misuse: RatePath | None
    damages: RatePath | None
    turns: int

    @functools.cached_property
    def paths(self) -> tuple[RatePath | None, ...]:
        """What each of `PARTS` bears after it fell due."""
        return (None, self.damages, self.compound, self.overdue, None, None)


def bears_from(loan: Loan, due: date) -> date:
    """The day from which what was due on a day bears penalty: that day, or the one after where the day counts."""
    return due + ONE_DAY if loan.due_day_counts else due


def terms_of(loan: Loan, law: Law, as_of: date, end: date, compound_mode: str) -> Finding[Terms]:
    """The rates of a loan up to `end`, with the reasons of each by the law of the cut-off day `as_of`."""
    matures = bears_from(loan, loan.maturity)
    turns = min(matures, loan.accelerated_on or matures).toordinal()
    contract = _contract(loan, law, turns, end)
    late = _overdue(loan, law, contract.value, turns, as_of)
    if loan.lender_kind is LenderKind.PRIVATE:  # the band of uplifts is one for financial institutions
        late = replace(late, warnings=tuple(each for each in late.warnings if each.code not in _OF_BANKS))
    found = [contract, late]
    misused = _misused(loan, law, contract.value)
    overdue, extra = late.value, None
    if misused is not None:
        found.append(misused)
        overdue, extra = _with_misuse(loan, contract.value, late.value, misused.value)
        bottom = math.lcm(
            overdue.bottom, extra.bottom
        )  # one item of penalty is rounded once, before and after it is due
        overdue, extra = overdue.over(bottom), extra.over(bottom)
    compound = _compound(loan, contract.value, late.value, turns, compound_mode)
    damages = loan.liquidated_damages_rate
    value = Terms(contract.value, overdue, compound, extra, _level(damages, loan) if damages else None, turns)
    whole: Finding[Terms] = Finding(value)
    for each in reversed(found):
        whole = whole.because(each)
    return whole


_OF_BANKS = ("uplift_outside_band", "granted_before_2004", "daily_rate_after_2004")


def _level(rate: Decimal, loan: Loan) -> RatePath:
    return RatePath.level(rate, loan.basis)


def first_day(loan: Loan) -> date:
    """The first day on which anything of a loan may bear interest."""
    starts = [row.interest_from for row in loan.dues if row.interest_from is not None]
    return min(loan.start, *(drawdown.on for drawdown in loan.drawdowns), *starts)


# --- the contract rate -----------------------------------------------------------------------------------------------


def _contract(loan: Loan, law: Law, turns: int, end: date) -> Finding[RatePath]:
    if loan.floating is not None:
        return _floating(loan, loan.floating, law, turns, end)
    if not loan.repricings:
        return Finding(_level(loan.rate, loan))
    changes = sorted(loan.repricings, key=lambda each: each.on)
    daily = [(0, Fraction(loan.rate) / loan.basis)]
    daily += [(each.on.toordinal(), Fraction(each.rate) / loan.basis) for each in changes]
    steps = tuple(Step("合同利率调整", f"{each.on} 起按 {percent(each.rate)}", percent(each.rate)) for each in changes)
    return Finding(RatePath.of(daily).frozen(turns), steps)


def _floating(loan: Loan, terms: Floating, law: Law, turns: int, end: date) -> Finding[RatePath]:
    """The path of a floating rate: cut at the repricing days, each segment read from the reference's row."""
    first = first_day(loan)
    stop = end if terms.penalty_floats else min(end, date.fromordinal(turns))
    period = Period(first, max(stop, first + ONE_DAY))
    priced = terms.first_priced_on or first
    days = {
        "january": lambda: january_days(period),
        "anniversary": lambda: anniversaries(priced, period),
        "dates": lambda: terms.repricing_dates,
    }[terms.repricing]()
    reference = Reference(terms.series, terms.tenor)
    margin = Margin(terms.margin_bp, terms.multiple)
    found = repriced(law, reference, period, days, margin, terms.lookup, priced)
    daily = [(each.period.start.toordinal(), Fraction(each.rate) / loan.basis) for each in found.value]
    return Finding(RatePath.of(daily), found.steps, found.warnings, found.provisional)


# --- the penalty rate ------------------------------------------------------------------------------------------------


def _overdue(loan: Loan, law: Law, contract: RatePath, turns: int, as_of: date) -> Finding[RatePath]:
    """What overdue principal bears; the contract rate, provisionally, where no penalty was agreed."""
    granted = loan.drawdowns[0].on
    last = yearly(contract.daily(turns - 1), loan.basis)
    floats = loan.floating is not None and loan.floating.penalty_floats
    follows = contract if floats else contract.frozen(turns)
    rate = loan.rate if len(contract.tops) == 1 and loan.floating is None else last
    if loan.overdue_daily_rate is not None:
        stated = stated_daily_rate(loan.overdue_daily_rate, granted, law)
        return Finding(RatePath.of([(0, stated.value)]), stated.steps, stated.warnings, stated.provisional)
    if loan.overdue_rate is not None:
        found = stated_penalty_rate(rate, loan.overdue_rate, granted, law)
        return Finding(_level(found.value, loan), found.steps, found.warnings, found.provisional)
    if loan.penalty_uplift is not None:
        found = penalty_rate(rate, loan.penalty_uplift, granted, law)
        path = follows.changed(_times(loan.penalty_uplift)) if len(follows.tops) > 1 else _level(found.value, loan)
        steps = (*found.steps, *_follows(loan, len(follows.tops) > 1, turns))
        return Finding(path, steps, found.warnings, found.provisional)
    old = _old_rule(loan, law, granted)
    return old if old is not None else _not_agreed(law, follows, rate, as_of)


def _times(uplift: Decimal) -> Callable[[Fraction], Fraction]:
    factor = 1 + Fraction(uplift)
    return lambda rate: rate * factor


def _follows(loan: Loan, varies: bool, turns: int) -> Iterator[Step]:
    if varies:
        frozen = "" if loan.floating and loan.floating.penalty_floats else f"，{date.fromordinal(turns)} 起不再调整"
        yield Step(
            "罚息利率随合同利率调整",
            f"当期合同利率 ×（1＋{percent(loan.penalty_uplift or Decimal(0), 0)}）{frozen}",
            "",
        )


def _old_rule(loan: Loan, law: Law, granted: date) -> Finding[RatePath] | None:
    """The fixed daily rates of the time before 2004, for a licensed lender's loan of that time without an own clause.

    The last of them goes on after their end, since such a loan keeps the rule of its day (银发〔2003〕251号).
    """
    rows = law.history("claims/old_overdue_daily_rate")
    since = law.history("claims/penalty_uplift_overdue")[0].since
    if granted >= since or loan.lender_kind is LenderKind.PRIVATE or loan.maturity < rows[0].since:
        return None
    daily = [(row.since.toordinal(), Fraction(Decimal(row.value["least"]))) for row in rows]
    steps = tuple(
        Step(
            f"{row.since} 起逾期贷款利率",
            f"每日 {row.value['least']}"
            + (f" 至 {row.value['most']}" if row.value["most"] != row.value["least"] else ""),
            f"每日 {row.value['least']}",
            (row.citation,),
        )
        for row in rows
    )
    warning = Warning(
        "granted_before_2004",
        f"贷款发放于 {granted}，合同未约定逾期利率，按当时规定的每日利率（幅度内取低）计算，请律师核定",
        f"granted on {granted} without an overdue rate: the fixed daily rates of the time, the least of a band",
    )
    doubts = tuple(dict.fromkeys(doubt for row in rows for doubt in row.provisional))
    return Finding(RatePath.of(daily), steps, (warning,), doubts)


def _not_agreed(law: Law, follows: RatePath, rate: Decimal, as_of: date) -> Finding[RatePath]:
    rule = law.at("articles/loan_overdue_interest", as_of)
    warning = Warning(
        "penalty_not_agreed",
        "合同未约定罚息，逾期利息暂按合同利率计算，请律师核定",
        "no penalty was agreed: overdue principal bears the contract rate for now",
    )
    step = Step("逾期利率", f"未约定罚息，按合同利率 {percent(rate)}", percent(rate), (rule.citation,))
    return Finding(
        follows, (step,), (warning,), ("合同未约定罚息时按合同利率计算逾期利息（未核验）", *rule.provisional)
    )


# --- misuse ----------------------------------------------------------------------------------------------------------


def _misused(loan: Loan, law: Law, contract: RatePath) -> Finding[RatePath] | None:
    """The penalty rate of misused principal; None where the loan was not misused."""
    if loan.misuse is None or loan.misuse_uplift is None:
        return None
    rate = yearly(contract.daily(loan.misuse.on.toordinal()), loan.basis)
    found = penalty_rate(rate, loan.misuse_uplift, loan.drawdowns[0].on, law, breach="misuse")
    rule = law.at("claims/misuse_and_overdue", max(loan.misuse.on, law.history("claims/misuse_and_overdue")[0].since))
    share = _share(loan)
    said = "" if share == 1 else f"，占放款的 {percent(round(Decimal(share.numerator) / share.denominator, 6))}"
    step = Step(
        "挪用的本金",
        f"自 {loan.misuse.on} 起 {loan.misuse.amount or loan.disbursed} 元{said}；同时逾期的从高计收，不并处",
        "",
        (rule.citation,),
    )
    warnings = found.warnings if share == 1 else (*found.warnings, _PROPORTIONAL)
    path = contract.changed(_times(loan.misuse_uplift))
    return Finding(path, (*found.steps, step), warnings, (*found.provisional, *rule.provisional))


_PROPORTIONAL = Warning(
    "misuse_in_proportion",
    "部分挪用的，按挪用金额占放款的比例分摊到各笔余额，请律师核定",
    "part of the loan was misused: each balance is taken to hold it in proportion",
)


def _share(loan: Loan) -> Fraction:
    """How much of the loan was misused."""
    if loan.misuse is None or loan.misuse.amount is None:
        return Fraction(1)
    return min(Fraction(1), Fraction(loan.misuse.amount.fen, total(each.amount for each in loan.drawdowns).fen))


def _with_misuse(loan: Loan, contract: RatePath, late: RatePath, misused: RatePath) -> tuple[RatePath, RatePath]:
    """What overdue principal bears from the misuse on, and what principal not yet due bears beside the contract."""
    assert loan.misuse is not None
    share, on = _share(loan), loan.misuse.on.toordinal()
    heavier = late.joined(misused, lambda one, other: share * max(one, other) + (1 - share) * one)
    beside = misused.joined(contract, lambda one, other: share * (one - other))
    none = RatePath.of([(0, Fraction(0))])
    return late.until(on, heavier), none.until(on, beside)


# --- compound --------------------------------------------------------------------------------------------------------


def _compound(loan: Loan, contract: RatePath, late: RatePath, turns: int, mode: str) -> RatePath | None:
    if not loan.compound:
        return None
    return contract.until(turns, late) if mode == CONTRACT_UNTIL_MATURITY else late
