"""Interest after a judgment worked out day by day, by somebody who has never seen the formula.

On each day the doubled part grows on what was late that morning; then money that came in is applied; then general
interest grows on what is left, so that the day of payment bears none for what was paid. Whatever grew is rounded where
something happens: a receipt, an instalment's last day, the end. Exact fractions all along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

DAILY = Fraction(175, 1_000_000)


@dataclass
class Sum:
    """One sum in fen: its class, whether it bears, and its last day of performance."""

    kind: str
    fen: int
    bears: bool
    due: date


@dataclass
class Slow:
    """The debt as the days go by: sums, interest and doubled part in fen, and what grew since the last rounding."""

    sums: list[Sum]
    rate: Fraction
    start: date
    basis: int
    excluded: set[date]
    interest: int = 0
    doubled: int = 0
    grown_interest: Fraction = Fraction(0)
    grown_doubled: Fraction = Fraction(0)
    all_interest: int = 0
    all_doubled: int = 0
    surplus: int = 0
    went: list[dict[str, int]] = field(default_factory=list)

    def run(self, receipts: Mapping[date, Sequence[int]], until: date) -> None:
        """Every day from the first that matters to the last."""
        last_days = {each.due for each in self.sums}
        day = min([*last_days, *receipts, self.start, until])
        while day <= until:
            if day not in self.excluded:
                late = sum(each.fen for each in self.sums if each.bears and each.due < day)
                self.grown_doubled += late * DAILY
            if day in receipts or day == until or (day in last_days and day != min(last_days)):
                self.settle()
            for fen in receipts.get(day, ()):
                self.take(fen)
            if self.start <= day < until:
                principal = sum(each.fen for each in self.sums if each.kind == "principal")
                self.grown_interest += Fraction(principal) * self.rate / self.basis
            day += timedelta(1)

    def settle(self) -> None:
        """Round what grew, half-up to the fen."""
        interest, doubled = (int(each + Fraction(1, 2)) for each in (self.grown_interest, self.grown_doubled))
        self.grown_interest = self.grown_doubled = Fraction(0)
        self.interest += interest
        self.doubled += doubled
        self.all_interest += interest
        self.all_doubled += doubled

    def take(self, fen: int) -> None:
        """Costs, then interest, principal, the rest and the doubled part; in a class what was due earlier first."""
        went = {"costs": 0, "interest": 0, "principal": 0, "other": 0, "doubled": 0}
        for kind in ("costs", "interest", "principal", "other"):
            for each in sorted((one for one in self.sums if one.kind == kind), key=lambda one: one.due):
                part = min(fen, each.fen)
                each.fen, fen, went[kind] = each.fen - part, fen - part, went[kind] + part
            if kind == "interest":
                part = min(fen, self.interest)
                self.interest, fen, went[kind] = self.interest - part, fen - part, went[kind] + part
        went["doubled"] = min(fen, self.doubled)
        self.doubled -= went["doubled"]
        self.surplus += fen - went["doubled"]
        self.went.append(went)
