"""Interest by days: in-term interest, penalty and compound, exact until the one rounding of each component.

Periods are half-open. Exact values are fractions of whole numbers, so that I(a,b) + I(b,c) = I(a,c) holds without any
remainder; a figure is rounded half-up to the fen once, where it becomes a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from legalflow.errors import Invalid, LawGap, one_of
from legalflow.law.catalogue import Law
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import Period
from legalflow.values.money import Money, percent, rate_doubt, total

BASES = (360, 365)
BREACHES = ("overdue", "misuse")
PENALTY_RATE, CONTRACT_UNTIL_MATURITY = "penalty_rate", "contract_until_maturity"
COMPOUND_MODES = (PENALTY_RATE, CONTRACT_UNTIL_MATURITY)


@dataclass(frozen=True)
class Segment:
    """A principal that bears one rate for one period. `rate` is a fraction a year, `basis` days a year (360 or 365)."""

    principal: Money
    rate: Decimal
    basis: int
    period: Period

    @property
    def exact(self) -> Fraction:
        """The interest in yuan, exact."""
        return exact_interest(self.principal, self.rate, self.basis, self.period.days)

    @property
    def formula(self) -> str:
        """The multiplication with its numbers, as a statement prints it."""
        return f"{self.principal} × {percent(self.rate)} ÷ {self.basis} × {self.period.days}天"


@dataclass(frozen=True)
class UnpaidInterest:
    """An item of in-term interest that was not paid on `due`; it bears compound over `period`."""

    amount: Money
    period: Period
    maturity: date | None = None  # where the rate changes at maturity


def exact_interest(principal: Money, rate: Decimal, basis: int, days: int) -> Fraction:
    """Principal × annual rate × days ÷ basis in yuan, exact.

    >>> exact_interest(Money("100000"), Decimal("0.06"), 360, 30)
    Fraction(500, 1)
    """
    return Fraction(principal.fen * days, 100 * basis) * Fraction(rate)


def rounded(exact: Fraction) -> Money:
    """An exact amount of yuan, not negative, half-up to the fen.

    >>> rounded(Fraction(1, 200))
    Money('0.01')
    """
    fen = exact * 100
    return Money.of_fen((2 * fen.numerator + fen.denominator) // (2 * fen.denominator))


def interest(
    principal: Money,
    rate: Decimal,
    basis: int,
    period: Period,
    *,
    what: str = "期内利息",
    citations: tuple[Citation, ...] = (),
) -> Finding[Money]:
    """Interest on one principal at one rate: principal × rate × days ÷ basis.

    >>> interest(Money("1000000"), Decimal("0.0435"), 360, Period.of("2025-01-10", "2025-04-10")).value
    Money('10875.00')
    """
    return by_segments((Segment(principal, rate, basis, period),), what=what, citations=citations)


def basis_of(agreed: int | None, law: Law, on: date) -> Finding[int]:
    """The day-count: the agreed one, else that of banks on the day the period starts."""
    if agreed is not None:
        return Finding(agreed)
    rule = law.at("claims/day_count_basis", on)
    value = int(rule.value)
    return Finding(
        value, (Step("计息基数", f"未约定，按 {value} 天", str(value), (rule.citation,)),), (), rule.provisional
    )


def by_segments(
    segments: Sequence[Segment], *, what: str = "利息", citations: tuple[Citation, ...] = ()
) -> Finding[Money]:
    """One component made of several segments, rounded once; overlapping or gaping segments are only remarked."""
    value = rounded(sum((segment.exact for segment in segments), Fraction(0)))
    formula = " ＋ ".join(segment.formula for segment in segments) or "0"
    return Finding(value, (Step(what, f"{formula} ＝ {value}", str(value), citations),), _remarks(segments))


def _remarks(segments: Sequence[Segment]) -> tuple[Warning, ...]:
    unlikely = (warning for segment in segments for warning in unlikely_rate(segment.rate))
    return (*dict.fromkeys(unlikely), *_tiling(segments))


def unlikely_rate(rate: Decimal) -> tuple[Warning, ...]:
    """A remark where a rate is 100 % a year or more: 7.2 is mostly meant as 7.2 %, which is 0.072."""
    said = rate_doubt(rate)
    return (Warning("rate_unlikely", *said),) if said else ()


def _tiling(segments: Sequence[Segment]) -> tuple[Warning, ...]:
    """A remark for each pair of neighbouring segments that do not meet."""
    found: list[Warning] = []
    for before, after in pairwise(segments):
        end, start = before.period.end_exclusive, after.period.start
        if start > end:
            found.append(
                Warning("segments_gap", f"分段之间有空档：{end} 至 {start}", f"segments leave a gap {end} to {start}")
            )
        elif start < end and before.principal == after.principal:
            found.append(
                Warning("segments_overlap", f"分段重叠：{start} 至 {end}", f"segments overlap {start} to {end}")
            )
    return tuple(found)


def penalty_rate(
    contract_rate: Decimal, uplift: Decimal, granted_on: date, law: Law, *, breach: str = "overdue"
) -> Finding[Decimal]:
    """The penalty rate: contract rate × (1 + uplift), held against the band of 银发〔2003〕251号 第三条.

    An uplift outside the band is remarked, never cut. A loan granted before the band was in force keeps the rule of its
    own day; that is remarked too, with the old fixed rate where one is loaded. `uplift` and the value are fractions.
    """
    if breach not in BREACHES:
        raise Invalid.one(
            "breach.unknown",
            "违约情形须为 overdue 或 misuse",
            "breach is overdue or misuse",
            field="breach",
            found=breach,
            mend="逾期写 overdue，挪用写 misuse",
            mend_en="overdue, or misuse of the loan",
        )
    value = Decimal(f"{(contract_rate * (1 + uplift)).normalize():f}")
    formula = f"{percent(contract_rate)} ×（1＋{percent(uplift, 0)}）＝ {percent(value)}"
    return _banded(value, uplift, formula, granted_on, law, breach)


def stated_penalty_rate(contract_rate: Decimal, overdue_rate: Decimal, granted_on: date, law: Law) -> Finding[Decimal]:
    """An overdue rate that the contract states itself, held against the same band by the uplift it amounts to."""
    uplift = round(overdue_rate / contract_rate - 1, 4) if contract_rate else Decimal(0)
    formula = f"合同约定 {percent(overdue_rate)}（较 {percent(contract_rate)} 上浮 {percent(uplift, 0)}）"
    return _banded(overdue_rate, uplift, formula, granted_on, law, "overdue")


def stated_daily_rate(daily: Decimal, granted_on: date, law: Law) -> Finding[Fraction]:
    """A fixed overdue rate a day that the contract states, as contracts of the time before 2004 did.

    The value is the exact rate a day; it is remarked where the loan is of the time of the band, which knows no fixed
    rate a day (银发〔2003〕251号 第三条).
    """
    step = Step("逾期利率（按日）", f"合同约定每日 {daily.normalize():f}", f"每日 {daily.normalize():f}")
    since = law.history("claims/penalty_uplift_overdue")[0].since
    warnings: tuple[Warning, ...] = ()
    if granted_on >= since:
        warnings = (
            Warning(
                "daily_rate_after_2004",
                f"贷款发放于 {since} 以后，逾期利率应为合同利率上浮；按日约定的，请核对其是否在幅度之内",
                f"granted since {since}: the overdue rate is an uplift; check a rate a day against the band",
            ),
        )
    return Finding(Fraction(daily), (step,), warnings)


def _banded(value: Decimal, uplift: Decimal, formula: str, granted_on: date, law: Law, breach: str) -> Finding[Decimal]:
    """The rate with its step, and with a remark where the uplift lies outside the band of the day."""
    what = "逾期罚息利率" if breach == "overdue" else "挪用罚息利率"
    try:
        band = law.at(f"claims/penalty_uplift_{breach}", granted_on)
    except LawGap:
        return Finding(value, (Step(what, formula, percent(value)),), (_old_rule(granted_on, law),))
    least, most = Decimal(band.value["least"]), Decimal(band.value["most"])
    warnings: tuple[Warning, ...] = ()
    if not least <= uplift <= most:
        warnings = (
            Warning(
                "uplift_outside_band",
                f"罚息上浮 {percent(uplift, 0)} 不在 {percent(least, 0)} 至 {percent(most, 0)} 之内"
                f"（{band.citation}），未自行裁减",
                f"the uplift of {percent(uplift, 0)} is outside {percent(least, 0)} to {percent(most, 0)}; not cut",
            ),
        )
    return Finding(value, (Step(what, formula, percent(value), (band.citation,)),), warnings, band.provisional)


def _old_rule(granted_on: date, law: Law) -> Warning:
    """What to say of a loan granted before the band: it keeps its contract and the fixed rate of its day."""
    try:
        old = law.at("claims/old_overdue_daily_rate", granted_on)
        fixed, mended = (
            f"当时规定为每日 {old.value['least']} 至 {old.value['most']}（{old.citation}，未核验）",
            "loaded",
        )
    except LawGap:
        fixed, mended = "当时的规定未收录", "not loaded"
    return Warning(
        "granted_before_2004",
        f"贷款发放于 {granted_on}，早于罚息上浮规定的施行日，按原合同和当时规定执行；{fixed}；"
        "此处按约定上浮计算，请律师核定",
        f"granted on {granted_on}, before the uplift rule: contract and old rule apply ({mended}); computed as agreed",
    )


def penalty(segments: Sequence[Segment], *, citations: tuple[Citation, ...] = ()) -> Finding[Money]:
    """The penalty (罚息) on overdue principal over one set of segments, rounded once.

    Each segment bears the penalty rate from the day the principal was due to the day it was paid
    (银发〔2003〕251号 第三条).
    """
    return by_segments(segments, what="罚息", citations=citations)


def compound_segments(
    item: UnpaidInterest, contract_rate: Decimal, overdue_rate: Decimal, basis: int, mode: str
) -> tuple[Segment, ...]:
    """The segments over which one unpaid interest item bears compound.

    `penalty_rate` throughout is the reading of 银发〔2003〕251号 第三条; `contract_until_maturity` that of
    银发〔1999〕77号.
    """
    if mode not in COMPOUND_MODES:
        raise Invalid.one(
            "compound.mode_unknown",
            "复利方式须为 penalty_rate 或 contract_until_maturity",
            "the mode is penalty_rate or contract_until_maturity",
            field="mode",
            found=mode,
            **one_of(COMPOUND_MODES),
        )
    if mode == PENALTY_RATE or item.maturity is None:
        chosen = overdue_rate if mode == PENALTY_RATE else contract_rate
        return (Segment(item.amount, chosen, basis, item.period),)
    return tuple(
        Segment(item.amount, contract_rate if part.start < item.maturity else overdue_rate, basis, part)
        for part in item.period.cut(item.maturity)
    )


def compound(
    items: Sequence[UnpaidInterest],
    contract_rate: Decimal,
    overdue_rate: Decimal,
    basis: int,
    law: Law,
    *,
    mode: str = PENALTY_RATE,
) -> Finding[Money]:
    """Compound (复利) on unpaid in-term interest items, each rounded once; none on penalty, none on compound.

    `mode` says which rate applies before maturity: the contract decides, `penalty_rate` where it is silent.
    """
    findings = []
    for number, item in enumerate(items, 1):
        on = item.period.start
        rule, base = law.at("claims/compound_rate", on), law.at("claims/compound_base", on)
        segments = compound_segments(item, contract_rate, overdue_rate, basis, mode)
        found = by_segments(segments, what=f"复利（第{number}笔未付利息）", citations=(rule.citation, base.citation))
        findings.append(Finding(found.value, found.steps, found.warnings, rule.provisional + base.provisional))
    value = total(found.value for found in findings)
    whole: Finding[Money] = Finding(value)
    for found in reversed(findings):
        whole = whole.because(found)
    return whole
