"""What interest for late performance came to: stretch by stretch, receipt by receipt, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims.delay_base import Reading
from legalflow.values.money import Money, total


@dataclass(frozen=True)
class DelaySegment:
    """One stretch between events. `start` is its first counted day of the doubled part, `end` its last.

    `formula` is that of the doubled part, empty where no day of the stretch is late.
    """

    start: date
    end: date
    base: Money
    days: int
    doubled: Money
    general_days: int
    general: Money
    formula: str = ""


@dataclass(frozen=True)
class GeneralSegment:
    """One running interest over one stretch: its counted days, `start` to `end`, its base, rates and amount."""

    zh: str
    start: date
    end: date
    days: int
    base: Money
    rates: str
    formula: str
    amount: Money


@dataclass(frozen=True)
class Applied:
    """Where a receipt went; `surplus` is what was more than all that was owed.

    `kind` is the kind of receipt, or `waiver`; `counted_on` the day it counts from.
    """

    on: date
    amount: Money
    costs: Money
    interest: Money
    principal: Money
    other: Money
    doubled: Money
    surplus: Money
    kind: str
    counted_on: date


@dataclass(frozen=True)
class ItemLeft:
    """What is left of an item, and what of its running interest where `id` is empty and `kind` says so."""

    id: str
    kind: str
    zh: str
    awarded: Money
    left: Money
    due: date
    in_base: bool
    owed_by: tuple[str, ...]


@dataclass(frozen=True)
class RunsOn:
    """What a running interest goes on with after the last day: its base as left, its rate in words, `per_day` exact."""

    zh: str
    base: Money
    rate: str
    basis: int
    per_day: Decimal


@dataclass(frozen=True)
class DelayInterest:
    """The whole: segments, where each receipt went, what accrued in all, and what is owed on the last day.

    `items` says what is left item by item, then of each running interest, then of the doubled part by debtors;
    `daily_general` and `daily_doubled` are the exact growth, in yuan, of one day after the last.
    """

    segments: tuple[DelaySegment, ...]
    general_segments: tuple[GeneralSegment, ...]
    applied: tuple[Applied, ...]
    readings: tuple[Reading, ...]
    items: tuple[ItemLeft, ...]
    runs_on: tuple[RunsOn, ...]
    days: int
    doubled: Money
    general: Money
    left_costs: Money
    left_interest: Money
    left_principal: Money
    left_other: Money
    left_doubled: Money
    daily_general: Decimal
    daily_doubled: Decimal

    @property
    def left(self) -> Money:
        """All that is still owed on the last day."""
        return total((self.left_costs, self.left_interest, self.left_principal, self.left_other, self.left_doubled))
