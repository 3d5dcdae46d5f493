"""The reasons of a claim, component by component and instalment by instalment: what the interest statement prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from legalflow.claims.allocation import NAMES
from legalflow.claims.charges import NOT_YET_DUE, Charge, ChargeSegment
from legalflow.claims.plan import states_unpaid
from legalflow.claims.replay import Receipt, Replay
from legalflow.claims.terms import PARTS, PRINCIPAL
from legalflow.law.catalogue import Law, Value
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step
from legalflow.values.money import Money, percent


def explained(finding: Finding[Any]) -> list[tuple[str, str, str, str]]:
    """A finding as lines of a calculation sheet: what, formula with its numbers, value, citations as text."""
    return [(step.what, step.formula, step.value, "；".join(map(str, step.citations))) for step in finding.steps]


class Explanation:
    """The steps of a replay that was run to its end, with the clauses and articles in force on the cut-off day."""

    def __init__(self, replay: Replay, charges: Sequence[Charge], law: Law, as_of: date) -> None:
        self._replay, self._loan, self._charges = replay, replay.loan, charges
        self._repayment = law.at("articles/loan_repayment", as_of)
        self._advance = law.at("articles/loan_net_advance", as_of)
        self._rules = rules_of(law, as_of, {charge.component for charge in charges})
        self._called = _acceleration(replay, law, as_of)

    def steps(self) -> tuple[Step, ...]:
        """Every step: how the debt was called due, what each payment went to, principal, then each charge."""
        return (
            *self._called,
            *(self._receipt(receipt) for receipt in self._replay.receipts),
            *self._principal(),
            *(self._step(charge) for charge in self._charges),
        )

    def _clause(self, number: str) -> tuple[Citation, ...]:
        return (Citation(f"《{self._loan.contract_name}》", number),) if number else ()

    def _principal(self) -> Iterator[Step]:
        loan, replay = self._loan, self._replay
        for drawdown in loan.drawdowns:
            if drawdown.deducted:
                noted = drawdown.amount + drawdown.deducted
                formula = f"{noted} － {drawdown.deducted} ＝ {drawdown.amount}"
                yield Step(f"{drawdown.on} 实际借款数额", formula, str(drawdown.amount), (self._advance.citation,))
        left = replay.sum_of(PRINCIPAL) + replay.undue
        paid = sum(receipt.to[PRINCIPAL] + receipt.early_principal for receipt in replay.receipts)
        whole = replay.drawn
        waived = whole - paid - left
        said = "列明的未还本金" if states_unpaid(loan) else "实际发放"
        formula = f"{said} {_yuan(whole)} － 已还 {_yuan(paid)}"
        formula += f" － 减免 {_yuan(waived)}" if waived else ""
        citations = (*self._clause(loan.clauses.rate), self._repayment.citation)
        yield Step("本金", f"{formula} ＝ {_yuan(left)}", _yuan(left), citations)

    def _receipt(self, receipt: Receipt) -> Step:
        """Where one payment went, in the order of allocation."""
        went = [(NAMES[PARTS[part]], receipt.to[part]) for part in self._replay.order]
        went += [("提前归还本金", receipt.early_principal), ("未抵充", receipt.rest)]
        formula = " ＋ ".join(f"{name} {_yuan(fen)}" for name, fen in went if fen)
        number = f"（{receipt.number}）" if receipt.number else ""
        citations = self._clause(self._loan.clauses.allocation)
        return Step(f"{receipt.on} 还款{number}的抵充", formula, _yuan(receipt.amount), citations)

    def _step(self, charge: Charge) -> Step:
        clauses = self._loan.clauses
        clause = {"interest": clauses.rate}.get(charge.component, getattr(clauses, charge.component, ""))
        citations = (*self._clause(clause), *(rule.citation for rule in self._rules[charge.component]))
        return Step(_what(charge), formula_of(charge), str(charge.owed), citations)


def rules_of(law: Law, on: date, components: Iterable[str]) -> dict[str, tuple[Value, ...]]:
    """The rules of the law that some components of a claim rest on, as in force on a day."""
    return {component: tuple(law.at(topic, on) for topic in _TOPICS[component]) for component in components}


_TOPICS = {
    "principal": ("articles/loan_repayment",),
    "interest": ("articles/loan_interest_due",),
    "penalty": ("articles/loan_overdue_interest",),
    "compound": ("claims/compound_rate", "claims/compound_base"),
    "liquidated_damages": ("articles/liquidated_damages",),
}


def _acceleration(replay: Replay, law: Law, on: date) -> tuple[Step, ...]:
    """How the whole debt was called due, where it was."""
    loan = replay.loan
    if not replay.accelerated or loan.accelerated_by not in _CALLED:
        return ()
    topic, words = _CALLED[loan.accelerated_by]
    ground = f"，{loan.acceleration_ground}" if loan.acceleration_ground else ""
    rule = law.at(topic, on) if topic else None
    clause = loan.clauses.acceleration
    own = (Citation(f"《{loan.contract_name}》", clause),) if clause else ()
    cited = (*own, *((rule.citation,) if rule else ()))
    return (Step("提前到期", f"{words}{ground}", str(loan.accelerated_on), cited),)


_CALLED = {
    "contract": ("", "合同约定的日期"),
    "notice": ("claims/acceleration_by_notice", "提前到期通知到达借款人之日"),
    "suit": ("claims/acceleration_by_suit", "起诉状副本送达借款人之日"),
}


def formula_of(charge: Charge) -> str:
    """How a charge was worked out, with its numbers: segments of one rate together, what was settled at the end."""
    terms = []
    if charge.months and charge.monthly_rate is not None:
        terms.append(f"{charge.stays} × {percent(charge.monthly_rate)} × {charge.months} ÷ 12")
    terms += [_times(list(each)) for _, each in groupby(charge.segments, key=lambda segment: segment.rate)]
    formula = f"{' ＋ '.join(terms)} ＝ {charge.accrued}" if terms else f"按还款计划应付 {charge.accrued}"
    if charge.owed == charge.accrued:
        return formula
    settled = (("已付", charge.paid), ("减免", charge.waived))
    return formula + "".join(f"，{word} {amount}" for word, amount in settled if amount) + f"，余 {charge.owed}"


def _times(segments: Sequence[ChargeSegment]) -> str:
    """Balances by days at one rate: `（600000.00 × 129天 ＋ 591666.36 × 80天）× 9.00% ÷ 360`."""
    said = " ＋ ".join(f"{each.base} × {each.days}天" for each in segments)
    first = segments[0]
    rate = f"（{first.ratio}）" if first.ratio else percent(first.rate)
    return f"{said if len(segments) == 1 else f'（{said}）'} × {rate} ÷ {first.basis}"


def _what(charge: Charge) -> str:
    if charge.number == NOT_YET_DUE:
        return {"interest": "未到期本金已产生的期内利息", "penalty": "未到期的挪用本金已产生的罚息"}[charge.component]
    name = f"提前到期部分（{charge.due}）" if charge.accelerated else f"第{charge.number}期（{charge.due}到期）"
    return f"{name}{NAMES[charge.component]}"


def _yuan(fen: int) -> str:
    return str(Money.of_fen(fen))
