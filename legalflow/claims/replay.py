"""A loan lived through day by day: what fell due, what was paid on it, what every overdue part bore.

Everything inside is whole fen and whole days, so that nothing is rounded before a component is read. A component of a
line is its exact accrual so far, rounded once, less what was paid on it; payments therefore never add roundings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from legalflow.claims.interest import rounded
from legalflow.claims.schedule import due_days, due_days_until, period_interest, schedule
from legalflow.law.finding import Warning
from legalflow.loans.checks import INSTALMENT_METHODS
from legalflow.loans.loan import Drawdown, Loan, Repayment
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import Money, total

LINE_COMPONENTS = ("compound", "penalty", "interest", "principal")


@dataclass(frozen=True)
class Run:
    """An unchanged balance in fen that bore a rate from `start` up to `end`; `early`: before maturity, for compound."""

    fen: int
    start: date
    end: date
    early: bool = False

    @property
    def days(self) -> int:
        """The days of the run."""
        return (self.end - self.start).days


@dataclass(frozen=True)
class Ratio:
    """An annual rate over its day-count, as whole numbers."""

    top: int
    bottom: int

    @classmethod
    def of(cls, rate: Decimal, basis: int) -> Ratio:
        """The rate a day."""
        top, bottom = rate.as_integer_ratio()
        return cls(top, bottom * basis)

    def on(self, points: int) -> int:
        """What so many fen-days bear, half-up to the fen.

        >>> Ratio.of(Decimal("0.09"), 360).on(600000_00 * 129)
        1935000
        """
        return (2 * points * self.top + self.bottom) // (2 * self.bottom)


@dataclass(slots=True)
class Line:
    """One instalment (or the rest called in by acceleration) after it fell due; amounts in fen.

    It bears penalty and compound from `bears_from`. Its interest counts from `begins`, on the balances of `base`; it
    was worked out from them where `by_days`, else it is the scheduled or stated one.
    """

    number: int
    due: date
    bears_from: date
    principal: int
    interest: int
    base: tuple[Run, ...]
    by_days: bool
    begins: date
    principal_left: int = 0
    interest_left: int = 0
    runs: dict[str, list[Run]] = field(default_factory=lambda: {"penalty": [], "compound": []})
    points: dict[str, int] = field(default_factory=lambda: {"penalty": 0, "compound": 0, "early": 0})
    paid: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("costs", *LINE_COMPONENTS), 0))
    waived: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LINE_COMPONENTS, 0))
    paid_on: date | None = None
    accrued_to: date = date.min
    accelerated: bool = False

    def bear(self, to: date, turns: date | None) -> None:
        """Let the unpaid principal and interest bear up to a day; `turns` is when compound changes its rate."""
        start = max(self.accrued_to, self.bears_from)
        self.accrued_to = max(self.accrued_to, to)
        if to <= start:
            return
        days = (to - start).days
        if self.principal_left:
            self.points["penalty"] += self.principal_left * days
            _extend(self.runs["penalty"], Run(self.principal_left, start, to))
        if self.interest_left:
            for run in _at_turn(Run(self.interest_left, start, to), turns):
                self.points["early" if run.early else "compound"] += run.fen * run.days
                _extend(self.runs["compound"], run)

    def settle(self, component: str, fen: int) -> None:
        """Take what was paid or waived off the principal or the interest that is left."""
        if component == "principal":
            self.principal_left -= fen
        elif component == "interest":
            self.interest_left -= fen


def _extend(runs: list[Run], new: Run) -> None:
    last = runs[-1] if runs else None
    if last and last.end == new.start and last.fen == new.fen and last.early == new.early:
        runs[-1] = Run(last.fen, last.start, new.end, last.early)
    else:
        runs.append(new)


def _at_turn(run: Run, turns: date | None) -> Iterator[Run]:
    """The run cut where the compound rate changes; early is what lies before."""
    if turns is None or turns <= run.start:
        yield run
    elif turns >= run.end:
        yield Run(run.fen, run.start, run.end, True)
    else:
        yield Run(run.fen, run.start, turns, True)
        yield Run(run.fen, turns, run.end)


@dataclass(frozen=True)
class Cost:
    """A cost of enforcing the claim that the debtor bears, and the day it arose."""

    on: date
    amount: Money


@dataclass(frozen=True)
class Planned:
    """An instalment still to come; fen. `interest` None: by days on the balance as it will be."""

    number: int
    due: date
    principal: int
    interest: int | None
    start: date | None


@dataclass(slots=True)
class Receipt:
    """A payment as it was allocated; fen. `rest` has found nothing due yet; `waited` came in before it was due."""

    on: date
    amount: int
    number: str
    rest: int
    to: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("costs", *LINE_COMPONENTS), 0))
    early_principal: int = 0
    waited: int = 0


@dataclass(frozen=True)
class Terms:
    """What the replay needs beside the loan: rates a day, order of allocation, when compound changes its rate."""

    contract: Ratio
    overdue: Ratio
    compound: Ratio | None
    compound_early: Ratio | None
    order: tuple[str, ...]


def plan_of(loan: Loan) -> tuple[tuple[Planned, ...], tuple[Warning, ...]]:
    """The instalments of a loan before anything happened: those stated, else the schedule of its method."""
    if loan.dues:
        return _stated(loan), ()
    paid_out = min(drawdown.on for drawdown in loan.drawdowns)
    months = loan.interest_every_months
    if loan.repayment is Repayment.BULLET:
        return (Planned(1, loan.maturity, loan.disbursed.fen, None, None),), ()
    if loan.repayment is Repayment.INTEREST_FIRST:
        days = due_days_until(loan.start, loan.maturity, first_due=loan.first_due, months=months)
        days = tuple(due for due in days if due > paid_out)
        return tuple(
            Planned(number, due, loan.disbursed.fen if due == loan.maturity else 0, None, None)
            for number, due in enumerate(days, 1)
        ), ()
    days = due_days(loan.start, loan.instalments, first_due=loan.first_due, maturity=loan.maturity, months=months)
    found = schedule(loan.repayment, loan.disbursed, loan.rate, paid_out, days, months=months, basis=loan.basis)
    rows = tuple(Planned(row.number, row.due, row.principal.fen, row.interest.fen, None) for row in found.value)
    return rows, found.warnings


def _stated(loan: Loan) -> tuple[Planned, ...]:
    return tuple(
        Planned(
            number,
            row.due,
            row.principal.fen,
            None if row.interest is None else row.interest.fen,
            row.interest_from,
        )
        for number, row in enumerate(loan.dues, 1)
    )


class Replay:
    """The state of a loan, moved forward by `run` once, and then read; every amount in fen."""

    def __init__(self, loan: Loan, terms: Terms, costs: Sequence[Cost] = ()) -> None:
        self.loan, self.terms = loan, terms
        self.lines: list[Line] = []
        self.receipts: list[Receipt] = []
        self.costs_left = self.undue = self.prepaid = self.drawn = 0
        self.accelerated = False
        self.waived_in_vain: list[Waiver] = []
        self.designated: list[tuple[str, dict[str, Money]]] = []
        plan, self.schedule_warnings = plan_of(loan)
        self._plan = list(plan)
        self._by_months = not loan.dues and loan.repayment in INSTALMENT_METHODS
        self._open: list[Line] = []
        self._balance: list[Run] = []  # what bore contract interest since the running period began
        self._moves: list[Payment | Waiver | Cost] = [*loan.payments, *loan.waivers, *costs]
        self._drawdowns: list[Drawdown] = []
        if states_unpaid(loan):
            self.undue = self.drawn = sum(row.principal for row in self._plan)
            self._undue_since = loan.start
        else:
            self._drawdowns = sorted(loan.drawdowns, key=lambda drawdown: drawdown.on)
            self._undue_since = self._drawdowns[0].on
        matures = self.bears_from(loan.maturity)
        self.maturity = min(matures, loan.accelerated_on or matures)
        self._turns = None if terms.compound_early is None else self.maturity

    def run(self, as_of: date, end: date) -> None:
        """Live through everything up to and with `as_of`, and let what is overdue bear up to `end`."""
        for move in sorted((move for move in self._moves if move.on <= as_of), key=_precedence):
            self._fall_due(move.on, payable=True)
            self._draw(move.on)
            self._bear(move.on)
            match move:
                case Cost():
                    self.costs_left += move.amount.fen
                    self._lay_waiting(move.on)
                case Payment():
                    self._receive(move)
                case Waiver():
                    self._waive(move)
        self._fall_due(end, payable=False)
        self._draw(as_of)
        self._bear(end)
        self._end = end

    def owed(self, line: Line, component: str) -> int:
        """What is unpaid of a component of a line, as far as it has borne."""
        match component:
            case "principal":
                return line.principal_left
            case "interest":
                return line.interest_left
        return self.borne(line, component) - line.paid[component] - line.waived[component]

    def borne(self, line: Line, component: str) -> int:
        """All the penalty or compound a line has borne, paid or not, rounded once."""
        if component == "penalty":
            return self.terms.overdue.on(line.points["penalty"])
        late, early = self.terms.compound, self.terms.compound_early
        if late is None:
            return 0
        if early is None:
            return late.on(line.points["compound"])
        points = line.points["compound"] * late.top * early.bottom + line.points["early"] * early.top * late.bottom
        return Ratio(1, late.bottom * early.bottom).on(points)

    def accruing(self) -> tuple[Run, ...]:
        """The balances not yet due that bear contract interest in the running period."""
        return self._base(self._end, self._plan[0].start if self._plan else None)

    def interest_on(self, base: Sequence[Run]) -> int:
        """Contract interest by days on balances, rounded once."""
        return self.terms.contract.on(sum(run.fen * run.days for run in base))

    # What falls due

    def bears_from(self, due: date) -> date:
        """The day from which what was due on a day bears penalty: that day, or the one after where the day counts."""
        return due + ONE_DAY if self.loan.due_day_counts else due

    def _fall_due(self, day: date, *, payable: bool) -> None:
        """Let fall due what can be paid on `day` (`payable`), or else what is over by it."""
        called = self.loan.accelerated_on
        while self._plan:
            row = self._plan[0]
            bears_from = self.bears_from(row.due)
            if called is not None and bears_from > called:
                if called <= day:
                    self._accelerate(called)
                return
            if (row.due if payable else bears_from) > day:
                return
            self._due(self._plan.pop(0), bears_from)

    def _due(self, row: Planned, bears_from: date) -> None:
        self._draw(row.due)
        base = self._base(bears_from, row.start)
        interest, by_days = self._interest_of(row, base, bears_from)
        principal = min(row.principal, self.undue)
        self._begin_period(bears_from, self.undue - principal)
        begins = base[0].start if base else bears_from
        self._add(Line(row.number, row.due, bears_from, principal, interest, base, by_days, begins))

    def _accelerate(self, called: date) -> None:
        """Call in the whole principal: what had accrued is due with it, and later interest is not claimed."""
        self._draw(called)
        first = self._plan[0]
        base = self._base(called, first.start)
        begins = base[0].start if base else called
        interest = self.interest_on(base)
        line = Line(first.number, called, called, self.undue, interest, base, True, begins, accelerated=True)
        self._plan, self.accelerated = [], True
        self._begin_period(called, 0)
        self._add(line)

    def _interest_of(self, row: Planned, base: tuple[Run, ...], end: date) -> tuple[int, bool]:
        """The interest of a period, and whether it was worked out by days.

        Stated and scheduled interest stands. After an early repayment (民法典 第六百七十七条) a scheduled one is worked
        out anew: a twelfth a month on the balance that was left, or by days in the period of the repayment itself.
        """
        if row.interest is None:
            return self.interest_on(base), True
        if not (self.prepaid and self._by_months):
            return row.interest, False
        if len(base) != 1:
            return self.interest_on(base), True
        balance = Money.of_fen(base[0].fen)
        exact, days = period_interest(balance, self.loan.rate, base[0].start, end, self.loan.basis)
        return rounded(exact).fen, bool(days)

    def _add(self, line: Line) -> None:
        if not (line.principal or line.interest):
            return
        line.principal_left, line.interest_left = line.principal, line.interest
        self.lines.append(line)
        self._open.append(line)
        self._lay_waiting(line.due)

    def _lay_waiting(self, on: date) -> None:
        """Lay what came in early against what now fell due."""
        for receipt in self.receipts:
            if receipt.rest:
                before = receipt.rest
                self._bear(on)
                self._lay(receipt, on, self.terms.order)
                receipt.waited += before - receipt.rest

    # The balance not yet due

    def _draw(self, day: date) -> None:
        while self._drawdowns and self._drawdowns[0].on <= day:
            drawdown = self._drawdowns.pop(0)
            self.drawn += drawdown.amount.fen
            self._change_undue(drawdown.on, drawdown.amount.fen)

    def _change_undue(self, on: date, by: int) -> None:
        self._balance = list(self._base(on))
        self.undue, self._undue_since = self.undue + by, max(on, self._undue_since)

    def _base(self, end: date, start: date | None = None) -> tuple[Run, ...]:
        """The balances since the running period began, or only since `start` where that is stated."""
        since = self._undue_since
        last = (Run(self.undue, since, end),) if self.undue and end > since else ()
        runs = (*self._balance, *last)
        if start is None:
            return runs
        return tuple(Run(run.fen, max(run.start, start), run.end) for run in runs if run.end > start)

    def _begin_period(self, day: date, undue: int) -> None:
        self._balance, self._undue_since, self.undue = [], day, undue

    # Money

    def _bear(self, day: date) -> None:
        for line in self._open:
            line.bear(day, self._turns)

    def _receive(self, payment: Payment) -> None:
        receipt = Receipt(payment.on, payment.amount.fen, payment.number, payment.amount.fen)
        self.receipts.append(receipt)
        if payment.designation:
            self.designated.append((payment.designation, self._all_owed()))
            self._lay(receipt, payment.on, (payment.designation,))
            if payment.designation == "principal":
                self._prepay(receipt)
        self._lay(receipt, payment.on, self.terms.order)

    def _all_owed(self) -> dict[str, Money]:
        owed = {name: Money.of_fen(sum(self.owed(line, name) for line in self._open)) for name in LINE_COMPONENTS}
        return {"costs": Money.of_fen(self.costs_left), **owed}

    def _prepay(self, receipt: Receipt) -> None:
        part = min(receipt.rest, self.undue)
        if part:
            self._change_undue(receipt.on, -part)
            receipt.early_principal, receipt.rest = part, receipt.rest - part
            self.prepaid += part

    def _lay(self, receipt: Receipt, on: date, order: Sequence[str]) -> None:
        """Lay what is left of a receipt against what is owed: component by component, or instalment by instalment."""
        if self.loan.allocate_by_instalment:
            steps: list[tuple[str, Line | None]] = [("costs", None)] if "costs" in order else []
            steps += [(name, line) for line in self._open for name in order if name != "costs"]
        else:
            steps = []
            for name in order:
                steps += [(name, None)] if name == "costs" else [(name, line) for line in self._open]
        for name, line in steps:
            if not receipt.rest:
                break
            self._pay(receipt, on, name, line)
        self._open = [line for line in self._open if any(self.owed(line, name) for name in LINE_COMPONENTS)]

    def _pay(self, receipt: Receipt, on: date, name: str, line: Line | None) -> None:
        part = min(receipt.rest, self.costs_left if line is None else self.owed(line, name))
        if not part:
            return
        receipt.rest -= part
        receipt.to[name] += part
        where = line or (self._open[0] if self._open else None)
        if line is None:
            self.costs_left -= part
        else:
            line.settle(name, part)
        if where is not None:
            where.paid[name] += part
            where.paid_on = on

    def _waive(self, waiver: Waiver) -> None:
        rest = waiver.amount.fen
        if waiver.component == "costs":
            part = min(rest, self.costs_left)
            self.costs_left, rest = self.costs_left - part, rest - part
        else:
            for line in self._open:
                part = min(rest, self.owed(line, waiver.component))
                line.settle(waiver.component, part)
                line.waived[waiver.component] += part
                rest -= part
        if waiver.component == "principal" and rest:
            part = min(rest, self.undue)
            self._change_undue(waiver.on, -part)
            self.prepaid, rest = self.prepaid + part, rest - part
        if rest:
            self.waived_in_vain.append(waiver)


def states_unpaid(loan: Loan) -> bool:
    """Whether the rows state what is still unpaid, rather than the whole plan of what was paid out."""
    return bool(loan.dues) and total(row.principal for row in loan.dues) != loan.disbursed


def _precedence(move: Payment | Waiver | Cost) -> tuple[date, int]:
    """Moves by day; on one day costs arise, then money comes in, then something is waived."""
    return move.on, 0 if isinstance(move, Cost) else 1 if isinstance(move, Payment) else 2
