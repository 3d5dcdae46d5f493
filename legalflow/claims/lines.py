"""One instalment after it fell due: what is left of it, and what it has borne.

Everything is whole fen and whole days. What a line bears is kept unrounded, as fen × weight of its rate path, and is
rounded once where a component is read; payments therefore never add roundings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from legalflow.claims.rate_path import RatePath
from legalflow.claims.terms import COMPOUND, DAMAGES, INTEREST, PARTS, PENALTY, PRINCIPAL, Terms

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


class Lived(NamedTuple):
    """What bore penalty (`principal`) and compound (`base`) on a line from one ordinal day up to another; fen."""

    start: int
    end: int
    principal: int
    base: int


def _zeros() -> list[int]:
    return [0] * len(PARTS)


@dataclass(slots=True)
class Line:
    """One instalment (or the rest called in by acceleration) after it fell due; amounts in fen.

    It bears from the ordinal day `bears`. Its interest counts from `begins`, on the balances of `base`; it was worked
    out from them where `by_days`, else it is the scheduled or stated one. `ahead` is penalty for misuse borne before
    it fell due. `capitalised` is compound (and penalty) that bears compound itself. `lived` is kept where somebody
    asked for the reasons. `beside` are costs and fixed liquidated damages that were paid while this was the oldest open
    line. `borne` holds fen × weight by part, `under_ceiling` the same at the ceiling's rate.
    """

    number: int
    due: date
    bears: int
    principal: int
    interest: int
    base: tuple[Run, ...]
    by_days: bool
    begins: date
    ahead: int = 0
    accelerated: bool = False
    at: int = 0
    principal_left: int = 0
    interest_left: int = 0
    capitalised: int = 0
    borne: list[int] = field(default_factory=_zeros)
    paid: list[int] = field(default_factory=_zeros)
    waived: list[int] = field(default_factory=_zeros)
    beside: list[int] = field(default_factory=lambda: [0, 0])
    under_ceiling: int = 0
    paid_on: date | None = None
    lived: list[Lived] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at, self.principal_left, self.interest_left = self.bears, self.principal, self.interest

    def bear(self, to: int, terms: Terms, ceiling: RatePath | None, keep: bool) -> None:
        """Let what is left bear up to an ordinal day."""
        start = self.at
        if to <= start:
            return
        self.at = to
        principal, base = self.principal_left, self.interest_left + self.capitalised
        if principal:
            self.borne[PENALTY] += principal * terms.overdue.weight(start, to)
            if terms.damages is not None:
                self.borne[DAMAGES] += principal * terms.damages.weight(start, to)
            if ceiling is not None:
                self.under_ceiling += principal * ceiling.weight(start, to)
        if base and terms.compound is not None:
            self.borne[COMPOUND] += base * terms.compound.weight(start, to)
        if keep and (principal or base):
            last = self.lived[-1] if self.lived else None
            if last and last.end == start and last.principal == principal and last.base == base:
                self.lived[-1] = Lived(last.start, to, principal, base)
            else:
                self.lived.append(Lived(start, to, principal, base))

    def accrued(self, part: int, terms: Terms) -> int:
        """All of a part that the line has borne, paid or not, rounded once; what fell due of principal and interest."""
        if part == INTEREST:
            return self.interest
        if part == PRINCIPAL:
            return self.principal
        weighted, path = self.borne[part], terms.paths[part]
        fen = path.fen(weighted) if weighted and path is not None else 0
        return fen + self.ahead if part == PENALTY else fen

    def owed(self, part: int, terms: Terms) -> int:
        """What is unpaid of a part, as far as it has borne."""
        if part == PRINCIPAL:
            return self.principal_left
        if part == INTEREST:
            return self.interest_left
        if not self.borne[part] and not self.ahead:
            return 0
        return self.accrued(part, terms) - self.paid[part] - self.waived[part]

    def settle(self, part: int, fen: int, capitalised: bool) -> None:
        """Take what was paid or waived off what is left to bear; `capitalised`: the part is in what bears compound."""
        if part == PRINCIPAL:
            self.principal_left -= fen
        elif part == INTEREST:
            self.interest_left -= fen
        elif capitalised:
            self.capitalised = max(0, self.capitalised - fen)

    def is_open(self, terms: Terms) -> bool:
        """Whether anything of the line is unpaid."""
        return bool(
            self.principal_left
            or self.interest_left
            or self.owed(PENALTY, terms)
            or self.owed(COMPOUND, terms)
            or self.owed(DAMAGES, terms)
        )

    @property
    def has_borne(self) -> bool:
        """Whether it bore anything or has interest left: whether there is a charge on it."""
        borne = self.borne
        return bool(self.interest_left or borne[PENALTY] or borne[COMPOUND] or borne[DAMAGES] or self.ahead)
