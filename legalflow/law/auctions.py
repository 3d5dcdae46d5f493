"""Prices in an online auction by a court (网络司法拍卖): the least start, how far it may fall, what a bidder deposits.

The court fixes the price; the finding says what it has to keep to, so that a start that does not is noticed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from legalflow.law.catalogue import Law, Value
from legalflow.law.finding import Finding, Step
from legalflow.values.money import Money


def least_start(law: Law, on: date, value: Money) -> Finding[Money]:
    """The least start of a first auction on a day, from the value as appraised, in yuan."""
    rule = law.at("auctions/start_least", on)
    return _share(rule, value, Decimal(rule.value))


def least_next_start(law: Law, on: date, start: Money) -> Finding[Money]:
    """The least start of the auction after one that failed, from that one's start, in yuan."""
    rule = law.at("auctions/next_start_cut", on)
    return _share(rule, start, 1 - Decimal(rule.value))


def deposit(law: Law, on: date, start: Money) -> Finding[tuple[Money, Money]]:
    """The least and the most a bidder deposits, from the start, in yuan."""
    rule = law.at("auctions/deposit", on)
    low, high = rule.value["least"], rule.value["most"]
    least, most = (Money.rounded(start.amount * Decimal(each)) for each in (low, high))
    step = Step(rule.zh, f"{start} × {low} 至 {high}", f"{least} 至 {most}", (rule.citation,))
    return Finding((least, most), (step,), provisional=rule.provisional)


def _share(rule: Value, of: Money, share: Decimal) -> Finding[Money]:
    found = Money.rounded(of.amount * share)
    step = Step(rule.zh, f"{of} × {share}", str(found), (rule.citation,))
    return Finding(found, (step,), provisional=rule.provisional)
