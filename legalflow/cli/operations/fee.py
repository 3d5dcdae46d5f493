"""`legalflow calc fee`: what courts charge, on what base, who pays when, what is refunded or still due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from legalflow.claims import fee_base, fee_changes, fees
from legalflow.claims.fee_base import Exchange, Item
from legalflow.claims.fee_changes import Balance, Conversion
from legalflow.claims.fees import Fee, FeeKind, Halving, Instance, Reading
from legalflow.cli.operation import Amount, Day, Facts, Operation, Rate, fact, money_schema, reasons, result
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.law.periods import Deadline
from legalflow.values.codec import plain
from legalflow.values.money import ZERO, Money

_CURRENCY = r"^[A-Z]{3}$"
_RMB = "CNY"


class MoneyFacts(Facts):
    """Foreign money: the rate is yuan for one unit (or for `exchange_unit` units), and it is said whose rate it is."""

    currency: str = fact("币种", _RMB, pattern=_CURRENCY)
    exchange_rate: Rate | None = fact(
        "汇率", None, description="受理之日国家公布的汇率，每 exchange_unit 单位外币折合人民币元"
    )
    exchange_unit: int | None = fact("汇率的外币单位", None, ge=1, le=1000, description="缺省为 1")
    exchange_rate_by: str = fact("汇率的公布者和日期", "", max_length=100)

    @property
    def exchange(self) -> Exchange | None:
        """The exchange, where the money is foreign."""
        if self.currency == _RMB or self.exchange_rate is None:
            return None
        return Exchange(self.currency, self.exchange_rate / (self.exchange_unit or 1), self.exchange_rate_by)

    def faults(self, place: str = "") -> Iterator[Problem]:
        """What is lacking or too much for the currency."""
        foreign = self.currency != _RMB
        if foreign and (not self.exchange_rate or not self.exchange_rate_by.strip()):
            zh, en = "外币须给出汇率及其公布者", "foreign money needs the rate and whose it is"
            yield Problem(
                "fee.exchange",
                zh,
                en,
                f"{place}exchange_rate",
                self.currency,
                mend="补充 exchange_rate（例如 7.1234）和公布者 exchange_rate_by",
                mend_en="add exchange_rate, for example 7.1234, and exchange_rate_by",
            )
        if not foreign and self.exchange_rate is not None:
            zh, en = "人民币不须汇率", "yuan need no rate"
            yield Problem(
                "fee.exchange",
                zh,
                en,
                f"{place}exchange_rate",
                str(self.exchange_rate),
                mend="删去 exchange_rate，或填写外币币种（currency）",
                mend_en="drop it, or name the currency",
            )


class ItemFacts(MoneyFacts):
    """One claim of the suit; `guarantee` and `priority` for the same debt add nothing."""

    what: str = fact("请求事项", min_length=1, max_length=100)
    amount: Amount | None = fact("数额", None, description="金钱请求必填")
    kind: Literal["money", "guarantee", "priority"] = fact("性质", "money", description="金钱请求、保证责任、优先受偿")


class FeeFacts(MoneyFacts):
    """What is charged for. Above the first instance `amount` is what is contested; `reduced_to` the claim after a cut.

    Several claims may be given as `claims` instead of `amount`; they are added together.
    """

    kind: FeeKind = fact(
        "费用种类",
        FeeKind.ACCEPTANCE,
        description=(
            "acceptance 案件受理费，preservation 申请保全费，enforcement 申请执行费，payment_order 申请支付令费，"
            "bankruptcy 破产申请费，public_summons 申请公示催告费，set_aside_award 申请撤销仲裁裁决费，"
            "jurisdiction_objection 管辖权异议不成立，non_property 其他非财产案件，security_right 申请实现担保物权费"
        ),
    )
    amount: Amount | None = fact("标的额", None, description="元；保全、执行不涉及数额时可不填")
    claims: list[ItemFacts] = fact("各项请求", [], max_length=200)
    instance: Instance = fact("审级", Instance.FIRST)
    procedure: Literal["ordinary", "simplified", "small_claims"] = fact(
        "程序", "ordinary", description="ordinary 普通程序，simplified 简易程序，small_claims 小额诉讼"
    )
    closing: Literal["judgment", "mediated", "withdrawn"] = fact("结案方式", "judgment")
    counterclaim: bool = fact("是否为合并审理的反诉", False)
    third_party: bool = fact("是否为合并审理的第三人独立请求", False)
    reduced_to: Amount | None = fact("减少后的请求数额", None)
    conversion: Conversion | None = fact("程序转换", None)
    paid: Amount | None = fact("转换前已交的费用", None)
    court_figure: Amount | None = fact("省级标准或者受理法院核定的数额", None)
    reading: Reading | None = fact(
        "实现担保物权申请费的口径", None, description="缺省为受理法院核定的数额 court_figure"
    )
    notified_on: Day | None = fact("收到交费通知之日（反诉为提起反诉之日）", None)
    effective_on: Day | None = fact("法律文书生效之日", None)
    on: Day | None = fact("适用法律之日", None, description="缺省为法律数据最近核对之日")


def run(facts: FeeFacts, law: Law) -> dict[str, Any]:
    """The fee, to the fen and in yuan, with refund, rest and days where asked."""
    Invalid.raise_any(_problems(facts))
    on = facts.on or law.checked
    findings: list[Finding[Any]] = []
    amount = _base(facts, law, on, findings)
    halvings = _halvings(facts, findings)
    found = _fee(facts, law, on, amount, halvings)
    findings += [found, *_printed(found.value, law, on)]
    change = _change(facts, law, on, amount, halvings)
    if change is not None:
        findings.append(change)
    refund = change.value.refund if change and _gives_back(facts) else None
    return {
        "fee": plain(found.value.fee),
        "exact": fees.plain_number(found.value.exact) if _ends(found.value) else plain(found.value.fee),
        "yuan": f"{found.value.yuan.amount:.0f}",
        "base": plain(amount) if amount is not None else None,
        "least": plain(found.value.least) if found.value.least is not None else None,
        "most": plain(found.value.most) if found.value.most is not None else None,
        "payer": found.value.payer,
        "borne_by": _borne(facts, law, on, findings),
        "due": plain(found.value.fee - (refund or ZERO)),
        "refund": plain(refund) if refund is not None else None,
        "refund_yuan": f"{_yuan(change, -1)}" if refund is not None else None,
        "to_pay": plain(change.value.to_pay) if change and facts.conversion else None,
        "to_pay_yuan": f"{_yuan(change, 1)}" if facts.conversion else None,
        **_days(facts, law, on, findings),
        "review": str(law.at("fees/review", on).value),
    } | reasons(*findings)


def _problems(facts: FeeFacts) -> Iterator[Problem]:
    yield from facts.faults()
    for index, each in enumerate(facts.claims):
        yield from each.faults(f"claims[{index}].")
        if each.kind == "money" and each.amount is None:
            yield Problem(
                "input.missing",
                "缺少该项",
                "is required",
                f"claims[{index}].amount",
                mend="补充该项请求的金额，例如 590065.94",
                mend_en="add the amount of this claim, for example 590065.94",
            )
    if facts.claims and all(each.kind != "money" for each in facts.claims):
        zh, en = "至少须有一项金钱请求；单独起诉保证人的，以其保证责任为金钱请求", "there is at least one money claim"
        yield Problem(
            "fee.no_money",
            zh,
            en,
            "claims",
            mend="将一项请求的 kind 写为 money，并填写金额",
            mend_en="let one claim be of the kind money, with its amount",
        )
    if facts.claims and facts.amount is not None:
        zh, en = "标的额与各项请求只给出其一", "give either the amount or the claims"
        yield Problem(
            "fee.amount_and_claims", zh, en, "claims", mend="删去 amount 或 claims", mend_en="drop one of them"
        )
    of_acceptance = facts.kind is FeeKind.ACCEPTANCE
    if not of_acceptance and (facts.reduced_to is not None or facts.conversion is not None):
        yield Problem(
            "fee.acceptance_only",
            "减少请求的退费与程序转换只适用于案件受理费",
            "refund on reduction and conversion are of the acceptance fee",
            "kind",
            facts.kind.value,
            mend="将 kind 改为 acceptance，或删去 reduced_to 和 conversion",
            mend_en="let kind be acceptance, or drop reduced_to and conversion",
        )
    if facts.notified_on is not None and not of_acceptance:
        zh, en = "交费通知只适用于案件受理费", "a notice to pay is for the acceptance fee"
        yield Problem(
            "fee.notified",
            zh,
            en,
            "notified_on",
            str(facts.notified_on),
            mend="将 kind 改为 acceptance，或删去该项",
            mend_en="let kind be acceptance, or drop it",
        )
    if (_grounds(facts) and (not of_acceptance or facts.conversion is not None)) or (
        facts.reduced_to is not None and facts.conversion is not None
    ):
        yield Problem(
            "fee.halving",
            "减半只适用于案件受理费，且不与程序转换并用",
            "halving is for the acceptance fee alone, and not beside a conversion",
            "kind",
            facts.kind.value,
            mend="删去减半的事由，或删去 conversion 和 reduced_to 之一，或将 kind 改为 acceptance",
            mend_en="drop the halving, conversion or reduced_to, or let kind be acceptance",
        )


def _grounds(facts: FeeFacts) -> tuple[Halving, ...]:
    found: list[Halving] = []
    if facts.procedure != "ordinary":
        found.append(Halving.SIMPLIFIED)
    if facts.closing != "judgment":
        found.append(Halving(facts.closing))
    if facts.counterclaim:
        found.append(Halving.COUNTERCLAIM)
    if facts.third_party:
        found.append(Halving.THIRD_PARTY)
    return tuple(found)


def _halvings(facts: FeeFacts, findings: list[Finding[Any]]) -> tuple[Halving, ...]:
    """The grounds that halve the fee; the procedure of the first instance does not halve that of an appeal."""
    grounds = _grounds(facts)
    if facts.instance is Instance.FIRST:
        return grounds
    kept = tuple(each for each in grounds if each in {Halving.MEDIATED, Halving.WITHDRAWN})
    if kept != grounds:
        zh = "第一审的简易程序、反诉减半不及于上诉和再审，此处按全额计算"
        warning = Warning("fee.first_instance_only", zh, "what halves the first instance does not halve an appeal")
        findings.append(Finding(None, warnings=(warning,)))
    return kept


def _base(facts: FeeFacts, law: Law, on: date, findings: list[Finding[Any]]) -> Money | None:
    """The amount in yuan, claims added together; None where there is none."""
    if facts.claims:
        items = [Item(each.what, each.amount or ZERO, each.kind, each.exchange) for each in facts.claims]
        found = fee_base.base(law, items, on)
    elif facts.amount is None:
        return None
    else:
        found = fee_base.in_yuan(law, facts.amount, facts.exchange, on)
    findings.append(found)
    return found.value


def _ends(fee: Fee) -> bool:
    """Whether the exact fee is a short decimal; a third never ends and is given to the fen."""
    return len(f"{fee.exact:f}") <= 24


def _printed(fee: Fee, law: Law, on: date) -> Iterator[Finding[None]]:
    """Why the fee in whole yuan is what it is, where it is another."""
    if fee.yuan != fee.fee:
        rule = law.at("fees/yuan", on)
        step = Step(rule.zh, f"{fee.fee} 四舍五入到元", f"{fee.yuan.amount:.0f}", (rule.citation,))
        yield Finding(None, (step,), (), rule.provisional)


def _fee(facts: FeeFacts, law: Law, on: date, amount: Money | None, halvings: tuple[Halving, ...]) -> Finding[Fee]:
    match facts.kind:
        case FeeKind.PUBLIC_SUMMONS | FeeKind.SET_ASIDE_AWARD:
            return fees.flat(law, facts.kind, on)
        case FeeKind.JURISDICTION_OBJECTION | FeeKind.NON_PROPERTY:
            return fees.ranged(law, facts.kind, on, facts.court_figure)
        case FeeKind.SECURITY_RIGHT:
            return fees.security_right(law, amount, on, facts.reading or Reading.COURT_FIGURE, facts.court_figure)
        case FeeKind.PRESERVATION:
            return fees.preservation(law, amount, on)
        case FeeKind.ENFORCEMENT:
            return fees.enforcement(law, amount, on, facts.court_figure)
        case FeeKind.PAYMENT_ORDER:
            return fees.payment_order(law, _needed(amount), on)
        case FeeKind.BANKRUPTCY:
            return fees.bankruptcy(law, _needed(amount), on)
    return fees.acceptance(law, _needed(amount), on, halvings, facts.instance)


def _change(
    facts: FeeFacts, law: Law, on: date, amount: Money | None, halvings: tuple[Halving, ...]
) -> Finding[Balance] | None:
    if facts.conversion is not None:
        return fee_changes.after_conversion(law, _needed(amount), facts.conversion, on, facts.paid)
    if facts.reduced_to is not None:
        return fee_changes.on_reduction(law, _needed(amount), facts.reduced_to, on, halvings)
    return None


def _gives_back(facts: FeeFacts) -> bool:
    return facts.reduced_to is not None or facts.conversion is Conversion.ORDINARY


def _yuan(change: Finding[Balance] | None, sign: int) -> str:
    """What is to pay (1) or comes back (-1) where a court prints whole yuan."""
    assert change is not None
    left = (change.value.due_yuan - change.value.paid_yuan).amount * sign
    return f"{max(left, ZERO.amount):f}".removesuffix(".00")


def _borne(facts: FeeFacts, law: Law, on: date, findings: list[Finding[Any]]) -> str:
    """Who bears the fee in the end."""
    kind = facts.kind.value
    if facts.kind in {FeeKind.ACCEPTANCE, FeeKind.NON_PROPERTY}:
        kind = facts.closing
    topic = "fees/payer_jurisdiction_objection" if kind == "jurisdiction_objection" else f"fees/borne_{kind}"
    rule = law.at(topic, on)
    findings.append(Finding(None, (Step(rule.zh, str(rule.value), "—", (rule.citation,)),), (), rule.provisional))
    return str(rule.value)


def _days(facts: FeeFacts, law: Law, on: date, findings: list[Finding[Any]]) -> dict[str, Any]:
    """By when the fee is paid and what a miss entails, and by when a court pays back."""
    rule = "appeal_fee" if facts.instance is not Instance.FIRST else "fee_payment"
    if facts.counterclaim and facts.instance is Instance.FIRST:
        rule = "counterclaim_fee"
    timed = facts.kind in {FeeKind.ACCEPTANCE, FeeKind.NON_PROPERTY}
    last = refunded = None
    if timed and facts.notified_on is not None:
        last = fee_changes.pay_by(law, rule, facts.notified_on)
        findings.append(last)
    if facts.effective_on is not None:
        refunded = fee_changes.refunded_by(law, facts.effective_on)
        findings.append(refunded)
    return {
        "pay_by": _day(last),
        "if_unpaid": law.at(f"deadlines/{rule}", on).value["if_missed"] if timed else "",
        "refund_by": _day(refunded),
    }


def _day(found: Finding[Deadline] | None) -> str | None:
    return found.value.last_day.isoformat() if found else None


def _needed(amount: Money | None) -> Money:
    if amount is None:
        raise Invalid.one(
            "input.missing",
            "缺少该项",
            "is required",
            field="amount",
            mend="补充标的额，例如 590065.94",
            mend_en="add the amount in dispute, for example 590065.94",
        )
    return amount


def optional(zh: str, **more: Any) -> dict[str, Any]:
    """The schema of a text that may be null."""
    return {"type": ["string", "null"], "title": zh, **more}


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
        "fees/base",
        "fees/foreign_currency",
    ),
    facts=FeeFacts,
    run=run,
    result_schema=result(
        fee=money_schema("应交费用"),
        exact={"type": "string", "title": "舍入前的精确值", "unit": "元"},
        yuan={"type": "string", "title": "以元为单位（法院印制口径）", "unit": "元"},
        base=optional("计算基数", unit="元"),
        least=optional("幅度的下限", unit="元"),
        most=optional("幅度的上限", unit="元"),
        payer={"type": "string", "title": "预交与负担"},
        borne_by={"type": "string", "title": "最终负担"},
        due=money_schema("减少请求后应交"),
        refund=optional("应退", unit="元"),
        refund_yuan=optional("应退（以元为单位）", unit="元"),
        to_pay=optional("程序转换后补交", unit="元"),
        to_pay_yuan=optional("程序转换后补交（以元为单位）", unit="元"),
        pay_by=optional("最迟交费之日", format="date"),
        if_unpaid={"type": "string", "title": "逾期不交的后果"},
        refund_by=optional("法院最迟退费之日", format="date"),
        review={"type": "string", "title": "对费用决定的异议"},
    ),
    example={"kind": "acceptance", "amount": "268000", "procedure": "simplified"},
)
