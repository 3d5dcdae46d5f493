"""`legalflow calc compound`: compound on unpaid in-term interest items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from legalflow.claims.interest import PENALTY_RATE, UnpaidInterest, basis_of, compound
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.values.codec import plain
from legalflow.values.dates import Period


class UnpaidItem(Facts):
    """In-term interest that was not paid when due."""

    amount: Amount = fact("未付期内利息")
    start: Day = fact("应付日（计）")
    end_exclusive: Day = fact("截止日（不计）")


class CompoundFacts(Facts):
    """The unpaid items and the rates."""

    items: list[UnpaidItem] = fact("未付期内利息", min_length=1, max_length=2000)
    contract_rate: Rate | None = fact("合同年利率", None, description="仅 contract_until_maturity 需要")
    penalty_rate: Rate = fact("罚息年利率")
    basis: Literal[360, 365] | None = fact("年计息天数", None, description="未约定时按银行惯例 360")
    mode: Literal["penalty_rate", "contract_until_maturity"] = fact(
        "复利利率", PENALTY_RATE, description="penalty_rate 一律按罚息利率；contract_until_maturity 到期前按合同利率"
    )
    maturity: Day | None = fact("到期日（自该日起按罚息利率）", None, description="仅 contract_until_maturity 需要")


def run(facts: CompoundFacts, law: Law) -> dict[str, Any]:
    """The compound of each item, rounded once each, and their sum."""
    Invalid.raise_any(_missing(facts))
    basis = basis_of(facts.basis, law, facts.items[0].start)
    each = [
        compound(
            [UnpaidInterest(item.amount, Period(item.start, item.end_exclusive), facts.maturity)],
            facts.penalty_rate if facts.contract_rate is None else facts.contract_rate,
            facts.penalty_rate,
            basis.value,
            law,
            mode=facts.mode,
        )
        for item in facts.items
    ]
    amount = sum((found.value for found in each[1:]), each[0].value)
    items = [
        {"days": (item.end_exclusive - item.start).days, "compound": plain(found.value)}
        for item, found in zip(facts.items, each, strict=True)
    ]
    return {"basis": basis.value, "items": items, "compound": plain(amount)} | reasons(basis, *each)


def _missing(facts: CompoundFacts) -> Iterator[Problem]:
    """What the reading with two rates needs beside the items."""
    if facts.mode == PENALTY_RATE:
        return
    for name, value in (("contract_rate", facts.contract_rate), ("maturity", facts.maturity)):
        if value is None:
            yield Problem(
                "input.missing",
                "到期前按合同利率计收复利时，须给出该项",
                "is required where compound is at the contract rate until maturity",
                name,
                mend="补充该项，或将复利方式（mode）改为 penalty_rate",
                mend_en="add it, or let the mode be penalty_rate",
            )


OPERATION = Operation(
    name="compound",
    term="复利",
    topics=("claims/compound_rate", "claims/compound_base"),
    facts=CompoundFacts,
    run=run,
    result_schema=result(
        basis={"type": "integer", "title": "年计息天数"},
        items={
            "type": "array",
            "title": "各笔",
            "items": {
                "type": "object",
                "properties": {"days": {"type": "integer", "title": "天数"}, "compound": money_schema("复利")},
                "required": ["days", "compound"],
            },
        },
        compound=money_schema("复利合计"),
    ),
    example={
        "items": [{"amount": "30416.67", "start": "2025-03-01", "end_exclusive": "2025-08-01"}],
        "contract_rate": "0.06",
        "penalty_rate": "0.09",
        "basis": 360,
    },
)
