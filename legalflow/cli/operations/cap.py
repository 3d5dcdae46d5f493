"""`legalflow calc cap`: what a licensed lender's charges may come to, and what exceeds it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from legalflow.claims import caps
from legalflow.claims.caps import Outstanding
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.loans.loan import LenderKind
from legalflow.values.codec import plain
from legalflow.values.dates import Period
from legalflow.values.money import Money, percent


class Line(Facts):
    """A principal outstanding, and the all-in rate charged on it where the charges are not given as sums."""

    principal: Amount = fact("本金")
    start: Day = fact("起（计）")
    end_exclusive: Day = fact("止（不计）")
    rate: Rate | None = fact("该段全部息费的年利率", None)


class Charges(Facts):
    """What is charged, by kind."""

    interest: Amount | None = fact("利息", None)
    penalty: Amount | None = fact("罚息", None)
    compound: Amount | None = fact("复利", None)
    liquidated_damages: Amount | None = fact("违约金", None)
    fees: Amount | None = fact("其他费用", None)


class CapFacts(Facts):
    """Give `charges` as sums, or a `rate` in every segment (then the whole counts as penalty)."""

    lender: LenderKind = fact("出借人", LenderKind.BANK)
    policy: Literal["none", "24%", "4lpr", "contract_rate"] = fact("上限口径", "24%")
    formed_on: Day | None = fact("合同成立之日", None)
    filed_on: Day | None = fact("起诉之日", None, description="缺省为法律数据最近核对之日")
    contract_rate: Rate | None = fact("合同年利率", None)
    basis: Literal[360, 365] = fact("年计息天数", 360)
    segments: list[Line] = fact("本金与期间", min_length=1, max_length=2000)
    charges: Charges | None = fact("各项息费", None)


def run(facts: CapFacts, law: Law) -> dict[str, Any]:
    """The regime, the ceiling by segment and what exceeds it, cut in order."""
    lines = [Outstanding(line.principal, Period(line.start, line.end_exclusive)) for line in facts.segments]
    filed = facts.filed_on or law.checked
    found = caps.cap(
        law,
        facts.lender,
        facts.policy,
        lines,
        _charges(facts, lines),
        _formed(facts, filed),
        filed,
        facts.contract_rate,
        facts.basis,
    )
    value = found.value
    return {
        "regime": value.regime,
        "policy": value.policy,
        "rate": None if value.rate is None else plain(value.rate),
        "rate_percent": None if value.rate is None else percent(value.rate),
        "ceilings": plain(value.ceilings),
        "ceiling": plain(value.ceiling),
        "claimed": plain(value.claimed),
        "excess": plain(value.excess),
        "cuts": [
            {"charge": cut.charge, "claimed": plain(cut.claimed), "cut": plain(cut.cut), "left": plain(cut.left)}
            for cut in value.cuts
        ],
    } | reasons(found)


def _formed(facts: CapFacts, filed: date) -> date:
    if facts.formed_on is not None:
        return facts.formed_on
    if facts.policy == "4lpr":
        raise Invalid.one(
            "input.missing",
            "四倍LPR口径须给出合同成立之日",
            "four LPR needs the day of the contract",
            field="formed_on",
        )
    return filed


def _charges(facts: CapFacts, lines: list[Outstanding]) -> dict[str, Money]:
    rates = [line.rate for line in facts.segments]
    if facts.charges is not None and not any(rate is not None for rate in rates):
        return {name: getattr(facts.charges, name) or Money(0) for name in caps.CHARGES}
    if facts.charges is None and all(rate is not None for rate in rates):
        exact = sum(
            (
                line.principal.amount * (rate or 0) * line.period.days / facts.basis
                for line, rate in zip(lines, rates, strict=True)
            ),
            Decimal(0),
        )
        return {"penalty": Money.rounded(exact)}
    raise Invalid.one(
        "cap.charges_or_rates",
        "须给出 charges，或在每一段给出 rate，不能并用",
        "give charges, or a rate in every segment, not both",
        field="charges",
    )


OPERATION = Operation(
    name="cap",
    term="综合费用上限（持牌机构）",
    topics=("caps/licensed_ceiling", "caps/licensed_lenders", "caps/lpr_multiple"),
    facts=CapFacts,
    run=run,
    result_schema=result(
        regime={"type": "string", "title": "适用的规则", "enum": ["licensed"]},
        policy={"type": "string", "title": "上限口径"},
        rate={"type": ["string", "null"], "title": "上限年利率", "unit": "年利率，小数"},
        rate_percent={"type": ["string", "null"], "title": "上限年利率"},
        ceilings={"type": "array", "title": "各段上限", "items": money_schema("上限")},
        ceiling={"type": ["string", "null"], "title": "上限合计", "unit": "元"},
        claimed=money_schema("主张的息费合计"),
        excess=money_schema("超出"),
        cuts={
            "type": "array",
            "title": "依次扣减",
            "items": {
                "type": "object",
                "properties": {
                    "charge": {"type": "string", "title": "费用项目", "enum": list(caps.CHARGES)},
                    "claimed": money_schema("主张"),
                    "cut": money_schema("扣减"),
                    "left": money_schema("剩余"),
                },
            },
        },
    ),
    example={
        "lender": "consumer_finance",
        "policy": "24%",
        "segments": [{"principal": "20000", "start": "2025-01-01", "end_exclusive": "2025-04-11", "rate": "0.3585"}],
    },
)
