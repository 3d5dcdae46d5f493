"""What a change in a case does to its fee: what is still to be paid, and what comes back (诉讼费用交纳办法 第四章).

A change compares what was paid with what is due after it. Both are taken to the fen; courts that print whole yuan
subtract whole yuan, so that figure is given beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from legalflow.claims import fees
from legalflow.claims.fees import Fee, Halving
from legalflow.errors import Invalid
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step
from legalflow.law.periods import Deadline, deadline
from legalflow.values.money import ZERO, Money


class Conversion(Enum):
    """A change of procedure after which the fee is reckoned anew."""

    PAYMENT_ORDER = "payment_order_to_suit"  # 支付令失效转入诉讼
    SIMPLIFIED = "simplified_to_ordinary"  # 简易程序转为普通程序
    ORDINARY = "ordinary_to_simplified"  # 普通程序转为简易程序
    SECURITY_RIGHT = "security_right_to_suit"  # 实现担保物权申请被驳回后起诉


class Change(Enum):
    """What happened to a case whose fee was paid."""

    RAISED = "raised"  # 增加诉讼请求
    REDUCED = "reduced"  # 法庭调查终结前减少诉讼请求
    REDUCED_LATE = "reduced_late"  # 法庭调查终结后减少诉讼请求
    PAYMENT_ORDER = Conversion.PAYMENT_ORDER.value
    SIMPLIFIED = Conversion.SIMPLIFIED.value
    ORDINARY = Conversion.ORDINARY.value
    SECURITY_RIGHT = Conversion.SECURITY_RIGHT.value
    MEDIATED = "mediated"  # 调解结案
    WITHDRAWN = "withdrawn"  # 撤诉
    REFUSED = "refused"  # 不予受理或者驳回起诉
    REMANDED = "remanded"  # 发回重审（第二审受理费）
    CRIMINAL = "criminal"  # 移送有关部门，民事不再继续
    CRIMINAL_CONTINUES = "criminal_continues"  # 移送后民事继续审理
    SUSPENDED = "suspended"  # 中止诉讼
    TERMINATED = "terminated"  # 终结诉讼
    WON = "won"  # 胜诉，费用由对方负担
    WON_DIRECT = "won_direct"  # 胜诉，同意由对方直接支付


_RULE = {
    Change.RAISED: "fees/increase",
    Change.REDUCED: "fees/refund_reduced",
    Change.REDUCED_LATE: "fees/reduced_late",
    Change.PAYMENT_ORDER: "fees/convert_payment_order",
    Change.SIMPLIFIED: "fees/convert_simplified",
    Change.ORDINARY: "fees/convert_ordinary",
    Change.SECURITY_RIGHT: "fees/convert_security_right",
    Change.MEDIATED: "fees/halving_mediated",
    Change.WITHDRAWN: "fees/halving_withdrawn",
    Change.REFUSED: "fees/refund_refused",
    Change.REMANDED: "fees/refund_remanded",
    Change.CRIMINAL: "fees/refund_criminal",
    Change.CRIMINAL_CONTINUES: "fees/refund_criminal",
    Change.SUSPENDED: "fees/kept_suspended",
    Change.TERMINATED: "fees/kept_terminated",
    Change.WON: "fees/won",
    Change.WON_DIRECT: "fees/won",
}
_WHOLE_BACK = {Change.REFUSED, Change.REMANDED, Change.CRIMINAL, Change.WON}
_KEPT = {
    Change.SUSPENDED,
    Change.TERMINATED,
    Change.REDUCED_LATE,
    Change.CRIMINAL_CONTINUES,
    Change.WON_DIRECT,
}
_BY_AMOUNT = {Change.RAISED, Change.REDUCED}


@dataclass(frozen=True)
class Balance:
    """What was paid and what is due after the change, in yuan: to the fen, and as courts print them.

    Exactly one of `to_pay` and `refund` is above zero, or both are zero. `rule` says in Chinese what the law provides.
    """

    paid: Money
    due: Money
    paid_yuan: Money
    due_yuan: Money
    rule: str

    @property
    def to_pay(self) -> Money:
        """What is still to be paid."""
        return max(self.due - self.paid, ZERO)

    @property
    def refund(self) -> Money:
        """What comes back."""
        return max(self.paid - self.due, ZERO)


def balance(
    law: Law,
    change: Change,
    amount: Money,
    on: date,
    halvings: Sequence[Halving] = (),
    changed_to: Money | None = None,
    paid: Money | None = None,
) -> Finding[Balance]:
    """What a change leaves to be paid or gives back.

    `amount` is the claim before the change, `changed_to` after it; `halvings` those that held before; `paid` is what
    was really paid, else what the tariff asked before the change.
    """
    _check(change, amount, changed_to, paid)
    rule = law.at(_RULE[change], on)
    before = _before(law, change, amount, on, halvings)
    after = _after(law, change, amount, on, halvings, changed_to)
    was = before.value.fee if paid is None else paid
    was_yuan = before.value.yuan if paid is None else paid
    found = Balance(was, was, was_yuan, was_yuan, str(rule.value) if not _halves(change) else rule.zh)
    if change in _WHOLE_BACK:
        found = Balance(was, ZERO, was_yuan, ZERO, found.rule)
    elif after is not None:
        found = Balance(was, after.value.fee, was_yuan, after.value.yuan, found.rule)
    left = found.to_pay or -found.refund
    step = Step(rule.zh, f"{found.due} － {found.paid}", str(left), (rule.citation,))
    whole = Finding(found, (step,), provisional=rule.provisional)
    if after is not None:
        whole = whole.because(after)
    return whole.because(before) if paid is None else whole


def _halves(change: Change) -> bool:
    return change in {Change.MEDIATED, Change.WITHDRAWN}


def _check(change: Change, amount: Money, changed_to: Money | None, paid: Money | None) -> None:
    if (changed_to is not None) != (change in _BY_AMOUNT):
        raise Invalid.one(
            "fee.changed_to",
            "增加或者减少请求时须给出变更后的数额，其他情形不填",
            "the amount after the change is given where the claim is raised or reduced, and only there",
            field="changed_to",
            found=changed_to or "",
            mend="增加、减少请求的填写变更后的数额，例如 80000.00；其他情形删去",
            mend_en="give the amount after it where the claim is raised or reduced, else leave it out",
        )
    if change is Change.REDUCED and changed_to is not None and changed_to > amount:
        raise Invalid.one(
            "fee.not_reduced",
            "变更后的请求数额高于原数额",
            "the claim is raised, not reduced",
            field="changed_to",
            found=changed_to,
            mend=f"填写不高于 {amount} 的数额；增加请求的，变更（change）写 raised",
            mend_en=f"at most {amount}; a claim that is raised is `raised`",
        )
    if change is Change.RAISED and changed_to is not None and changed_to < amount:
        zh, en = "变更后的请求数额低于原数额", "the claim is reduced, not raised"
        raise Invalid.one(
            "fee.not_raised",
            zh,
            en,
            field="changed_to",
            found=changed_to,
            mend=f"填写不低于 {amount} 的数额；减少请求的，变更（change）写 reduced",
            mend_en=f"at least {amount}; a claim that is cut is `reduced`",
        )
    if change is Change.SECURITY_RIGHT and paid is None:
        zh, en = "须给出已经交纳的实现担保物权申请费", "the fee paid for the special procedure is needed"
        raise Invalid.one(
            "fee.paid",
            zh,
            en,
            field="paid",
            mend="补充已交的申请费，例如 3650.00",
            mend_en="add the fee paid, for example 3650.00",
        )


def _before(law: Law, change: Change, amount: Money, on: date, halvings: Sequence[Halving]) -> Finding[Fee]:
    if change is Change.PAYMENT_ORDER:
        return fees.payment_order(law, amount, on)
    if change is Change.SIMPLIFIED and Halving.SIMPLIFIED not in halvings:
        halvings = (Halving.SIMPLIFIED, *halvings)
    return fees.acceptance(law, amount, on, halvings)


def _after(
    law: Law, change: Change, amount: Money, on: date, halvings: Sequence[Halving], changed_to: Money | None
) -> Finding[Fee] | None:
    """The fee after the change; None where the whole comes back or nothing does."""
    if change in _WHOLE_BACK or change in _KEPT:
        return None
    if change is Change.SIMPLIFIED:
        halvings = tuple(each for each in halvings if each is not Halving.SIMPLIFIED)
    elif change is Change.ORDINARY:
        halvings = (Halving.SIMPLIFIED, *halvings)
    elif _halves(change):
        halvings = (*halvings, Halving(change.value))
    return fees.acceptance(law, changed_to if changed_to is not None else amount, on, halvings)


def on_reduction(
    law: Law, claimed: Money, reduced_to: Money, on: date, halvings: Sequence[Halving] = ()
) -> Finding[Balance]:
    """What comes back when the claim is cut before the court's investigation ends (第二十一条)."""
    if reduced_to > claimed:
        zh, en = "变更后的请求数额高于原数额", "the claim is raised, not reduced"
        raise Invalid.one(
            "fee.not_reduced",
            zh,
            en,
            field="reduced_to",
            found=reduced_to,
            mend=f"填写不高于 {claimed} 的数额",
            mend_en=f"at most {claimed}",
        )
    return balance(law, Change.REDUCED, claimed, on, halvings, reduced_to)


def after_conversion(
    law: Law, amount: Money, conversion: Conversion, on: date, paid: Money | None = None
) -> Finding[Balance]:
    """What is due after the procedure changes (民诉法解释 第一百九十五条、第一百九十九条)."""
    return balance(law, Change(conversion.value), amount, on, paid=paid)


def pay_by(law: Law, rule: str, trigger: date) -> Finding[Deadline]:
    """The last day to pay, by a rule of `law/data/deadlines`, from the day of the notice."""
    return deadline(law, rule, trigger)


def refunded_by(law: Law, effective: date) -> Finding[Deadline]:
    """The day by which a court pays back, from the day its instrument takes effect (第五十三条)."""
    return deadline(law, "fee_refund", effective)
