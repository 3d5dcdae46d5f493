"""`legalflow calc cap`: what the charges of a loan may come to, and what exceeds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from legalflow.claims import caps
from legalflow.claims.caps import Cap, Outstanding
from legalflow.claims.private_caps import POLICY, Contract, private_cap
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Warning
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
    """Give `charges` as sums, or a `rate` in every segment (then the whole counts as penalty).

    A private lender's ceiling is the law's, not a policy: it needs the day of the contract, and for days before
    2015-09-01 the benchmark lending rate of the same kind.
    """

    lender: LenderKind = fact(
        "出借人",
        LenderKind.BANK,
        description="bank 银行，consumer_finance 消费金融公司，small_loan 小额贷款公司，private 民间借贷",
    )
    policy: Literal["none", "24%", "4lpr", "contract_rate"] = fact("上限口径", "24%")
    formed_on: Day | None = fact("合同成立之日", None)
    filed_on: Day | None = fact("起诉之日", None, description="缺省为法律数据最近核对之日")
    contract_rate: Rate | None = fact("合同年利率", None)
    basis: Literal[360, 365] = fact("年计息天数", 360)
    segments: list[Line] = fact("本金与期间", min_length=1, max_length=2000)
    charges: Charges | None = fact("各项息费", None)
    benchmark: Literal["up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"] | None = fact(
        "同类贷款基准利率的档次", None, description="仅民间借贷，2015年9月1日前的期间"
    )
    old_rule: bool = fact("是否请求适用当时的规定", True, description="仅民间借贷，2020年8月20日前的期间")


def run(facts: CapFacts, law: Law) -> dict[str, Any]:
    """The regime, the ceiling by segment and what exceeds it, cut in order."""
    lines = [Outstanding(line.principal, Period(line.start, line.end_exclusive)) for line in facts.segments]
    filed = facts.filed_on or law.checked
    if facts.lender is LenderKind.PRIVATE:
        found = _private(facts, law, lines, filed)
    else:
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


def _private(facts: CapFacts, law: Law, lines: list[Outstanding], filed: date) -> Finding[Cap]:
    """The ceiling of private lending; a policy or contract rate named beside it is said to be without effect."""
    if facts.formed_on is None:
        raise Invalid.one(
            "cap.private",
            "民间借贷的上限取决于合同成立之日，请一并给出",
            "the ceiling of private lending depends on the day of the contract: give it",
            field="formed_on",
            mend="补充合同成立之日，例如 2021-03-01",
            mend_en="add it, for example 2021-03-01",
        )
    contract = Contract(facts.formed_on, filed, facts.benchmark, facts.old_rule)
    found = private_cap(law, contract, lines, _charges(facts, lines), facts.basis)
    if not {"policy", "contract_rate"} & facts.model_fields_set:
        return found
    unused = Warning(
        "cap.policy_unused",
        "民间借贷适用法定上限，所给上限口径与合同利率不起作用",
        "private lending has a ceiling in law: the policy and the contract rate given have no effect",
    )
    return replace(found, warnings=(*found.warnings, unused))


def _formed(facts: CapFacts, filed: date) -> date:
    if facts.formed_on is not None:
        return facts.formed_on
    if facts.policy == "4lpr":
        raise Invalid.one(
            "input.missing",
            "四倍LPR口径须给出合同成立之日",
            "four LPR needs the day of the contract",
            field="formed_on",
            mend="补充合同成立之日，例如 2021-03-01",
            mend_en="add it, for example 2021-03-01",
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
        mend="主张总额的填 charges，按段主张利率的在每一段填 rate，删去另一项",
        mend_en="charges for sums, a rate in every segment for rates; drop the other",
    )


OPERATION = Operation(
    name="cap",
    term="综合费用上限",
    topics=(
        "caps/licensed_ceiling",
        "caps/licensed_lenders",
        "caps/lpr_multiple",
        "caps/private_sum",
        "caps/private_transition",
        "caps/private_enforceable",
        "caps/private_benchmark_multiple",
    ),
    facts=CapFacts,
    run=run,
    result_schema=result(
        regime={"type": "string", "title": "适用的规则", "enum": ["licensed", "private"]},
        policy={"type": "string", "title": "上限口径", "enum": [*caps.POLICIES, POLICY]},
        rate={"type": ["string", "null"], "title": "上限年利率（各段不一的为空）", "unit": "年利率，小数"},
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
