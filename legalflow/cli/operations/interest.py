"""`legalflow calc interest`: interest by days on one principal, or over segments."""

from __future__ import annotations

from typing import Any, Literal

from legalflow.claims.interest import Segment, basis_of, by_segments
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.values.codec import plain
from legalflow.values.dates import Period


class Part(Facts):
    """A principal at one rate for one period."""

    principal: Amount = fact("本金")
    rate: Rate = fact("年利率")
    start: Day = fact("起息日（计）")
    end_exclusive: Day = fact("止息日（不计）")


class InterestFacts(Facts):
    """Either the four facts of one period, or `segments`."""

    principal: Amount | None = fact("本金", None)
    rate: Rate | None = fact("年利率", None)
    basis: Literal[360, 365] | None = fact("年计息天数", None, description="未约定时按银行惯例 360")
    start: Day | None = fact("起息日（计）", None)
    end_exclusive: Day | None = fact("止息日（不计）", None)
    segments: list[Part] | None = fact("分段", None, min_length=1, max_length=2000)


def parts_of(facts: InterestFacts) -> list[Part]:
    """The segments, or the one period; refused where both or neither are there."""
    names = ("principal", "rate", "start", "end_exclusive")
    given = [name for name in names if getattr(facts, name) is not None]
    if facts.segments is not None and not given:
        return facts.segments
    if facts.segments is None and len(given) == len(names):
        return [Part(**{name: getattr(facts, name) for name in names})]
    raise Invalid.one(
        "interest.one_or_segments",
        "须完整给出本金、利率、起止日，或只给出 segments",
        "give principal, rate, start and end_exclusive, all of them, or else segments alone",
        field="segments" if facts.segments is not None else next(name for name in names if name not in given),
        mend="只有一段的填本金、利率、起止日；分段的只填 segments",
        mend_en="one stretch: principal, rate, start, end_exclusive; several: segments alone",
    )


def run(facts: InterestFacts, law: Law) -> dict[str, Any]:
    """Interest over all parts, rounded once."""
    parts = parts_of(facts)
    basis = basis_of(facts.basis, law, parts[0].start)
    segments = [
        Segment(part.principal, part.rate, basis.value, Period(part.start, part.end_exclusive)) for part in parts
    ]
    found = by_segments(segments, what="利息").because(basis)
    days = sum(segment.period.days for segment in segments)
    return {"days": days, "basis": basis.value, "interest": plain(found.value)} | reasons(found)


OPERATION = Operation(
    name="interest",
    term="期内利息",
    topics=("articles/loan_interest_due",),
    ground="合同约定",
    facts=InterestFacts,
    run=run,
    result_schema=result(
        days={"type": "integer", "title": "天数"},
        basis={"type": "integer", "title": "年计息天数"},
        interest=money_schema("利息"),
    ),
    example={
        "principal": "1000000.00",
        "rate": "0.0435",
        "basis": 360,
        "start": "2025-01-10",
        "end_exclusive": "2025-04-10",
    },
)
