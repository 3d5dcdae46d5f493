"""Interest for late performance of days before 2014-08-01 (法释〔2009〕6号).

Twice the benchmark lending rate of the same period on the instrument's money debt. What does not pay all is shared in
proportion between that debt and this interest (并还), so that of a sum X the debt takes X ÷ (1 + 2 × rate × time).
Days before 2009-05-18 bore twice the highest bank lending rate (民诉法意见 第294条). That rate is no published series,
so it is given with the matter; without it there is a `LawGap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.errors import Invalid, LawGap, one_of
from legalflow.law.catalogue import Law, Value, number
from legalflow.law.citation import Citation
from legalflow.law.finding import Warning
from legalflow.values.dates import ONE_DAY, Period, add_months
from legalflow.values.money import ZERO, Money, percent

BENCHMARKS = ("up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y")


@dataclass(frozen=True)
class OldRule:
    """How the old rule is read in a matter.

    `benchmark` is one of `BENCHMARKS`; None takes the one that holds the days under the old rule. `basis` is the days
    of a year the rate is divided by. `highest_rate` is the highest bank lending rate a year, read for days before the
    benchmark rule alone.
    """

    benchmark: str | None = None
    basis: int = 360
    highest_rate: Decimal | None = None


@dataclass(frozen=True)
class OldTime:
    """The stretch of a delay under the old rules: up to but not including `turn`, at one benchmark over `basis` days.

    Days before `middle` bear `highest_rate` instead; `multiple` is the value in force on the first day of the delay.
    """

    turn: date
    middle: date
    benchmark: str
    basis: int
    highest_rate: Decimal | None
    multiple: Value
    warnings: tuple[Warning, ...]
    provisional: tuple[str, ...]

    @property
    def eve(self) -> date:
        """The last day under the old rule."""
        return self.turn - ONE_DAY


@dataclass(frozen=True)
class OldInterest:
    """The interest of a stretch, exact, with its days, the formula, the rules and what of them is unverified."""

    exact: Decimal
    days: int
    formula: str
    citations: tuple[Citation, ...]
    provisional: tuple[str, ...]


def new_rule_since(law: Law) -> date:
    """The first day of the rule now in force."""
    return law.history("interest/delay_daily_rate")[0].since


def old_time(law: Law, performance_last_day: date, until: date, rule: OldRule) -> OldTime | None:
    """The part of a delay under the old rules; None where it began later, `LawGap` where a rate is lacking."""
    turn, first = new_rule_since(law), performance_last_day + ONE_DAY
    if first >= turn:
        return None
    middle = law.history("interest/delay_old_multiple")[0].since
    if first < middle and rule.highest_rate is None:
        raise _no_highest_rate(law, first)
    _check(rule)
    multiple = law.at(f"interest/delay_{'highest' if first < middle else 'old'}_multiple", first)
    lengths = law.at("interest/delay_old_benchmark", max(first, middle))
    chosen = rule.benchmark or _holding(lengths, performance_last_day, min(until, turn - ONE_DAY))
    warnings, doubts = [], [*multiple.provisional]
    if first < middle:
        order = law.at("interest/delay_highest_order", first)
        doubts += order.provisional
        warnings.append(
            Warning(
                "delay.highest_rate",
                f"{middle} 前按给出的银行贷款最高利率 {percent(rule.highest_rate or Decimal(0))} 的 {multiple.value} 倍"
                f"计算，所收款项{order.value}；该利率未在法律数据内，请核对",
                f"days before {middle} bear the highest bank lending rate as given; receipts are shared in proportion",
            )
        )
    if until >= middle:
        doubts += lengths.provisional
        warnings.append(_reading(law, turn, chosen))
    return OldTime(
        turn, middle, chosen, rule.basis, rule.highest_rate, multiple, tuple(warnings), tuple(dict.fromkeys(doubts))
    )


def _reading(law: Law, turn: date, chosen: str) -> Warning:
    said = law.history(f"rates/benchmark_{chosen}")[0].zh
    return Warning(
        "delay.old_benchmark",
        f"{turn} 前适用旧规则，同期贷款基准利率取“{said}”；取何档次规则未写明，请核对",
        f"days before {turn} bear the old rule at the benchmark {chosen}; the rule does not say which",
    )


def _check(rule: OldRule) -> None:
    if rule.basis not in {360, 365}:
        raise Invalid.one(
            "delay.basis",
            "年计息天数须为360或365",
            "the basis is 360 or 365",
            field="old_rule.basis",
            mend="填 360 或 365，判决未写明的不填",
            mend_en="write 360 or 365, or leave it out where the judgment does not say",
        )
    if rule.benchmark is not None and rule.benchmark not in BENCHMARKS:
        raise Invalid.one(
            "delay.benchmark",
            "贷款基准利率的档次不在所列之内",
            "unknown benchmark",
            field="old_rule.benchmark",
            found=rule.benchmark,
            **one_of(BENCHMARKS),
        )


def _no_highest_rate(law: Law, first: date) -> LawGap:
    """The gap before the benchmark rule, saying what to give."""
    later = law.history("interest/delay_old_multiple")[0]
    before = law.at("interest/delay_highest_multiple", first)
    return LawGap.one(
        "law.gap",
        f"{later.since}（{later.citation}）前按银行贷款最高利率的 {before.value} 倍计算（{before.citation}），"
        "该利率未在法律数据内",
        f"before {later.since} ({later.citation}) interest is {before.value} times the highest bank lending rate, "
        "which is not in the data",
        field="old_rule.highest_rate",
        found=first,
        mend="给出 old_rule.highest_rate：该段期间的银行贷款最高年利率",
        mend_en="give old_rule.highest_rate: the highest bank lending rate a year of those days",
    )


def _holding(lengths: Value, start: date, end: date) -> str:
    """The first benchmark whose months hold the time from `start` to `end`; the last one where none does."""
    held = (name for name, months in lengths.value.items() if end <= add_months(start, int(months)))
    return next(held, BENCHMARKS[-1])


def old_interest(law: Law, base: Money, late: Period, old: OldTime) -> OldInterest:
    """Twice the rate on a base over days under the old rules, each day at the rate then in force."""
    if late.end_exclusive <= old.middle:
        return _at_highest(law, base, late, old)
    topic = f"rates/benchmark_{old.benchmark}"
    multiple = law.at("interest/delay_old_multiple", late.start)
    exact, parts, cited = Decimal(0), [], [multiple.citation]
    doubts: list[str] = []
    for piece in late.cut(*(value.since for value in law.history(topic))):
        value = law.at(topic, piece.start)
        exact += base.amount * number(value) * number(multiple) * piece.days / old.basis
        parts.append(f"{percent(number(value))} × {multiple.value} × {piece.days}日 ÷ {old.basis}")
        cited.append(value.citation)
        doubts += value.provisional
    return OldInterest(exact, late.days, " ＋ ".join(parts), tuple(dict.fromkeys(cited)), tuple(dict.fromkeys(doubts)))


def _at_highest(law: Law, base: Money, late: Period, old: OldTime) -> OldInterest:
    """The same before the benchmark rule, at the highest bank lending rate as given."""
    multiple = law.at("interest/delay_highest_multiple", late.start)
    rate = old.highest_rate or Decimal(0)
    exact = base.amount * rate * number(multiple) * late.days / old.basis
    formula = f"{percent(rate)} × {multiple.value} × {late.days}日 ÷ {old.basis}"
    return OldInterest(exact, late.days, formula, (multiple.citation,), multiple.provisional)


def share_of_interest(received: Money, debt: Money, interest: Money, exact: Decimal) -> Money:
    """What of a sum received goes to this interest, the rest being the debt's: in proportion, never above `interest`.

    `exact` is the same interest before rounding, so that the proportion is that of the rule to the fen.
    """
    if not interest:
        return ZERO
    to_debt = Money.rounded(received.amount * debt.amount / (debt.amount + exact))
    return min(interest, received - to_debt)
