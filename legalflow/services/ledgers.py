"""The two sides of a ledger, a row that breaks it, and where it begins for a loan taken over from another system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from legalflow.claims.claim import Claim
from legalflow.persistence.tables import OpeningBalanceRow
from legalflow.services import opening
from legalflow.values.money import ZERO, Money, total

_NAMES = ("本金", "利息", "罚息", "复利", "费用")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The movements of one ledger; `closing` is found apart from them."""

    opening: Money = ZERO
    accrued: Money = ZERO
    disbursed: Money = ZERO
    paid: Money = ZERO
    waived: Money = ZERO
    written_off: Money = ZERO
    recovered: Money = ZERO
    closing: Money = ZERO

    @property
    def expected(self) -> Money:
        """The closing that follows from the movements."""
        more = self.opening + self.accrued + self.disbursed + self.recovered
        return more - self.paid - self.waived - self.written_off

    @property
    def holds(self) -> bool:
        """Whether the movements lead to the closing, to the fen."""
        return self.expected == self.closing

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Ledger)})


@dataclass(frozen=True)
class Broken:
    """A row that breaks the identity of its loan; our ids only."""

    place: str
    zh: str
    en: str


def summed(every: Iterable[Ledger | None]) -> Ledger:
    """Ledgers added up, those that there are."""
    found = Ledger()
    for each in every:
        found = found + each if each is not None else found
    return found


def since(whole: Ledger, then: Ledger, begun: OpeningBalanceRow) -> Ledger:
    """A ledger that begins with what was stated: of the movements since the first day those after that day.

    `then` is the same ledger as of the day stated. Where what was stated is not its closing, the sides do not meet.
    """
    moved = {
        each.name: getattr(whole, each.name) - getattr(then, each.name)
        for each in fields(Ledger)
        if each.name not in {"opening", "closing"}
    }
    return Ledger(opening=total(opening.amounts_of(begun)), closing=whole.closing, **moved)


def opening_told(begun: OpeningBalanceRow, claim: Claim) -> Iterator[Broken]:
    """The row of balances that are not the claim of their day, with each component that differs."""
    owed = (claim.principal, claim.interest, claim.penalty, claim.compound, claim.costs + claim.liquidated_damages)
    stated = opening.amounts_of(begun)
    wrong = [
        f"{name}期初 {said} 元，由放款、还款算得 {found} 元"
        for name, said, found in zip(_NAMES, stated, owed, strict=True)
        if said != found
    ]
    if wrong:
        zh = f"{begun.as_of} 的期初余额与该日债权不同：{'；'.join(wrong)}"
        en = f"the opening balances of {begun.as_of} are not the claim of that day"
        yield Broken(f"opening_balance {begun.id}", zh, en)
