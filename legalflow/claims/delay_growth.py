"""How interest grows over one stretch of days in which nothing changes but a rate: exact, before any rounding.

The doubled part counts every day of its period but those excluded; a running interest counts from its start up to, and
usually without, the day of payment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims.award import Exclusion, GeneralInterest
from legalflow.claims.old_delay import OldTime, old_interest
from legalflow.law.catalogue import Law, number
from legalflow.law.citation import Citation
from legalflow.law.finding import Warning
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import Money, percent


@dataclass(frozen=True)
class Doubled:
    """The doubled part of a stretch, exact, with its formula after the base, the rules and what is unverified."""

    exact: Decimal
    formula: str
    citations: tuple[Citation, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Grown:
    """A running interest of a stretch, exact: formula after the base, rates as printed, rules, warnings, doubts."""

    exact: Decimal
    formula: str
    rates: str
    citations: tuple[Citation, ...] = ()
    warnings: tuple[Warning, ...] = ()
    doubts: tuple[str, ...] = ()


def doubled(law: Law, base: Money, late: Period, exclusions: Sequence[Exclusion], old: OldTime | None) -> Doubled:
    """The doubled part on a base over days wholly under the old rules (`old`) or the new one."""
    if not late.days:
        return Doubled(Decimal(0), "", (), ())
    if old:
        found = old_interest(law, base, late, old)
        return Doubled(found.exact, found.formula, found.citations, found.provisional)
    exact, parts, cited = Decimal(0), [], []
    for piece in late.cut(*(value.since for value in law.history("interest/delay_daily_rate"))):
        rate = law.at("interest/delay_daily_rate", piece.start)
        days = counted_days(piece, exclusions)
        exact += base.amount * number(rate) * days
        left_out = f"（扣除{piece.days - days}日）" if days < piece.days else ""
        parts.append(f"{rate.value} × {days}日{left_out}")
        cited.append(rate.citation)
    return Doubled(exact, " ＋ ".join(parts), tuple(dict.fromkeys(cited)), ())


def counted_days(period: Period, exclusions: Sequence[Exclusion]) -> int:
    """The days of a period that count; days that two exclusions share are left out once."""
    return period.days - sum(part.days for part in _excluded(period, exclusions))


def _excluded(piece: Period, exclusions: Sequence[Exclusion]) -> Iterator[Period]:
    reached = piece.start
    for exclusion in sorted(exclusions, key=lambda each: each.period):
        common = exclusion.period.overlap(piece)
        if common is None or exclusion.by_debtor or common.end_exclusive <= reached:
            continue
        yield Period(max(common.start, reached), common.end_exclusive)
        reached = common.end_exclusive


def general_days(terms: GeneralInterest, at: date, end: date, bankruptcy: date | None) -> Period:
    """The days a running interest counts between the end of `at` and the end of `end`."""
    later = ONE_DAY if terms.counts_payment_day else end - end
    start, stop = max(at + later, terms.start), end + later
    if terms.last_day is not None:
        stop = min(stop, terms.last_day + ONE_DAY)
    if bankruptcy is not None:
        stop = min(stop, bankruptcy)
    return Period(start, max(start, stop))


def general_growth(law: Law, terms: GeneralInterest, base: Money, period: Period) -> Grown:
    """A running interest on a base over days: at its fixed rate, or at each published rate in turn."""
    found = terms.rates(law, period)
    if found is None:
        exact = base.amount * terms.rate * period.days / terms.basis
        rate = percent(terms.rate)
        return Grown(exact, f"{rate} × {period.days}日 ÷ {terms.basis}", rate)
    exact = sum((base.amount * each.rate * each.period.days for each in found.value), start=Decimal(0)) / terms.basis
    parts = " ＋ ".join(f"{percent(each.rate)} × {each.period.days}日" for each in found.value)
    rates = "、".join(f"{each.period.start}起{percent(each.rate)}" for each in found.value)
    formula = f"（{parts}）÷ {terms.basis}" if len(found.value) > 1 else f"{parts} ÷ {terms.basis}"
    return Grown(exact, formula, rates, found.citations, found.warnings, found.provisional)
