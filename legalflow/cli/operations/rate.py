"""`legalflow calc rate`: which rate a floating loan, or a judgment at 同期LPR, bears on which days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from legalflow.claims.floating import RateSegment, Reference, Terms, anniversaries, january_days, repriced, same_period
from legalflow.claims.interest import Segment, basis_of, by_segments
from legalflow.cli.operation import Amount, Day, Facts, Operation, day_schema, fact, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.codec import plain
from legalflow.values.dates import Period
from legalflow.values.money import percent

Benchmark = Literal["up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"]


class RateFacts(Facts):
    """What the rate floats on, when it is repriced, and the period asked for."""

    series: Literal["lpr", "benchmark"] = fact("参考利率", "lpr")
    tenor: Literal["1y", "5y", "up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"] = fact(
        "期限", description="lpr：1y、5y（五年期以上）；其余为贷款基准利率的档次"
    )
    margin_bp: str = fact(
        "加点（基点，可为负）",
        "0",
        pattern=r"^-?[0-9]{1,5}(\.[0-9]{1,4})?$",
        description="加60个基点（0.60%）写作 60，减20个基点写作 -20",
    )
    multiple: str = fact(
        "倍数", "1", pattern=r"^[0-9]{1,2}(\.[0-9]{1,6})?$", description="四倍写作 4；上浮三成写作 1.3"
    )
    repricing: Literal["january", "anniversary", "dates", "same_period"] = fact(
        "重定价方式", description="same_period：判决“按同期LPR”，随每次公布分段"
    )
    repricing_dates: list[Day] | None = fact("约定的重定价日", None, min_length=1, max_length=400)
    first_priced_on: Day | None = fact("首次定价日（合同或放款之日）", None)
    lookup: Literal["before", "on_or_before"] | None = fact(
        "取值", None, description="重定价日之前公布的，或含当日公布的；缺省：LPR 按惯例取之前的，基准利率取当日有效的"
    )
    earlier_benchmark: Benchmark | None = fact("首次公布LPR以前适用的基准利率档次", None)
    start: Day = fact("起（计）")
    end_exclusive: Day = fact("止（不计）")
    principal: Amount | None = fact("本金（给出则计息）", None)
    basis: Literal[360, 365] | None = fact("年计息天数", None, description="未约定时按银行惯例 360")


def run(facts: RateFacts, law: Law) -> dict[str, Any]:
    """The rate of every segment with its row; with a principal, the interest too, rounded once."""
    found = rates(facts, law)
    basis, interest = _interest(facts, law, found.value)
    return {
        "segments": [_plain(each) for each in found.value],
        "basis": basis.value if basis else None,
        "interest": plain(interest.value) if interest else None,
    } | reasons(found, *(each for each in (basis, interest) if each))


def rates(facts: RateFacts, law: Law) -> Finding[tuple[RateSegment, ...]]:
    """The segments; facts that the chosen repricing does not use, or lacks, are refused together."""
    _fit(facts)
    reference = Reference(facts.series, facts.tenor)
    terms = Terms(Decimal(facts.margin_bp), Decimal(facts.multiple))
    period = Period(facts.start, facts.end_exclusive)
    if facts.repricing == "same_period":
        earlier = Reference("benchmark", facts.earlier_benchmark) if facts.earlier_benchmark else None
        return same_period(law, reference, period, terms, earlier)
    if facts.repricing == "dates":
        days = tuple(facts.repricing_dates or ())
    elif facts.repricing == "anniversary" and facts.first_priced_on:
        days = anniversaries(facts.first_priced_on, period)
    else:
        days = january_days(period)
    return repriced(law, reference, period, days, terms, facts.lookup, facts.first_priced_on)


_USES = {
    "january": {"first_priced_on", "lookup"},
    "anniversary": {"first_priced_on", "lookup"},
    "dates": {"repricing_dates", "first_priced_on", "lookup"},
    "same_period": {"earlier_benchmark"},
}
_NEEDS = {"anniversary": "first_priced_on", "dates": "repricing_dates"}


def _fit(facts: RateFacts) -> None:
    problems: list[Problem] = []
    needed = _NEEDS.get(facts.repricing)
    if needed and getattr(facts, needed) is None:
        problems += Invalid.one(
            "input.missing",
            "缺少该项",
            "is required",
            field=needed,
            mend="补充该日，例如 2025-01-01",
            mend_en="add it, for example 2025-01-01",
        ).problems
    for name in ("repricing_dates", "first_priced_on", "lookup", "earlier_benchmark"):
        if getattr(facts, name) is not None and name not in _USES[facts.repricing]:
            problems += Invalid.one(
                "rate.not_used",
                f"重定价方式为 {facts.repricing} 时不用该项",
                f"is not used where repricing is {facts.repricing}",
                field=name,
                mend="删去该项，或改选重定价方式（repricing）",
                mend_en="drop it, or choose another repricing",
            ).problems
    if facts.basis is not None and facts.principal is None:
        problems += Invalid.one(
            "rate.not_used",
            "未给出本金时不用该项",
            "is not used without a principal",
            field="basis",
            mend="删去该项；需要计算利息的，补充本金（principal）",
            mend_en="drop it, or add a principal where interest is to be worked out",
        ).problems
    Invalid.raise_any(problems)


def _interest(
    facts: RateFacts, law: Law, found: tuple[RateSegment, ...]
) -> tuple[Finding[int], Finding[Any]] | tuple[None, None]:
    principal = facts.principal
    if principal is None:
        return None, None
    basis = basis_of(facts.basis, law, facts.start)
    return basis, by_segments([Segment(principal, each.rate, basis.value, each.period) for each in found])


def _plain(each: RateSegment) -> dict[str, Any]:
    return {
        "start": plain(each.period.start),
        "end_exclusive": plain(each.period.end_exclusive),
        "days": each.period.days,
        "rate": plain(each.rate),
        "rate_percent": percent(each.rate),
        "priced_on": plain(each.priced_on),
        "reference": each.row.value,
        "reference_topic": each.row.topic,
        "reference_since": plain(each.row.since),
    }


_RATE = {"type": "string", "unit": "年利率，小数"}
OPERATION = Operation(
    name="rate",
    term="浮动利率（LPR、贷款基准利率）",
    topics=("rates/lpr_1y", "rates/lpr_5y", "rates/benchmark_1y_to_3y", "rates/repricing_lookup", "rates/same_period"),
    facts=RateFacts,
    run=run,
    result_schema=result(
        segments={
            "type": "array",
            "title": "分段利率",
            "items": {
                "type": "object",
                "properties": {
                    "start": day_schema("起（计）"),
                    "end_exclusive": day_schema("止（不计）"),
                    "days": {"type": "integer", "title": "天数"},
                    "rate": _RATE | {"title": "年利率"},
                    "rate_percent": {"type": "string", "title": "年利率（百分数）"},
                    "priced_on": day_schema("定价日"),
                    "reference": _RATE | {"title": "参考利率"},
                    "reference_topic": {"type": "string", "title": "参考利率的名称"},
                    "reference_since": day_schema("参考利率公布或施行之日"),
                },
            },
        },
        basis={"type": ["integer", "null"], "title": "年计息天数"},
        interest={"type": ["string", "null"], "title": "利息合计", "unit": "元"},
    ),
    example={
        "series": "lpr",
        "tenor": "5y",
        "margin_bp": "55",
        "repricing": "january",
        "lookup": "before",
        "start": "2024-12-21",
        "end_exclusive": "2025-03-21",
        "principal": "2000000",
        "basis": 360,
    },
)
