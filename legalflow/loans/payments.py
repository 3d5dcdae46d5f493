"""Money received from the debtor's side, and what it was let off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from legalflow.values.money import Money


@dataclass(frozen=True)
class Payment:
    """A receipt: the day it was received, the amount, how, and its number in the lender's books (unique in a loan).

    `designation` names the component the debtor designated at payment, empty where none (民法典 第五百六十条).
    """

    on: date
    amount: Money
    number: str = ""
    channel: str = ""
    designation: str = ""


@dataclass(frozen=True)
class Waiver:
    """What the lender let the debtor off (减免): a component (`penalty`, `compound` …), how much, from which day."""

    on: date
    component: str
    amount: Money
