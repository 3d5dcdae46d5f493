"""What a fee is reckoned on (诉讼标的额): the money claims of a suit added together, in yuan (民诉法解释 第二百零一条).

The base is the whole claim with interest to filing. That a guarantor is sued too, or a security right claimed for the
same debt, adds nothing by the practice of courts; a claim in foreign money is converted at the rate published for the
day the case is docketed, which whoever asks has to give and to name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step
from legalflow.values.money import Money, total


@dataclass(frozen=True)
class Exchange:
    """How much one unit of a currency is worth in yuan, and who says so."""

    currency: str
    rate: Decimal
    published_by: str


@dataclass(frozen=True)
class Item:
    """One claim of a suit: `kind` is `money`, or `guarantee` or `priority` for the same debt, which add nothing."""

    what: str
    amount: Money
    kind: str = "money"
    exchange: Exchange | None = None


def base(law: Law, items: Sequence[Item], on: date) -> Finding[Money]:
    """The amount that a fee is reckoned on, item by item; each foreign amount is rounded to the fen once."""
    parts = [in_yuan(law, each.amount, each.exchange, on, each.what) for each in items if each.kind == "money"]
    whole = total(part.value for part in parts)
    rule = law.at("fees/base", on)
    step = Step(rule.zh, " ＋ ".join(str(part.value) for part in parts) or "0.00", str(whole), (rule.citation,))
    steps, doubts = [step], list(rule.provisional)
    beside = [each for each in items if each.kind != "money"]
    if beside:
        nothing = law.at("fees/secured_adds_nothing", on)
        said = "、".join(each.what for each in beside)
        steps.append(Step(nothing.zh, f"{said}：{nothing.value}", str(whole), (nothing.citation,)))
        doubts += nothing.provisional
    found = Finding(whole, tuple(steps), provisional=tuple(doubts))
    for part in reversed(parts):
        found = found.because(part)
    return found


def in_yuan(law: Law, amount: Money, exchange: Exchange | None, on: date, what: str = "") -> Finding[Money]:
    """An amount in yuan, at the rate given where it is in foreign money (第五十五条)."""
    if exchange is None:
        return Finding(amount)
    rule = law.at("fees/foreign_currency", on)
    converted = Money.rounded(amount.amount * exchange.rate)
    formula = f"{exchange.currency} {amount} × {exchange.rate}（{exchange.published_by}）"
    step = Step(f"{what}折算" if what else rule.zh, formula, str(converted), (rule.citation,))
    return Finding(converted, (step,), provisional=rule.provisional)
