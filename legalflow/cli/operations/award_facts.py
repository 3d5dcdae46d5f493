"""The facts of an instrument as `delay-interest` and `enforcement-claim` ask for them, turned into its award."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from legalflow.claims.award import (
    Circumstances,
    Exclusion,
    Floating,
    GeneralInterest,
    Item,
    ItemKind,
    Order,
    Receipt,
    Waiver,
)
from legalflow.claims.floating import Reference, Terms
from legalflow.claims.old_delay import OldRule
from legalflow.cli.operation import Amount, Day, Facts, Rate, fact
from legalflow.errors import Invalid, Problem
from legalflow.law.catalogue import Law
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.dates import ONE_DAY, Period
from legalflow.values.money import Money

Benchmark = Literal["up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"]
ClassName = Literal["costs", "interest", "principal", "other", "doubled"]


class BaseItem(Facts):
    """A sum the instrument awards."""

    kind: ItemKind = fact("款项")
    amount: Amount = fact("金额")
    in_base: bool | None = fact("是否计入基数", None, description="缺省按通行解释：利息、罚息、复利与案件受理费不计入")
    performance_last_day: Day | None = fact(
        "该项履行期间最后一日", None, description="分期履行的各项分别给出；缺省与其他款项相同"
    )
    id: str = fact("款项编号", "", max_length=40, description="供继续计算的利息指明所依款项")
    owed_by: list[str] = fact("承担该项的债务人", [], max_length=50, description="缺省为全体债务人共同承担")


class FloatingRate(Facts):
    """同期利率: each publication from its own day, times the multiple, plus the margin."""

    series: Literal["lpr", "benchmark"] = fact("参考利率", "lpr")
    tenor: Literal["1y", "5y", "up_to_6m", "6m_to_1y", "1y_to_3y", "3y_to_5y", "over_5y"] = fact("期限", "1y")
    multiple: str = fact("倍数", "1", pattern=r"^[0-9]{1,2}(\.[0-9]{1,6})?$")
    margin_bp: str = fact(
        "加点（基点，可为负）",
        "0",
        pattern=r"^-?[0-9]{1,5}(\.[0-9]{1,4})?$",
        description="加60个基点（0.60%）写作 60，减20个基点写作 -20",
    )
    earlier_benchmark: Benchmark | None = fact("首次公布LPR以前适用的基准利率档次", None)


class General(Facts):
    """Interest that runs to payment, as the instrument awards it."""

    rate: Rate | None = fact("年利率", None, description="与 floating 二者给出其一")
    start: Day = fact("起算日（计）")
    basis: Literal[360, 365] = fact("年计息天数", 360)
    kind: Literal["interest", "penalty", "compound", "liquidated_damages"] = fact("性质", "interest")
    on: list[str] = fact("所依款项的编号", [], max_length=200, description="缺省：复利依利息，其余依本金")
    base: Amount | None = fact("计息基数", None, description="缺省为所依款项的余额；给出的，不超过该数")
    floating: FloatingRate | None = fact("同期利率", None)
    last_day: Day | None = fact("止算日（计）", None, description="缺省至实际清偿之日")
    counts_payment_day: bool = fact("是否计付款当日", False)
    owed_by: list[str] = fact("承担该项的债务人", [], max_length=50)


class Received(Facts):
    """Money received."""

    on: Day = fact("履行、划拨或裁定生效之日")
    amount: Amount = fact("金额")
    kind: Literal["payment", "transfer", "auction", "realisation"] = fact(
        "受偿方式",
        "payment",
        description="payment 履行；transfer 划拨、提取；auction 拍卖、变卖或以物抵债；realisation 其他变价",
    )
    counted_on: Day | None = fact(
        "止算之日", None, description="划拨之日、裁定生效之日或变价完成之日与登记日（on）不同的，给出该日，以该日为准"
    )
    by: str = fact("付款人", "", max_length=200)


class Waived(Facts):
    """What the creditor gave up."""

    on: Day = fact("放弃之日")
    amount: Amount = fact("金额")
    of: ClassName = fact("放弃的款项")


class Stay(Facts):
    """Days that do not count, unless the debtor had applied for the stay."""

    start: Day = fact("起（计）")
    end_exclusive: Day = fact("止（不计）")
    by_debtor: bool = fact("是否由被执行人申请", False)


class OldReading(Facts):
    """How the rules before 2014-08-01 are read: which rate, over how many days a year."""

    benchmark: Benchmark | None = fact("同期贷款基准利率的档次", None, description="缺省按旧规则期间的长短取")
    basis: Literal[360, 365] = fact("年计息天数", 360)
    highest_rate: Rate | None = fact(
        "2009年5月18日前的银行贷款最高年利率", None, description="履行期间在该日之前届满的须给出"
    )


class AwardFacts(Facts):
    """What both operations ask beside the items: what runs, what came in, what does not count."""

    payments: list[Received] = fact("已履行", [], max_length=2000)
    waivers: list[Waived] = fact("已放弃", [], max_length=200)
    general_interest: General | None = fact("一般债务利息", None)
    running_interest: list[General] = fact(
        "继续计算的利息、罚息、复利、违约金", [], max_length=200, description="多项或基数、利率各异的逐项列出"
    )
    exclusions: list[Stay] = fact("扣除期间", [], max_length=200)
    ended_rounds: list[Day] = fact("终结本次执行程序之日", [], max_length=50, description="不扣除，仅予说明")
    bankruptcy_accepted_on: Day | None = fact("破产申请受理日", None, description="利息计至其前一日，保证人亦同")
    reversal: bool = fact("是否执行回转", False)
    order: list[ClassName] | None = fact(
        "约定的清偿顺序",
        None,
        min_length=5,
        max_length=5,
        description="缺省：costs、interest、principal、other、doubled",
    )
    between_items: Literal["statute", "listed"] = fact(
        "同类数项之间的顺序", "statute", description="statute 先到期、负担较重、到期较早、按比例；listed 按所列"
    )
    old_rule: OldReading | None = fact("2014年8月1日前的计算方法", None)
    currency: str = fact("币种", "CNY", pattern="^[A-Z]{3}$")
    conversion_rate: Rate | None = fact("折算为人民币的中间价（起算日）", None)


def items_of(items: list[BaseItem], conversion_rate: Decimal | None = None) -> list[Item]:
    """The items as the computation takes them, in RMB where the creditor chose so (法释〔2014〕8号 第五条)."""
    return [
        Item(
            each.kind,
            _converted(each.amount, conversion_rate),
            each.in_base,
            each.performance_last_day,
            each.id,
            tuple(each.owed_by),
        )
        for each in items
    ]


def _converted(amount: Money, conversion_rate: Decimal | None) -> Money:
    """The amount in RMB at the middle rate of the day the doubled part starts."""
    return amount if conversion_rate is None else Money.rounded(amount.amount * conversion_rate)


def currency_of(facts: AwardFacts) -> str:
    """The currency of the figures."""
    return "CNY" if facts.conversion_rate is not None else facts.currency


def foreign(facts: AwardFacts, law: Law, last: date) -> tuple[Finding[str], ...]:
    """The rule on foreign money, where there is any; it began with the new rule, so an older delay is a gap."""
    if facts.currency == "CNY" and facts.conversion_rate is None:
        return ()
    rule = law.at("interest/delay_currency", last + ONE_DAY)
    converted = facts.conversion_rate is not None
    chosen = f"CNY，{last + ONE_DAY}的中间价 {facts.conversion_rate}" if converted else facts.currency
    step = Step(str(rule.zh), f"币种 {facts.currency}", chosen, (rule.citation,))
    return (Finding(chosen, (step,), _conversion_remarks(facts)),)


def _conversion_remarks(facts: AwardFacts) -> tuple[Warning, ...]:
    """What runs or came in beside a converted debt is taken to be in RMB; that is said."""
    runs = facts.general_interest is not None or bool(facts.running_interest)
    if facts.conversion_rate is None or not (runs or facts.payments):
        return ()
    zh = "各项款项按该中间价折算，所收款项以人民币金额给出；一般债务利息按折算后的基数计算，请核对"
    return (Warning("delay.converted", zh, "items are converted; receipts and general interest are in RMB: check"),)


def general_of(facts: AwardFacts) -> list[GeneralInterest]:
    """Every running interest; refused, all at once, where a rate is lacking or stands twice."""
    single = [("general_interest", facts.general_interest)] if facts.general_interest else []
    placed = [*single, *((f"running_interest[{place}]", each) for place, each in enumerate(facts.running_interest))]
    problems = [problem for place, each in placed for problem in _rate_problems(f"{place}.rate", each)]
    Invalid.raise_any(problems)
    return [_general(each) for _, each in placed]


def _rate_problems(field: str, each: General) -> list[Problem]:
    if each.rate is None and each.floating is None:
        zh = "缺少该项；按同期利率计算的，给出 floating"
        return [
            Problem(
                "input.missing",
                zh,
                "is required, or floating",
                field,
                mend="补充判决所定的年利率，例如 0.0385；按 LPR 计算的补充 floating",
                mend_en="add the yearly rate awarded, for example 0.0385, or floating",
            )
        ]
    if each.rate is not None and each.floating is not None:
        zh = "年利率（rate）与同期利率（floating）只给出其一"
        return [
            Problem(
                "delay.rate",
                zh,
                "give either rate or floating",
                field,
                str(each.rate),
                mend="删去 rate 或 floating",
                mend_en="drop one of them",
            )
        ]
    return []


def _general(each: General) -> GeneralInterest:
    return GeneralInterest(
        each.rate or Decimal(0),
        each.start,
        each.basis,
        each.kind,
        tuple(each.on),
        each.base,
        _floating(each.floating) if each.floating else None,
        each.last_day,
        each.counts_payment_day,
        tuple(each.owed_by),
    )


def _floating(given: FloatingRate) -> Floating:
    earlier = Reference("benchmark", given.earlier_benchmark) if given.earlier_benchmark else None
    terms = Terms(Decimal(given.margin_bp), Decimal(given.multiple))
    return Floating(Reference(given.series, given.tenor), terms, earlier)


def receipts_of(facts: AwardFacts) -> list[Receipt]:
    """What came in."""
    return [Receipt(each.on, each.amount, each.kind, each.counted_on, each.by) for each in facts.payments]


def circumstances_of(facts: AwardFacts, no_period: bool) -> Circumstances:
    """Stays, agreed order, waivers and the rest."""
    old = facts.old_rule
    return Circumstances(
        exclusions=[Exclusion(Period(each.start, each.end_exclusive), each.by_debtor) for each in facts.exclusions],
        old_rule=OldRule(old.benchmark, old.basis, old.highest_rate) if old else OldRule(),
        order=Order(tuple(facts.order) if facts.order else None, facts.between_items),
        waivers=[Waiver(each.on, each.amount, each.of) for each in facts.waivers],
        bankruptcy=facts.bankruptcy_accepted_on,
        ended_rounds=tuple(facts.ended_rounds),
        reversal=facts.reversal,
        no_period=no_period,
    )
