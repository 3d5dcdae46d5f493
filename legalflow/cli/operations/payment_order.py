"""`legalflow calc payment-order`: whether a payment order (支付令) is available, with every reason at once."""

from __future__ import annotations

from typing import Any, Literal

from legalflow.cli.operation import Day, Facts, Operation, fact, reasons, result
from legalflow.law.catalogue import Law
from legalflow.law.payment_orders import Application, conditions


class PaymentOrderFacts(Facts):
    """The facts of the conditions; none has a default that would make an order available unasked."""

    on: Day = fact("申请之日")
    due: Day = fact("债务到期之日")
    asks: Literal["money", "securities", "other"] = fact("请求给付的标的", description="金钱、有价证券或者其他")
    determined: bool = fact("数额确定")
    counter_obligation: bool = fact("申请人有对待给付义务")
    debtor_in_china: bool = fact("债务人在我国境内")
    debtor_missing: bool = fact("债务人下落不明")
    can_be_served: bool = fact("支付令能够送达债务人")
    presuit_preservation: bool = fact("已向人民法院申请诉前保全")
    court_of_domicile: bool = fact("向债务人住所地人民法院申请")
    basic_court: bool = fact("受理的是基层人民法院")
    unagreed_interest: bool = fact("请求中含没有约定的利息或者违约金")
    applicant_standing: bool = fact("申请人具备当事人资格", True)
    grounds_stated: bool = fact("写明了所根据的事实、证据", True)
    unlawful_proceeds: bool = fact("请求给付的属于违法所得", False)
    guaranteed: bool = fact("债务有担保人", False)
    guarantor_sued: bool = fact("已就担保关系单独起诉", False)


def run(facts: PaymentOrderFacts, law: Law) -> dict[str, Any]:
    """Available or not; each condition with what was found and its ground."""
    found = conditions(law, _application(facts))
    rows = [
        {
            "code": each.code,
            "term": each.step.what,
            "met": each.met,
            "found": each.step.formula,
            "ground": "；".join(map(str, each.step.citations)),
        }
        for each in found.value
    ]
    failing = [row for row in rows if not row["met"]]
    return {"available": not failing, "failing": [row["code"] for row in failing], "conditions": rows} | reasons(found)


def _application(facts: PaymentOrderFacts) -> Application:
    return Application(
        on=facts.on,
        due=facts.due,
        movable=facts.asks != "other",
        determined=facts.determined,
        counter_obligation=facts.counter_obligation,
        in_china=facts.debtor_in_china,
        missing=facts.debtor_missing,
        reachable=facts.can_be_served,
        preserved=facts.presuit_preservation,
        domicile=facts.court_of_domicile,
        basic=facts.basic_court,
        unagreed=facts.unagreed_interest,
        guarantor_sued=facts.guarantor_sued,
        standing=facts.applicant_standing,
        grounded=facts.grounds_stated,
        unlawful=facts.unlawful_proceeds,
        guarantor_respondent=facts.guaranteed or facts.guarantor_sued,
    )


_TEXT = {"type": "string"}
OPERATION = Operation(
    name="payment-order",
    term="支付令的申请条件",
    topics=(
        "articles/civil_procedure/payment_order",
        "courts/payment_order/conditions",
        "courts/payment_order/court",
        "courts/payment_order/unagreed",
        "courts/payment_order/refused",
        "courts/payment_order/guarantor",
    ),
    facts=PaymentOrderFacts,
    run=run,
    result_schema=result(
        available={"type": "boolean", "title": "可以申请支付令"},
        failing={"type": "array", "title": "不符合的条件", "items": _TEXT},
        conditions={
            "type": "array",
            "title": "各项条件",
            "items": {
                "type": "object",
                "properties": {
                    "code": _TEXT | {"title": "条件"},
                    "term": _TEXT | {"title": "名称"},
                    "met": {"type": "boolean", "title": "是否符合"},
                    "found": _TEXT | {"title": "事实"},
                    "ground": _TEXT | {"title": "依据"},
                },
                "required": ["code", "term", "met", "found", "ground"],
            },
        },
    ),
    example={
        "on": "2026-11-24",
        "due": "2026-05-20",
        "asks": "money",
        "determined": True,
        "counter_obligation": False,
        "debtor_in_china": True,
        "debtor_missing": False,
        "can_be_served": True,
        "presuit_preservation": False,
        "court_of_domicile": True,
        "basic_court": True,
        "unagreed_interest": False,
    },
)
