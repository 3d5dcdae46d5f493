"""Court fees (诉讼费用交纳办法): exact to the fen, and in whole yuan as courts print them.

Bands are cumulative: each rate applies to the part of the amount inside its band, and a band's upper bound is inside
it. A fee is halved once at most, whatever the grounds, and is divided before it is rounded. Where the tariff is a range
in which a province or a court fixes the figure, that figure is asked; without it the top of the range is taken and
said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from legalflow.errors import Invalid
from legalflow.law.catalogue import Law, Value, number
from legalflow.law.finding import Finding, Step, Warning
from legalflow.values.money import ZERO, Money


class FeeKind(Enum):
    """What is paid for."""

    ACCEPTANCE = "acceptance"  # 案件受理费
    PRESERVATION = "preservation"  # 申请保全费
    ENFORCEMENT = "enforcement"  # 申请执行费
    PAYMENT_ORDER = "payment_order"  # 申请支付令费
    BANKRUPTCY = "bankruptcy"  # 破产申请费
    PUBLIC_SUMMONS = "public_summons"  # 申请公示催告费
    SET_ASIDE_AWARD = "set_aside_award"  # 申请撤销仲裁裁决、认定仲裁协议效力费
    JURISDICTION_OBJECTION = "jurisdiction_objection"  # 管辖权异议不成立的案件受理费
    NON_PROPERTY = "non_property"  # 其他非财产案件受理费
    SECURITY_RIGHT = "security_right"  # 申请实现担保物权费，全国没有统一标准


class Halving(Enum):
    """A ground on which the acceptance fee is halved."""

    SIMPLIFIED = "simplified"  # 简易程序，含小额诉讼
    MEDIATED = "mediated"  # 调解结案
    WITHDRAWN = "withdrawn"  # 撤诉
    COUNTERCLAIM = "counterclaim"  # 反诉合并审理
    THIRD_PARTY = "third_party"  # 有独立请求权第三人的请求合并审理


class Instance(Enum):
    """Whose request is measured: the claim, what is appealed, or what a retrial is asked for."""

    FIRST = "first"
    SECOND = "second"
    RETRIAL = "retrial"


class Reading(Enum):
    """How a court charges for realising a security right (实现担保物权): there is no national tariff."""

    COURT_FIGURE = "court_figure"  # 受理法院核定的数额
    NO_FEE = "no_fee"  # 特别程序，不收取
    PAYMENT_ORDER = "payment_order"  # 比照支付令
    ACCEPTANCE = "acceptance"  # 比照受理费
    ACCEPTANCE_HALF = "acceptance_half"  # 比照受理费减半
    ENFORCEMENT = "enforcement"  # 比照执行费


@dataclass(frozen=True)
class Fee:
    """A fee: `exact` before rounding, `fee` to the fen, `yuan` as courts print it; `payer` who pays.

    `least` and `most` are the range the tariff leaves to a province or a court; None where it fixes the figure.
    """

    kind: FeeKind
    amount: Money | None
    exact: Decimal
    payer: str
    least: Money | None = None
    most: Money | None = None

    @property
    def fee(self) -> Money:
        """The fee to the fen, half-up."""
        return Money.rounded(self.exact)

    @property
    def yuan(self) -> Money:
        """The fee in whole yuan, half-up: the practice of courts, the law is silent."""
        return Money(self.exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def acceptance(
    law: Law, amount: Money, on: date, halvings: Sequence[Halving] = (), instance: Instance = Instance.FIRST
) -> Finding[Fee]:
    """The acceptance fee of a claim of `amount`; above the first instance, of what is contested (第十三、十七条)."""
    exact, steps = _bands(law.at("fees/acceptance", on), amount)
    warnings: list[Warning] = []
    if instance is not Instance.FIRST:
        base = law.at({Instance.SECOND: "fees/appeal", Instance.RETRIAL: "fees/retrial"}[instance], on)
        steps.insert(0, Step(base.zh, str(base.value), str(amount), (base.citation,)))
    if instance is Instance.RETRIAL:
        when = law.at("fees/retrial_chargeable", on)
        warnings.append(
            Warning("fee.retrial", f"{when.zh}：{when.value}", "a retrial is charged only on these grounds")
        )
    if halvings:
        ground = law.at(f"fees/halving_{halvings[0].value}", on)
        halved = exact / number(ground)
        steps.append(
            Step(ground.zh, f"{plain_number(exact)} ÷ {ground.value}", plain_number(halved), (ground.citation,))
        )
        exact = halved
    if len(halvings) > 1:
        once = law.at("fees/halving_once", on)
        steps.append(Step(once.zh, str(once.value), plain_number(exact), (once.citation,)))
        warnings.append(
            Warning("fee.halved_once", "多项减半事由并存，只减半一次", "several grounds for halving: halved once")
        )
    payer = _PAYER_BY_INSTANCE.get(instance) or next(
        (_PAYER_BY_HALVING[h] for h in halvings if h in _PAYER_BY_HALVING), ""
    )
    return _fee(law, FeeKind.ACCEPTANCE, amount, exact, on, steps, tuple(warnings), payer)


def preservation(law: Law, amount: Money | None, on: date) -> Finding[Fee]:
    """The fee for preserving property of `amount`, capped; None where no amount is concerned (第十四条第（二）项)."""
    tariff = law.at("fees/preservation", on)
    if amount is None:
        exact = Decimal(tariff.value["no_amount"])
        steps = [Step(tariff.zh, "不涉及财产数额", plain_number(exact), (tariff.citation,))]
        return _fee(law, FeeKind.PRESERVATION, None, exact, on, steps)
    exact, steps = _bands(tariff, amount)
    return _fee(law, FeeKind.PRESERVATION, amount, *_capped(tariff, tariff.value["cap"], exact, on, steps))


def enforcement(law: Law, amount: Money | None, on: date, figure: Money | None = None) -> Finding[Fee]:
    """The fee for enforcing `amount`, borne by the debtor and not advanced (第十四条第（一）项、第三十八条).

    Without an amount (None) the tariff is a range, and `figure` is what the court fixed.
    """
    tariff = law.at("fees/enforcement", on)
    if amount is None:
        bounds = Decimal(tariff.value["no_amount_least"]), Decimal(tariff.value["no_amount_most"])
        return _ranged(law, FeeKind.ENFORCEMENT, tariff, bounds, figure, on)
    exact, steps = _bands(tariff, amount)
    return _fee(law, FeeKind.ENFORCEMENT, amount, exact, on, steps)


def payment_order(law: Law, amount: Money, on: date) -> Finding[Fee]:
    """The fee for a payment order: a third of the acceptance fee (第十四条第（三）项)."""
    return _fraction(law, FeeKind.PAYMENT_ORDER, amount, on, law.decimal("fees/payment_order", on), None)


def bankruptcy(law: Law, amount: Money, on: date) -> Finding[Fee]:
    """The fee for a bankruptcy, on the whole estate, halved and capped (第十四条第（六）项)."""
    terms = law.at("fees/bankruptcy", on).value
    return _fraction(law, FeeKind.BANKRUPTCY, amount, on, Decimal(terms["divisor"]), terms["cap"])


def flat(law: Law, kind: FeeKind, on: date) -> Finding[Fee]:
    """A fee that does not depend on an amount: public summons, setting aside an award (第十四条第（四）、（五）项)."""
    tariff = law.at(f"fees/{kind.value}", on)
    steps = [Step(tariff.zh, f"每件{tariff.value}元", str(tariff.value), (tariff.citation,))]
    return _fee(law, kind, None, number(tariff), on, steps)


def ranged(law: Law, kind: FeeKind, on: date, figure: Money | None = None) -> Finding[Fee]:
    """A fee that a province fixes inside a range: a failed objection to jurisdiction, a case without an amount.

    `figure` is what was fixed; without it the top of the range is taken, and a warning says so (第十三条).
    """
    tariff = law.at(f"fees/{kind.value}", on)
    return _ranged(law, kind, tariff, (Decimal(tariff.value["least"]), Decimal(tariff.value["most"])), figure, on)


def security_right(law: Law, amount: Money | None, on: date, reading: Reading, figure: Money | None) -> Finding[Fee]:
    """The fee for realising a security right, by the reading of the court applied to; always provisional.

    `figure` is what the court fixed, needed for that reading alone; the others are reckoned on `amount`.
    """
    tariff = law.at("fees/security_right", on)
    said = Step(tariff.zh, tariff.value[reading.value], reading.value, (tariff.citation,))
    if reading is Reading.COURT_FIGURE:
        if figure is None:
            raise Invalid.one(
                "fee.court_figure",
                "全国没有统一标准，须给出受理法院核定的数额，或者选定一种口径",
                "there is no national tariff: give the figure of the court, or choose a reading",
                field="court_figure",
                mend="、".join(each.value for each in Reading),
                mend_en=", ".join(each.value for each in Reading),
            )
        return _fee(law, FeeKind.SECURITY_RIGHT, amount, figure.amount, on, [said], doubts=tariff.provisional)
    if reading is Reading.NO_FEE:
        return _fee(law, FeeKind.SECURITY_RIGHT, amount, Decimal(0), on, [said], doubts=tariff.provisional)
    if amount is None:
        raise Invalid.one(
            "input.missing",
            "缺少该项",
            "is required",
            field="amount",
            mend="补充标的额，例如 590065.94",
            mend_en="add the amount in dispute, for example 590065.94",
        )
    alike = {
        Reading.PAYMENT_ORDER: payment_order,
        Reading.ACCEPTANCE: acceptance,
        Reading.ACCEPTANCE_HALF: _acceptance_half,
        Reading.ENFORCEMENT: enforcement,
    }[reading](law, amount, on)
    steps = [said, *alike.steps[:-1]]
    return _fee(law, FeeKind.SECURITY_RIGHT, amount, alike.value.exact, on, steps, doubts=tariff.provisional)


def _acceptance_half(law: Law, amount: Money, on: date) -> Finding[Fee]:
    return acceptance(law, amount, on, (Halving.SIMPLIFIED,))


_PAYER_BY_INSTANCE = {Instance.SECOND: "appeal", Instance.RETRIAL: "retrial"}
_PAYER_BY_HALVING = {Halving.COUNTERCLAIM: "counterclaim", Halving.THIRD_PARTY: "third_party"}


def _bands(tariff: Value, amount: Money) -> tuple[Decimal, list[Step]]:
    if amount < ZERO:
        raise Invalid.one(
            "fee.negative",
            "数额不能为负",
            "an amount is not negative",
            field="amount",
            found=amount,
            mend="填写不为负的数额，例如 590065.94",
            mend_en="write an amount of nothing or more, for example 590065.94",
        )
    fee, formula = cumulative(tariff.value["bands"], amount)
    return fee, [Step(tariff.zh, formula, plain_number(fee), (tariff.citation,))]


def cumulative(bands: Sequence[Mapping[str, str]], amount: Money) -> tuple[Decimal, str]:
    """A fee by cumulative bands, exact, and the formula band by band.

    A band has `up_to` (inside it; the last has none) and a `flat` fee or a `rate` on the part of the amount inside it.
    """
    low, fee, terms = Decimal(0), Decimal(0), []
    for band in bands:
        high = Decimal(band["up_to"]) if "up_to" in band else amount.amount
        part = min(amount.amount, high) - low
        if part <= 0 and low:
            break
        if "flat" in band:
            fee += Decimal(band["flat"])
            terms.append(band["flat"])
        else:
            fee += part * Decimal(band["rate"])
            terms.append(f"{plain_number(part)} × {plain_number(Decimal(band['rate']) * 100)}%")
        low = high
    return fee, " ＋ ".join(terms)


def _ranged(
    law: Law, kind: FeeKind, tariff: Value, bounds: tuple[Decimal, Decimal], figure: Money | None, on: date
) -> Finding[Fee]:
    least, most = bounds
    if figure is not None and not least <= figure.amount <= most:
        raise Invalid.one(
            "fee.outside_range",
            f"核定的数额须在 {least} 元至 {most} 元之间",
            f"the figure fixed lies between {least} and {most} yuan",
            field="court_figure",
            found=figure,
            mend=f"填写 {least} 至 {most} 之间的数额；不填则按 {most} 元",
            mend_en=f"from {least} to {most}; left out, {most} is taken",
        )
    exact = most if figure is None else figure.amount
    # Provinces fix figures of the acceptance fee alone; that of enforcement is left to the court.
    fixed = () if kind is FeeKind.ENFORCEMENT else (law.cite("fees/range_fixed", on),)
    said = "取上限" if figure is None else "按核定的数额"
    steps = [Step(tariff.zh, f"每件{least}元至{most}元，{said}", plain_number(exact), (tariff.citation, *fixed))]
    warnings: tuple[Warning, ...] = ()
    if figure is None:
        zh = f"收费是一个幅度（{least}元至{most}元），此处取上限"
        warnings = (
            Warning("fee.range", zh, "the tariff is a range; its top is taken until the figure fixed is given"),
        )
    found = _fee(law, kind, None, exact, on, steps, warnings)
    return replace(found, value=replace(found.value, least=Money(least), most=Money(most)))


def _fraction(law: Law, kind: FeeKind, amount: Money, on: date, divisor: Decimal, cap: str | None) -> Finding[Fee]:
    whole, steps = _bands(law.at("fees/acceptance", on), amount)
    tariff = law.at(f"fees/{kind.value}", on)
    exact = whole / divisor
    steps.append(Step(tariff.zh, f"{plain_number(whole)} ÷ {divisor}", str(Money.rounded(exact)), (tariff.citation,)))
    if cap is not None:
        exact, on, steps = _capped(tariff, cap, exact, on, steps)
    return _fee(law, kind, amount, exact, on, steps)


def _capped(tariff: Value, cap: str, exact: Decimal, on: date, steps: list[Step]) -> tuple[Decimal, date, list[Step]]:
    most = Decimal(cap)
    if exact > most:
        steps.append(Step(f"{tariff.zh}上限", f"{plain_number(exact)} 超过 {cap}", cap, (tariff.citation,)))
    return min(exact, most), on, steps


def _fee(
    law: Law,
    kind: FeeKind,
    amount: Money | None,
    exact: Decimal,
    on: date,
    steps: list[Step],
    warnings: tuple[Warning, ...] = (),
    payer_of: str = "",
    doubts: tuple[str, ...] = (),
) -> Finding[Fee]:
    payer = law.at(_PAYER.get(payer_of or kind.value, "fees/payer_other"), on)
    fee = Fee(kind, amount, exact, str(payer.value))
    steps.append(Step(payer.zh, str(payer.value), str(fee.fee), (payer.citation,)))
    return Finding(fee, tuple(steps), warnings, (*doubts, *payer.provisional))


_PAYER = {
    "acceptance": "fees/payer_acceptance",
    "non_property": "fees/payer_acceptance",
    "appeal": "fees/payer_appeal",
    "retrial": "fees/payer_retrial",
    "counterclaim": "fees/payer_counterclaim",
    "third_party": "fees/payer_third_party",
    "jurisdiction_objection": "fees/payer_jurisdiction_objection",
    "preservation": "fees/payer_preservation",
    "enforcement": "fees/payer_enforcement",
    "payment_order": "fees/payer_payment_order",
    "bankruptcy": "fees/payer_bankruptcy",
}


def plain_number(exact: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
