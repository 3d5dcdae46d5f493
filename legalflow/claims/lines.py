"""One instalment after it fell due: what is left of it, and what it has borne.

Everything is whole fen and whole days. What a line bears is kept unrounded, as fen × weight of its rate path, and is
rounded once where a component is read; payments therefore never add roundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from legalflow.claims.rate_path import RatePath
from legalflow.claims.terms import COMPOUND, DAMAGES, INTEREST, PENALTY, PRINCIPAL, Terms

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


class Line:
    """One instalment (or the rest called in by acceleration) after it fell due; amounts in fen.

    It bears from the ordinal day `bears`, and has borne up to `at`. Its interest counts from `begins`, on the balances
    of `base`; it was worked out from them where `by_days`, else it is the scheduled or stated one. `ahead` is penalty
    for misuse borne before it fell due. `capitalised` is compound (and penalty) that bears compound itself. By part,
    `left` is what is unpaid, `borne` fen × weight, `paid` and `waived` what was taken off; `beside` are costs and fixed
    liquidated damages that were paid while this was the oldest open line. `under_ceiling` is fen × weight at the
    ceiling's rate. `lived` is kept where somebody asked for the reasons.
    """

    __slots__ = (
        "accelerated",
        "ahead",
        "at",
        "base",
        "bears",
        "begins",
        "beside",
        "borne",
        "by_days",
        "capitalised",
        "due",
        "interest",
        "left",
        "lived",
        "number",
        "paid",
        "paid_on",
        "principal",
        "under_ceiling",
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
        begins: date,
        ahead: int = 0,
        accelerated: bool = False,
    ) -> None:
        self.number, self.due, self.begins = number, due, begins
        self.bears = self.at = bears
        self.principal, self.interest, self.ahead = principal, interest, ahead
        self.base, self.by_days, self.accelerated = base, by_days, accelerated
        self.capitalised = self.under_ceiling = 0
        self.left = [0, 0, 0, ahead, interest, principal]
        self.borne = [0, 0, 0, 0, 0, 0]
        self.paid = [0, 0, 0, 0, 0, 0]
        self.waived = [0, 0, 0, 0, 0, 0]
        self.beside = [0, 0]
        self.paid_on: date | None = None
        self.lived: list[Lived] = []

    def bear(self, to: int, terms: Terms, ceiling: RatePath | None, keep: bool) -> None:
        """Let what is left bear up to an ordinal day."""
        start = self.at
        if to <= start:
            return
        self.at = to
        left = self.left
        principal, base = left[PRINCIPAL], left[INTEREST] + self.capitalised
        if principal:
            self._bears(PENALTY, principal * terms.overdue.weight(start, to), terms.overdue)
            if terms.damages is not None:
                self._bears(DAMAGES, principal * terms.damages.weight(start, to), terms.damages)
            if ceiling is not None:
                self.under_ceiling += principal * ceiling.weight(start, to)
        if base and terms.compound is not None:
            self._bears(COMPOUND, base * terms.compound.weight(start, to), terms.compound)
        if keep and (principal or base):
            last = self.lived[-1] if self.lived else None
            if last and last.end == start and last.principal == principal and last.base == base:
                self.lived[-1] = Lived(last.start, to, principal, base)
            else:
                self.lived.append(Lived(start, to, principal, base))

    def _bears(self, part: int, weighted: int, path: RatePath) -> None:
        """Add to what a part has borne, and say anew what is left of it: all of it rounded once, less what came off."""
        weighted += self.borne[part]
        self.borne[part] = weighted
        bottom = path.bottom
        fen = (2 * weighted + bottom) // (2 * bottom) - self.paid[part] - self.waived[part]
        self.left[part] = fen + self.ahead if part == PENALTY else fen

    def accrued(self, part: int) -> int:
        """All of a part that the line has borne, paid or not, rounded once; what fell due of principal and interest."""
        return self.left[part] + self.paid[part] + self.waived[part]

    def take(self, part: int, fen: int, capitalised: bool) -> None:
        """Take what was paid or waived off what is left; `capitalised`: the part is in what bears compound."""
        self.left[part] -= fen
        if capitalised:
            self.capitalised = max(0, self.capitalised - fen)
