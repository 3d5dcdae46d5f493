"""A loan lived through day by day: what fell due, what was paid on it, what every overdue part bore.

Everything inside is whole fen and whole days, so that nothing is rounded before a component is read. Where nobody asks
for the reasons (`explained` false) the stretches of each line are not kept: a portfolio of loans is read for its sums.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from legalflow.claims.lines import LINE_PARTS, Line, Run, Weights, early
from legalflow.claims.plan import Planned, plan_of, states_unpaid
from legalflow.claims.rate_path import RatePath
from legalflow.claims.schedule import months_fen, whole_months
from legalflow.claims.terms import COMPOUND, COSTS, DAMAGES, PARTS, PENALTY, PRINCIPAL, Terms
from legalflow.loans.checks import INSTALMENT_METHODS
from legalflow.loans.loan import Drawdown, Loan
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import Money


@dataclass(frozen=True)
class Cost:
    """What the debtor owes beside the loan's own charges, and the day it arose.

    A cost of enforcing the claim, or a fixed sum of liquidated damages where `liquidated_damages`.
    """

    on: date
    amount: Money
    liquidated_damages: bool = False


class Receipt:
    """A payment as it was allocated; fen. `rest` has found nothing due yet; `waited` came in before it was due."""

    __slots__ = ("amount", "early_principal", "number", "on", "rest", "to", "waited")

    def __init__(self, on: date, amount: int, number: str) -> None:
        self.on, self.amount, self.number, self.rest = on, amount, number, amount
        self.to = [0] * len(PARTS)
        self.early_principal = self.waited = 0


@dataclass(frozen=True)
class Settlement:
    """The day after a settlement day, on which compound is added to what bears compound."""

    on: date


Move = Payment | Waiver | Cost | Settlement


class Replay:
    """The state of a loan, moved forward by `run` once, and then read; every amount in fen."""

    def __init__(
        self,
        loan: Loan,
        terms: Terms,
        order: Sequence[str],
        costs: Sequence[Cost] = (),
        *,
        ceiling: RatePath | None = None,
        explained: bool = True,
    ) -> None:
        self.loan, self.terms, self.ceiling, self.explained = loan, terms, ceiling, explained
        self.order = tuple(PARTS.index(name) for name in order)
        self._later: tuple[int, ...] = ()
        idle = {COMPOUND} if terms.compound is None else set()
        if terms.damages is None and not any(cost.liquidated_damages for cost in costs):
            idle.add(DAMAGES)
        self._payable = tuple(part for part in self.order if part not in idle)
        if loan.allocation_later is not None:
            named = [PARTS.index(name) for name in loan.allocation_later.order]
            self._later = tuple(
                part for part in (*named, *(p for p in self.order if p not in named)) if part not in idle
            )
        self.lines: list[Line] = []
        self.receipts: list[Receipt] = []
        self.left = [0, 0]  # costs and fixed liquidated damages, which belong to no line
        self.undue = self.prepaid = self.drawn = 0
        self.accelerated = False
        self.waived_in_vain: list[Waiver] = []
        self.designated: list[tuple[str, dict[str, Money]]] = []
        plan, self.schedule_warnings = plan_of(loan, terms.contract)
        self._plan, self._next = plan, 0
        self._day_counts = 1 if loan.due_day_counts else 0
        self._called = loan.accelerated_on.toordinal() if loan.accelerated_on is not None else None
        self._by_months = not loan.dues and loan.repayment in INSTALMENT_METHODS
        self._open: list[Line] = []
        self._waiting: list[Receipt] = []
        self._balance: list[Run] = []  # what bore contract interest since the running period began
        self._costs = costs
        self.under_ceiling = 0  # fen × weight at the ceiling's rate of all that was overdue
        self._waived = [0] * len(PARTS)
        self._bottoms = tuple(path.bottom if path is not None else 1 for path in terms.paths)
        self._settlements: tuple[Settlement, ...] = ()
        self._drawdowns: list[Drawdown] = []
        if states_unpaid(loan):
            self.undue = self.drawn = sum(row.principal for row in self._plan)
            self._undue_since = loan.start.toordinal()
        else:
            self._drawdowns = sorted(loan.drawdowns, key=lambda drawdown: drawdown.on)
            self._undue_since = self._drawdowns[0].on.toordinal()
        self._period_from = date.fromordinal(self._undue_since)  # the day paid out, or the due day before

    def run(self, as_of: date, end: date, costs: int = 0) -> None:
        """Live through everything up to and with `as_of`, and let what is overdue bear up to `end`.

        `costs` in fen are claimed at the cut-off: only money that found nothing due goes to them.
        """
        self._as_of = as_of
        for move in self._moves(as_of, end):
            day = move.on.toordinal()
            if isinstance(move, Cost):  # it has arisen before money that waits is laid on what falls due that day
                self._fall_due(day - 1, payable=True)
                self.left[DAMAGES if move.liquidated_damages else COSTS] += move.amount.fen
            self._fall_due(day, payable=True)
            if self._drawdowns:
                self._draw(move.on)
            if self._open:
                self._bear(day)
            if isinstance(move, Payment):
                self._receive(move)
            elif isinstance(move, Cost):
                self._lay_waiting(move.on)
            elif isinstance(move, Waiver):
                self._waive(move)
            else:
                self._capitalise()
        self._end = end.toordinal()
        self._fall_due(self._end, payable=False)
        self._draw(as_of)
        self._bear(self._end)
        if end > as_of and Settlement(end) in self._settlements:  # what runs on bears it from the next day
            self._capitalise()
        if costs:
            self.left[COSTS] += costs
            self._lay_waiting(as_of)

    @functools.cached_property
    def owed(self) -> list[int]:
        """What is owed of each part on all lines at the end; without what accrues on principal not yet due."""
        return [sum(column) for column in zip(*[line.left for line in self._open], strict=True)] or [0] * len(PARTS)

    @functools.cached_property
    def received(self) -> list[int]:
        """What payments were laid on by the end, by part."""
        return [sum(column) for column in zip(*[each.to for each in self.receipts], strict=True)] or [0] * len(PARTS)

    def accrued(self, part: int) -> int:
        """All that lines have borne of a part, paid, waived or not; fixed liquidated damages are paid with the rest."""
        return self.owed[part] + self._waived[part] + self.received[part]

    @property
    def unpaid(self) -> Sequence[Line]:
        """The lines of which anything is owed, in the order they fell due."""
        return self._open

    def sum_of(self, part: int) -> int:
        """What is owed of a part on all lines; without what accrues on principal not yet due."""
        return sum([line.left[part] for line in self._open])

    def accruing(self) -> tuple[Run, ...]:
        """The balances not yet due that bear contract interest in the running period."""
        start = self._plan[self._next].start if self._next < len(self._plan) else None
        return self._base(self._end, None if start is None else start.toordinal())

    def interest_on(self, base: Sequence[Run]) -> int:
        """Contract interest by days on balances, rounded once."""
        contract = self.terms.contract
        return contract.fen(sum(run.fen * contract.weight(run.start, run.end) for run in base))

    def misuse_on(self, base: Sequence[Run]) -> int:
        """What misused principal not yet due bears beside the contract rate, by days on balances, rounded once."""
        extra = self.terms.misuse
        if extra is None:
            return 0
        return extra.fen(self._misuse_weight(base))

    def _misuse_weight(self, base: Sequence[Run]) -> int:
        extra = self.terms.misuse
        return sum(run.fen * extra.weight(run.start, run.end) for run in base) if extra is not None else 0

    # What happens, in its order

    def _moves(self, as_of: date, end: date) -> list[Move]:
        """Moves by day; on one day compound is capitalised, costs arise, something is waived, then money comes in."""
        loan = self.loan
        moves: list[Move] = [each for each in loan.payments if each.on <= as_of]
        if loan.waivers or self._costs or loan.capitalisation:
            self._settlements = tuple(self._settlement_days(end))
            others: list[Move] = [*loan.waivers, *self._costs, *self._settlements]
            moves += [each for each in others if each.on <= as_of]
            moves.sort(key=_precedence)
        else:
            moves.sort(key=_day)
        return moves

    def _settlement_days(self, end: date) -> Iterator[Settlement]:
        """The day after each settlement day of the contract."""
        rule = self.loan.capitalisation
        if rule is None:
            return
        first = self._period_from
        for month in range(first.year * 12 + first.month, end.year * 12 + end.month + 1):
            year, index = divmod(month - 1, 12)
            if (index + 1) % rule.every_months == 0:
                yield Settlement(date(year, index + 1, rule.settlement_day) + ONE_DAY)

    # What falls due

    def _fall_due(self, day: int, *, payable: bool) -> None:
        """Let fall due what can be paid on `day` (`payable`), or else what is over by it."""
        plan, called = self._plan, self._called
        while self._next < len(plan):
            row = plan[self._next]
            due = row.due.toordinal()
            bears = due + self._day_counts
            if called is not None and bears > called:
                if called <= day:
                    self._accelerate(called)
                return
            if (due if payable else bears) > day:
                return
            self._next += 1
            self._due(row, bears)
            if self._waiting and not self._more_on(due):  # all that is due on a day comes before money is laid on it
                self._lay_waiting(row.due)

    def _more_on(self, day: int) -> bool:
        """Whether anything else falls due on a day."""
        following = self._plan[self._next].due.toordinal() if self._next < len(self._plan) else None
        return following is not None and day in (following, self._called)

    def _due(self, row: Planned, bears: int) -> None:
        if self._drawdowns:
            self._draw(row.due)
        undue = self.undue
        if self._balance or row.start is not None:
            base = self._base(bears, None if row.start is None else row.start.toordinal())
        else:
            base = (Run(undue, self._undue_since, bears),) if undue and bears > self._undue_since else ()
        if row.interest is not None and not self.prepaid:
            interest, by_days, months = row.interest, False, 0
        else:
            interest, by_days, months = self._interest_of(row, base, bears)
        principal = row.principal if row.principal < undue else undue
        ahead = self._misuse_weight(base) if self.terms.misuse is not None else 0
        self._balance, self._undue_since, self.undue = [], bears, undue - principal
        self._period_from = row.due
        if principal or interest:
            self._add(Line(row.number, row.due, bears, principal, interest, base, by_days, ahead, months))

    def _accelerate(self, called: int) -> None:
        """Call in the whole principal: what had accrued is due with it, and later interest is not claimed."""
        on, first = date.fromordinal(called), self._plan[self._next]
        self._draw(on)
        base = self._base(called, None if first.start is None else first.start.toordinal())
        interest, ahead = self.interest_on(base), self._misuse_weight(base)
        if self.undue or interest:
            self._add(Line(first.number, on, called, self.undue, interest, base, True, ahead, accelerated=True))
        self._next, self.accelerated = len(self._plan), True
        self._balance, self._undue_since, self.undue = [], called, 0
        self._lay_waiting(on)

    def _interest_of(self, row: Planned, base: tuple[Run, ...], bears: int) -> tuple[int, bool, int]:
        """The interest of a period, whether it was worked out by days, and for how many months anew.

        Stated and scheduled interest stands. After an early repayment (民法典 第六百七十七条) a scheduled one is worked
        out anew: a twelfth a month on the balance that stays, and by days on what was repaid within the period.
        """
        if row.interest is None:
            return self.interest_on(base), True, 0
        if not (self.prepaid and self._by_months):
            return row.interest, False, 0
        path, months = self.terms.contract, whole_months(self._period_from, row.due)
        if not months or not path.is_level(self._period_from.toordinal(), row.due.toordinal()):
            return self.interest_on(base), True, 0
        stays = base[-1].fen if base and base[-1].end == bears else 0
        weighted = sum(run.fen * path.weight(run.start, run.end) for run in early(base, stays))
        return months_fen(stays, months, path, self._period_from, self.loan.basis, weighted), False, months

    def _add(self, line: Line) -> None:
        if line.borne[PENALTY]:
            line.left[PENALTY] = self.terms.overdue.fen(line.borne[PENALTY])
        self.lines.append(line)
        self._open.append(line)

    def _lay_waiting(self, on: date) -> None:
        """Lay what came in early against what now fell due."""
        for receipt in self._waiting:
            before = receipt.rest
            self._bear(on.toordinal())
            self._lay(receipt, on, self._order_on(on))
            receipt.waited += before - receipt.rest
        self._waiting = [receipt for receipt in self._waiting if receipt.rest]

    # The balance not yet due

    def _draw(self, day: date) -> None:
        day = min(day, self._as_of)  # an instalment may fall due at the end of the last day, after which nothing counts
        while self._drawdowns and self._drawdowns[0].on <= day:
            drawdown = self._drawdowns.pop(0)
            self.drawn += drawdown.amount.fen
            self._change_undue(drawdown.on, drawdown.amount.fen)

    def _change_undue(self, on: date, by: int) -> None:
        day = on.toordinal()
        self._balance = list(self._base(day))
        self.undue, self._undue_since = self.undue + by, max(day, self._undue_since)

    def _base(self, end: int, start: int | None = None) -> tuple[Run, ...]:
        """The balances since the running period began, or only since `start` where that is stated."""
        since = self._undue_since
        last = (Run(self.undue, since, end),) if self.undue and end > since else ()
        runs = (*self._balance, *last) if self._balance else last
        if start is None:
            return runs
        return tuple(Run(run.fen, max(run.start, start), run.end) for run in runs if run.end > start)

    # Money

    def _bear(self, day: int) -> None:
        borne: dict[int, Weights] = {}  # open lines mostly bear over the same days
        for line in self._open:
            start = line.at
            if start < day:
                weights = borne.get(start)
                if weights is None:
                    weights = borne[start] = self._weights(start, day)
                if self.ceiling is not None:
                    self.under_ceiling += line.left[PRINCIPAL] * self.ceiling.weight(start, day)
                line.bear(day, weights, self.explained)

    def _weights(self, start: int, end: int) -> Weights:
        """What a fen of a line bears from one day up to another, by part."""
        terms = self.terms
        return Weights(
            terms.overdue.weight(start, end),
            terms.compound.weight(start, end) if terms.compound is not None else 0,
            terms.damages.weight(start, end) if terms.damages is not None else 0,
            self._bottoms,
        )

    def _capitalise(self) -> None:
        """Add the compound that is unpaid, and the penalty where the contract says so, to what bears compound."""
        with_penalty = self.loan.capitalisation is not None and self.loan.capitalisation.with_penalty
        for line in self._open:
            line.capitalised = line.left[COMPOUND] + (line.left[PENALTY] if with_penalty else 0)

    def _receive(self, payment: Payment) -> None:
        receipt = Receipt(payment.on, payment.amount.fen, payment.number)
        self.receipts.append(receipt)
        if payment.designation:
            self.designated.append((payment.designation, self._all_owed()))
            self._lay(receipt, payment.on, (PARTS.index(payment.designation),))
            if payment.designation == PARTS[PRINCIPAL]:
                self._prepay(receipt)
        if receipt.rest:
            self._lay(receipt, payment.on, self._order_on(payment.on))
        if receipt.rest:
            self._waiting.append(receipt)

    def _order_on(self, day: date) -> tuple[int, ...]:
        """The order of components on a day: another may be agreed for a debt that has long been overdue."""
        later = self.loan.allocation_later
        if later is None or not self._open:
            return self._payable
        overdue = day.toordinal() - min(line.bears for line in self._open)
        return self._later if overdue > later.after_days else self._payable

    def _all_owed(self) -> dict[str, Money]:
        owed = {PARTS[part]: self.sum_of(part) for part in LINE_PARTS}
        owed["costs"] = self.left[COSTS]
        owed["liquidated_damages"] += self.left[DAMAGES]
        return {name: Money.of_fen(fen) for name, fen in owed.items()}

    def _prepay(self, receipt: Receipt) -> None:
        part = min(receipt.rest, self.undue)
        if part:
            self._change_undue(receipt.on, -part)
            receipt.early_principal, receipt.rest = part, receipt.rest - part
            self.prepaid += part

    def _lay(self, receipt: Receipt, on: date, order: Sequence[int]) -> None:
        """Lay what is left of a receipt against what is owed: component by component, or instalment by instalment.

        Instalment by instalment, what belongs to none has its place in the order beside the oldest that is open.
        """
        before, lines = receipt.rest, self._open
        if not self.loan.allocate_by_instalment or not lines:
            self._lay_on(receipt, on, order, lines, beside=True)
        else:
            for number, line in enumerate(lines):
                self._lay_on(receipt, on, order, (line,), beside=not number)
        if receipt.rest != before:
            self._open = [line for line in lines if any(line.left)]

    def _lay_on(self, receipt: Receipt, on: date, order: Sequence[int], lines: Sequence[Line], *, beside: bool) -> None:
        """Lay what is left of a receipt on the parts of some lines; `beside`: also on what belongs to no line."""
        to = receipt.to
        for part in order:
            if beside and part <= DAMAGES and self.left[part]:
                self._lay_beside(receipt, on, part)
            rest = receipt.rest
            if not rest:
                return
            if part == COSTS:
                continue
            for line in lines:
                owed = line.left[part]
                if owed:
                    fen = owed if owed < rest else rest
                    rest -= fen
                    to[part] += fen
                    line.left[part] = owed - fen
                    line.paid[part] += fen
                    line.paid_on = on
                    if line.capitalised and self._is_capitalised(part):
                        line.capitalised = max(0, line.capitalised - fen)
                    if not rest:
                        break
            receipt.rest = rest

    def _lay_beside(self, receipt: Receipt, on: date, part: int) -> None:
        """Lay what is left of a receipt on costs or fixed liquidated damages."""
        fen = min(receipt.rest, self.left[part])
        self.left[part] -= fen
        receipt.rest -= fen
        receipt.to[part] += fen
        if self._open and fen:
            self._open[0].beside[part] += fen
            self._open[0].paid_on = on

    def _is_capitalised(self, part: int) -> bool:
        rule = self.loan.capitalisation
        return rule is not None and (part == COMPOUND or (part == PENALTY and rule.with_penalty))

    def _waive(self, waiver: Waiver) -> None:
        part, rest = PARTS.index(waiver.component), waiver.amount.fen
        if part <= DAMAGES:
            fen = min(rest, self.left[part])
            self.left[part], rest = self.left[part] - fen, rest - fen
        if part != COSTS:
            for line in self._open:
                fen = min(rest, line.left[part])
                line.left[part] -= fen
                if self._is_capitalised(part):
                    line.capitalised = max(0, line.capitalised - fen)
                line.waived[part] += fen
                self._waived[part] += fen
                rest -= fen
        if part == PRINCIPAL and rest:
            fen = min(rest, self.undue)
            self._change_undue(waiver.on, -fen)
            self.prepaid, rest = self.prepaid + fen, rest - fen
        if rest:
            self.waived_in_vain.append(waiver)


def _day(move: Move) -> date:
    return move.on


def _precedence(move: Move) -> tuple[date, int]:
    return move.on, _RANKS[type(move)]


_RANKS: dict[type, int] = {Settlement: 0, Cost: 1, Waiver: 2, Payment: 3}
