"""One instalment after it fell due: what is left of it, and what it has borne.

Everything is whole fen and whole days. What a line bears is kept unrounded, as fen × weight of its rate path, and is
rounded once where a component is read; payments therefore never add roundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from legalflow.claims.terms import COMPOUND, DAMAGES, INTEREST, PENALTY, PRINCIPAL

LINE_PARTS = (DAMAGES, COMPOUND, PENALTY, INTEREST, PRINCIPAL)


class Run(NamedTuple):
    """An unchanged balance in fen from one ordinal day up to another."""

    fen: int
    start: int
    end: int

    @property
    def days(self) -> int:
        """The days of the run."""
        return self.end - self.start


def early(base: Sequence[Run], stays: int) -> list[Run]:
    """What was repaid within an instalment period, for the days it was still owed."""
    return [Run(run.fen - stays, run.start, run.end) for run in base if run.fen != stays]


class Lived(NamedTuple):
    """What bore penalty (`principal`) and compound (`base`) on a line from one ordinal day up to another; fen."""

    start: int
    end: int
    principal: int
    base: int


class Weights(NamedTuple):
    """What a fen bears over some days, over the denominator of each part in `bottoms`."""

    penalty: int
    compound: int
    damages: int
    bottoms: tuple[int, ...]


class Line:
    """One instalment (or the rest called in by acceleration) after it fell due; amounts in fen.

    It bears from the ordinal day `bears`, and has borne up to `at`. Its interest counts on the balances of `base`;
    it was worked out from them where `by_days`, else it is the scheduled or stated one. `months` is how many months
    it was worked out anew for after an early repayment. `ahead` is fen × weight of penalty for misuse, borne before
    it fell due. `capitalised` is compound (and penalty) that bears compound itself. By part, `left` is what is
    unpaid, `borne` fen × weight, `paid` and `waived` what was taken off; `beside` are costs and fixed liquidated
    damages that were paid while this was the oldest open line. `under_ceiling` is fen × weight at the ceiling's
    rate. `lived` is kept where somebody asked for the reasons.
    """

    __slots__ = (
        "accelerated",
        "at",
        "base",
        "bears",
        "beside",
        "borne",
        "by_days",
        "capitalised",
        "due",
        "interest",
        "left",
        "lived",
        "months",
        "number",
        "paid",
        "paid_on",
        "principal",
        "waived",
    )

    def __init__(
        self,
        number: int,
        due: date,
        bears: int,
        principal: int,
        interest: int,
        base: tuple[Run, ...],
        by_days: bool,
        ahead: int = 0,
        months: int = 0,
        accelerated: bool = False,
    ) -> None:
        self.number, self.due = number, due
        self.bears = self.at = bears
        self.principal, self.interest, self.months = principal, interest, months
        self.base, self.by_days, self.accelerated = base, by_days, accelerated
        self.capitalised = 0
        self.left = [0, 0, 0, 0, interest, principal]
        self.borne = [0, 0, 0, ahead, 0, 0]
        self.paid = [0, 0, 0, 0, 0, 0]
        self.waived = [0, 0, 0, 0, 0, 0]
        self.beside = [0, 0]
        self.paid_on: date | None = None
        self.lived: list[Lived] = []

    @property
    def begins(self) -> int:
        """The ordinal day from which its interest counts."""
        return self.base[0].start if self.base else self.bears

    def bear(self, to: int, weights: Weights, keep: bool) -> None:
        """Let what is left bear up to an ordinal day after the last; `keep` the stretch for the reasons."""
        start, self.at = self.at, to
        left, borne, bottoms = self.left, self.borne, weights.bottoms
        principal, base = left[PRINCIPAL], left[INTEREST] + self.capitalised
        if principal:
            weighted = borne[PENALTY] = borne[PENALTY] + principal * weights.penalty
            left[PENALTY] = self._left_of(PENALTY, weighted, bottoms[PENALTY])
            if weights.damages:
                weighted = borne[DAMAGES] = borne[DAMAGES] + principal * weights.damages
                left[DAMAGES] = self._left_of(DAMAGES, weighted, bottoms[DAMAGES])
        if base and weights.compound:
            weighted = borne[COMPOUND] = borne[COMPOUND] + base * weights.compound
            left[COMPOUND] = self._left_of(COMPOUND, weighted, bottoms[COMPOUND])
        if keep and (principal or base):
            last = self.lived[-1] if self.lived else None
            if last and last.end == start and last.principal == principal and last.base == base:
                self.lived[-1] = Lived(last.start, to, principal, base)
            else:
                self.lived.append(Lived(start, to, principal, base))

    def _left_of(self, part: int, weighted: int, bottom: int) -> int:
        """What is left of a part: all that it has borne, rounded once, less what came off."""
        return (2 * weighted + bottom) // (2 * bottom) - self.paid[part] - self.waived[part]

    def accrued(self, part: int) -> int:
        """All of a part that the line has borne, paid or not, rounded once; what fell due of principal and interest."""
        return self.left[part] + self.paid[part] + self.waived[part]
