"""The claim: every component of what is owed on a day, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from legalflow.claims.allocation import order_of
from legalflow.claims.caps import POLICIES
from legalflow.claims.ceiling import Excess, ceiling_of, cut, excess_over
from legalflow.claims.charges import Charge, charges_of
from legalflow.claims.explanation import Explanation, rules_of
from legalflow.claims.interest import COMPOUND_MODES, CONTRACT_UNTIL_MATURITY, PENALTY_RATE
from legalflow.claims.lines import Line
from legalflow.claims.rate_path import RatePath, yearly
from legalflow.claims.remarks import BankStatement, differences, remarks
from legalflow.claims.replay import Cost, Receipt, Replay
from legalflow.claims.terms import COMPOUND, COSTS, DAMAGES, INTEREST, PARTS, PENALTY, PRINCIPAL, terms_of
from legalflow.errors import Invalid, Problem, one_of
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.loans.checks import problems
from legalflow.loans.loan import Loan
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money, total


@dataclass(frozen=True, kw_only=True)
class Running:
    """What grows from `start` (the day after the cut-off) until payment.

    `overdue_principal` bears the penalty at `penalty_rate`, `undue_principal` (not yet due, not accelerated) the
    contract rate, `unpaid_interest` the compound at `compound_rate` (None where the contract grants none), overdue
    principal also liquidated damages at their rate, misused principal not yet due `misuse_rate` beside the contract's.
    Rates are fractions a year; `per_day` is the exact growth of one day, in yuan.
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
    liquidated_damages_rate: Decimal | None = None
    misuse_rate: Decimal | None = None


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
    to_liquidated_damages: Money = ZERO
    liquidated_damages: Money = ZERO


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
    to_liquidated_damages: Money = ZERO


@dataclass(frozen=True, kw_only=True)
class RateSegment:
    """The rates of one stretch of days: what is not due bears `contract_rate`, what is overdue `penalty_rate`."""

    start: date
    end_exclusive: date
    contract_rate: Decimal
    penalty_rate: Decimal


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is owed at a cut-off (债权金额).

    `principal` is all that is outstanding, due or not; `interest` the unpaid in-term interest, of which
    `undue_interest` has accrued but is not yet due; `undue_penalty` is that part of `penalty` which misused
    principal not yet due bears. `interest_total` = interest + penalty + compound, the form's 欠利息; `total` adds
    principal, liquidated damages (违约金) and costs. `as_of` is the cut-off day; it counts where `cutoff_counts`, and
    then `end_exclusive` is the day after. `overdue_since` is the first day after an unpaid due day (or the day of
    acceleration), `overdue_days` is as_of − overdue_since, the display count of the element form. `paid_to` is the
    last day to which interest is paid in full. `days_past_due` counts from the oldest unpaid due day, for the
    grade. `excess` lies above the ceiling the claim was measured against, `cut` is what the cap policy took off for
    it, already left out of the components. `unallocated` was received but found nothing due. `rate_segments` are
    the rates over time, `charges` what each instalment bears of each component, before any cut; `rows`, `received`,
    `rate_segments` and `charges` are empty where no reasons were asked for.
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
    undue_penalty: Money = ZERO
    unallocated: Money = ZERO
    received: tuple[Received, ...] = ()
    liquidated_damages: Money = ZERO
    currency: str = "CNY"
    days_past_due: int = 0
    rate_segments: tuple[RateSegment, ...] = ()
    charges: tuple[Charge, ...] = ()


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
    filed_on: date | None = None,
    bank_statement: BankStatement | None = None,
    explained: bool = True,
) -> Finding[Claim]:
    """What is owed on a loan at a cut-off, with every reason.

    The loan is lived through from its drawdowns: instalments fall due, payments are allocated on their day, what is
    overdue bears penalty, unpaid in-term interest bears compound. `cutoff_counts` says whether the cut-off day counts.
    `costs` are claimed at the cut-off; `dated_costs` arose on a day, and later payments go to them first. `cap_policy`
    (`none`, `24%`, `4lpr`, `contract_rate`) takes off what exceeds it; without one the excess is only remarked.
    `running_from` is the first day of a running clause that somebody wrote, `filed_on` the day of filing,
    `bank_statement` the lender's own figures: a gap or an overlap, a payment between and a difference are remarked.
    Without `explained` the sums alone are worked out, for a portfolio: no steps, rows, payments or charges.
    Raises `Invalid` with everything that contradicts itself.
    """
    Invalid.raise_any((*problems(loan), *_request_problems(loan, as_of, compound_mode, cap_policy)))
    end = as_of + ONE_DAY if cutoff_counts else as_of
    terms = terms_of(loan, law, as_of, end, compound_mode)
    damages = loan.liquidated_damages_rate is not None or any(each.liquidated_damages for each in dated_costs)
    order = order_of(law, as_of, loan.allocation, damages=damages) if loan.payments else Finding(PARTS)
    ceiling = ceiling_of(loan, cap_policy, law, end, filed_on or as_of)
    path = ceiling.value.path if ceiling.value else None
    replay = Replay(loan, terms.value, order.value, dated_costs, ceiling=path, explained=explained)
    replay.run(as_of, end, costs.fen)
    reading = _Reading(replay, as_of, end, cap_policy)
    excess = excess_over(ceiling.value, replay, reading.overdue_rate) if ceiling.value else None
    claim, steps = reading.claim(law, cutoff_counts, excess.value if excess else None)
    rules = rules_of(law, as_of, _grounded(claim))
    warnings = (
        *replay.schedule_warnings,
        *remarks(replay, as_of, end, running_from, filed_on),
        *_rate_remarks(loan, claim, compound_mode),
        *(differences(bank_statement, claim, law, as_of) if bank_statement else ()),
    )
    doubts = [doubt for values in rules.values() for rule in values for doubt in rule.provisional]
    grounds: list[Finding[Any]] = [terms, *([order] if replay.receipts else [])]
    if excess is None or excess.value.amount:  # a ceiling that nothing exceeds is no reason of the claim
        grounds.append(ceiling)
    grounds += [excess] if excess else []
    steps = (*Explanation(replay, claim.charges, law, as_of).steps(), *steps) if explained else ()
    return Finding(
        claim,
        (*(step for ground in grounds for step in ground.steps), *steps) if explained else (),
        tuple(dict.fromkeys([*(warning for ground in grounds for warning in ground.warnings), *warnings])),
        tuple(dict.fromkeys([*(doubt for ground in grounds for doubt in ground.provisional), *doubts])),
    )


def _grounded(claim: Claim) -> Iterator[str]:
    """The components whose rules a claim rests on: the three every loan has, and the others where there are any."""
    yield from ("principal", "interest", "penalty")
    yield from (name for name in ("compound", "liquidated_damages") if getattr(claim, name))


def _request_problems(loan: Loan, as_of: date, compound_mode: str, cap_policy: str | None) -> Iterator[Problem]:
    if loan.drawdowns and as_of < min(drawdown.on for drawdown in loan.drawdowns):
        yield Problem(
            "claim.before_drawdown",
            "截止日早于首次放款",
            "the cut-off lies before the first drawdown",
            "as_of",
            str(as_of),
            mend=f"不早于 {min(drawdown.on for drawdown in loan.drawdowns)}",
            mend_en=f"not before {min(drawdown.on for drawdown in loan.drawdowns)}",
        )
    if compound_mode not in COMPOUND_MODES:
        modes = ", ".join(COMPOUND_MODES)
        yield Problem(
            "compound.mode_unknown",
            f"复利方式须为 {modes} 之一",
            f"the mode is one of {modes}",
            "compound_mode",
            compound_mode,
            **one_of(COMPOUND_MODES),
        )
    if cap_policy is not None and cap_policy not in POLICIES:
        known = ", ".join(POLICIES)
        yield Problem(
            "cap.policy_unknown",
            f"上限口径须为 {known} 之一",
            f"one of {known}",
            "cap_policy",
            cap_policy,
            **one_of(POLICIES),
        )


def _rate_remarks(loan: Loan, claim: Claim, compound_mode: str) -> Iterator[Warning]:
    if loan.compound and compound_mode == CONTRACT_UNTIL_MATURITY and not (claim.matured or claim.accelerated_on):
        yield Warning(
            "compound_rate_turns",
            f"复利在到期前按合同利率、到期后按罚息利率计收，续计部分在 {loan.maturity} 起改用罚息利率",
            f"compound turns to the penalty rate at maturity, {loan.maturity}",
        )


class _Reading:
    """A replay read as the claim at its end."""

    def __init__(self, replay: Replay, as_of: date, end: date, cap_policy: str | None) -> None:
        self.replay, self.loan, self.terms = replay, replay.loan, replay.terms
        self.as_of, self.end, self.cap_policy = as_of, end, cap_policy
        self.overdue_rate = self._rate(self.terms.overdue)
        base = replay.accruing()
        self.accrued, self.misuse = replay.interest_on(base), replay.misuse_on(base)

    def _rate(self, path: RatePath) -> Decimal:
        """The rate a year from the day after the cut-off."""
        return path.yearly(self.end.toordinal(), self.loan.basis)

    def claim(self, law: Law, cutoff_counts: bool, excess: Excess | None) -> tuple[Claim, tuple[Step, ...]]:
        """The claim, and the steps of what was taken off and added up."""
        replay, loan = self.replay, self.loan
        sums = list(replay.owed)
        sums[INTEREST] += self.accrued
        sums[PENALTY] += self.misuse
        sums[DAMAGES] += replay.left[DAMAGES]
        parts = {name: _yuan(fen) for name, fen in zip(PARTS[1:], sums[1:], strict=True)}
        above = excess.amount if excess else ZERO
        taken, steps = ZERO, list[Step]()
        if excess and self.cap_policy and above:
            parts, taken = cut(parts, above, law, self.as_of)
            rule = law.at("caps/cut_order", self.as_of)
            steps.append(
                Step("按上限扣减", f"依次扣减违约金、复利、罚息、利息共 {taken}", str(taken), (rule.citation,))
            )
        costs, damages = _yuan(replay.left[COSTS]), parts["liquidated_damages"]
        interest_total = total((parts["interest"], parts["penalty"], parts["compound"]))
        principal = parts["principal"] + _yuan(replay.undue)
        whole = total((principal, interest_total, damages, costs))
        if replay.explained:
            formula = f"{parts['interest']} ＋ {parts['penalty']} ＋ {parts['compound']} ＝ {interest_total}"
            steps.append(Step("利息合计（期内利息、罚息、复利）", formula, str(interest_total)))
            said = f" ＋ {damages}" if damages else ""
            steps.append(Step("债权合计", f"{principal} ＋ {interest_total}{said} ＋ {costs} ＝ {whole}", str(whole)))
        oldest = self._oldest()
        since = self._overdue_since(oldest)
        received = replay.received
        explained = replay.explained
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
            matured=loan.maturity <= self.as_of,
            accelerated_on=loan.accelerated_on if replay.accelerated else None,
            contract_rate=self._contract_rate(),
            penalty_rate=self.overdue_rate,
            compound_rate=self._rate(self.terms.compound) if self.terms.compound else None,
            basis=loan.basis,
            repaid_principal=_yuan(received[PRINCIPAL] + sum(each.early_principal for each in replay.receipts)),
            repaid_interest=_yuan(received[INTEREST] + received[PENALTY] + received[COMPOUND]),
            paid_to=self._paid_to(),
            running=self._running(excess.rate if excess and self.cap_policy and above else None),
            rows=tuple(self._rows()) if explained else (),
            cap_policy=self.cap_policy or "none",
            cut=taken,
            excess=above,
            undue_interest=_yuan(self.accrued),
            undue_penalty=_yuan(self.misuse),
            unallocated=_money(receipt.rest for receipt in replay.receipts),
            received=tuple(_received(receipt) for receipt in replay.receipts) if explained else (),
            liquidated_damages=damages,
            currency=loan.currency,
            days_past_due=max(0, (self.as_of - oldest.due).days) if oldest else 0,
            rate_segments=tuple(self._rates()) if explained else (),
            charges=charges_of(replay) if explained else (),
        ), tuple(steps)

    def _contract_rate(self) -> Decimal:
        """The contract rate: as stated where it never changes, else that of the last day before it stopped."""
        path = self.terms.contract
        if len(path.tops) == 1 and self.loan.floating is None:
            return self.loan.rate
        return yearly(path.daily(min(self.end.toordinal(), self.terms.turns) - 1), self.loan.basis)

    def _running(self, ceiling: Decimal | None) -> Running:
        """What grows from the end on; where a cap was applied, no faster than the ceiling."""
        replay, terms = self.replay, self.terms
        overdue, undue = _yuan(replay.owed[PRINCIPAL]), _yuan(replay.undue)
        unpaid = _yuan(sum([line.left[INTEREST] + line.capitalised for line in replay.unpaid]))
        rate, compound = self.overdue_rate, self._rate(terms.compound) if terms.compound else None
        damages = self.loan.liquidated_damages_rate
        contract = self._contract_rate()
        if ceiling is not None and rate >= ceiling:
            rate, compound, damages = ceiling, None, None
        misuse = self._rate(terms.misuse) if terms.misuse else Decimal(0)
        exact = overdue.amount * (rate + (damages or 0)) + undue.amount * (contract + misuse)
        exact += unpaid.amount * (compound or 0)
        return Running(
            start=self.end,
            overdue_principal=overdue,
            penalty_rate=rate,
            undue_principal=undue,
            contract_rate=contract,
            unpaid_interest=unpaid,
            compound_rate=compound,
            basis=self.loan.basis,
            per_day=exact / self.loan.basis,
            liquidated_damages_rate=damages,
            misuse_rate=misuse or None,
        )

    def _oldest(self) -> Line | None:
        """The line of the oldest due day that has principal or interest unpaid."""
        return next((line for line in self.replay.unpaid if _is_unpaid(line)), None)

    def _overdue_since(self, oldest: Line | None) -> date | None:
        """The first day after the oldest unpaid due day, or the day the debt was called due."""
        if oldest is None:
            return None
        first = oldest.due if oldest.accelerated else oldest.due + ONE_DAY
        return first if first <= self.as_of else None

    def _paid_to(self) -> date | None:
        """The day before the first interest that is unpaid; None where none was paid before it."""
        lines = self.replay.lines
        unpaid = next((index for index, line in enumerate(lines) if line.left[INTEREST]), len(lines))
        if not any(line.interest for line in lines[:unpaid]):
            return None
        following = lines[unpaid].begins if unpaid < len(lines) else lines[-1].bears
        return date.fromordinal(following - 1)

    def _rates(self) -> Iterator[RateSegment]:
        """The rates of each stretch, from the first day of the loan to the cut-off."""
        contract, overdue = self.terms.contract, self.terms.overdue
        first = min(drawdown.on for drawdown in self.loan.drawdowns).toordinal()
        last = self.end.toordinal()
        marks = sorted({first, last, *(day for day in (*contract.starts, *overdue.starts) if first < day < last)})
        for start, end in pairwise(marks):
            yield RateSegment(
                start=date.fromordinal(start),
                end_exclusive=date.fromordinal(end),
                contract_rate=yearly(contract.daily(start), self.loan.basis),
                penalty_rate=yearly(overdue.daily(start), self.loan.basis),
            )

    def _rows(self) -> Iterator[StatementRow]:
        principal = sum(line.principal for line in self.replay.lines) + self.replay.undue
        for line in self.replay.lines:
            principal -= line.paid[PRINCIPAL] + line.waived[PRINCIPAL]
            yield self._row(line, principal)

    def _row(self, line: Line, balance: int) -> StatementRow:
        until = self.end if _is_unpaid(line) else line.paid_on or self.end
        return StatementRow(
            number=line.number,
            due=line.due,
            principal_due=_yuan(line.principal),
            interest_due=_yuan(line.interest),
            paid_on=line.paid_on,
            paid=_yuan(sum(line.paid) + sum(line.beside)),
            to_costs=_yuan(line.beside[COSTS]),
            to_interest=_yuan(line.paid[INTEREST]),
            to_penalty=_yuan(line.paid[PENALTY]),
            to_compound=_yuan(line.paid[COMPOUND]),
            to_principal=_yuan(line.paid[PRINCIPAL]),
            overdue_principal=_yuan(line.left[PRINCIPAL]),
            overdue_interest=_yuan(line.left[INTEREST]),
            overdue_days=max(0, until.toordinal() - line.bears),
            penalty=_yuan(line.left[PENALTY]),
            compound=_yuan(line.left[COMPOUND]),
            balance=_yuan(balance),
            to_liquidated_damages=_yuan(line.paid[DAMAGES] + line.beside[DAMAGES]),
            liquidated_damages=_yuan(line.left[DAMAGES]),
        )


def _is_unpaid(line: Line) -> bool:
    return bool(line.left[PRINCIPAL] or line.left[INTEREST])


def _money(fen: Iterable[int]) -> Money:
    return _yuan(sum(fen))


def _yuan(fen: int) -> Money:
    return Money.of_fen(fen) if fen else ZERO


def _received(receipt: Receipt) -> Received:
    return Received(
        on=receipt.on,
        number=receipt.number,
        amount=_yuan(receipt.amount),
        **{f"to_{name}": _yuan(fen) for name, fen in zip(PARTS, receipt.to, strict=True)},
        early_principal=_yuan(receipt.early_principal),
        unallocated=_yuan(receipt.rest),
    )
