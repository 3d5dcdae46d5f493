"""`legalflow calc fee`: what courts charge, who pays, what is refunded or still due."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from legalflow.claims import fees
from legalflow.claims.fees import Conversion, Fee, FeeKind, Halving
from legalflow.cli.operation import Amount, Day, Facts, Operation, fact, money_schema, reasons, result
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.codec import plain
from legalflow.values.money import Money


class FeeFacts(Facts):
    """What is charged for. On appeal `amount` is the amount appealed; `reduced_to` the claim after it was cut."""

    kind: FeeKind = fact("费用种类", FeeKind.ACCEPTANCE)
    amount: Amount | None = fact("标的额", None, description="元；保全不涉及数额时可不填")
    instance: Literal["first", "second"] = fact("审级", "first")
    procedure: Literal["ordinary", "simplified", "small_claims"] = fact("程序", "ordinary")
    closing: Literal["judgment", "mediated", "withdrawn"] = fact("结案方式", "judgment")
    counterclaim: bool = fact("是否为合并审理的反诉", False)
    reduced_to: Amount | None = fact("减少后的请求数额", None)
    conversion: Conversion | None = fact("程序转换", None)
    currency: Literal["CNY"] = fact("币种", "CNY")
    on: Day | None = fact("适用法律之日", None, description="缺省为法律数据最近核对之日")


def run(facts: FeeFacts, law: Law) -> dict[str, Any]:
    """The fee, to the fen and in yuan, with refund and rest where asked."""
    on = facts.on or law.checked
    halvings = _halvings(facts)
    found = _fee(facts, law, on, halvings)
    refund = rest = None
    findings: list[Finding[Any]] = [found]
    if facts.reduced_to is not None:
        refund = fees.refund_on_reduction(law, _needed(facts), facts.reduced_to, on, halvings)
        findings.append(refund)
    if facts.conversion is not None:
        rest = fees.to_pay_on_conversion(law, _needed(facts), facts.conversion, on)
        findings.append(rest)
    due: Money = found.value.fee if refund is None else found.value.fee - refund.value
    return {
        "fee": plain(found.value.fee),
        "exact": fees.plain_number(found.value.exact) if _ends(found.value) else plain(found.value.fee),
        "yuan": f"{found.value.yuan.amount:.0f}",
        "payer": found.value.payer,
        "due": plain(due),
        "refund": plain(refund.value) if refund else None,
        "to_pay": plain(rest.value) if rest else None,
    } | reasons(*findings)


def _ends(fee: Fee) -> bool:
    """Whether the exact fee is a short decimal; a third never ends and is given to the fen."""
    return len(f"{fee.exact:f}") <= 24


def _halvings(facts: FeeFacts) -> tuple[Halving, ...]:
    found: list[Halving] = []
    if facts.procedure != "ordinary":
        found.append(Halving.SIMPLIFIED)
    if facts.closing != "judgment":
        found.append(Halving(facts.closing))
    if facts.counterclaim:
        found.append(Halving.COUNTERCLAIM)
    if found and (facts.kind is not FeeKind.ACCEPTANCE or facts.conversion is not None):
        raise Invalid.one(
            "fee.halving",
            "减半只适用于案件受理费，且不与程序转换并用",
            "halving is for the acceptance fee alone, and not beside a conversion",
            field="kind",
            found=facts.kind.value,
        )
    return tuple(found)


def _fee(facts: FeeFacts, law: Law, on: date, halvings: tuple[Halving, ...]) -> Finding[Fee]:
    if facts.kind is not FeeKind.ACCEPTANCE and (facts.reduced_to is not None or facts.conversion is not None):
        raise Invalid.one(
            "fee.acceptance_only",
            "减少请求的退费与程序转换只适用于案件受理费",
            "refund on reduction and conversion are of the acceptance fee",
            field="kind",
            found=facts.kind.value,
        )
    if facts.kind in {FeeKind.PUBLIC_SUMMONS, FeeKind.SET_ASIDE_AWARD}:
        return fees.flat(law, facts.kind, on)
    if facts.kind is FeeKind.PRESERVATION:
        return fees.preservation(law, facts.amount, on)
    if facts.kind is FeeKind.ACCEPTANCE:
        return fees.acceptance(law, _needed(facts), on, halvings)
    by_kind = {
        FeeKind.ENFORCEMENT: fees.enforcement,
        FeeKind.PAYMENT_ORDER: fees.payment_order,
        FeeKind.BANKRUPTCY: fees.bankruptcy,
    }
    return by_kind[facts.kind](law, _needed(facts), on)


def _needed(facts: FeeFacts) -> Money:
    if facts.amount is None:
        raise Invalid.one("input.missing", "缺少该项", "is required", field="amount")
    return facts.amount


OPERATION = Operation(
    name="fee",
    term="诉讼费用",
    topics=(
        "fees/acceptance",
        "fees/preservation",
        "fees/enforcement",
        "fees/payment_order",
        "fees/halving_simplified",
        "fees/halving_once",
        "fees/refund_reduced",
    ),
    facts=FeeFacts,
    run=run,
    result_schema=result(
        fee=money_schema("应交费用"),
        exact={"type": "string", "title": "舍入前的精确值", "unit": "元"},
        yuan={"type": "string", "title": "以元为单位（法院印制口径）", "unit": "元"},
        payer={"type": "string", "title": "预交与负担"},
        due=money_schema("减少请求后应交"),
        refund={"type": ["string", "null"], "title": "应退", "unit": "元"},
        to_pay={"type": ["string", "null"], "title": "程序转换后补交", "unit": "元"},
    ),
    example={"kind": "acceptance", "amount": "268000", "procedure": "simplified"},
)
