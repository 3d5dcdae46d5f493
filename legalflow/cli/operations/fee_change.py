"""`legalflow calc fee-change`: what a change in a case leaves to be paid, or gives back, and by which day."""

from __future__ import annotations

from typing import Any, Literal

from legalflow.claims import fee_changes
from legalflow.claims.fee_changes import Change
from legalflow.claims.fees import Halving
from legalflow.cli.operation import Amount, Day, Facts, Operation, fact, money_schema, reasons, result
from legalflow.cli.operations.fee import optional
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding
from legalflow.values.codec import plain


class FeeChangeFacts(Facts):
    """What happened to a case whose acceptance fee was paid; `paid` is the receipt's figure, else the tariff's."""

    change: Change = fact("发生的变动")
    amount: Amount = fact("变动前的请求数额", description="元；发回重审的为上诉请求数额")
    changed_to: Amount | None = fact("变更后的请求数额", None, description="增加或者减少请求时填写")
    paid: Amount | None = fact("已交的费用", None)
    procedure: Literal["ordinary", "simplified", "small_claims"] = fact("变动前的程序", "ordinary")
    notified_on: Day | None = fact("收到补交通知之日", None)
    effective_on: Day | None = fact("法律文书生效之日", None)
    on: Day | None = fact("适用法律之日", None, description="缺省为法律数据最近核对之日")


def run(facts: FeeChangeFacts, law: Law) -> dict[str, Any]:
    """What is still to be paid or comes back, to the fen and in whole yuan, and the days."""
    halvings = () if facts.procedure == "ordinary" else (Halving.SIMPLIFIED,)
    on = facts.on or law.checked
    found = fee_changes.balance(law, facts.change, facts.amount, on, halvings, facts.changed_to, facts.paid)
    findings: list[Finding[Any]] = [found]
    pay_by = refund_by = None
    if found.value.to_pay and facts.notified_on is not None:
        pay_by = fee_changes.pay_by(law, "fee_payment", facts.notified_on)
        findings.append(pay_by)
    if found.value.refund and facts.effective_on is not None:
        refund_by = fee_changes.refunded_by(law, facts.effective_on)
        findings.append(refund_by)
    whole = (found.value.due_yuan - found.value.paid_yuan).amount
    return {
        "paid": plain(found.value.paid),
        "due": plain(found.value.due),
        "to_pay": plain(found.value.to_pay),
        "refund": plain(found.value.refund),
        "difference_yuan": f"{whole:f}".removesuffix(".00"),
        "rule": found.value.rule,
        "pay_by": pay_by.value.last_day.isoformat() if pay_by else None,
        "if_unpaid": law.at("deadlines/fee_payment", on).value["if_missed"] if found.value.to_pay else "",
        "refund_by": refund_by.value.last_day.isoformat() if refund_by else None,
    } | reasons(*findings)


OPERATION = Operation(
    name="fee-change",
    term="诉讼费用的补交与退还",
    topics=(
        "fees/increase",
        "fees/refund_reduced",
        "fees/reduced_late",
        "fees/convert_payment_order",
        "fees/convert_simplified",
        "fees/refund_refused",
        "fees/refund_remanded",
        "fees/refund_criminal",
        "fees/kept_suspended",
        "fees/won",
        "fees/refund_within",
    ),
    facts=FeeChangeFacts,
    run=run,
    result_schema=result(
        paid=money_schema("已交"),
        due=money_schema("变动后应交"),
        to_pay=money_schema("应补交"),
        refund=money_schema("应退"),
        difference_yuan={"type": "string", "title": "差额（以元为单位，负数为退）", "unit": "元"},
        rule={"type": "string", "title": "规则"},
        pay_by=optional("最迟补交之日", format="date"),
        if_unpaid={"type": "string", "title": "逾期不交的后果"},
        refund_by=optional("法院最迟退费之日", format="date"),
    ),
    example={"change": "reduced", "amount": "800000", "changed_to": "300000", "effective_on": "2026-09-01"},
)
