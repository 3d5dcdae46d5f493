"""The debt of an instrument as it stands on a day, and how money is applied to it.

What is owed is kept by item, by running interest and, for the doubled part, by the debtors who owe it together. No fen
is lost: what is taken off is what was given, less what is returned as not needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from legalflow.claims.award import CLASS_OF, GeneralInterest, Item
from legalflow.law.catalogue import Law
from legalflow.values.dates import ONE_DAY
from legalflow.values.money import ZERO, Money, total

Debtors = tuple[str, ...]


@dataclass
class Line:
    """One item: its last day of performance, what is left, and whether it bears under the new and the old rule."""

    item: Item
    due: date
    left: Money
    bears: bool = False
    bore: bool = False


@dataclass
class Running:
    """One running interest and what of it has accrued and is unpaid."""

    terms: GeneralInterest
    accrued: Money = ZERO


@dataclass
class Late:
    """The doubled part that some debtors owe together; `exact` is what is left of the old part before rounding."""

    accrued: Money = ZERO
    exact: Decimal = Decimal(0)


@dataclass
class Debt:
    """All that is owed under the instrument on a day. `statutory` orders items of one class by 民法典 第五百六十条."""

    law: Law
    lines: list[Line]
    running: list[Running]
    statutory: bool
    daily_rate: Decimal
    late: dict[Debtors, Late] = field(default_factory=dict)

    @property
    def doubled(self) -> Money:
        """The doubled part accrued and unpaid."""
        return total(each.accrued for each in self.late.values())

    @property
    def exact(self) -> Decimal:
        """The same of the old rule before rounding."""
        return sum((each.exact for each in self.late.values()), start=Decimal(0))

    def due(self, on: date) -> Money:
        """All but the doubled part that is due on a day, with the interest that has accrued."""
        return total(line.left for line in self.lines if line.due <= on) + total(each.accrued for each in self.running)

    def of(self, name: str) -> Money:
        """What is owed of one class."""
        if name == "doubled":
            return self.doubled
        items = total(line.left for line in self.lines if CLASS_OF[line.item.kind] == name)
        return items + total(each.accrued for each in self.running) if name == "interest" else items

    def under(self, terms: GeneralInterest) -> Money:
        """What a running interest runs on: what is left of its items, at most its stated base."""
        left = total(line.left for line in self.lines if terms.runs_on(line.item))
        return left if terms.base is None else min(left, terms.base)

    def bases(self, reached: date, old: bool) -> Mapping[Debtors, Money]:
        """What bears by the debtors who owe it, of the items whose last day of performance is past."""
        found: dict[Debtors, Money] = {}
        for line in self.lines:
            if line.due <= reached and (line.bore if old else line.bears):
                debtors = line.item.owed_by
                found[debtors] = found.get(debtors, ZERO) + line.left
        return found

    def pay(self, name: str, money: Money, on: date) -> Money:
        """Take what is there off one class; what was taken."""
        if name == "doubled":
            return self._pay_doubled(money)
        if not money:
            return money
        rest = money
        for group in self._ranked([line for line in self.lines if CLASS_OF[line.item.kind] == name and line.left], on):
            shares = in_proportion(min(rest, total(line.left for line in group)), [line.left for line in group])
            for line, share in zip(group, shares, strict=True):
                line.left -= share
                rest -= share
        if name == "interest":
            for each in self.running:
                part = min(rest, each.accrued)
                each.accrued, rest = each.accrued - part, rest - part
        return money - rest

    def _pay_doubled(self, money: Money) -> Money:
        taken = min(money, self.doubled)
        many = list(self.late.values())
        for each, share in zip(many, in_proportion(taken, [one.accrued for one in many]), strict=True):
            each.accrued -= share
            each.exact -= share.amount
        return taken

    def _ranked(self, lines: Sequence[Line], on: date) -> Iterable[list[Line]]:
        """The items of a class in their order of payment, those of equal rank together."""
        if not self.statutory or len(lines) < 2:
            return [[line] for line in lines]
        started = [each.terms for each in self.running if each.terms.start < on]
        costs = [(terms, terms.rate_on(self.law, on - ONE_DAY) / terms.basis) for terms in started]
        ranks = {id(line): (line.due > on, -self._burden(line, costs), line.due) for line in lines}
        ordered = sorted(
            lines, key=lambda line: (ranks[id(line)], line.left, line.item.id, line.item.kind.value, line.item.owed_by)
        )
        return [list(group) for _, group in groupby(ordered, key=lambda line: ranks[id(line)])]

    def _burden(self, line: Line, costs: Sequence[tuple[GeneralInterest, Decimal]]) -> Decimal:
        """What an item costs the debtor a day, as a fraction: the interest that runs on it and the doubled part."""
        burden = self.daily_rate if line.bears else Decimal(0)
        for terms, cost in costs:
            if terms.runs_on(line.item):
                burden += cost
        return burden


def in_proportion(money: Money, owed: Sequence[Money]) -> list[Money]:
    """An amount shared by what is owed, to the fen and whole: the fen left over go where most was cut off.

    >>> [str(each) for each in in_proportion(Money("1"), [Money("1"), Money("1"), Money("1")])]
    ['0.34', '0.33', '0.33']
    """
    whole = sum(each.fen for each in owed)
    if not whole:
        return [ZERO for _ in owed]
    parts = [divmod(money.fen * each.fen, whole) for each in owed]
    shares = [share for share, _ in parts]
    lacking = money.fen - sum(shares)
    for index in sorted(range(len(owed)), key=lambda place: -parts[place][1])[:lacking]:
        shares[index] += 1
    return [Money.of_fen(share) for share in shares]
