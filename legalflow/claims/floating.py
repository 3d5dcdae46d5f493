"""Floating rates: which rate a loan or a judgment bears on which days, each segment with the row it was read from.

A contract that floats takes the reference on its repricing days and keeps it until the next one, whatever is published
in between. A judgment that awards 同期LPR follows every publication from its day. A rate is reference × multiple +
margin; one basis point is a ten-thousandth a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from legalflow.claims.caps import lpr
from legalflow.errors import Invalid, LawGap, one_of
from legalflow.law.catalogue import Law, Value, number
from legalflow.law.citation import Citation
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import ONE_DAY, Period, add_years
from legalflow.values.money import percent

TENORS = ("1y", "5y")
TERMS = ("up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y")
LOOKUPS = ("before", "on_or_before")
_BASIS_POINTS_PER_ONE = 10_000


@dataclass(frozen=True)
class Reference:
    """What a rate floats on: `lpr` of a tenor (`TENORS`) or the central bank's `benchmark` of a term (`TERMS`)."""

    series: str
    tenor: str

    def __post_init__(self) -> None:
        known = {"lpr": TENORS, "benchmark": TERMS}.get(self.series, ())
        if self.tenor not in known:
            raise Invalid.one(
                "rate.reference",
                "没有这一期限的参考利率",
                "there is no reference rate of this series and tenor",
                field="tenor",
                found=f"{self.series} {self.tenor}",
                mend="、".join(known) or "lpr、benchmark",
                mend_en=", ".join(known) or "lpr, benchmark",
            )

    @property
    def topic(self) -> str:
        """Where its rows stand in the law's data."""
        return f"rates/{self.series}_{self.tenor}"

    def row(self, law: Law, on: date) -> Value:
        """The row in force on a day; `LawGap` before the first and after the last one loaded."""
        return lpr(law, self.tenor, on) if self.series == "lpr" else law.at(self.topic, on)


@dataclass(frozen=True)
class Terms:
    """What is added to the reference: reference × `multiple` + `margin_bp` basis points (negative: taken off)."""

    margin_bp: Decimal = Decimal(0)
    multiple: Decimal = Decimal(1)

    def rate(self, reference: Decimal) -> Decimal:
        """The rate a year as a fraction; `Invalid` where the margin takes it below nothing."""
        exact = reference * self.multiple + self.margin_bp / _BASIS_POINTS_PER_ONE
        if exact < 0:
            raise Invalid.one(
                "rate.negative",
                "加减点后利率为负",
                "the margin makes the rate negative",
                field="margin_bp",
                found=self.margin_bp,
                mend="核对加减点（margin_bp）：1 个基点为 0.01%，例如加 60 个基点写 60",
                mend_en="look at the margin: a basis point is 0.01 %, so 60 adds 0.6 %",
            )
        return Decimal(f"{exact.normalize():f}")

    def formula(self, row: Value) -> str:
        """The reference with its day, the multiple and the margin, as a statement prints them."""
        times = f" × {self.multiple.normalize():f}" if self.multiple != 1 else ""
        sign = "＋" if self.margin_bp > 0 else "－"
        margin = f" {sign} {abs(self.margin_bp).normalize():f}个基点" if self.margin_bp else ""
        return f"{percent(number(row))}（{row.zh}，{row.since}起）{times}{margin}"


@dataclass(frozen=True)
class RateSegment:
    """One rate for one period: `row` is what it was read from, `priced_on` the day that fixed it."""

    period: Period
    rate: Decimal
    row: Value
    priced_on: date


def january_days(period: Period) -> tuple[date, ...]:
    """Every 1 January that can price a day of a period: that of the year it starts in and all after it.

    >>> january_days(Period.of("2024-12-21", "2025-03-21"))
    (datetime.date(2024, 1, 1), datetime.date(2025, 1, 1))
    """
    return tuple(date(year, 1, 1) for year in range(period.start.year, period.end_exclusive.year + 1))


def anniversaries(first_priced_on: date, period: Period) -> tuple[date, ...]:
    """The first pricing and its corresponding day each year after, up to the end of a period.

    >>> anniversaries(date(2024, 2, 29), Period.of("2025-01-01", "2026-01-01"))
    (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28))
    """
    years = range(period.end_exclusive.year - first_priced_on.year + 1)
    days = (add_years(first_priced_on, count) for count in years)
    return tuple(each for each in days if each < period.end_exclusive)


def repriced(
    law: Law,
    reference: Reference,
    period: Period,
    repricing_days: Sequence[date],
    terms: Terms,
    lookup: str | None = None,
    first_priced_on: date | None = None,
) -> Finding[tuple[RateSegment, ...]]:
    """The rates of a floating contract over a period, cut at the repricing days inside it.

    The first segment is priced on the last repricing day on or before its start, or on `first_priced_on` (the day of
    the contract or of drawing) where that is later. `lookup`: `before` takes the row published before the pricing day,
    `on_or_before` also that of the day itself; None takes for LPR what the law's data holds usual and for the
    benchmark, whose rows are of the day they take effect, `on_or_before`.
    """
    _not_empty(period)
    marks = _marks(period, repricing_days, first_priced_on)
    usual = law.at("rates/repricing_lookup", marks[0]) if lookup is None and _uses_lpr(law, reference, marks) else None
    how = lookup or (str(usual.value) if usual else "on_or_before")
    if how not in LOOKUPS:
        raise Invalid.one(
            "rate.lookup", "取值方式不在所列之内", "unknown lookup", field="lookup", found=how, **one_of(LOOKUPS)
        )
    segments = []
    for piece in period.cut(*marks):
        priced = max(mark for mark in marks if mark <= piece.start)
        row = _row(law, reference, priced - ONE_DAY if how == "before" else priced)
        segments.append(RateSegment(piece, terms.rate(number(row)), row, priced))
    warnings = _warnings(law, segments, first_priced_on is None)
    return _finding(segments, terms, (usual,) if usual else (), warnings)


def same_period(
    law: Law, reference: Reference, period: Period, terms: Terms, earlier: Reference | None = None
) -> Finding[tuple[RateSegment, ...]]:
    """The rates of a judgment that awards the reference of the same period: a new segment with every row.

    Each row counts from its own day. Before the first LPR the benchmark of a term (`earlier`) is read; without one
    there is a `LawGap`, as there is after the last publication loaded.
    """
    _not_empty(period)
    first = law.history(reference.topic)[0].since
    if reference.series != "lpr" or earlier is None or period.start >= first:
        parts = [(reference, period)]
    elif period.end_exclusive <= first:
        parts = [(earlier, period)]
    else:
        parts = [(earlier, Period(period.start, first)), (reference, Period(first, period.end_exclusive))]
    segments = [
        RateSegment(piece, terms.rate(number(row)), row, row.since)
        for source, part in parts
        for piece in part.cut(*_days_of_rows(law, source))
        for row in (_row(law, source, piece.start),)
    ]
    follows = [law.at("rates/same_period", each.period.start) for each in segments if _is_lpr(each.row)]
    return _finding(segments, terms, follows[:1], _warnings(law, segments, False))


def _not_empty(period: Period) -> None:
    if not period.days:
        raise Invalid.one(
            "rate.empty_period",
            "期间至少一天",
            "the period holds at least one day",
            field="end_exclusive",
            found=period.end_exclusive,
            mend="终点至少比起点晚一日：期间含起日、不含止日",
            mend_en="end it a day after its start or later: a period holds its start and not its end",
        )


def _marks(period: Period, days: Sequence[date], first: date | None) -> tuple[date, ...]:
    """The pricing days that matter, in order; refused where none fixes the rate of the first day."""
    if first is not None and first > period.start:
        raise Invalid.one(
            "rate.first_priced_on",
            "首次定价日晚于期间的起点",
            "the rate was first priced after the period starts",
            field="first_priced_on",
            found=first,
            mend=f"不晚于 {period.start}",
            mend_en=f"not after {period.start}",
        )
    kept = [each for each in days if first is None or each > first]
    marks = tuple(sorted({*kept, *([first] if first else [])}))
    if not marks or marks[0] > period.start:
        raise Invalid.one(
            "rate.no_first_price",
            "期间起点之前没有定价日",
            "no pricing day stands on or before the start of the period",
            field="repricing_days",
            mend="给出 first_priced_on，或一个不晚于起点的重定价日",
            mend_en="give first_priced_on, or a repricing day not after the start",
        )
    begin = max(mark for mark in marks if mark <= period.start)
    return tuple(mark for mark in marks if begin <= mark < period.end_exclusive)


def _uses_lpr(law: Law, reference: Reference, marks: Sequence[date]) -> bool:
    """Whether the reference is LPR and was there when the first pricing fell; an earlier one is a gap of its own."""
    return reference.series == "lpr" and marks[0] >= law.history(reference.topic)[0].since


def _row(law: Law, reference: Reference, on: date) -> Value:
    first = law.history(reference.topic)[0].since
    if reference.series == "lpr" and on < first:
        raise LawGap.one(
            "rate.before_lpr",
            f"{on} 尚无LPR，第一次公布为 {first}",
            f"there was no LPR on {on}: the first was published on {first}",
            field="tenor",
            found=on,
            mend="此前用同期贷款基准利率：合同重定价用 series benchmark，判决的同期利率给出 earlier_benchmark",
            mend_en="use the benchmark then: series benchmark for a contract, earlier_benchmark for a judgment",
        )
    return reference.row(law, on)


def _is_lpr(row: Value) -> bool:
    return row.topic.startswith("rates/lpr_")


def _days_of_rows(law: Law, reference: Reference) -> set[date]:
    """The days on which a row begins or the series ends."""
    rows = law.history(reference.topic)
    return {row.since for row in rows} | {row.until for row in rows if row.until is not None}


def _warnings(law: Law, segments: Sequence[RateSegment], assumed: bool) -> tuple[Warning, ...]:
    found = []
    if assumed and segments[0].priced_on < segments[0].period.start:
        found.append(
            Warning(
                "rate.assumed_running",
                f"以 {segments[0].priced_on} 为首段的定价日；贷款在该日之后才发放的，请给出首次定价日",
                f"the first segment is priced on {segments[0].priced_on}: give the first pricing day of a later loan",
            )
        )
    first_lpr = law.history(Reference("lpr", TENORS[0]).topic)[0].since
    if any(not _is_lpr(each.row) and each.period.end_exclusive > first_lpr for each in segments):
        found.append(
            Warning(
                "rate.benchmark_after_lpr",
                f"{first_lpr} 起已有LPR，其后仍按贷款基准利率计算的须有合同依据",
                f"LPR exists from {first_lpr}: the benchmark after it needs a ground in the contract",
            )
        )
    return tuple(found)


def _finding(
    segments: Sequence[RateSegment], terms: Terms, rules: Sequence[Value], warnings: tuple[Warning, ...]
) -> Finding[tuple[RateSegment, ...]]:
    shared: tuple[Citation, ...] = tuple(rule.citation for rule in rules)
    steps = tuple(
        Step(
            f"{each.period.start} 起至 {each.period.end_exclusive} 前的年利率",
            terms.formula(each.row),
            percent(each.rate),
            (each.row.citation, *(shared if _is_lpr(each.row) else ())),
        )
        for each in segments
    )
    doubts = dict.fromkeys(doubt for value in (*rules, *(each.row for each in segments)) for doubt in value.provisional)
    return Finding(tuple(segments), steps, warnings, tuple(doubts))
