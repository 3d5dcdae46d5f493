"""`legalflow calc allocate`: where a payment goes, among components or among several debts."""

from __future__ import annotations

from typing import Any

from legalflow.claims.allocation import NAMES, Allocation, Debt, allocate_payment, between_debts
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.loans.checks import COMPONENTS
from legalflow.values.codec import plain
from legalflow.values.money import ZERO, Money, total


class Dues(Facts):
    """What is owed by component."""

    costs: Amount = fact("费用", "0", validate_default=True)
    liquidated_damages: Amount = fact("违约金", "0", validate_default=True)
    compound: Amount = fact("复利", "0", validate_default=True)
    penalty: Amount = fact("罚息", "0", validate_default=True)
    interest: Amount = fact("期内利息", "0", validate_default=True)
    principal: Amount = fact("本金", "0", validate_default=True)


class DebtFacts(Facts):
    """One of several debts; `due` is left out where it is not yet due."""

    name: str = fact("名称", min_length=1, max_length=200)
    dues: Dues = fact("所欠")
    due: Day | None = fact("到期日", None)
    secured: Amount = fact("担保金额", "0", validate_default=True, description="无担保为 0")
    burden: Rate = fact("负担（年利率）", "0", validate_default=True)


class AllocateFacts(Facts):
    """A payment, and either `dues` of one debt or several `debts`."""

    payment: Amount = fact("还款金额")
    on: Day = fact("还款日")
    dues: Dues | None = fact("一项债务的所欠", None)
    debts: list[DebtFacts] | None = fact("数项债务", None, min_length=1, max_length=1000)
    order: list[str] = fact(
        "合同约定的抵充顺序",
        [],
        max_length=6,
        description="costs、liquidated_damages、compound、penalty、interest、principal；空为未约定",
    )
    designation: str = fact("债务人的指定", "", max_length=200, description="组成部分，或数项债务中的名称")


def run(facts: AllocateFacts, law: Law) -> dict[str, Any]:
    """What went where and what is left, by debt and in sum."""
    if (facts.dues is None) == (facts.debts is None):
        raise Invalid.one(
            "allocate.dues_or_debts",
            "dues 与 debts 须且只能给出一项",
            "give dues or debts, one of them",
            field="dues",
            mend="一笔债务填 dues，几笔债务填 debts，删去另一项",
            mend_en="dues for one debt, debts for several; drop the other",
        )
    if facts.dues is not None:
        return _one(facts, facts.dues, law)
    found = between_debts(
        facts.payment,
        [
            Debt(name=each.name, parts=_parts(each.dues), due=each.due, secured=each.secured, burden=each.burden)
            for each in facts.debts or ()
        ],
        law,
        facts.on,
        contract=facts.order,
        designation=facts.designation,
    )
    debts = [{"name": share.name, "total": plain(share.paid)} | _laid(share.allocation) for share in found.value]
    rest = facts.payment - total(share.paid for share in found.value)
    sums = {
        key: {name: plain(total(getattr(share.allocation, key)[name] for share in found.value)) for name in COMPONENTS}
        for key in ("paid", "left")
    }
    return {**sums, "unallocated": plain(rest), "debts": debts} | reasons(found)


def _one(facts: AllocateFacts, dues: Dues, law: Law) -> dict[str, Any]:
    if facts.designation and facts.designation not in COMPONENTS:
        known = "、".join(COMPONENTS)
        raise Invalid(
            Problem(
                "component.unknown",
                "不是债权的组成部分",
                "is no component",
                "designation",
                facts.designation,
                known,
                known,
            )
        )
    found = allocate_payment(
        facts.payment, _parts(dues), law, facts.on, contract=facts.order, designation=facts.designation
    )
    return {**_laid(found.value), "unallocated": plain(found.value.unallocated), "debts": []} | reasons(found)


def _parts(dues: Dues) -> dict[str, Money]:
    return {name: getattr(dues, name) or ZERO for name in COMPONENTS}


def _laid(allocation: Allocation) -> dict[str, Any]:
    return {"paid": plain(allocation.paid), "left": plain(allocation.left)}


def _components(zh: str) -> dict[str, Any]:
    properties = {name: money_schema(term) for name, term in NAMES.items()}
    return {"type": "object", "title": zh, "properties": properties, "required": list(properties)}


OPERATION = Operation(
    name="allocate",
    term="抵充",
    topics=("claims/allocation_between_debts", "claims/allocation_order", "claims/allocation_within_interest"),
    facts=AllocateFacts,
    run=run,
    result_schema=result(
        paid=_components("抵充"),
        left=_components("抵充后所欠"),
        unallocated=money_schema("未抵充的余款"),
        debts={
            "type": "array",
            "title": "各项债务",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "title": "名称"},
                    "total": money_schema("抵充合计"),
                    "paid": _components("抵充"),
                    "left": _components("抵充后所欠"),
                },
                "required": ["name", "total", "paid", "left"],
            },
        },
    ),
    example={
        "payment": "8000.00",
        "on": "2025-06-01",
        "dues": {
            "costs": "3000.00",
            "compound": "120.50",
            "penalty": "1500.00",
            "interest": "4800.00",
            "principal": "200000.00",
        },
    },
)
