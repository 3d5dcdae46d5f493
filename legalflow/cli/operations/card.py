"""`legalflow calc card`: what is owed on a credit card, by posting, with interest by the day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from legalflow.claims.cards import Account, Posting, card_claim
from legalflow.claims.claim import Claim
from legalflow.cli.operation import (
    Amount,
    Day,
    Facts,
    Operation,
    Rate,
    brief_reasons,
    day_schema,
    fact,
    money_schema,
    reasons,
    result,
)
from legalflow.cli.operations.claim import Component, LaterOrderFacts, Policy, WaivedFacts, later_order
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.loans.payments import Payment, Waiver
from legalflow.values.codec import plain


class PostingFacts(Facts):
    """An amount posted to the account; what may bear interest bears it from `interest_from`, else from `on`."""

    on: Day = fact("入账日")
    amount: Amount = fact("金额")
    kind: Literal[
        "purchase", "cash", "instalment", "fee", "instalment_fee", "liquidated_damages", "late_fee", "over_limit_fee"
    ] = fact(
        "种类",
        description="purchase 消费，cash 取现，instalment 分期本金，fee 费用，instalment_fee 分期手续费，"
        "liquidated_damages 违约金，late_fee 滞纳金，over_limit_fee 超限费；后五类不计息",
    )
    interest_from: Day | None = fact("起息日", None, description="享受免息期的为免息期后首日；分期本金为该期应还日")


class CardPaymentFacts(Facts):
    """Money received on the card."""

    on: Day = fact("还款日")
    amount: Amount = fact("还款金额")
    number: str = fact("流水号", "", max_length=200)


class CardFacts(Facts):
    """The agreed rate, what was posted, what was paid, and the cut-off."""

    daily_rate: Rate = fact("约定的日利率", description="0.0005 即每日万分之五")
    signed: Day = fact("领用合约签订日")
    postings: list[PostingFacts] = fact("入账", min_length=1, max_length=600)
    payments: list[CardPaymentFacts] = fact("还款", [], max_length=2000)
    waivers: list[WaivedFacts] = fact("减免", [], max_length=100)
    statement_day: int | None = fact(
        "账单日", None, ge=1, le=28, description="填写则未付利息自次日起计收复利；空为不计"
    )
    allocation: list[Component] = fact(
        "合同约定的抵充顺序", [], max_length=6, description="penalty 指透支利息，costs 指费用"
    )
    allocation_later: LaterOrderFacts | None = fact("逾期较久后的抵充顺序", None)
    called_on: Day | None = fact("全部提前到期日", None, description="分期未到期本金自该日起一并计息")
    as_of: Day = fact("截止日")
    cutoff_counts: bool = fact("截止日当日计入", True)
    cap_policy: Policy | None = fact("上限口径", None, description="空：只提示超出，不扣减")


def run(facts: CardFacts, law: Law) -> dict[str, Any]:
    """The card's debt by component, by posting and by day, with the reasons."""
    found = _found(facts, law)
    claim = found.value
    postings = [
        {
            "interest_from": plain(row.due),
            "amount": plain(row.principal_due),
            "paid": plain(row.to_principal),
            "left": plain(row.overdue_principal),
            "interest": plain(row.penalty),
            "compound": plain(row.compound),
        }
        for row in claim.rows
    ]
    received = [{name: plain(getattr(each, theirs)) for name, theirs in _RECEIVED.items()} for each in claim.received]
    return _sums(claim) | {"postings": postings, "received": received} | reasons(found)


def run_brief(facts: CardFacts, law: Law) -> dict[str, Any]:
    """The sums alone."""
    found = _found(facts, law)
    return _sums(found.value) | brief_reasons(found)


def _found(facts: CardFacts, law: Law) -> Finding[Claim]:
    account = Account(
        daily_rate=facts.daily_rate,
        signed=facts.signed,
        postings=tuple(Posting(**dict(each)) for each in facts.postings),
        payments=tuple(Payment(each.on, each.amount, each.number) for each in facts.payments),
        waivers=tuple(Waiver(each.on, each.component, each.amount) for each in facts.waivers),
        statement_day=facts.statement_day,
        allocation=tuple(facts.allocation),
        allocation_later=later_order(facts.allocation_later) if facts.allocation_later else None,
        called_on=facts.called_on,
    )
    return card_claim(account, facts.as_of, law, cutoff_counts=facts.cutoff_counts, cap_policy=facts.cap_policy)


def _sums(claim: Claim) -> dict[str, Any]:
    undue = claim.running.undue_principal
    per_day = claim.running.per_day
    return {
        "as_of": plain(claim.as_of),
        "end_exclusive": plain(claim.end_exclusive),
        "principal": plain(claim.principal),
        "undue_principal": plain(undue),
        "interest": plain(claim.penalty),
        "compound": plain(claim.compound),
        "fees": plain(claim.costs),
        "liquidated_damages": plain(claim.liquidated_damages),
        "total": plain(claim.total),
        "excess": plain(claim.excess),
        "cut": plain(claim.cut),
        "unallocated": plain(claim.unallocated),
        "per_day": plain(per_day.quantize(Decimal(1).scaleb(-6))),
    }


_RECEIVED = {
    "on": "on",
    "number": "number",
    "amount": "amount",
    "to_fees": "to_costs",
    "to_liquidated_damages": "to_liquidated_damages",
    "to_compound": "to_compound",
    "to_interest": "to_penalty",
    "to_principal": "to_principal",
    "unallocated": "unallocated",
}
_POSTING = {
    "type": "object",
    "properties": {
        "interest_from": day_schema("起息日"),
        "amount": money_schema("入账金额"),
        "paid": money_schema("已还本金"),
        "left": money_schema("尚欠本金"),
        "interest": money_schema("利息"),
        "compound": money_schema("复利"),
    },
    "required": ["interest_from", "amount", "paid", "left", "interest", "compound"],
    "additionalProperties": False,
}
_RECEIPT = {
    "type": "object",
    "properties": {
        "on": day_schema("还款日"),
        "number": {"type": "string", "title": "流水号"},
        "amount": money_schema("金额"),
        "to_fees": money_schema("抵充费用"),
        "to_liquidated_damages": money_schema("抵充违约金"),
        "to_compound": money_schema("抵充复利"),
        "to_interest": money_schema("抵充利息"),
        "to_principal": money_schema("抵充本金"),
        "unallocated": money_schema("未抵充"),
    },
    "required": list(_RECEIVED),
    "additionalProperties": False,
}

OPERATION = Operation(
    name="card",
    term="信用卡欠款",
    topics=(
        "caps/credit_card_daily",
        "caps/credit_card_negotiated",
        "caps/credit_card_abolished",
        "caps/credit_card_excess",
        "claims/allocation_order",
    ),
    ground="领用合约",
    facts=CardFacts,
    run=run,
    brief=run_brief,
    result_schema=result(
        as_of=day_schema("截止日"),
        end_exclusive=day_schema("计算终点（不计）"),
        principal=money_schema("透支本金"),
        undue_principal=money_schema("其中尚未计息或未到期的本金"),
        interest=money_schema("利息"),
        compound=money_schema("复利"),
        fees=money_schema("费用"),
        liquidated_damages=money_schema("违约金"),
        total=money_schema("合计"),
        excess=money_schema("超出上限"),
        cut=money_schema("按上限扣减"),
        unallocated=money_schema("未抵充的收款"),
        per_day={"type": "string", "title": "每日增加额", "unit": "元"},
        postings={"type": "array", "title": "各笔透支", "items": _POSTING},
        received={"type": "array", "title": "还款的抵充", "items": _RECEIPT},
    ),
    example={
        "daily_rate": "0.0005",
        "signed": "2023-05-01",
        "postings": [
            {"on": "2025-01-10", "amount": "12000.00", "kind": "purchase"},
            {"on": "2025-02-03", "amount": "3000.00", "kind": "cash"},
            {"on": "2025-02-03", "amount": "30.00", "kind": "fee"},
            {"on": "2025-03-26", "amount": "150.00", "kind": "liquidated_damages"},
        ],
        "payments": [{"on": "2025-04-01", "amount": "2000.00", "number": "R1"}],
        "as_of": "2025-06-30",
    },
)
