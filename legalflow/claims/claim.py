"""The claim: every component of what is owed on a day, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from legalflow.claims.allocation import order_of
from legalflow.claims.caps import POLICIES
from legalflow.claims.ceiling import Excess, cut, measured
from legalflow.claims.explanation import Explanation
from legalflow.claims.interest import (
    COMPOUND_MODES,
    CONTRACT_UNTIL_MATURITY,
    PENALTY_RATE,
    penalty_rate,
    stated_penalty_rate,
)
from legalflow.claims.remarks import remarks
from legalflow.claims.replay import LINE_COMPONENTS, Cost, Line, Ratio, Receipt, Replay, Terms
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.checks import problems
from legalflow.loans.loan import Loan
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money, percent, total


@dataclass(frozen=True, kw_only=True)
class Running:
    """What grows from `start` (the day after the cut-off) until payment.

    `overdue_principal` bears the penalty at `penalty_rate`, `undue_principal` (not yet due, not accelerated) the
    contract rate, `unpaid_interest` the compound at `compound_rate` (None where the contract grants none). Rates are
    fractions a year; `per_day` is the exact growth of one day, in yuan.
    """

    start: date
    overdue_principal: Money
    penalty_rate: Decimal | None
    undue_principal: Money
    contract_rate: Decimal
    unpaid_interest: Money
    compound_rate: Decimal | None
    basis: int
    per_day: Decimal


@dataclass(frozen=True, kw_only=True)
class StatementRow:
    """A line of the statement of debt (欠款明细): one instalment, what was paid on it and what it bears.

    `paid_on` is the last day money went to it; `to_costs` … `to_principal` how payments were allocated; `overdue_days`
    the days it bore penalty, to the cut-off or to the payment that settled it; `penalty` and `compound` what had
    accrued by then and is still unpaid, so that the lines add up to the claim; `balance` the loan's principal after
    what was paid on the lines so far.
    """

    number: int
    due: date
    principal_due: Money
    interest_due: Money
    paid_on: date | None
    paid: Money
    to_costs: Money
    to_interest: Money
    to_penalty: Money
    to_compound: Money
    to_principal: Money
    overdue_principal: Money
    overdue_interest: Money
    overdue_days: int
    penalty: Money
    compound: Money
    balance: Money


@dataclass(frozen=True, kw_only=True)
class Received:
    """One payment and where it went.

    `early_principal` repaid principal before it was due; `unallocated` found nothing due.
    """

    on: date
    number: str
    amount: Money
    to_costs: Money
    to_interest: Money
    to_penalty: Money
    to_compound: Money
    to_principal: Money
    early_principal: Money
    unallocated: Money


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is owed at a cut-off (债权金额).

    `principal` is all that is outstanding, due or not; `interest` the unpaid in-term interest, of which
    `undue_interest` has accrued but is not yet due. `interest_total` = interest + penalty + compound, the form's
    欠利息; `total` adds principal and costs. `as_of` is the cut-off day; it counts where `cutoff_counts`, and then
    `end_exclusive` is the day after. `overdue_since` is the first day after an unpaid due day (or the day of
    acceleration), `overdue_days` is as_of − overdue_since, the display count of the element form. `paid_to` is the last
    day to which interest is paid in full. `excess` lies above the ceiling the claim was measured against, `cut` is what
    the cap policy took off for it, already left out of the components. `unallocated` was received but found
    nothing due.
    """

    as_of: date
    cutoff_counts: bool
    end_exclusive: date
    principal: Money
    interest: Money
    penalty: Money
    compound: Money
    costs: Money
    interest_total: Money
    total: Money
    overdue_since: date | None
    overdue_days: int
    matured: bool
    accelerated_on: date | None
    contract_rate: Decimal
    penalty_rate: Decimal | None
    compound_rate: Decimal | None
    basis: int
    repaid_principal: Money
    repaid_interest: Money
    paid_to: date | None
    running: Running
    rows: tuple[StatementRow, ...]
    cap_policy: str = "none"
    cut: Money = ZERO
    excess: Money = ZERO
    undue_interest: Money = ZERO
    unallocated: Money = ZERO
    received: tuple[Received, ...] = ()


def state_claim(
    loan: Loan,
    as_of: date,
    law: Law,
    *,
    cutoff_counts: bool = True,
    cap_policy: str | None = None,
    costs: Money = ZERO,
    compound_mode: str = PENALTY_RATE,
    dated_costs: Sequence[Cost] = (),
    running_from: date | None = None,
) -> Finding[Claim]:
    """What is owed on a loan at a cut-off, with every reason.

    The loan is lived through from its drawdowns: instalments fall due, payments are allocated on their day, what is
    overdue bears penalty, unpaid in-term interest bears compound. `cutoff_counts` says whether the cut-off day counts.
    `costs` are claimed at the cut-off; `dated_costs` arose on a day, and later payments go to them first. `cap_policy`
    (`none`, `24%`, `4lpr`, `contract_rate`) takes off what exceeds it; without one the excess is only remarked.
    `running_from` is the first day of a running clause that somebody wrote: a gap or an overlap is remarked.
    Raises `Invalid` with everything that contradicts itself.
    """
    Invalid.raise_any((*problems(loan), *_request_problems(loan, as_of, compound_mode, cap_policy)))
    overdue = _overdue_rate(loan, law, as_of)
    order = order_of(law, as_of, loan.allocation)
    replay = Replay(loan, _terms(loan, overdue.value, order.value, compound_mode), dated_costs)
    end = as_of + ONE_DAY if cutoff_counts else as_of
    replay.run(as_of, end)
    excess = measured(replay, cap_policy, overdue.value, law, as_of)
    reading = _Reading(replay, as_of, end, overdue.value, compound_mode)
    claim, steps = reading.claim(law, cutoff_counts, cap_policy, excess.value if excess else None, costs)
    explanation = Explanation(replay, law, as_of, overdue.value)
    warnings = (
        *replay.schedule_warnings,
        *remarks(replay, as_of, end, running_from),
        *_rate_remarks(loan, claim, compound_mode),
    )
    finding = Finding(claim, (*explanation.steps(), *steps), warnings, explanation.provisional())
    grounds: list[Finding[Any]] = [overdue, *([order] if replay.receipts else []), *([excess] if excess else [])]
    for ground in reversed(grounds):
        finding = finding.because(ground)
    return finding


def _request_problems(loan: Loan, as_of: date, compound_mode: str, cap_policy: str | None) -> Iterator[Problem]:
    if loan.drawdowns and as_of < min(drawdown.on for drawdown in loan.drawdowns):
        yield Problem(
            "claim.before_drawdown",
            "截止日早于首次放款",
            "the cut-off lies before the first drawdown",
            "as_of",
            str(as_of),
        )
    if compound_mode not in COMPOUND_MODES:
        modes = ", ".join(COMPOUND_MODES)
        yield Problem(
            "compound.mode_unknown",
            f"复利方式须为 {modes} 之一",
            f"the mode is one of {modes}",
            "compound_mode",
            compound_mode,
        )
    if cap_policy is not None and cap_policy not in POLICIES:
        known = ", ".join(POLICIES)
        yield Problem("cap.policy_unknown", f"上限口径须为 {known} 之一", f"one of {known}", "cap_policy", cap_policy)


def _overdue_rate(loan: Loan, law: Law, as_of: date) -> Finding[Decimal]:
    """The rate overdue principal bears; the contract rate, provisionally, where no penalty was agreed."""
    if loan.overdue_rate is not None:
        return stated_penalty_rate(loan.rate, loan.overdue_rate, loan.drawdowns[0].on, law)
    if loan.penalty_uplift is not None:
        return penalty_rate(loan.rate, loan.penalty_uplift, loan.drawdowns[0].on, law)
    rule = law.at("articles/loan_overdue_interest", as_of)
    warning = Warning(
        "penalty_not_agreed",
        "合同未约定罚息，逾期利息暂按合同利率计算，请律师核定",
        "no penalty was agreed: overdue principal bears the contract rate for now",
    )
    step = Step("逾期利率", f"未约定罚息，按合同利率 {percent(loan.rate)}", percent(loan.rate), (rule.citation,))
    return Finding(
        loan.rate, (step,), (warning,), ("合同未约定罚息时按合同利率计算逾期利息（未核验）", *rule.provisional)
    )


def _terms(loan: Loan, overdue: Decimal, order: tuple[str, ...], compound_mode: str) -> Terms:
    contract, late = Ratio.of(loan.rate, loan.basis), Ratio.of(overdue, loan.basis)
    early = contract if loan.compound and compound_mode == CONTRACT_UNTIL_MATURITY else None
    return Terms(contract, late, late if loan.compound else None, early, order)


def _rate_remarks(loan: Loan, claim: Claim, compound_mode: str) -> Iterator[Warning]:
    if loan.compound and compound_mode == CONTRACT_UNTIL_MATURITY and not (claim.matured or claim.accelerated_on):
        yield Warning(
            "compound_rate_turns",
            f"复利在到期前按合同利率、到期后按罚息利率计收，续计部分在 {loan.maturity} 起改用罚息利率",
            f"compound turns to the penalty rate at maturity, {loan.maturity}",
        )


class _Reading:
    """A replay read as the claim at its end."""

    def __init__(self, replay: Replay, as_of: date, end: date, overdue: Decimal, compound_mode: str) -> None:
        self.replay, self.loan = replay, replay.loan
        self.as_of, self.end, self.overdue, self.compound_mode = as_of, end, overdue, compound_mode
        self.accrued = replay.interest_on(replay.accruing())

    def claim(
        self, law: Law, cutoff_counts: bool, cap_policy: str | None, excess: Excess | None, costs: Money
    ) -> tuple[Claim, tuple[Step, ...]]:
        """The claim, and the steps of what was taken off and added up."""
        parts = {name: self._sum(name) for name in LINE_COMPONENTS}
        parts["interest"] += Money.of_fen(self.accrued)
        above = excess.amount if excess else ZERO
        taken, ceiling, steps = ZERO, None, list[Step]()
        if excess and cap_policy and above:
            parts, taken = cut(parts, above, law, self.as_of)
            ceiling = excess.rate
            rule = law.at("caps/cut_order", self.as_of)
            steps.append(Step("按上限扣减", f"依次扣减复利、罚息、利息共 {taken}", str(taken), (rule.citation,)))
        costs = costs + Money.of_fen(self.replay.costs_left)
        interest_total = total((parts["interest"], parts["penalty"], parts["compound"]))
        principal = parts["principal"] + Money.of_fen(self.replay.undue)
        whole = total((principal, interest_total, costs))
        formula = f"{parts['interest']} ＋ {parts['penalty']} ＋ {parts['compound']} ＝ {interest_total}"
        steps.append(Step("利息合计（期内利息、罚息、复利）", formula, str(interest_total)))
        steps.append(Step("债权合计", f"{principal} ＋ {interest_total} ＋ {costs} ＝ {whole}", str(whole)))
        running = self._running(ceiling)
        since = self._overdue_since()
        return Claim(
            as_of=self.as_of,
            cutoff_counts=cutoff_counts,
            end_exclusive=self.end,
            principal=principal,
            interest=parts["interest"],
            penalty=parts["penalty"],
            compound=parts["compound"],
            costs=costs,
            interest_total=interest_total,
            total=whole,
            overdue_since=since,
            overdue_days=(self.as_of - since).days if since else 0,
            matured=self.loan.maturity <= self.as_of,
            accelerated_on=self.loan.accelerated_on if self.replay.accelerated else None,
            contract_rate=self.loan.rate,
            penalty_rate=self.overdue,
            compound_rate=self._compound_rate(),
            basis=self.loan.basis,
            repaid_principal=self._received("principal") + _money(r.early_principal for r in self.replay.receipts),
            repaid_interest=total(self._received(name) for name in ("interest", "penalty", "compound")),
            paid_to=self._paid_to(),
            running=running,
            rows=tuple(self._rows()),
            cap_policy=cap_policy or "none",
            cut=taken,
            excess=above,
            undue_interest=Money.of_fen(self.accrued),
            unallocated=_money(receipt.rest for receipt in self.replay.receipts),
            received=tuple(_received(receipt) for receipt in self.replay.receipts),
        ), tuple(steps)

    def _sum(self, name: str) -> Money:
        return _money(self.replay.owed(line, name) for line in self.replay.lines)

    def _received(self, name: str) -> Money:
        return _money(receipt.to[name] for receipt in self.replay.receipts)

    def _compound_rate(self) -> Decimal | None:
        """The rate unpaid interest bears from the day after the cut-off."""
        if not self.loan.compound:
            return None
        early = self.compound_mode == CONTRACT_UNTIL_MATURITY and self.end < self.replay.maturity
        return self.loan.rate if early else self.overdue

    def _running(self, ceiling: Decimal | None) -> Running:
        """What grows from the end on; where a cap was applied, no faster than the ceiling."""
        lines = self.replay.lines
        overdue, undue = _money(line.principal_left for line in lines), Money.of_fen(self.replay.undue)
        unpaid = _money(line.interest_left for line in lines)
        rate, compound = self.overdue, self._compound_rate()
        if ceiling is not None and rate >= ceiling:
            rate, compound = ceiling, None
        exact = overdue.amount * rate + undue.amount * self.loan.rate + unpaid.amount * (compound or 0)
        return Running(
            start=self.end,
            overdue_principal=overdue,
            penalty_rate=rate,
            undue_principal=undue,
            contract_rate=self.loan.rate,
            unpaid_interest=unpaid,
            compound_rate=compound,
            basis=self.loan.basis,
            per_day=exact / self.loan.basis,
        )

    def _overdue_since(self) -> date | None:
        days = [
            line.due if line.accelerated else line.due + ONE_DAY
            for line in self.replay.lines
            if line.principal_left or line.interest_left
        ]
        first = min(days, default=None)
        return first if first is not None and first <= self.as_of else None

    def _paid_to(self) -> date | None:
        """The day before the first interest that is unpaid; None where none was paid before it."""
        lines = self.replay.lines
        unpaid = next((index for index, line in enumerate(lines) if line.interest_left), len(lines))
        if not any(line.interest for line in lines[:unpaid]):
            return None
        following = lines[unpaid].begins if unpaid < len(lines) else lines[-1].bears_from
        return following - timedelta(days=1)

    def _rows(self) -> Iterator[StatementRow]:
        principal = sum(line.principal for line in self.replay.lines) + self.replay.undue
        for line in self.replay.lines:
            principal -= line.paid["principal"] + line.waived["principal"]
            yield self._row(line, principal)

    def _row(self, line: Line, balance: int) -> StatementRow:
        left = bool(line.principal_left or line.interest_left)
        until = self.end if left else line.paid_on or self.end
        return StatementRow(
            number=line.number,
            due=line.due,
            principal_due=_yuan(line.principal),
            interest_due=_yuan(line.interest),
            paid_on=line.paid_on,
            paid=_money(line.paid.values()),
            to_costs=_yuan(line.paid["costs"]),
            to_interest=_yuan(line.paid["interest"]),
            to_penalty=_yuan(line.paid["penalty"]),
            to_compound=_yuan(line.paid["compound"]),
            to_principal=_yuan(line.paid["principal"]),
            overdue_principal=_yuan(line.principal_left),
            overdue_interest=_yuan(line.interest_left),
            overdue_days=max(0, (until - line.bears_from).days),
            penalty=_yuan(self.replay.owed(line, "penalty")),
            compound=_yuan(self.replay.owed(line, "compound")),
            balance=_yuan(balance),
        )


def _money(fen: Iterable[int]) -> Money:
    return _yuan(sum(fen))


def _yuan(fen: int) -> Money:
    return Money.of_fen(fen) if fen else ZERO


def _received(receipt: Receipt) -> Received:
    return Received(
        on=receipt.on,
        number=receipt.number,
        amount=_yuan(receipt.amount),
        **{f"to_{name}": _yuan(fen) for name, fen in receipt.to.items()},
        early_principal=_yuan(receipt.early_principal),
        unallocated=_yuan(receipt.rest),
    )
