"""The reasons of a claim, component by component and instalment by instalment: what the interest statement prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from legalflow.claims.allocation import NAMES
from legalflow.claims.replay import Line, Receipt, Replay, Run, states_unpaid
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step
from legalflow.values.money import Money, percent


def explained(finding: Finding[Any]) -> list[tuple[str, str, str, str]]:
    """A finding as lines of a calculation sheet: what, formula with its numbers, value, citations as text."""
    return [(step.what, step.formula, step.value, "；".join(map(str, step.citations))) for step in finding.steps]


class Explanation:
    """The steps of a replay that was run to its end, with the clauses and articles in force on the cut-off day."""

    def __init__(self, replay: Replay, law: Law, as_of: date, overdue: Decimal) -> None:
        self._replay, self._loan, self._overdue = replay, replay.loan, overdue
        self._repayment = law.at("articles/loan_repayment", as_of)
        self._interest = law.at("articles/loan_interest_due", as_of)
        self._penalty = law.at("articles/loan_overdue_interest", as_of)
        self._advance = law.at("articles/loan_net_advance", as_of)
        self._rules = [law.at(f"claims/{topic}", as_of) for topic in ("compound_rate", "compound_base")]
        self._compounds = any(line.runs["compound"] for line in replay.lines) and self._loan.compound

    def steps(self) -> tuple[Step, ...]:
        """Every step: what each payment went to, principal, each line's interest, what accrues undue, the rest."""
        lines = self._replay.lines
        return (
            *(self._receipt(receipt) for receipt in self._replay.receipts),
            *self._principal(),
            *filter(None, (self._interest_step(line) for line in lines)),
            *self._accruing(),
            *filter(None, (self._penalty_step(line) for line in lines)),
            *filter(None, (self._compound_step(line) for line in lines)),
        )

    def provisional(self) -> tuple[str, ...]:
        """The unverified facts of the law that the steps rest on."""
        values = [self._repayment, self._interest, self._penalty, *(self._rules if self._compounds else [])]
        return tuple(dict.fromkeys(doubt for value in values for doubt in value.provisional))

    def _clause(self, number: str) -> tuple[Citation, ...]:
        return (Citation(f"《{self._loan.contract_name}》", number),) if number else ()

    def _principal(self) -> Iterator[Step]:
        loan, replay = self._loan, self._replay
        for drawdown in loan.drawdowns:
            if drawdown.deducted:
                noted = drawdown.amount + drawdown.deducted
                formula = f"{noted} － {drawdown.deducted} ＝ {drawdown.amount}"
                yield Step(f"{drawdown.on} 实际借款数额", formula, str(drawdown.amount), (self._advance.citation,))
        left = sum(line.principal_left for line in replay.lines) + replay.undue
        paid = sum(receipt.to["principal"] + receipt.early_principal for receipt in replay.receipts)
        whole = replay.drawn
        waived = whole - paid - left
        said = "列明的未还本金" if states_unpaid(loan) else "实际发放"
        formula = f"{said} {_yuan(whole)} － 已还 {_yuan(paid)}"
        formula += f" － 减免 {_yuan(waived)}" if waived else ""
        citations = (*self._clause(loan.clauses.rate), self._repayment.citation)
        yield Step("本金", f"{formula} ＝ {_yuan(left)}", _yuan(left), citations)

    def _receipt(self, receipt: Receipt) -> Step:
        """Where one payment went, in the order of allocation."""
        went = [(NAMES[name], receipt.to[name]) for name in self._replay.terms.order]
        went += [("提前归还本金", receipt.early_principal), ("未抵充", receipt.rest)]
        formula = " ＋ ".join(f"{name} {_yuan(fen)}" for name, fen in went if fen)
        number = f"（{receipt.number}）" if receipt.number else ""
        citations = self._clause(self._loan.clauses.allocation)
        return Step(f"{receipt.on} 还款{number}的抵充", formula, _yuan(receipt.amount), citations)

    def _interest_step(self, line: Line) -> Step | None:
        if not line.interest_left:
            return None
        if line.by_days:
            formula = f"{_times(line.base, self._loan.rate, self._loan.basis)} ＝ {_yuan(line.interest)}"
        else:
            formula = f"按还款计划应付 {_yuan(line.interest)}"
        formula += self._less(line, "interest", line.interest, line.interest_left)
        citations = (*self._clause(self._loan.clauses.rate), self._interest.citation)
        return Step(f"{_name(line)}期内利息", formula, _yuan(line.interest_left), citations)

    def _accruing(self) -> Iterator[Step]:
        base = self._replay.accruing()
        accrued = self._replay.interest_on(base)
        if accrued:
            formula = f"{_times(base, self._loan.rate, self._loan.basis)} ＝ {_yuan(accrued)}"
            citations = (*self._clause(self._loan.clauses.rate), self._interest.citation)
            yield Step("未到期本金已产生的期内利息", formula, _yuan(accrued), citations)

    def _penalty_step(self, line: Line) -> Step | None:
        borne, owed = self._replay.borne(line, "penalty"), self._replay.owed(line, "penalty")
        if not owed:
            return None
        formula = f"{_times(line.runs['penalty'], self._overdue, self._loan.basis)} ＝ {_yuan(borne)}"
        formula += self._less(line, "penalty", borne, owed)
        citations = (*self._clause(self._loan.clauses.penalty), self._penalty.citation)
        return Step(f"{_name(line)}罚息", formula, _yuan(owed), citations)

    def _compound_step(self, line: Line) -> Step | None:
        borne, owed = self._replay.borne(line, "compound"), self._replay.owed(line, "compound")
        if not owed:
            return None
        early = [run for run in line.runs["compound"] if run.early]
        late = [run for run in line.runs["compound"] if not run.early]
        parts = [(early, self._loan.rate), (late, self._overdue)]
        said = " ＋ ".join(_times(runs, rate, self._loan.basis) for runs, rate in parts if runs)
        formula = f"{said} ＝ {_yuan(borne)}{self._less(line, 'compound', borne, owed)}"
        citations = (*self._clause(self._loan.clauses.compound), *(rule.citation for rule in self._rules))
        return Step(f"{_name(line)}复利", formula, _yuan(owed), citations)

    def _less(self, line: Line, component: str, whole: int, left: int) -> str:
        """What was paid and waived of a component, as the end of its formula."""
        if whole == left:
            return ""
        paid, waived = line.paid[component], line.waived[component]
        said = (f"，已付 {_yuan(paid)}" if paid else "") + (f"，减免 {_yuan(waived)}" if waived else "")
        return f"{said}，余 {_yuan(left)}"


def _times(runs: Sequence[Run], rate: Decimal, basis: int) -> str:
    """Balances by days at one rate: `（600000.00 × 129天 ＋ 591666.36 × 80天）× 9.00% ÷ 360`."""
    said = " ＋ ".join(f"{_yuan(run.fen)} × {run.days}天" for run in runs)
    return f"{said if len(runs) == 1 else f'（{said}）'} × {percent(rate)} ÷ {basis}"


def _name(line: Line) -> str:
    return f"提前到期部分（{line.due}）" if line.accelerated else f"第{line.number}期（{line.due}到期）"


def _yuan(fen: int) -> str:
    return str(Money.of_fen(fen))
